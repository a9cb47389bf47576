"""What sharing asks of a place that keeps files. Every transport implements it; one suite of tests holds for all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple, Protocol

# Names are made by memora alone: lower-case words, digits and dots, one folder deep at most.
FORMAT_FILE: Final = "format"
PACKS: Final = "packs/"
MANIFESTS: Final = "manifests/"

# A file that is created under a condition is read and written whole.
LARGEST_CREATED_BYTES: Final = 64 * 1024 * 1024
CHUNK_BYTES: Final = 1024 * 1024


class RemoteFile(NamedTuple):
    """A file of a remote: its name, such as ``packs/1f….pack``, and how many bytes it has.

    None where the place does not say so without the file being read, as a git repository does not.
    """

    name: str
    size_bytes: int | None


class RemoteFiles(Protocol):
    """The files of one remote. A file is made whole, never changed, and perhaps removed; its name is not used again.

    Every method raises RemoteUnavailable where the place cannot be reached, will not let us in, or will not take a
    write, and DiskFull where it has no room. What is written is durable when the method returns.
    """

    def create(self, name: str, body: bytes) -> bool:
        """Make a file unless one of that name is there; whether it was made.

        Of all who do it at the same moment exactly one is told True. This is the one compare-and-set on which the
        safety of a push rests.
        """
        ...

    def upload(self, name: str, chunks: Iterable[bytes]) -> int:
        """Make a file under a name that nobody else uses; how many bytes it has. Nobody sees a part of it.

        Where ``chunks`` raises, nothing is left under that name.
        """
        ...

    def read(self, name: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The bytes of a file from an offset on, in chunks of 1 MiB at most; to its end, or so many.

        Ends early where the file ends. Raises RemoteFileMissing, at the first chunk at the latest.
        """
        ...

    def list(self, folder: str) -> Iterator[RemoteFile]:
        """The files in a folder such as ``manifests/``, in order of their names; none where the folder is not there."""
        ...

    def remove(self, *names: str) -> None:
        """Remove files, in the order given. One that is not there is none the less removed."""
        ...

    def close(self) -> None:
        """Give back what was held. Safe to call twice."""
        ...
