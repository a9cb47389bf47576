"""Bring what is at a remote here: objects, and where its branches stand. The working tree is not touched."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import NamedTuple

from memora.config.settings import Settings
from memora.errors import BadInput, Damaged, DamagedObject, LooksAlike, MemoraError, MissingObject, NotFound, Refused
from memora.errors.remotes import DamagedRemote, Purged, RemoteFileMissing, RemoteRewritten
from memora.history.graph import is_ancestor
from memora.history.load import load_node
from memora.history.ranges import commits_between
from memora.model.ids import CommitId, ObjectId, SessionId, VersionId
from memora.operations.remotes.arrivals import Arrived, Examined, examine, require_kinds, take_in_examined
from memora.operations.remotes.orders import Order, orders_with_names
from memora.operations.remotes.places import learn, look, reach_place, require_remote, seen_now, short_id, tips_seen
from memora.operations.remotes.sessions import take_in_session
from memora.operations.revisions import REMOTES
from memora.operations.second_process import apart
from memora.operations.sessions.end import stand_aside
from memora.remotes.ports import Packable, Progress, PurgeList, Standing, Taken
from memora.remotes.ports import Remote as Place
from memora.repository import Repository, Transaction
from memora.storage.refs import BRANCHES, SESSIONS, TAGS
from memora.storage.remotes import Remote


class RefChange(NamedTuple):
    """A reference that moved here because of a remote: its full name here, and where it was and is.

    ``kept`` says why it was left where it was, None where it moved; ``rewritten`` that history there was replaced.
    """

    name: str
    before: ObjectId | None
    after: ObjectId | None
    rewritten: bool = False
    kept: str | None = None


class StillHere(NamedTuple):
    """What a remote has erased and this store has: how many objects, memories that they are of, and which commits."""

    objects: int
    memories: int
    commits: frozenset[CommitId]


class Fetched(NamedTuple):
    """What a fetch brought: moved references, and how many objects, versions and commits were new.

    ``head`` is the branch that the remote calls its first. ``still_here`` is what was erased there and is not here,
    None where all of that is gone. ``orders`` are commits and names of references that came and read like orders: who
    looks at them should know.
    """

    remote: str
    changes: tuple[RefChange, ...]
    objects: int
    versions: int
    commits: int
    head: str | None
    still_here: StillHere | None = None
    orders: tuple[Order, ...] = ()


def configured_branches(settings: Settings) -> dict[str, tuple[str, ...]]:
    """The branches that the setting ``fetch.branches`` lets come, by remote; all come of a remote that is not there.

    Raises BadInput.
    """
    found: dict[str, tuple[str, ...]] = {}
    for text in settings.words("fetch.branches"):
        remote, slash, branch = text.partition("/")
        if not (remote and slash and branch):
            raise BadInput("fetch.branches", f"{text!r} is not REMOTE/BRANCH")
        found[remote] = (*found.get(remote, ()), branch)
    return found


def no_progress(_what: str, _count: int) -> None:
    """Show nothing."""


def fetch(
    repository: Repository,
    name: str,
    *,
    author: str,
    now: int,
    branches: Collection[str] = (),
    as_far_as_there: bool = False,
    force: bool = False,
    trusted: Collection[str] = (),
    progress: Progress = no_progress,
    place: Place | None = None,
) -> Fetched:
    """Take in everything that a remote has and this store has not, in one transaction.

    With ``branches`` that is what these need, and everything else of the remote is left alone: other branches, tags and
    sessions stay as they were seen last. One that the remote has not raises NotFound, unless ``as_far_as_there``.

    A fetch that was interrupted goes on where it was. Raises NotFound for an unknown remote, RemoteNotFound where
    nothing is at its address, RemoteUnavailable, DamagedRemote, Purged; and RemoteRewritten where the remote moved
    back or a branch of it lost commits, unless ``force`` takes it as it is now, and tags that name something else here
    too. ``place`` is that of the remote where it is open already.
    """
    remote = repository.refs.remotes.get(name)
    with reach_place(place, repository, remote, trusted=trusted) as reached:
        standing = require_remote(remote, look(reached, remote, force=force))
        while True:
            purges = reached.purged(standing)
            asked = Asked(repository)
            items: Iterator[Packable] = iter(())
            chosen = _choose(remote, standing, branches, as_far_as_there=as_far_as_there)
            if standing.generation == remote.fetched and standing.digest == remote.manifest:
                break
            if force and standing.identity != remote.identity:
                remote = remote._replace(identity=None, fetched=0, epoch=standing.epoch)
            try:
                roots = chosen.values() if branches else None
                items = download(reached, standing, asked, _taken(repository, remote), progress, roots)
                break
            except RemoteFileMissing:  # objects were thrown away meanwhile; look what is there without them
                before, standing = standing, require_remote(remote, look(reached, remote, force=force))
                if standing.digest == before.digest:
                    raise
        with (
            _clearing(reached),
            _examined(reached, items, asked) as examined,
            repository.transaction("fetch", author=author, now=now) as transaction,
        ):
            if remote.identity is None:
                repository.refs.remotes.forget_seen(remote)
            arrived = _store(repository, examined, name, progress)
            if standing.epoch == remote.epoch:
                repository.refs.remotes.add_objects_after(remote, arrived.before)
            gone = _gone(repository, remote, standing, branches)
            result = _settle(repository, transaction, remote, standing, chosen, gone, arrived, purges, force=force)
            learn(repository, remote, standing, asked.known)
            if branches:
                tips = tips_seen(repository, remote, standing, map(BRANCHES.__add__, branches))
                repository.refs.remotes.see(seen_now(remote, standing), tips)
            else:
                repository.refs.remotes.forget_packs(remote)
                now_seen = seen_now(remote, standing)._replace(fetched=standing.generation)
                repository.refs.remotes.see(now_seen, standing.refs)
            if only_sessions(result.changes):
                stand_aside(repository, transaction)  # what happened, happened: undo is about what was done before
            count = len(result.changes)
            transaction.summary = f"{name}, {count} {'reference' if count == 1 else 'references'}"
    return result._replace(still_here=_still_here(repository, purges))


@contextmanager
def _clearing(place: Place) -> Iterator[None]:
    """Throw away what was fetched once it was taken in, or found to be nothing that can be."""
    try:
        yield
    except (Damaged, Refused):
        place.forget_fetched()
        raise
    place.forget_fetched()


class Asked:
    """Answers which objects are missing here, and remembers those that are not and how many are."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self.known: list[ObjectId] = []
        self.wanted = 0

    def missing(self, ids: Sequence[ObjectId]) -> Collection[ObjectId]:
        """Those of some objects that this store has not."""
        there = self._repository.objects.present(ids)
        self.known += there
        self.wanted += len(ids) - len(there)
        return set(ids) - there


