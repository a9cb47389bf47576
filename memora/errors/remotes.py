"""What goes wrong between this store and another place: apart, because few commands speak to one."""

from __future__ import annotations

from memora.errors import Damaged, Refused, Unavailable


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
