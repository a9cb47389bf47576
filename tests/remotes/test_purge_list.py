"""What a remote says of what was erased there, as it is written and as anybody may have written it."""

from __future__ import annotations

import pytest
from blake3 import blake3

from memora.errors.remotes import DamagedRemote
from memora.errors.store import NewerFormat
from memora.model.ids import CommitId, ObjectId
from memora.remotes import purge_list
from memora.remotes.memory import MemoryFiles
from memora.remotes.pack import pack_small
from memora.remotes.ports import NO_PURGES, PurgeList
from memora.remotes.purge_list import decode_purge_list, encode_purge_lists, purge_file, read_purge_lists


def id_of(number: int) -> ObjectId:
    return ObjectId(blake3(str(number).encode()).digest())


def commit(number: int) -> CommitId:
    return CommitId(id_of(number))


def test_what_is_written_is_read() -> None:
    purges = PurgeList(frozenset(map(id_of, range(5))), {commit(1): commit(9)})
    [body] = encode_purge_lists(purges)
    assert decode_purge_list("purges/x", body) == purges
    assert list(encode_purge_lists(NO_PURGES)) == []


def test_a_long_list_is_several_files() -> None:
    purges = PurgeList(frozenset(map(id_of, range(100_001))), {commit(1): commit(2)})
    files = MemoryFiles()
    names = []
    for number, body in enumerate(encode_purge_lists(purges)):
        names.append(f"{number:020x}")
        files.create(purge_file(names[-1]), body)
    assert len(names) == 2
    assert read_purge_lists(files, names) == purges


def test_of_two_purges_a_commit_leads_to_the_last_successor() -> None:
    files = MemoryFiles()
    for name, pair in (("a", (1, 2)), ("b", (2, 3))):
        [body] = encode_purge_lists(PurgeList(frozenset(), {commit(pair[0]): commit(pair[1])}))
        files.create(purge_file(name), body)
    assert read_purge_lists(files, ["a", "b"]).commits == {commit(1): commit(3), commit(2): commit(3)}


def listed(*pairs: tuple[int, int]) -> dict[CommitId, CommitId]:
    files = MemoryFiles()
    [body] = encode_purge_lists(PurgeList(frozenset(), {commit(old): commit(new) for old, new in pairs}))
    files.create(purge_file("a"), body)
    return read_purge_lists(files, ["a"]).commits


def test_nothing_stands_for_what_leads_round_in_a_circle() -> None:
    assert listed((1, 2), (2, 1), (3, 1), (4, 5), (6, 6)) == {commit(4): commit(5)}


def test_a_long_way_is_gone_once() -> None:
    """Who writes one that leads from each commit to the next must not keep those busy who read it."""
    count = 100_000
    found = listed(*((number, number + 1) for number in range(count)))
    assert len(found) == count
    assert set(found.values()) == {commit(count)}


def test_lists_without_end_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purge_list, "MOST_ENTRIES", 5)
    files = MemoryFiles()
    for name in ("a", "b"):
        [body] = encode_purge_lists(PurgeList(frozenset({id_of(ord(name)), id_of(1)}), {commit(1): commit(ord(name))}))
        files.create(purge_file(name), body)
    assert len(read_purge_lists(files, ["a", "b"]).ids) == 3
    monkeypatch.setattr(purge_list, "MOST_ENTRIES", 3)
    with pytest.raises(DamagedRemote, match="more than 3 entries"):
        read_purge_lists(files, ["a", "b"])


HEX = b"ab" * 32


@pytest.mark.parametrize(
    "body",
    [
        b"not packed",
        pack_small(b"not json"),
        pack_small(b"{}"),
        pack_small(b'{"format":0}'),
        pack_small(b'{"format":true}'),
        pack_small(b'{"format":1,"more":1}'),
        pack_small(b'{"format":1,"refused":["x"]}'),
        pack_small(b'{"format":1,"refused":7}'),
        pack_small(b'{"commits":[{"old":"%s"}],"format":1}' % HEX),
        pack_small(b'{"commits":["%s"],"format":1}' % HEX),
        pack_small(b"0" * (33 * 1024 * 1024)),
    ],
)
def test_what_is_no_list_is_refused(body: bytes) -> None:
    with pytest.raises(DamagedRemote):
        decode_purge_list("purges/x", body)


def test_a_newer_one_is_not_read() -> None:
    with pytest.raises(NewerFormat):
        decode_purge_list("purges/x", pack_small(b'{"format":2}'))


def test_one_that_is_missing_is_named() -> None:
    with pytest.raises(DamagedRemote, match="purges/ab"):
        read_purge_lists(MemoryFiles(), ["ab"])
