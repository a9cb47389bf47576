"""What every place to share with does, whether it is made of packs and manifests or is another project's store."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from remote_places import PLACES
from seats import Seat

from memora.model.ids import ObjectId
from memora.operations.history.switch import switch_to_new
from memora.operations.remotes.fetch import no_progress
from memora.operations.remotes.other_store import StoreRemote
from memora.operations.start.init import init
from memora.remotes.closure import closure
from memora.remotes.packed import PackRemote
from memora.remotes.ports import Packable, Published, RefMove, Remote, Standing, Taken
from memora.repository import Repository
from memora.storage import remotes

MAIN = "refs/heads/main"
OTHER = "refs/heads/other"


class Place(NamedTuple):
    """A place that is new: how to open it, once more each time, and how something is thrown away there."""

    open: Callable[[], Remote]
    throw_away: Callable[[], None]


def packed(kind: str, directory: Path) -> Place:
    opener = PLACES[kind](directory)

    def throw_away() -> None:
        remote = PackRemote(opener(), "there", "")
        seen = remote.chain.newest()
        assert seen is not None
        assert remote.chain.append(seen, seen.manifest._replace(epoch=seen.manifest.epoch + 1))

    return Place(lambda: PackRemote(opener(), "there", str(directory / "spool")), throw_away)


def store(directory: Path) -> Place:
    path = init(str(directory / "there")).path
    known = remotes.Remote(1, "origin", path)

    def throw_away() -> None:
        with Repository.open(path) as repository, repository.exclusive():
            repository.refs.purges.add([ObjectId(bytes(32))], 1)

    return Place(lambda: StoreRemote(path, "there", "elsewhere", known, author="ada", now=1), throw_away)


REMOTES: dict[str, Callable[[Path], Place]] = {
    **{kind: lambda directory, kind=kind: packed(kind, directory) for kind in ("memory", "folder")},
    "store": store,
}


@pytest.fixture(params=REMOTES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    return REMOTES[request.param](tmp_path)


@pytest.fixture
def remote(place: Place) -> Iterator[Remote]:
    opened = place.open()
    yield opened
    opened.close()


@pytest.fixture
def seat(tmp_path: Path) -> Seat:
    """Somebody who has two commits to share."""
    seat = Seat(tmp_path / "ada")
    for content in ("Auth uses JWT RS256", "Deploys run from main"):
        seat.remember(content)
        seat.commit(content)
    return seat


def below(seat: Seat, *tips: ObjectId, but: Collection[ObjectId] = ()) -> list[Packable]:
    return list(closure(seat.repository.objects, tips, set(but).__contains__))


def commits(seat: Seat) -> tuple[Any, Any]:
    """The first and the second commit."""
    second = seat.head.commit
    assert second is not None
    return seat.repository.index.commits.find(second).parents[0], second


def publish(
    remote: Remote, standing: Standing | None, items: Sequence[Packable], *moves: RefMove, progress: Any = no_progress
) -> Published | None:
    return remote.publish(standing, moves, iter(items), progress)


def fetched(remote: Remote, standing: Standing, have: Collection[ObjectId] = ()) -> list[Packable]:
    items = remote.fetch(standing, lambda ids: {one for one in ids if one not in have}, Taken(), no_progress)
    return list(items)


def first_push(remote: Remote, seat: Seat) -> Published:
    first, _ = commits(seat)
    published = publish(remote, remote.look(), below(seat, first), RefMove(MAIN, None, first))
    assert published is not None
    return published


def test_where_nothing_is_there_is_nothing_to_see(remote: Remote) -> None:
    assert remote.look() is None


def test_what_is_published_first_is_there_for_all(place: Place, remote: Remote, seat: Seat) -> None:
    first, _ = commits(seat)
    published = first_push(remote, seat)
    assert published.standing.refs == {MAIN: first}
    assert published.standing.generation >= published.made > 0
    assert set(published.objects) == {item.id for item in below(seat, first)}
    assert published.sent_bytes > 0
    other = place.open()
    assert other.look() == published.standing
    assert other.look().head == "main"
    other.close()


def test_each_publication_is_a_later_generation(remote: Remote, seat: Seat) -> None:
    first, second = commits(seat)
    before = first_push(remote, seat).standing
    published = publish(remote, before, below(seat, second, but=[first]), RefMove(MAIN, first, second))
    assert published is not None
    after = published.standing
    assert after.generation > before.generation
    assert (after.identity, after.epoch) == (before.identity, before.epoch)
    assert after.digest not in (None, before.digest)
    assert after == remote.look()


def test_a_fetch_gives_all_that_is_there_once_and_verified(remote: Remote, seat: Seat) -> None:
    first, second = commits(seat)
    first_push(remote, seat)
    publish(remote, remote.look(), below(seat, second, but=[first]), RefMove(MAIN, first, second))
    found = fetched(remote, remote.look())
    assert len({item.id for item in found}) == len(found)
    assert sorted(found) == sorted(below(seat, second))


def test_a_fetch_gives_only_what_is_missing(remote: Remote, seat: Seat) -> None:
    first, second = commits(seat)
    first_push(remote, seat)
    publish(remote, remote.look(), below(seat, second, but=[first]), RefMove(MAIN, first, second))
    have = {item.id for item in below(seat, first)}
    found = fetched(remote, remote.look(), have)
    assert sorted(found) == sorted(item for item in below(seat, second) if item.id not in have)
    assert fetched(remote, remote.look(), {item.id for item in below(seat, second)}) == []


def branches(place: Place, remote: Remote, seat: Seat) -> dict[str, ObjectId]:
    """Three branches that share their beginning, of which two were pushed together and one later, by somebody else."""
    first, second = commits(seat)
    first_push(remote, seat)
    tips = {MAIN: second}
    for name in ("one", "two"):
        seat.do(switch_to_new, name, first.hex())
        for number in range(2):
            seat.remember(f"Branch {name} knows {number}")
            tips[f"refs/heads/{name}"] = seat.commit(f"{name} {number}").commit
    items = below(seat, second, tips["refs/heads/one"], but=[item.id for item in below(seat, first)])
    publish(
        remote,
        remote.look(),
        items,
        RefMove(MAIN, first, second),
        RefMove("refs/heads/one", None, tips["refs/heads/one"]),
    )
    other = place.open()
    items = below(seat, tips["refs/heads/two"], but=[item.id for item in below(seat, first)])
    publish(other, other.look(), items, RefMove("refs/heads/two", None, tips["refs/heads/two"]))
    other.close()
    return tips


def reached(remote: Remote, *roots: ObjectId, have: Collection[ObjectId] = ()) -> list[Packable]:
    def missing(ids: Sequence[ObjectId]) -> set[ObjectId]:
        return {one for one in ids if one not in have}

    standing = remote.look()
    assert standing is not None
    return list(remote.fetch(standing, missing, Taken(standing.generation), no_progress, roots))


def test_a_fetch_of_some_roots_gives_what_they_lead_to_and_nothing_else(
    place: Place, remote: Remote, seat: Seat
) -> None:
    tips = branches(place, remote, seat)
    for tip in tips.values():
        assert sorted(reached(remote, tip)) == sorted(below(seat, tip))
    assert sorted(reached(remote, *tips.values())) == sorted(below(seat, *tips.values()))
    assert reached(remote) == []


def test_a_fetch_of_some_roots_goes_down_to_what_is_here(place: Place, remote: Remote, seat: Seat) -> None:
    tips = branches(place, remote, seat)
    have = {item.id for item in below(seat, tips[MAIN])}
    two = tips["refs/heads/two"]
    assert sorted(reached(remote, two, have=have)) == sorted(item for item in below(seat, two) if item.id not in have)
    assert reached(remote, two, have={item.id for item in below(seat, two)}) == []


def test_what_was_sent_twice_is_there_once(remote: Remote, seat: Seat) -> None:
    first, second = commits(seat)
    first_push(remote, seat)
    publish(remote, remote.look(), below(seat, second), RefMove(MAIN, first, second))
    found = fetched(remote, remote.look())
    assert sorted(found) == sorted(below(seat, second))


def test_a_reference_that_moved_refuses_all_of_it(remote: Remote, seat: Seat) -> None:
    first, second = commits(seat)
    before = first_push(remote, seat).standing
    moves = RefMove(OTHER, None, second), RefMove(MAIN, None, second)
    assert publish(remote, before, below(seat, second), *moves) is None
    assert publish(remote, before, below(seat, second), RefMove(MAIN, second, first)) is None
    assert publish(remote, before, below(seat, second), RefMove(OTHER, second, None)) is None
    assert remote.look() == before


def test_other_references_may_have_moved(remote: Remote, seat: Seat) -> None:
    first, second = commits(seat)
    before = first_push(remote, seat).standing
    assert publish(remote, before, below(seat, second), RefMove(OTHER, None, second))
    published = publish(remote, before, [], RefMove("refs/tags/v1", None, first))
    assert published is not None
    assert published.standing.refs == {MAIN: first, OTHER: second, "refs/tags/v1": first}


def test_a_reference_goes(remote: Remote, seat: Seat) -> None:
    first, second = commits(seat)
    first_push(remote, seat)
    publish(remote, remote.look(), below(seat, second), RefMove(OTHER, None, second))
    published = publish(remote, remote.look(), [], RefMove(OTHER, second, None))
    assert published is not None
    assert published.standing.refs == {MAIN: first}


def test_who_chose_before_something_was_thrown_away_chooses_again(place: Place, remote: Remote, seat: Seat) -> None:
    first, second = commits(seat)
    before = first_push(remote, seat).standing
    place.throw_away()
    after = remote.look()
    assert after.epoch > before.epoch
    assert after.generation >= before.generation
    move = RefMove(MAIN, first, second)
    assert publish(remote, before, below(seat, second), move) is None
    assert publish(remote, None, below(seat, second), move) is None
    assert publish(remote, after, below(seat, second), move) is not None


def test_of_two_who_move_a_branch_at_once_one_does(place: Place, remote: Remote, seat: Seat) -> None:
    first, second = commits(seat)
    standing = first_push(remote, seat).standing
    items = below(seat, second)

    def move(_: int) -> bool:
        mine = place.open()
        try:
            return publish(mine, standing, items, RefMove(MAIN, first, second)) is not None
        finally:
            mine.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(move, range(4))) == 1
    assert remote.look().refs == {MAIN: second}
    assert sorted(fetched(remote, remote.look())) == sorted(items)


def test_of_two_who_make_a_remote_at_once_both_are_there(place: Place, seat: Seat) -> None:
    first, second = commits(seat)

    def move(job: tuple[str, ObjectId]) -> bool:
        mine = place.open()
        try:
            return publish(mine, None, below_of[job[1]], RefMove(job[0], None, job[1])) is not None
        finally:
            mine.close()

    below_of = {first: below(seat, first), second: below(seat, second)}
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(move, [(MAIN, first), (OTHER, second)])) == [True, True]
    there = place.open()
    assert there.look().refs == {MAIN: first, OTHER: second}
    assert sorted(fetched(there, there.look())) == sorted(below_of[second])
    there.close()


def test_what_fails_while_it_is_chosen_leaves_nothing(remote: Remote, seat: Seat) -> None:
    first, second = commits(seat)
    before = first_push(remote, seat).standing

    def broken() -> Iterator[Packable]:
        yield below(seat, second)[0]
        raise RuntimeError("the source failed")

    with pytest.raises(RuntimeError, match="the source failed"):
        remote.publish(before, [RefMove(MAIN, first, second)], broken(), no_progress)
    assert remote.look() == before


def test_closing_twice_is_safe(place: Place, seat: Seat) -> None:
    remote = place.open()
    standing = first_push(remote, seat).standing
    items = remote.fetch(standing, set, Taken(), no_progress)
    next(items)
    remote.close()
    remote.close()
