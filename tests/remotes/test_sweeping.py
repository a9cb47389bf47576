"""Folding and sweeping are the same on every transport; who reads or writes just then sees what happened."""

from __future__ import annotations

from pathlib import Path

import pytest
from remote_places import PLACES, Opener
from seats import Seat

from memora.errors.remotes import RemoteFileMissing
from memora.model.ids import ObjectId
from memora.operations.history.switch import switch_to_new
from memora.operations.remotes.fetch import no_progress
from memora.remotes.chain import Chain
from memora.remotes.closure import closure
from memora.remotes.compacting import compact, group
from memora.remotes.manifest import Manifest, Pack
from memora.remotes.packed import PackRemote
from memora.remotes.ports import PACKS, RefMove, Taken, pack_file
from memora.remotes.sweeping import sweep

MAIN, OLD = "refs/heads/main", "refs/heads/old"


@pytest.fixture(params=["memory", "folder", "git+file"])
def opener(request: pytest.FixtureRequest, tmp_path: Path) -> Opener:
    return PLACES[request.param](tmp_path)


@pytest.fixture
def seat(tmp_path: Path) -> Seat:
    seat = Seat(tmp_path / "ada")
    seat.remember("Auth uses JWT RS256")
    seat.commit("first")
    return seat


def publish(opener: Opener, seat: Seat, ref: str, target: ObjectId | None, tmp_path: Path) -> None:
    remote = PackRemote(opener(), "there", str(tmp_path / "spool"))
    standing = remote.look()
    refs = standing.refs if standing else {}
    objects = seat.repository.objects
    held = {item.id for item in closure(objects, refs.values(), lambda _: False)}
    items = closure(objects, [target] if target else [], held.__contains__)
    assert remote.publish(standing, [RefMove(ref, refs.get(ref), target)], items, no_progress)


def fill(opener: Opener, seat: Seat, tmp_path: Path) -> ObjectId:
    """Two branches, of which ``old`` is deleted; its tip."""
    publish(opener, seat, MAIN, seat.head.commit, tmp_path)
    seat.do(switch_to_new, "old", None)
    seat.remember("Nobody needs this")
    old = seat.commit("a try").commit
    publish(opener, seat, OLD, old, tmp_path)
    return ObjectId(old)


def newest(opener: Opener) -> Manifest:
    seen = Chain(opener(), "there").newest()
    assert seen is not None
    return seen.manifest


def test_folding_and_sweeping(opener: Opener, seat: Seat, tmp_path: Path) -> None:
    fill(opener, seat, tmp_path)
    files = opener()
    chain = Chain(files, "there")
    compacted = compact(files, chain, "there", no_progress)
    assert compacted is not None and (len(compacted.before), len(compacted.after)) == (2, 1)
    publish(opener, seat, OLD, None, tmp_path)
    held = newest(opener).packs[0]
    assert sweep(files, chain, "there", no_progress, dry_run=True) == (0, 2, 3, 1, held.size_bytes, None)
    swept = sweep(files, chain, "there", no_progress)
    (left,) = newest(opener).packs
    assert swept == (0, 2, 3, 1, held.size_bytes, left.size_bytes)
    assert (left.objects, left.generation, newest(opener).epoch) == (held.objects - 3, held.generation, 1)
    assert [file.name for file in opener().list(PACKS)] == [pack_file(left.name)]
    remote = PackRemote(opener(), "there", str(tmp_path / "spool"))
    standing = remote.look()
    assert standing is not None
    found = {item.id for item in remote.fetch(standing, set, Taken(), no_progress)}
    assert found == {item.id for item in closure(seat.repository.objects, [standing.refs[MAIN]], lambda _: False)}


def test_a_fetch_that_objects_were_taken_from_says_so(opener: Opener, seat: Seat, tmp_path: Path) -> None:
    old = fill(opener, seat, tmp_path)
    reader = PackRemote(opener(), "there", str(tmp_path / "spool"))
    standing = reader.look()
    assert standing is not None and standing.refs[OLD] == old
    publish(opener, seat, OLD, None, tmp_path)
    sweep(opener(), Chain(opener(), "there"), "there", no_progress)
    with pytest.raises(RemoteFileMissing):
        list(reader.fetch(standing, set, Taken(), no_progress))


def test_there_is_nothing(opener: Opener) -> None:
    assert sweep(opener(), Chain(opener(), "there"), "there", no_progress) is None
    assert compact(opener(), Chain(opener(), "there"), "there", no_progress) is None


def test_groups_stay_below_what_a_pack_may_hold() -> None:
    megabyte = 1024 * 1024
    packs = [Pack(f"{number:020}", size * megabyte, 10, 1) for number, size in enumerate((100, 60, 50, 20, 10, 127))]
    groups = list(group(packs, {pack.name: pack.size_bytes for pack in packs}))
    assert [[pack.size_bytes // megabyte for pack in packs] for packs in groups] == [[100, 20], [60, 50, 10]]
    dense = list(group(packs, {pack.name: 5 * pack.size_bytes for pack in packs}))
    assert [[pack.size_bytes // megabyte for pack in packs] for packs in dense] == [[60, 20, 10]]
    assert list(group([pack._replace(objects=600_000) for pack in packs], {pack.name: 1 for pack in packs})) == []
