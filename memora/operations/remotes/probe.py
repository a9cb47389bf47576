"""Whether a place keeps two pushes apart, looked at before anybody rests on it."""

from __future__ import annotations

import os

from memora.errors.remotes import UnsafeRemote
from memora.operations.remotes.other_store import find_other_store
from memora.remotes.address import Address, shown_address
from memora.remotes.chain import Chain
from memora.remotes.opening import open_files


def probe(address: Address, project: str) -> bool:
    """Whether a remote is there already, or the store of another project. Nothing is made or changed.

    A file that is there is made once more, which must fail: raises UnsafeRemote where it does not, NotARemote where
    something else lies there, NewerFormat, and as the transports do where they cannot tell. The first push, which
    makes a remote, looks at the same.
    """
    if address.kind == "folder" and find_other_store(address.location) is not None:
        return os.path.isdir(address.location)  # it takes what is pushed by one transaction, which keeps two apart
    files = open_files(address, directory=project)
    try:
        chain = Chain(files, shown_address(address.location))
        if chain.identity() is None:
            return False
        if chain.allows_doubles():
            raise UnsafeRemote(shown_address(address.location))
        return True
    finally:
        files.close()
