"""What is wrong with a store as a whole: there is none, it is not to be opened, or not to be written."""

from __future__ import annotations

from memora.errors import Damaged, Kind, MemoraError, NotFound, Refused, Unavailable


class NoStore(MemoraError):
    """No ``.memora`` folder in this directory or above it."""

    code = "no_store"
    kind = Kind.NO_STORE

    def __init__(self, directory: str) -> None:
        super().__init__(f"no memora store in {directory} or above it")
        self.directory = directory


class NotAStore(NoStore):
    """A folder that was named is no store; ``named_by`` is what named it, if not the caller himself."""

    code = "not_a_store"

    def __init__(self, directory: str, named_by: str = "") -> None:
        said = f"{named_by} names {directory}, which" if named_by else directory
        MemoraError.__init__(self, f"{said} is no memora store")
        self.directory, self.named_by = directory, named_by


class StoreExists(Refused):
    """``init`` where a store is."""

    code = "store_exists"

    def __init__(self, path: str) -> None:
        super().__init__(f"a memora store already exists in {path}")
        self.path = path


class UnsafeStore(Refused):
    """The store's place, owner or schema is not what memora makes, so it was not opened."""

    code = "unsafe_store"

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path} {problem}")
        self.path, self.problem = path, problem


class NewerFormat(Refused):
    """A store, or a file of a remote, was written by a newer memora. It was not touched."""

    code = "newer_format"

    def __init__(self, found: int, known: int, what: str = "this store") -> None:
        super().__init__(f"{what} has format {found}, this memora knows formats up to {known}")
        self.found, self.known = found, known


class NoWorkspace(NotFound):
    """A workspace that no command has written to yet."""

    code = "no_workspace"

    def __init__(self, name: str) -> None:
        super().__init__("workspace", name)


class LostOperations(Damaged):
    """The database is older than its witness: operations that were acknowledged are gone."""

    code = "lost_operations"

    def __init__(self, witnessed: int, found: int) -> None:
        super().__init__(f"the store remembers operation {witnessed}, but the database ends at {found}")
        self.witnessed, self.found = witnessed, found


class Busy(Unavailable):
    """Another process held the writer lock for too long."""

    code = "busy"

    def __init__(self, waited_seconds: float) -> None:
        super().__init__(f"another process held the store for {waited_seconds:.0f} seconds")
        self.waited_seconds = waited_seconds


class DiskFull(Unavailable):
    """The disk, a quota or a file size limit stopped a write."""

    code = "disk_full"

    def __init__(self, detail: str) -> None:
        super().__init__(f"the disk would not take the change: {detail}")
        self.detail = detail


class ReadOnly(Unavailable):
    """The store's directory cannot be written."""

    code = "read_only"

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} is read-only")
        self.path = path
