"""Whether a folder may be a remote, looked at before anybody rests on it."""

from __future__ import annotations

from contextlib import suppress

from memora.errors.remotes import RemoteUnavailable
from memora.operations.remotes.other_store import find_other_store
from memora.remotes.address import Address
from memora.remotes.chain import Chain
from memora.remotes.opening import open_files


def probe_folder(address: Address) -> None:
    """Raise where a folder holds something else than a remote, or lets two pushes make one file.

    A folder that is not there, or may not be written, is well. Of other places this is asked by the first push, because
    they need not be reachable when they are named. Raises NotARemote, NewerFormat, UnsafeRemote, DamagedRemote.
    """
    if address.kind != "folder" or find_other_store(address.location) is not None:
        return
    files = open_files(address)
    try:
        chain = Chain(files, address.location)
        with suppress(RemoteUnavailable):
            if chain.identity() is not None:
                chain.require_safe()
    finally:
        files.close()
