"""Fetch and merge; and with ``sync`` push what came of it, until both sides agree."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import nullcontext
from typing import Final, NamedTuple

from memora.errors import BadInput
from memora.errors.remotes import PurgedThere, RemoteHasMore
from memora.history.ranges import commits_between
from memora.merge.policy import DEFAULT_POLICIES, Policy
from memora.model.ids import TreeId
from memora.operations.history.merge import MergeResult, merge
from memora.operations.remotes.fetch import Fetched, fetch, no_progress
from memora.operations.remotes.places import look, open_place
from memora.operations.remotes.push import Pushed, Wish, default_remote, push
from memora.operations.remotes.trust import CAUTIOUS, Held, Trust, hold_arrivals
from memora.operations.revisions import REMOTES
from memora.remotes.ports import Progress
from memora.remotes.ports import Remote as Place
from memora.repository import Repository, Transaction

_MOST_ROUNDS: Final = 100
# Of which remotes some branches are fetched alone: of none.
EVERYTHING: Final[Mapping[str, Collection[str]]] = {}


class Pulled(NamedTuple):
    """What a pull fetched, which branch of the remote it merged, and what came of that.

    ``merged`` is None where the remote has no such branch (yet). ``held`` went to quarantine.
    """

    fetched: Fetched
    branch: str
    merged: MergeResult | None
    held: tuple[Held, ...] = ()


class Synced(NamedTuple):
    """The last pull and push of a sync, and how many rounds it took until nobody else was quicker.

    The pull names what was held back in all of them.
    """

    pulled: Pulled | None
    pushed: Pushed
    rounds: int


def pull(
    repository: Repository,
    name: str | None = None,
    branch: str | None = None,
    *,
    author: str,
    now: int,
    fast_forward_only: bool = False,
    policies: Mapping[str, Policy] = DEFAULT_POLICIES,
    only: Mapping[str, Collection[str]] = EVERYTHING,
    trust: Trust = CAUTIOUS,
    trusted: Collection[str] = (),
    progress: Progress = no_progress,
    place: Place | None = None,
) -> Pulled:
    """Fetch a remote and merge one of its branches into the workspace's; disputes are values and stop nothing.

    Where a ``branch`` is named nothing else is fetched; else of the remotes in ``only`` no more than the branches there
    and the one to merge. What ``trust`` does not let in at once goes to quarantine. Without names it is what the branch
    follows, else the branch of the same name at ``origin``. Raises as ``fetch`` and ``merge`` do, and PurgedThere where
    the remote has erased what this branch rests on; what was fetched then stays.
    """
    remote, followed = _source(repository, name, branch)
    chosen = (branch,) if branch is not None else only.get(remote, ())
    fetched = fetch(
        repository,
        remote,
        author=author,
        now=now,
        branches={followed: None, **dict.fromkeys(chosen)} if chosen else (),
        as_far_as_there=branch is None,
        trusted=trusted,
        progress=progress,
        place=place,
    )
    if repository.refs.find(f"{REMOTES}{remote}/{followed}") is None:
        return Pulled(fetched, followed, None)
    _require_clean(repository, fetched)
    held: list[Held] = []

    def hold(transaction: Transaction, before: TreeId, theirs: TreeId) -> int:
        held.extend(hold_arrivals(repository, transaction, before, theirs, remote, trust=trust, now=now))
        return len(held)

    merged = merge(
        repository,
        f"{remote}/{followed}",
        author=author,
        now=now,
        fast_forward="only" if fast_forward_only else "auto",
        policies=policies,
        hold=hold,
    )
    return Pulled(fetched, followed, merged, tuple(held))


def _require_clean(repository: Repository, fetched: Fetched) -> None:
    """Raise PurgedThere where the workspace rests on commits that the remote has erased.

    What took their place there has other ids, so a merge would hold all of them against what is here.
    """
    head = repository.workspace.head.commit
    if fetched.still_here is None or head is None:
        return
    found = fetched.still_here.commits.intersection(commits_between(repository.index.commits, (), head))
    if found:
        raise PurgedThere(fetched.remote, "a merge with this branch", tuple(sorted(id.hex() for id in found)[:5]))


def sync(
    repository: Repository,
    name: str | None = None,
    *,
    author: str,
    now: int,
    policies: Mapping[str, Policy] = DEFAULT_POLICIES,
    trust: Trust = CAUTIOUS,
    only: Mapping[str, Collection[str]] = EVERYTHING,
    allowed_secrets: Collection[str] = (),
    trusted: Collection[str] = (),
    progress: Progress = no_progress,
) -> Synced:
    """Pull and push until the remote has what is here and here is what it has.

    Whoever is quicker is merged, and the push tried again, after a turn of waiting. Raises as ``pull`` and ``push`` do;
    RemoteHasMore only where others were quicker a hundred times in a row.
    """
    chosen, _ = _source(repository, name, None)
    remote, pulled = repository.refs.remotes.get(chosen), None
    with open_place(repository, remote, author=author, now=now, trusted=trusted) as place:
        for tries in range(_MOST_ROUNDS):
            with place.turn(tries) if tries else nullcontext():
                if look(place, repository.refs.remotes.get(chosen)) is not None:
                    before = () if pulled is None else pulled.held
                    pulled = pull(
                        repository,
                        chosen,
                        author=author,
                        now=now,
                        policies=policies,
                        only=only,
                        trust=trust,
                        progress=progress,
                        place=place,
                    )
                    pulled = pulled._replace(held=(*before, *pulled.held))
                try:
                    pushed = push(
                        repository,
                        chosen,
                        Wish(),
                        author=author,
                        now=now,
                        allowed_secrets=allowed_secrets,
                        progress=progress,
                        place=place,
                    )
                except RemoteHasMore:
                    if tries == _MOST_ROUNDS - 1:
                        raise
                    continue
                return Synced(pulled, pushed, tries + 1)
    raise AssertionError("every round returns or raises in the end")


def _source(repository: Repository, name: str | None, branch: str | None) -> tuple[str, str]:
    """The remote and the branch of it that are meant."""
    current = repository.workspace.head.branch
    remote = name or default_remote(repository, current)
    repository.refs.remotes.get(remote)
    if branch is not None:
        return remote, branch
    if current is None:
        raise BadInput("branch", "has to be named: this workspace is on none")
    upstream = repository.refs.remotes.upstream(current)
    return remote, upstream.branch if upstream is not None and upstream.remote == remote else current