def _choose(
    remote: Remote, standing: Standing, branches: Collection[str], *, as_far_as_there: bool
) -> dict[str, ObjectId]:
    """The references of a remote that are fetched: all, or some branches. Raises NotFound."""
    if not branches:
        return standing.refs
    there = [ref.removeprefix(BRANCHES) for ref in standing.refs if ref.startswith(BRANCHES)]
    lacking = next((branch for branch in branches if branch not in there), None)
    if lacking is not None and not as_far_as_there:
        from difflib import get_close_matches

        like = [f"{remote.name}/{name}" for name in get_close_matches(lacking, there, 3) or sorted(there)[:3]]
        raise NotFound("remote branch", f"{remote.name}/{lacking}", tuple(like))
    return {BRANCHES + branch: standing.refs[BRANCHES + branch] for branch in branches if branch in there}


def _taken(repository: Repository, remote: Remote) -> Taken:
    return Taken(remote.fetched, frozenset(repository.refs.remotes.packs(remote)))


def download(
    place: Place,
    standing: Standing,
    asked: Asked,
    taken: Taken,
    progress: Progress,
    roots: Collection[ObjectId] | None = None,
) -> Iterator[Packable]:
    """The objects that are missing, once all of them have come: whoever takes them in waits for no network."""
    items = place.fetch(standing, asked.missing, taken, progress, roots)
    first = next(items, None)
    return iter(()) if first is None else chain([first], items)


@contextmanager
def _examined(place: Place, items: Iterator[Packable], asked: Asked) -> Iterator[Iterator[Sequence[Examined]]]:
    """What was fetched, looked at object by object; of much that is in files, by a second process."""
    examined = examine(items)
    if not place.reads_files:
        yield examined
        return
    with apart(examined, asked.wanted) as batches:
        yield batches


def _store(repository: Repository, batches: Iterator[Sequence[Examined]], source: str, progress: Progress) -> Arrived:
    try:
        return take_in_examined(repository, batches, source, progress)
    except Purged:
        raise
    except (DamagedObject, MissingObject) as error:
        raise DamagedRemote(source, str(error)) from None


