"""Bring branches, tags and sessions of this store to a remote: new objects alone, and never over others' commits."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from memora.errors import BadInput, BadUsage, NoCommits, NotFound
from memora.errors.remotes import LeaseLost, NamedOtherwiseThere, Purged, PurgedThere, RemoteHasMore
from memora.history.graph import is_ancestor
from memora.history.ranges import commits_between
from memora.model.ids import CommitId, ObjectId
from memora.operations.remotes.fetch import no_progress
from memora.operations.remotes.outgoing import checked
from memora.operations.remotes.places import learn, look, reach_place, seen_now, tips_seen
from memora.operations.revisions import REMOTES
from memora.remotes.closure import closure
from memora.remotes.ports import NO_PURGES, Packable, Progress, Published, PurgeList, RefMove, Standing
from memora.remotes.ports import Remote as Place
from memora.repository import Repository
from memora.storage.refs import BRANCHES, SESSIONS, TAGS
from memora.storage.remotes import Remote, Upstream

DEFAULT_REMOTE: Final = "origin"
_MOST_TRIES: Final = 20


class Pushed(NamedTuple):
    """What a push moved: full names at the remote, from where to where. Nothing where all was there already.

    ``objects`` and ``sent_bytes`` are what was uploaded. ``followed`` is the branch that follows the remote from now
    on, None where none began to. ``asked`` is how many references were to be there, moved or not.
    """

    remote: str
    moves: tuple[RefMove, ...]
    objects: int
    sent_bytes: int
    followed: str | None = None
    asked: int = 0


class Wish(NamedTuple):
    """What is to be pushed: branches by name (none for the one this workspace is on), or all; tags; sessions."""

    branches: tuple[str, ...] = ()
    all_branches: bool = False
    tags: bool = False
    sessions: bool = False
    force_with_lease: bool = False
    delete: bool = False


def push(
    repository: Repository,
    name: str | None,
    wish: Wish,
    *,
    author: str,
    now: int,
    allowed_secrets: Collection[str] = (),
    trusted: Collection[str] = (),
    progress: Progress = no_progress,
    place: Place | None = None,
) -> Pushed:
    """Move references of a remote to where they are here, after sending what that needs.

    ``name`` None is the remote that the branch follows, else ``origin``, else the only one. Raises RemoteHasMore where
    a branch there has commits that this one has not, LeaseLost, NotFound, NoCommits, RemoteRewritten, Purged,
    SecretFound for a secret in what would be sent unless its rule is allowed, and as the transports do. Safe to call
    again after any failure.
    """
    refs = repository.refs
    branch = repository.workspace.head.branch
    remote = refs.remotes.get(name or default_remote(repository, branch))
    wanted = _wanted(repository, remote, branch, wish)
    with reach_place(place, repository, remote, author=author, now=now, trusted=trusted) as reached:
        for _ in range(_MOST_TRIES):
            standing = look(reached, remote)
            purges = NO_PURGES if standing is None else reached.purged(standing)
            _refuse_purged(repository, remote, wanted.values(), purges)
            moves = _moves(repository, remote, standing, wanted, wish)
            if standing is not None and moves and remote.identity is None:
                reached.require_safe()  # the first time; whoever made it looked as well
            if standing is None and not moves:
                return Pushed(remote.name, (), 0, 0)
            published = _publish(repository, reached, remote, standing, moves, purges, allowed_secrets, progress)
            if published is not None:
                return _record(repository, remote, branch, wanted, moves, published, author, now)
            remote = refs.remotes.get(remote.name)
    raise RemoteHasMore(next(iter(wanted)).removeprefix(BRANCHES), remote.name)


def default_remote(repository: Repository, branch: str | None) -> str:
    """The remote that is meant where none is named. Raises NotFound where nothing tells."""
    remotes = repository.refs.remotes
    upstream = remotes.upstream(branch) if branch else None
    if upstream is not None:
        return upstream.remote
    names = [remote.name for remote in remotes.list()]
    if DEFAULT_REMOTE in names or len(names) != 1:
        return DEFAULT_REMOTE
    return names[0]


def _wanted(repository: Repository, remote: Remote, branch: str | None, wish: Wish) -> dict[str, ObjectId | None]:
    """The references of the remote that are to be moved, each with where to; None to remove it."""
    refs = repository.refs
    if wish.delete:
        if not wish.branches or wish.all_branches or wish.tags or wish.sessions:
            raise BadUsage("--delete takes the names of branches or tags, and nothing else")
        return {_find_there(repository, remote, name): None for name in wish.branches}
    wanted: dict[str, ObjectId | None] = {}
    if wish.all_branches:
        if wish.branches:
            raise BadUsage("--all and names of branches exclude each other")
        wanted |= {BRANCHES + name: target for name, target in refs.list(BRANCHES)}
    elif wish.branches or not (wish.tags or wish.sessions):
        if not wish.branches and branch is None:
            raise BadInput("branch", "has to be named: this workspace is on none")
        for local in wish.branches or (branch or "",):
            wanted |= _one(repository, remote, local)
    if wish.tags:
        wanted |= {TAGS + name: target for name, target in refs.list(TAGS)}
    if wish.sessions:
        wanted |= {SESSIONS + name: target for name, target in refs.list(SESSIONS)}
    return wanted


def _one(repository: Repository, remote: Remote, local: str) -> dict[str, ObjectId | None]:
    """A branch or tag by its name here, under the name that it has there."""
    refs = repository.refs
    target = refs.find(BRANCHES + local)
    if target is not None:
        upstream = refs.remotes.upstream(local)
        there = upstream.branch if upstream is not None and upstream.remote == remote.name else local
        return {BRANCHES + there: target}
    target = refs.find(TAGS + local)
    if target is not None:
        return {TAGS + local: target}
    if local == repository.workspace.head.branch:
        raise NoCommits()
    from difflib import get_close_matches

    raise NotFound("branch", local, tuple(get_close_matches(local, [name for name, _ in refs.list(BRANCHES)], 3)))


def _find_there(repository: Repository, remote: Remote, name: str) -> str:
    """The full name of a branch or tag that is to be removed at the remote."""
    tips = repository.refs.remotes.tips(remote)
    return next((ref for ref in (BRANCHES + name, TAGS + name, SESSIONS + name) if ref in tips), BRANCHES + name)


def _moves(
    repository: Repository, remote: Remote, standing: Standing | None, wanted: dict[str, ObjectId | None], wish: Wish
) -> list[RefMove]:
    """What is not there yet as it is wanted. Raises where it would lose what somebody else put there."""
    there = standing.refs if standing is not None else {}
    remembered = repository.refs.remotes.tips(remote)
    moves = []
    for ref, target in wanted.items():
        found = there.get(ref)
        if found == target:
            if wish.delete:
                raise NotFound("branch", ref.removeprefix(BRANCHES))
            continue
        if found is not None and repository.refs.purges.has([found]):
            raise Purged(remote.name, (found.hex(),))  # what was erased would stay there, where no branch leads to it
        if wish.delete or wish.force_with_lease:
            if found != remembered.get(ref):
                raise LeaseLost(_short(ref), remote.name)
        elif found is not None and not ref.startswith(BRANCHES):
            raise NamedOtherwiseThere("tag" if ref.startswith(TAGS) else "session", _short(ref), remote.name)
        elif found is not None and not _leads_on(repository, found, target):
            raise RemoteHasMore(_short(ref), remote.name)
        moves.append(RefMove(ref, found, target))
    return moves


def _leads_on(repository: Repository, found: ObjectId, target: ObjectId | None) -> bool:
    """Whether a branch may move on without losing anything."""
    graph = repository.index.commits
    if target is None or graph.find(CommitId(found)) is None:
        return False
    return is_ancestor(graph, CommitId(found), CommitId(target))


def _publish(
    repository: Repository,
    place: Place,
    remote: Remote,
    standing: Standing | None,
    moves: Sequence[RefMove],
    purges: PurgeList,
    allowed_secrets: Collection[str],
    progress: Progress,
) -> Published | None:
    if not moves and standing is not None:
        return Published(standing)
    with repository.snapshot():
        items = checked(repository, _to_send(repository, remote, standing, moves), allowed_secrets, "this push")
        return place.publish(standing, moves, _unless_purged(items, remote, purges), progress)


def _refuse_purged(
    repository: Repository, remote: Remote, targets: Iterable[ObjectId | None], purges: PurgeList
) -> None:
    """Raise PurgedThere where a branch rests on commits that the remote has erased."""
    graph = repository.index.commits
    here = repository.objects.present(tuple(purges.ids))
    for target in targets if here else ():
        if target is not None and graph.find(CommitId(target)) is not None:
            found = here.intersection(commits_between(graph, (), CommitId(target)))
            if found:
                raise PurgedThere(remote.name, "this push", tuple(sorted(id.hex() for id in found)[:5]))


def _unless_purged(items: Iterator[Packable], remote: Remote, purges: PurgeList) -> Iterator[Packable]:
    for item in items:
        if item.id in purges.ids:
            raise PurgedThere(remote.name, "this push", (item.id.hex(),))
        yield item


def _to_send(
    repository: Repository, remote: Remote, standing: Standing | None, moves: Sequence[RefMove]
) -> Iterator[Packable]:
    """The objects that the moves need and the remote is not known to hold."""
    remotes, objects = repository.refs.remotes, repository.objects
    roots = [move.target for move in moves if move.target is not None]
    if standing is None or remote.identity is None:
        known: set[ObjectId] = set()
        if standing is not None:
            known = _held_by(repository, standing)
        return closure(objects, roots, known.__contains__)
    if standing.epoch != remote.epoch:
        return closure(objects, roots, _held_by(repository, standing).__contains__)
    tips = [CommitId(tip) for tip in standing.refs.values() if repository.index.commits.find(CommitId(tip))]
    unknown = {tip for tip in tips if not remotes.holds(remote, tip)}
    if unknown:
        held = {item.id for item in closure(objects, unknown, lambda found: remotes.holds(remote, found))}
        return closure(objects, roots, lambda found: found in held or remotes.holds(remote, found))
    return closure(objects, roots, lambda found: remotes.holds(remote, found))


def _held_by(repository: Repository, standing: Standing) -> set[ObjectId]:
    """Everything that the references of a remote lead to, as far as it is known here."""
    known = [target for target in standing.refs.values() if repository.objects.has(target)]
    return {item.id for item in closure(repository.objects, known, lambda _: False)}


def _record(
    repository: Repository,
    remote: Remote,
    branch: str | None,
    wanted: dict[str, ObjectId | None],
    moves: Sequence[RefMove],
    published: Published,
    author: str,
    now: int,
) -> Pushed:
    """Remember what the remote holds now."""
    remotes, standing = repository.refs.remotes, published.standing
    followed = None
    with repository.transaction("push", author=author, now=now) as transaction:
        for ref in wanted:
            if ref.startswith(BRANCHES):
                name = f"{REMOTES}{remote.name}/{ref.removeprefix(BRANCHES)}"
                transaction.move_ref(name, repository.refs.find(name), standing.refs.get(ref))
        learn(repository, remote, standing, published.objects)
        remotes.add_packs(remote, published.packs)
        fetched = published.made if remote.fetched + 1 == published.made else remote.fetched
        tips = tips_seen(repository, remote, standing, wanted)
        remotes.see(seen_now(remote, standing)._replace(fetched=fetched), tips)
        if branch and BRANCHES + branch in wanted and wanted[BRANCHES + branch] and not remotes.upstream(branch):
            remotes.set_upstream(branch, Upstream(remote.name, branch))
            followed = branch
        transaction.summary = f"to {remote.name}: {', '.join(_short(move.name) for move in moves)}"
    return Pushed(remote.name, tuple(moves), len(published.objects), published.sent_bytes, followed, len(wanted))


def _short(ref: str) -> str:
    return ref.split("/", 2)[-1]
