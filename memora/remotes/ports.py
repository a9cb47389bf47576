"""What sharing asks of the places it is done with. One suite of tests holds for all that implement a port."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Final, NamedTuple, Protocol

from memora.model.ids import CommitId, ObjectId, ObjectKind

# Names are made by memora alone: lower-case words, digits and dots, one folder deep at most.
FORMAT_FILE: Final = "format"
PACKS: Final = "packs/"
_PACK_FILE: Final = re.compile(PACKS + r"([0-9a-f]{20})\.pack")
MANIFESTS: Final = "manifests/"
PURGES: Final = "purges/"

# A file that is created under a condition is read and written whole.
LARGEST_CREATED_BYTES: Final = 64 * 1024 * 1024
CHUNK_BYTES: Final = 1024 * 1024


def pack_file(name: str) -> str:
    """The file of a pack."""
    return f"{PACKS}{name}.pack"


def pack_in(file: str) -> str | None:
    """The name of the pack that a file is of; None for what is no such file."""
    match = _PACK_FILE.fullmatch(file)
    return None if match is None else match[1]


class RemoteFile(NamedTuple):
    """A file of a remote: its name, such as ``packs/1f….pack``, and how many bytes it has.

    None where the place does not say so without the file being read, as a git repository does not.
    """

    name: str
    size_bytes: int | None


class Unfinished(NamedTuple):
    """A file that somebody began to write and has not named yet: what it is called meanwhile, and how old it is."""

    name: str
    age_seconds: float


class FileReader(Protocol):
    """Files that can be read a part at a time."""

    def read(self, name: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The bytes of a file from an offset on; to its end, or so many, or fewer where the file ends."""
        ...


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

        Where ``chunks`` raises, nothing is left under that name. Raises RemoteFileMissing where somebody cleared away
        what was written.
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

    def unfinished(self) -> Iterator[Unfinished]:
        """What was begun and not finished, by who was killed or writes just now; none where the place hides that.

        ``remove`` takes these names. Whoever writes one then begins again: ``upload`` raises RemoteFileMissing.
        """
        ...

    def turn(self, tries: int) -> AbstractContextManager[None]:
        """Wait a little, after so many ``tries`` in vain, for others who move the remote at this moment.

        Where the place has a way to queue it is held inside. Nothing rests on it, and nobody waits for long.
        """
        ...

    def close(self) -> None:
        """Give back what was held. Safe to call twice."""
        ...


class Standing(NamedTuple):
    """What a remote is at one moment.

    ``generation`` counts its changes and never goes back; ``digest`` vouches for all of it, None before the first
    change. ``epoch`` is raised when objects were thrown away. ``refs`` are branches, tags and sessions by full name,
    ``head`` the branch that a clone goes to. ``purges`` name the lists of what was erased.
    """

    identity: str
    generation: int
    digest: bytes | None
    epoch: int
    head: str | None
    refs: dict[str, ObjectId]
    purges: tuple[str, ...] = ()


class PurgeList(NamedTuple):
    """What was erased at a remote: ids of objects that it must not be given again, and what took commits' places.

    ``commits`` leads from each commit that was written anew to the one that stands for it now.
    """

    ids: frozenset[ObjectId]
    commits: dict[CommitId, CommitId]


NO_PURGES: Final = PurgeList(frozenset(), {})


class RefMove(NamedTuple):
    """A reference that is to be moved, if it names what is expected (None for "there is none") still."""

    name: str
    expected: ObjectId | None
    target: ObjectId | None


class Packable(NamedTuple):
    """An object as it travels: its bytes hash to its id."""

    id: ObjectId
    kind: ObjectKind
    body: bytes


class Taken(NamedTuple):
    """What need not be asked for again: all that was there at a generation, and the packs put there from here."""

    generation: int = 0
    packs: frozenset[str] = frozenset()


class Published(NamedTuple):
    """What a push made of a remote, the packs that it put there and how many bytes and objects these have.

    ``made`` is the generation that it made, 0 where it made none.
    """

    standing: Standing
    made: int = 0
    packs: tuple[str, ...] = ()
    objects: tuple[ObjectId, ...] = ()
    sent_bytes: int = 0


Missing = Callable[[Sequence[ObjectId]], Collection[ObjectId]]
Progress = Callable[[str, int], None]


class Remote(Protocol):
    """A place that memory is shared with: packs and manifests, or the store of another project.

    Every method raises as ``RemoteFiles`` does, DamagedRemote for what is not what was written there, NewerFormat and
    NotARemote. ``reads_files`` says that what ``fetch`` gives after the first comes out of files that nobody else reads
    meanwhile, and that nothing else is asked for it.
    """

    reads_files: bool

    def look(self) -> Standing | None:
        """What is there now; None where nothing is yet."""
        ...

    def fetch(
        self,
        standing: Standing,
        missing: Missing,
        taken: Taken,
        progress: Progress,
        roots: Collection[ObjectId] | None = None,
    ) -> Iterator[Packable]:
        """The objects that ``missing`` picks from those there; each verified against its id, none of them twice.

        With ``roots``, which are commits and tags, only what these lead to, down to what is not missing.
        All that can fail for want of a network has been done when the first is given.
        """
        ...

    def forget_fetched(self) -> None:
        """Throw away what ``fetch`` kept in order to go on later: it was taken in."""
        ...

    def require_safe(self) -> None:
        """Raise UnsafeRemote where two pushes could make the same file. Looks at what is there, and changes nothing."""
        ...

    def turn(self, tries: int) -> AbstractContextManager[None]:
        """See ``RemoteFiles.turn``; a place may be asked for its turn inside of its turn."""
        ...

    def purged(self, standing: Standing) -> PurgeList:
        """What was erased there. Costs a request for each purge that there was, and nothing where there was none."""
        ...

    def publish(
        self, standing: Standing | None, moves: Sequence[RefMove], objects: Iterator[Packable], progress: Progress
    ) -> Published | None:
        """Bring objects there and move references, all or none of these; None where one is not as expected any more.

        ``standing`` is what the objects were chosen by; None makes the remote. What was thrown away since makes the
        answer None too: look again, and choose again.
        """
        ...

    def close(self) -> None:
        """Give back what was held. Safe to call twice."""
        ...
