"""Everything at a remote is checked, and what a store lost comes back from there."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import apsw
import pytest
from members import Member

from memora.errors.remotes import RemoteNotFound
from memora.model.canonical import encode_checked
from memora.model.ids import ObjectId, hash_object
from memora.operations.care.fsck import fsck
from memora.operations.care.problems import Problem
from memora.operations.care.repair import Copies, Repaired, repair
from memora.operations.history.tag import create_tag
from memora.operations.remotes.inspection import fsck_remote
from memora.operations.remotes.restoring import find_copies
from memora.remotes.chain import Chain
from memora.remotes.folder import FolderFiles
from memora.remotes.manifest import Pack, encode_manifest
from memora.remotes.pack import PackWriter
from memora.remotes.ports import Packable, pack_file


@pytest.fixture
def ada(tmp_path: Path, remote: Path) -> Member:
    member = Member.sharing(tmp_path / "ada", remote)
    for number in range(40):
        member.remember(f"fact {number}", key=f"fact.{number}")
        if number % 10 == 9:
            member.commit(f"commit {number}")
            member.push()
    member.do(create_tag, "v1", message="the first")
    member.push(tags=True)
    return member


def rules(seat: Member) -> set[str]:
    found: list[Problem] = []
    checked = fsck_remote(seat.repository, "origin", report=found.append)
    assert (checked.errors + checked.warnings, checked.rules) == (len(found), {problem.rule for problem in found})
    return {problem.rule for problem in found}


def test_a_sound_remote(ada: Member) -> None:
    assert rules(ada) == set()
    checked = fsck_remote(ada.repository, "origin", report=lambda problem: None)
    assert checked.counts["manifests"] == checked.counts["packs"] == 5
    assert checked.counts["objects"] > 40 + 4 + 1


def test_there_is_nothing(ada: Member, remote: Path) -> None:
    shutil.rmtree(remote)
    with pytest.raises(RemoteNotFound):
        rules(ada)


def flip(path: Path, at: int) -> None:
    body = bytearray(path.read_bytes())
    body[at] ^= 1
    path.write_bytes(body)


def packs(remote: Path) -> list[Path]:
    return sorted((remote / "packs").iterdir())


def manifests(remote: Path) -> list[Path]:
    return sorted((remote / "manifests").iterdir())


DAMAGES: dict[str, tuple[Callable[[Path], object], set[str]]] = {
    "a frame": (lambda remote: flip(packs(remote)[0], 30), {"remote-pack"}),
    "an index": (lambda remote: flip(packs(remote)[0], -70), {"remote-pack"}),
    "a cut pack": (lambda remote: packs(remote)[1].write_bytes(packs(remote)[1].read_bytes()[:-9]), {"remote-pack"}),
    "a pack that is gone": (lambda remote: packs(remote)[2].unlink(), {"remote-pack"}),
    "the newest manifest": (lambda remote: flip(manifests(remote)[-1], 8), {"remote-manifest"}),
    "a manifest in between": (lambda remote: manifests(remote)[2].unlink(), {"remote-chain"}),
    "an old manifest": (lambda remote: flip(manifests(remote)[1], 8), {"remote-manifest"}),
    "a manifest of another": (
        lambda remote: rewrite(remote, lambda manifest: manifest._replace(previous=bytes(32))),
        {"remote-chain"},
    ),
    "a tombstone in use": (
        lambda remote: rewrite(remote, lambda manifest: manifest._replace(tombstones={manifest.packs[0].name: 1})),
        {"remote-manifest"},
    ),
    "a pack less": (
        lambda remote: rewrite(remote, lambda manifest: manifest._replace(packs=manifest.packs[1:])),
        {"missing-object", "remote-stray"},
    ),
    "another count": (
        lambda remote: rewrite(
            remote,
            lambda manifest: manifest._replace(packs=(manifest.packs[0]._replace(objects=3), *manifest.packs[1:])),
        ),
        {"remote-pack"},
    ),
    "a reference to nothing": (
        lambda remote: rewrite(remote, lambda manifest: manifest._replace(refs={"refs/heads/x": ObjectId(bytes(32))})),
        {"remote-reference"},
    ),
    "a tag as a branch": (
        lambda remote: rewrite(
            remote, lambda manifest: manifest._replace(refs={"refs/heads/x": manifest.refs["refs/tags/v1"]})
        ),
        {"remote-reference"},
    ),
    "no format": (lambda remote: (remote / "format").unlink(), {"remote-format"}),
    "another format": (lambda remote: (remote / "format").write_text("something else"), {"remote-format"}),
}


def rewrite(remote: Path, change: Callable[[Any], Any]) -> None:
    """Change the newest manifest in its place, which memora never does."""
    seen = Chain(FolderFiles(str(remote)), "there").newest()
    assert seen is not None
    manifests(remote)[-1].write_bytes(encode_manifest(change(seen.manifest)))


@pytest.mark.parametrize("what", DAMAGES)
def test_damage_is_named(ada: Member, remote: Path, what: str) -> None:
    spoil, expected = DAMAGES[what]
    spoil(remote)
    assert rules(ada) == expected


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        ("node", b'{"content": "not in its one form"}', {"object-form"}),
        ("session", encode_checked({"parts": ["ab" * 32]}), {"missing-object"}),
    ],
)
def test_objects_that_nobody_should_have_taken(
    ada: Member, remote: Path, kind: Any, body: bytes, expected: Any
) -> None:
    files = FolderFiles(str(remote))
    chain = Chain(files, "there")
    seen = chain.newest()
    assert seen is not None
    writer = PackWriter(iter([Packable(hash_object(kind, body), kind, body)]))
    size = files.upload(pack_file("ab" * 10), writer.chunks())
    pack = Pack("ab" * 10, size, 1, seen.manifest.generation + 1)
    assert chain.append(seen, seen.manifest._replace(packs=(*seen.manifest.packs, pack)))
    assert rules(ada) == expected


# What a store lost.


def spoil(seat: Member, *statements: str) -> str:
    """Close a store and do to its database what no command does; gives its path."""
    seat.repository.close()
    path = str(seat.directory / ".memora")
    connection = apsw.Connection(f"{path}/memora.db")
    for statement in statements:
        connection.execute(statement)
        assert connection.changes(), statement
    connection.close()
    return path


def mend(path: str, name: str = "origin") -> Repaired:
    problems: list[Problem] = []
    found = fsck(path, report=problems.append)
    assert found.errors

    def find(lost: Any) -> Copies:
        return find_copies(path, name, lost)

    return repair(path, found, problems, find_copies=find)


def bodies(path: str) -> dict[bytes, tuple[int, bytes]]:
    connection = apsw.Connection(f"{path}/memora.db")
    rows = {row[0]: row[1:] for row in connection.execute("SELECT id, kind, body FROM objects")}
    connection.close()
    return rows


FLIPPED = "UPDATE objects SET body = CAST(replace(CAST(body AS TEXT), 'fact', 'lies') AS BLOB) WHERE kind = 0"
ALL_TREES = "DELETE FROM objects WHERE kind = 1"


@pytest.mark.parametrize(
    "statements",
    [
        (f"{FLIPPED} AND row % 3 = 0",),
        ("DELETE FROM objects WHERE row % 4 = 1",),
        (FLIPPED, ALL_TREES),
        ("DELETE FROM objects WHERE kind = 2", "DELETE FROM objects WHERE kind = 0"),
        ("DELETE FROM objects",),
        ("UPDATE objects SET kind = 3 WHERE kind = 1",),
        ("DELETE FROM objects WHERE row % 2 = 0", "DELETE FROM versions WHERE row % 3 = 0"),
    ],
)
@pytest.mark.parametrize("source", ["folder", "store"])
def test_what_is_lost_comes_back(ada: Member, tmp_path: Path, statements: tuple[str, ...], source: str) -> None:
    before = bodies(str(ada.directory / ".memora"))
    if source == "store":
        shutil.copytree(ada.directory, tmp_path / "shelf")
        with ada.repository.exclusive():
            ada.repository.refs.remotes.add("shelf", str(tmp_path / "shelf"))
    path = spoil(ada, *statements)
    repaired = mend(path, "shelf" if source == "store" else "origin")
    after = bodies(path)
    assert after.keys() <= before.keys()
    assert repaired.restored and repaired.copy is not None and Path(repaired.copy).exists()
    # Only working trees between two commits were never pushed.
    lost = {object_id for object_id, found in before.items() if after.get(object_id) != found}
    assert lost == set(repaired.not_found)
    assert {before[object_id][0] for object_id in lost} <= {1}
    assert {problem.object for problem in repaired.problems if problem.object} == lost
    assert not lost or source == "folder"
    seat = Member(ada.directory)
    assert seat.memories == {f"fact {number}" for number in range(40)}
    assert seat.push().moves == ()


def test_what_is_not_there_is_named(ada: Member) -> None:
    ada.remember("only here")
    path = spoil(
        ada, f"{FLIPPED} AND row < 5", "UPDATE objects SET body = x'00' WHERE CAST(body AS TEXT) LIKE '%only here%'"
    )
    repaired = mend(path)
    assert len(repaired.not_found) == 1
    assert {problem.object for problem in repaired.problems if problem.rule == "object-id"} == {*repaired.not_found}
    assert repaired.restored


def test_a_remote_that_lies_puts_nothing_in(ada: Member, remote: Path) -> None:
    """The packs say that they hold the objects, and hold others."""
    objects = ada.repository.objects
    everything = [Packable(object_id, kind, body) for _, object_id, kind, body in objects.scan() if kind]
    changed = [item._replace(body=item.body.replace(b"fact", b"lies")) for item in everything]
    path = packs(remote)[0]
    writer = PackWriter(iter(changed))
    path.write_bytes(b"".join(writer.chunks()))
    pack = Pack(path.stem, path.stat().st_size, len(writer.ids), 1)
    seen = Chain(FolderFiles(str(remote)), "there").newest()
    assert seen is not None
    manifests(remote)[-1].write_bytes(encode_manifest(seen.manifest._replace(packs=(pack,))))
    path_here = spoil(ada, f"{FLIPPED} AND row % 2 = 0")
    damaged = bodies(path_here)
    repaired = mend(path_here)
    assert bodies(path_here) == damaged
    assert repaired.restored == 0 and repaired.not_found
