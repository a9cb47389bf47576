"""Carry what was erased here to remotes of packs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import nullcontext
from typing import Final, NamedTuple

from memora.errors import MemoraError
from memora.errors.remotes import Purged, RemoteUnavailable
from memora.model.erasure import Erasure, erase_text
from memora.model.ids import ObjectId
from memora.operations.care.purge import Erased, Task, erase
from memora.operations.care.purging.elsewhere import Elsewhere
from memora.operations.remotes.arrivals import require_kinds, take_in
from memora.operations.remotes.erased_names import name_given_here, name_without
from memora.operations.remotes.fetch import Asked, download, no_progress, take_name
from memora.operations.remotes.places import learn, look, open_place, seen_now
from memora.operations.revisions import REMOTES
from memora.remotes.closure import closure
from memora.remotes.manifest import BRANCHES
from memora.remotes.pack_erasing import PackErasing, Wanted
from memora.remotes.packed import PackRemote
from memora.remotes.ports import Packable, Progress, Published, PurgeList, RefMove, Standing, Taken
from memora.remotes.ports import Remote as Place
from memora.remotes.purge_list import has_room
from memora.repository import Repository
from memora.storage.remotes import Remote

_MOST_TRIES: Final = 20


class Carried(NamedTuple):
    """What came of carrying purges to a remote.

    ``moves`` are the references that lead elsewhere there now, ``renamed`` those that are called otherwise.
    ``problem`` says why it was not reached, None where it was; ``is_store`` that it is the store of another project;
    ``changed`` that something was there to be erased, when it was seen last or now.
    """

    remote: str
    moves: tuple[RefMove, ...] = ()
    renamed: tuple[str, ...] = ()
    problem: str | None = None
    is_store: bool = False
    changed: bool = False


def waiting_remotes(repository: Repository) -> tuple[str, ...]:
    """The remotes that were seen last with something that was erased here since."""
    return tuple(remote.name for remote in repository.refs.remotes.list() if _waits(repository, remote))


def _waits(repository: Repository, remote: Remote) -> bool:
    return bool(repository.refs.purges.has(repository.refs.remotes.tips(remote).values()))


def carry_purges(
    repository: Repository,
    names: Sequence[str],
    *,
    author: str,
    now: int,
    erased: Erased | None = None,
    match: str | None = None,
    trusted: Collection[str] = (),
    progress: Progress = no_progress,
) -> tuple[Carried, ...]:
    """Erase at some remotes all that was ever erased here; one that cannot be reached stops no other.

    Safe to call again, and due again for each that was not reached. ``erased`` is what was erased just now, if
    anything, and ``match`` a text: by its words that is also found which others have pushed since, and in names.
    """
    known = [repository.refs.remotes.get(name).name for name in names]
    words = erased.erasure if erased is not None else None if match is None else erase_text(match)
    by = _By(author, now, words, {} if erased is None else dict(erased.named))
    done = []
    for name in known:
        try:
            done.append(_carry(repository, name, by, trusted, progress))
        except MemoraError as error:
            done.append(Carried(name, problem=str(error)))
    return tuple(done)


class _By(NamedTuple):
    """Who carries a purge and when; what it erased, and what it put in the place of tags and sessions."""

    author: str
    now: int
    erasure: Erasure | None
    named: dict[ObjectId, ObjectId | None]

    @property
    def goes_by_text(self) -> bool:
        """Whether it is a text that goes, so that it goes from names, too."""
        return self.erasure is not None and self.erasure.match is not None


def _carry(repository: Repository, name: str, by: _By, trusted: Collection[str], progress: Progress) -> Carried:
    refs = repository.refs
    with open_place(repository, refs.remotes.get(name), trusted=trusted) as place:
        if not isinstance(place, PackRemote):
            return Carried(name, problem="it is the store of another project", is_store=True)
        erasing = PackErasing(place, lambda ids: _kept(repository, ids), refs.purges.has)
        for tries in range(_MOST_TRIES):
            # Who comes second the first time queues: others then wait for this, for some seconds at most.
            with place.turn(tries) if tries else nullcontext():
                remote = refs.remotes.get(name)
                standing = look(place, remote)
                if standing is None or not (refs.purges.count() or by.goes_by_text):
                    return Carried(name)
                if any(_is_unknown(repository, target) for target in standing.refs.values()):
                    _take_over(repository, place, remote, standing, by, progress)
                with repository.snapshot():
                    wanted, renamed = _wanted(repository, place, remote, standing, by)
                    published = _publish(repository, place, erasing, standing, wanted)
            if published is not None:
                changed = published.made > 0 or _waits(repository, remote)
                _record(repository, remote, published, by)
                moves = _moves(standing.refs, published.standing.refs)
                return Carried(name, moves, renamed, changed=changed)
        erasing.abandon()
    return Carried(name, problem="others pushed to it all the time")


def _kept(repository: Repository, ids: Sequence[ObjectId]) -> set[ObjectId]:
    """What may stay of some objects of a remote: what is here. All that its references lead to is."""
    there = repository.objects.present(ids)
    return there - repository.refs.purges.has(there)


def _is_unknown(repository: Repository, target: ObjectId) -> bool:
    """Whether nobody here has heard of an object: others put it there since the last fetch."""
    return not repository.objects.has(target) and not repository.refs.purges.has([target])


def _take_over(
    repository: Repository,
    place: Place,
    remote: Remote,
    standing: Standing,
    by: _By,
    progress: Progress,
) -> None:
    """Take in all that is at a remote and erase it again in the same transaction, with what others made of it."""
    items = download(place, standing, Asked(repository), Taken(), progress)

    def find() -> Task:
        take_in(repository, items, remote.name, progress, purged_too=True)
        require_kinds(repository.objects.kind_of, standing.refs)
        purges = repository.refs.purges
        # What stands for tags and sessions here stands for those that are still there.
        refs = {name: target for name, _, target in repository.refs.rows()}
        elsewhere = Elsewhere(frozenset(id for id, _ in purges.list()), purges.rewritten(), refs)
        return Task(by.erasure or elsewhere.words(repository.objects), elsewhere, has_written=True)

    erased = erase(repository, find, author=by.author, now=by.now)
    if isinstance(erased, Erased):
        by.named.update(erased.named)
    place.forget_fetched()


def _wanted(
    repository: Repository, place: PackRemote, remote: Remote, standing: Standing, by: _By
) -> tuple[Wanted, tuple[str, ...]]:
    """What the remote is to be, and the new names of references whose names held what is erased."""
    purges, theirs = repository.refs.purges, place.purged(standing)
    ids, commits = frozenset(id for id, _ in purges.list()), purges.rewritten()
    successors = dict[ObjectId, ObjectId | None]([*commits.items(), *by.named.items()])
    refs: dict[str, ObjectId] = {}
    renamed: dict[str, str] = {}
    for ref, target in sorted(standing.refs.items()):
        if by.erasure is None:
            name = name_given_here(repository, remote, ref, successors.get(target, target), {*standing.refs, *refs})
        else:
            name = name_without(ref, by.erasure, {*standing.refs, *refs})
        after = _after(repository, (ref, name), target, successors)
        if after is None and ref.startswith(BRANCHES):
            # Whoever erased it has written another one in its place; who says so without one may be lying.
            raise Purged(f"branch {ref.removeprefix(BRANCHES)}, for which nothing stands here,", (target.hex(),))
        if after is None:
            continue
        if name != ref:
            renamed[ref] = name
        refs[name] = after
    head = standing.head
    if head is not None:
        head = renamed.get(BRANCHES + head, head).removeprefix(BRANCHES)
    # What others have put in a place counts: what stands for that is in the list as well.
    new = {old: target for old, target in commits.items() if old not in theirs.commits}
    listed = PurgeList(ids - theirs.ids, new)
    if not has_room(sum(map(len, (*theirs, *listed)))):
        raise RemoteUnavailable(place.address, "its lists of what was erased are full; push to a new remote")
    # Where nobody knows any more what was erased it may have been in names.
    return Wanted(refs, head, listed, by.goes_by_text or by.erasure is None), tuple(renamed.values())


def _after(
    repository: Repository, names: Sequence[str], target: ObjectId, successors: Mapping[ObjectId, ObjectId | None]
) -> ObjectId | None:
    """Where a reference of the remote is to lead: what stands for its target, or what it names here; None for gone.

    Who was killed before he got here has forgotten what stands for tags; such a tag may be called otherwise here.
    """
    purged = repository.refs.purges.has
    found = (successors.get(target, target), *map(repository.refs.find, names))
    return next((after for after in found if after is not None and not purged([after])), None)


def _publish(
    repository: Repository, place: PackRemote, erasing: PackErasing, standing: Standing, wanted: Wanted
) -> Published | None:
    refused = place.purged(standing).ids

    def needed(there: Collection[ObjectId]) -> Iterator[Packable]:
        for item in closure(repository.objects, wanted.refs.values(), there.__contains__):
            if item.id in refused:
                raise Purged("this purge", (item.id.hex(),))
            yield item

    return erasing.publish(standing, wanted, needed)


def _moves(before: Mapping[str, ObjectId], after: Mapping[str, ObjectId]) -> tuple[RefMove, ...]:
    """The references that moved, under the names that they have now."""
    moves = (RefMove(name, before.get(name), after[name]) for name in sorted(after))
    return tuple(move for move in moves if move.expected != move.target)


def _record(repository: Repository, remote: Remote, published: Published, by: _By) -> None:
    """Remember what the remote holds now: all of it is here."""
    standing, followed = published.standing, f"{REMOTES}{remote.name}/"
    there = {
        f"{followed}{ref.removeprefix(BRANCHES)}": target
        for ref, target in standing.refs.items()
        if ref.startswith(BRANCHES)
    }
    with repository.transaction("push", author=by.author, now=by.now) as transaction:
        here = {f"{followed}{name}": target for name, target in repository.refs.list(followed)}
        for name in sorted(here.keys() | there.keys(), key=lambda name: name in there):
            transaction.move_ref(name, here.get(name), there.get(name))
        for ref, target in sorted(standing.refs.items()):
            if not ref.startswith(BRANCHES) and repository.refs.find(ref) is None:
                take_name(repository, transaction, ref, target)
        learn(repository, remote, standing, published.objects)
        repository.refs.remotes.forget_packs(remote)
        repository.refs.remotes.see(seen_now(remote, standing)._replace(fetched=standing.generation), standing.refs)
        transaction.summary = f"to {remote.name}: what was purged"
