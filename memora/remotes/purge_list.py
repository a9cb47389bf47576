"""The files in which a remote says what was erased there (SPEC.md, "Purge lists"). They hold ids and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final

from memora.errors import BadInput
from memora.errors.remotes import DamagedRemote, RemoteFileMissing
from memora.errors.store import NewerFormat
from memora.model import canonical, fields
from memora.model.ids import CommitId, ObjectId
from memora.remotes.pack import pack_small, unpack_small
from memora.remotes.ports import LARGEST_CREATED_BYTES, NO_PURGES, PURGES, FileReader, PurgeList

FORMAT: Final = 1
LARGEST_BYTES: Final = 32 * 1024 * 1024
_MOST_IN_A_FILE: Final = 100_000
# All lists of a remote together: two gigabytes of memory for who reads them.
MOST_ENTRIES: Final = 4_000_000
_FIELDS: Final = frozenset({"format", "refused", "commits"})
_COMMIT_FIELDS: Final = frozenset({"old", "new"})


def encode_purge_lists(purges: PurgeList) -> Iterator[bytes]:
    """The bytes of the files that say what was erased; none where nothing was."""
    ids, commits = iter(sorted(purges.ids)), iter(sorted(purges.commits.items()))
    while True:
        some, pairs = list(islice(ids, _MOST_IN_A_FILE)), list(islice(commits, _MOST_IN_A_FILE))
        if not some and not pairs:
            return
        body: dict[str, Any] = {"format": FORMAT}
        if some:
            body["refused"] = [object_id.hex() for object_id in some]
        if pairs:
            body["commits"] = [{"old": old.hex(), "new": new.hex()} for old, new in pairs]
        yield pack_small(canonical.encode_checked(body))


def decode_purge_list(name: str, packed: bytes) -> PurgeList:
    """What a file says. Raises DamagedRemote, and NewerFormat where a newer memora wrote it."""
    body = unpack_small(name, packed, LARGEST_BYTES)
    try:
        parsed = canonical.decode(body)
        found = parsed["format"]
        if type(found) is not int or found < 1:
            raise ValueError(f"its format is {found!r:.40}")
        if found > FORMAT:
            raise NewerFormat(found, FORMAT, f"{name} at the remote")
        fields.require_known(parsed, _FIELDS)
        return PurgeList(
            frozenset(map(fields.object_id, parsed.get("refused", ()))), dict(map(_commit, parsed.get("commits", ())))
        )
    except KeyError as error:
        raise DamagedRemote(name, f"it has no {error}") from None
    except (BadInput, TypeError, ValueError, AttributeError) as error:
        raise DamagedRemote(name, str(error)) from None


def read_purge_lists(files: FileReader, names: Iterable[str]) -> PurgeList:
    """What some files of a remote say together; of two that say what stands for a commit the later one counts.

    Raises DamagedRemote, also where one is not there: a manifest names it, and none is ever removed; and where they say
    more than anybody can have erased.
    """
    ids: set[ObjectId] = set()
    commits: dict[CommitId, CommitId] = {}
    for name in names:
        file = purge_file(name)
        try:
            packed = b"".join(files.read(file, 0, LARGEST_CREATED_BYTES))
        except RemoteFileMissing:
            raise DamagedRemote(file, "it is missing") from None
        found = decode_purge_list(file, packed)
        ids |= found.ids
        commits |= found.commits
        if not has_room(len(ids) + len(commits)):
            raise DamagedRemote(file, f"there are more than {MOST_ENTRIES:,} entries in it and those before it")
    return PurgeList(frozenset(ids), _followed(commits)) if ids or commits else NO_PURGES


def has_room(entries: int) -> bool:
    """Whether all lists of a remote may have so many entries together."""
    return entries <= MOST_ENTRIES


def purge_file(name: str) -> str:
    """The file of a purge list."""
    return f"{PURGES}{name}"


def _followed(commits: dict[CommitId, CommitId]) -> dict[CommitId, CommitId]:
    """For each commit the last one that took its place; none for those that lead round in a circle."""
    last: dict[CommitId, CommitId | None] = {}
    for old in commits:
        way: dict[CommitId, None] = {}
        found = old
        while found in commits and found not in last and found not in way:
            way[found] = None
            found = commits[found]
        end = None if found in way else last.get(found, found)
        last.update(dict.fromkeys(way, end))
    return {old: new for old, new in last.items() if new is not None}


def _commit(value: Any) -> tuple[CommitId, CommitId]:
    fields.require_known(value, _COMMIT_FIELDS)
    return CommitId(fields.object_id(value["old"])), CommitId(fields.object_id(value["new"]))