def _settle(
    repository: Repository,
    transaction: Transaction,
    remote: Remote,
    standing: Standing,
    chosen: Mapping[str, ObjectId],
    gone: Sequence[str],
    arrived: Arrived,
    purges: PurgeList,
    *,
    force: bool,
) -> Fetched:
    """Move the references that follow the remote, and refuse where it lost history that it had."""
    remembered = repository.refs.remotes.tips(remote)
    require_kinds(repository.objects.kind_of, chosen)
    changes, lost = [], []
    for ref, before in remembered.items():
        if ref.startswith(BRANCHES) and ref in chosen and not force:
            successor = purges.commits.get(CommitId(before), before)
            lost += _find_lost(repository, ref, successor, chosen[ref])
    if lost:
        raise RemoteRewritten(remote.name, tuple(lost))
    followed = dict(repository.refs.list(f"{REMOTES}{remote.name}/"))
    for branch in gone:
        changes.append(set_followed(repository, transaction, f"{REMOTES}{remote.name}/{branch}", None))
    for ref, target in sorted(chosen.items()):
        if ref.startswith(BRANCHES):
            name = f"{REMOTES}{remote.name}/{ref.removeprefix(BRANCHES)}"
            if followed.get(ref.removeprefix(BRANCHES)) != target:
                changes.append(set_followed(repository, transaction, name, target))
        elif repository.refs.find(ref) != target:
            changes.append(take_name(repository, transaction, ref, target, force=force))
    return Fetched(
        remote.name,
        tuple(changes),
        arrived.objects,
        arrived.versions,
        arrived.commits,
        standing.head,
        orders=orders_brought(changes, arrived),
    )


def orders_brought(changes: Iterable[RefChange], arrived: Arrived) -> tuple[Order, ...]:
    """The names that are new here and the commits that came which read like orders, the first of them."""
    return orders_with_names((change.name for change in changes if change.before is None), arrived.orders)


def _gone(repository: Repository, remote: Remote, standing: Standing, branches: Collection[str]) -> list[str]:
    """The branches that are followed here and are not there any more; of those that were asked for, where some were."""
    followed = {name for name, _ in repository.refs.list(f"{REMOTES}{remote.name}/")}
    looked_at = followed.intersection(branches) if branches else followed
    return sorted(branch for branch in looked_at if BRANCHES + branch not in standing.refs)


def _still_here(repository: Repository, purges: PurgeList) -> StillHere | None:
    """What of that which was erased elsewhere is here; None where nothing is."""
    here = tuple(repository.objects.present(tuple(purges.ids)))
    if not here:
        return None
    kinds = {object_id: repository.objects.kind_of(object_id) for object_id in here}
    versions = [VersionId(object_id) for object_id, kind in kinds.items() if kind == "node"]
    memories = {load_node(repository.objects, version).id for version in versions}
    commits = frozenset(CommitId(object_id) for object_id, kind in kinds.items() if kind == "commit")
    return StillHere(len(here), len(memories), commits)


def _find_lost(repository: Repository, ref: str, before: ObjectId, after: ObjectId) -> list[str]:
    """How a branch of a remote lost commits that it had, in a line; nothing where it has not."""
    graph = repository.index.commits
    old, new = CommitId(before), CommitId(after)
    if old == new or graph.find(old) is None or is_ancestor(graph, old, new):
        return []
    count = len(commits_between(graph, [new], old))
    name = ref.removeprefix(BRANCHES)
    commits = "1 commit" if count == 1 else f"{count} commits"
    return [f"{name} went from {short_id(before)} to {short_id(after)}, without {commits} that it had"]


def set_followed(repository: Repository, transaction: Transaction, name: str, target: ObjectId | None) -> RefChange:
    """Move a reference that follows a remote to where that is, whatever it was before; None removes it."""
    before = repository.refs.find(name)
    transaction.move_ref(name, before, target)
    graph = repository.index.commits
    rewritten = (
        before is not None
        and target is not None
        and graph.find(CommitId(before)) is not None
        and not is_ancestor(graph, CommitId(before), CommitId(target))
    )
    return RefChange(name, before, target, rewritten)


def only_sessions(changes: Sequence[RefChange]) -> bool:
    """Whether nothing moved but references of sessions, which no undo moves back."""
    return all(change.kept is not None or change.name.startswith(SESSIONS) for change in changes)


def take_name(
    repository: Repository, transaction: Transaction, ref: str, target: ObjectId, *, force: bool = False
) -> RefChange:
    """Take over a tag or session of a remote, unless that name means something else here.

    With ``force`` a tag is taken none the less; a session of the same name is another one, and stays.
    """
    before = repository.refs.find(ref)
    if before is not None and force and ref.startswith(TAGS):
        transaction.move_ref(ref, before, target)
        return RefChange(ref, before, target)
    if before is not None:
        return RefChange(ref, before, target, kept="it names something else here")
    try:
        if ref.startswith(SESSIONS):
            take_in_session(repository, ref.removeprefix(SESSIONS), SessionId(target))
        transaction.move_ref(ref, None, target)
    except LooksAlike as error:
        return RefChange(ref, None, target, kept=f"it looks like {error.known!r}, which is here")
    except MemoraError as error:
        if ref.startswith(SESSIONS):
            return RefChange(ref, None, target, kept=str(error))
        raise
    return RefChange(ref, None, target)
