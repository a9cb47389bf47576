"""The files of a remote, by its address: the one place that knows which transport an address asks for."""

from __future__ import annotations

from memora.errors.remotes import ExtraMissing
from memora.remotes.address import Address
from memora.remotes.ports import RemoteFiles


def open_files(address: Address, *, shared: bool = False, directory: str = "") -> RemoteFiles:
    """The files at an address. Nothing is asked of the place yet, so that it may turn out not to be there.

    ``shared`` lets the group write in a folder that is made now; ``directory`` is where the code's own git repository
    is looked for. Each transport is imported when it is first needed: they are slow to start, and one is an extra.
    """
    if address.kind == "folder":
        from memora.remotes.folder import FolderFiles

        return FolderFiles(address.location, shared=shared)
    if address.kind == "git":
        from memora.remotes.git import GitFiles

        return GitFiles(address.location, directory)
    try:
        from memora.remotes.cloud import CloudFiles
    except ModuleNotFoundError as error:
        if error.name != "obstore":
            raise
        raise ExtraMissing("cloud", "object storage") from None
    return CloudFiles(address.location)
