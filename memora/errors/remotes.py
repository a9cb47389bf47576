"""What goes wrong between this store and another place: apart, because few commands speak to one."""

from __future__ import annotations

from memora.errors import Damaged, MemoraError, NotFound, Refused, Unavailable
from memora.errors.history import NotFastForward
from memora.errors.store import NewerFormat


class NotARemote(Refused):
    """What lies at an address is no remote of memora, or is arranged as none can be."""

    code = "not_a_remote"

    def __init__(self, address: str, problem: str) -> None:
        super().__init__(f"{address} {problem}")
        self.address, self.problem = address, problem


class UnsafeRemote(Refused):
    """A place that lets two pushes make the same file, so that one of them would be lost."""

    code = "unsafe_remote"

    def __init__(self, address: str) -> None:
        super().__init__(f"{address} does not keep two pushes apart")
        self.address = address


class RemoteFileMissing(Damaged):
    """A file that a remote names is not there, perhaps because it was folded into another meanwhile."""

    code = "remote_file_missing"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} of the remote is missing")
        self.name = name


class RemoteUnavailable(Unavailable):
    """A remote could not be reached, would not let us in, or would not take a write."""

    code = "remote_unavailable"

    def __init__(self, address: str, problem: str) -> None:
        super().__init__(f"{address}: {problem}")
        self.address, self.problem = address, problem


class DamagedRemote(Damaged):
    """A file of a remote is not what was written there. Nothing of it was taken in."""

    code = "damaged_remote"

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name} of the remote is damaged: {problem}")
        self.name, self.problem = name, problem


class Purged(Refused):
    """Objects that were erased on purpose, and must not come back. ``objects`` are a few ids in hex."""

    code = "purged"

    def __init__(self, where: str, objects: tuple[str, ...]) -> None:
        super().__init__(f"{where} would bring back what was purged")
        self.where, self.objects = where, objects


class PurgedThere(Purged):
    """What this store still has and a remote has erased, and would be given back. ``objects`` are a few ids in hex."""

    code = "purged_there"

    def __init__(self, remote: str, what: str, objects: tuple[str, ...]) -> None:
        Refused.__init__(self, f"{what} would bring back what {remote} has erased")
        self.where, self.remote, self.objects = what, remote, objects


class NotABundle(Refused):
    """A file that is no bundle."""

    code = "not_a_bundle"

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} is no bundle of memora")
        self.path = path


class NewerBundle(NewerFormat):
    """A bundle that a newer memora made."""

    code = "newer_bundle"

    def __init__(self, path: str, found: int, known: int) -> None:
        Refused.__init__(self, f"{path} has format {found}, this memora knows bundles up to format {known}")
        self.path, self.found, self.known = path, found, known


class DamagedBundle(Damaged):
    """A bundle that is not what was written. Nothing of it was taken in."""

    code = "damaged_bundle"

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path} is damaged: {problem}")
        self.path, self.problem = path, problem


class PrerequisitesMissing(Refused):
    """A bundle that builds on commits that are not here. ``commits`` are their ids in hex."""

    code = "prerequisites_missing"

    def __init__(self, path: str, commits: tuple[str, ...]) -> None:
        names = ", ".join(commit[:8] for commit in commits[:5]) + (", …" if len(commits) > 5 else "")
        super().__init__(f"{path} builds on {'commit' if len(commits) == 1 else 'commits'} {names}, not known here")
        self.path, self.commits = path, commits


class RemoteNotFound(NotFound):
    """An address at which nothing is. ``problem`` is what the place itself said, where it said something."""

    code = "remote_not_found"

    def __init__(self, address: str, problem: str = "") -> None:
        MemoraError.__init__(self, f"there is no memora remote at {address}{problem and f': {problem}'}")
        self.what, self.name, self.similar = "remote", address, ()
        self.problem = problem


class RemoteRewritten(Refused):
    """A remote is behind what it was, or its history is another one. Nothing was taken from it.

    ``changes`` has one line for each difference.
    """

    code = "remote_rewritten"

    def __init__(self, remote: str, changes: tuple[str, ...]) -> None:
        super().__init__(f"{remote} does not hold what it held before: {'; '.join(changes)}")
        self.remote, self.changes = remote, changes


class BranchBusyThere(Refused):
    """A branch of another project's store, on which a workspace there has changes that are not committed."""

    code = "branch_busy_there"

    def __init__(self, branch: str, workspace: str, address: str) -> None:
        super().__init__(f"workspace {workspace!r} of {address} is on {branch} and has uncommitted changes")
        self.branch, self.workspace, self.address = branch, workspace, address


class RemoteHasMore(NotFastForward):
    """A branch of a remote has commits that this store does not have, or does not reach from the branch pushed."""

    code = "remote_has_more"

    def __init__(self, branch: str, remote: str) -> None:
        Refused.__init__(self, f"{branch} of {remote} has commits that {branch} does not have here")
        self.branch, self.other = branch, remote


class NamedOtherwiseThere(Refused):
    """A tag or session of a remote that is another one than that of the same name here. ``what`` is which of these."""

    code = "named_otherwise_there"

    def __init__(self, what: str, name: str, remote: str) -> None:
        super().__init__(f"{what} {name} of {remote} is another one than {name} here")
        self.what, self.name, self.remote = what, name, remote


class LeaseLost(Refused):
    """A branch of a remote is not where it was when it was fetched last, so it was not overwritten."""

    code = "lease_lost"

    def __init__(self, branch: str, remote: str) -> None:
        super().__init__(f"{branch} of {remote} moved since it was fetched")
        self.branch, self.remote = branch, remote


class ExtraMissing(Unavailable):
    """A remote of a kind that needs a package which only an extra of memora brings. ``extra`` is its name."""

    code = "extra_missing"

    def __init__(self, extra: str, what: str) -> None:
        super().__init__(f"{what} needs the extra {extra!r}, which is not installed")
        self.extra, self.what = extra, what
