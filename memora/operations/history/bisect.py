"""Search history for the commit that made something bad, by halving.

What is known is kept as references below ``refs/bisect/<workspace>/``: ``start`` (HEAD at the beginning), ``bad``,
``good-<id>`` and ``skip-<id>``. So undo, prune and fsck know it. Neither the branch nor the working tree moves.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, NamedTuple

from memora.errors import NoCommits
from memora.errors.history import NoBisection, NotBisectable
from memora.history.bisection import narrow
from memora.history.graph import is_ancestor
from memora.history.load import load_commit
from memora.model.commit import Commit
from memora.model.ids import CommitId, ObjectId
from memora.operations.history.standing import BISECTIONS
from memora.operations.revisions import resolve_commit
from memora.repository import Repository, Transaction

Verdict = Literal["good", "bad", "skip"]
Outcome = Literal["waiting", "testing", "found", "undecided", "ended"]

_START: Final = "start"
_BAD: Final = "bad"
_DIGITS: Final = 8


class Marks(NamedTuple):
    """What was said about commits so far."""

    bad: CommitId | None
    goods: tuple[CommitId, ...]
    skipped: tuple[CommitId, ...]


class Bisection(NamedTuple):
    """Where a search stands.

    ``waiting``: a bad commit, or a good one, is not named yet. ``testing``: ``commit`` is to be tested. ``found``: it
    is the first bad one. ``undecided``: one of ``candidates`` is, and all but the first of them were skipped.
    ``ended``: it was reset. ``remaining`` is how many commits may be the first bad one, ``steps`` about how many tests
    are left.
    """

    outcome: Outcome
    marks: Marks = Marks(None, (), ())
    commit: CommitId | None = None
    subject: Commit | None = None
    remaining: int = 0
    steps: int = 0
    candidates: tuple[CommitId, ...] = ()


def bisect_start(
    repository: Repository, bad: str | None = None, goods: Iterable[str] = (), *, author: str, now: int
) -> Bisection:
    """Begin a search in this workspace, in place of one that is going on. Both ends can be named later.

    Raises NoCommits, NotFound, and NotBisectable where the bad commit does not come after every good one.
    """
    with repository.transaction("bisect", author=author, now=now) as transaction:
        head = transaction.head.commit
        if head is None:
            raise NoCommits()
        named = None if bad is None else resolve_commit(repository, bad, now)
        known = tuple(dict.fromkeys(resolve_commit(repository, good, now) for good in goods))
        _clear(repository, transaction)
        _set(repository, transaction, _START, head)
        if named is not None:
            _set(repository, transaction, _BAD, named)
        for good in known:
            _set(repository, transaction, f"good-{good.hex()}", good)
            _require_order(repository, named, good)
        transaction.summary = " ".join(["start", *(_short(commit) for commit in (named, *known) if commit)])
        return _stand(repository, transaction.workspace.name)


def bisect_mark(repository: Repository, verdict: Verdict, revision: str | None, *, author: str, now: int) -> Bisection:
    """Say what a commit is; without a revision the one under test, or HEAD while an end of the search is not named.

    Raises NoBisection, NotFound, and NotBisectable for what contradicts the marks there are.
    """
    with repository.transaction("bisect", author=author, now=now) as transaction:
        workspace = transaction.workspace.name
        marks = _require_marks(repository, workspace)
        commit = _under_test(repository, transaction) if revision is None else resolve_commit(repository, revision, now)
        if verdict == "good":
            _require_order(repository, marks.bad, commit)
        elif verdict == "bad":
            earlier = marks.bad is not None and is_ancestor(repository.index.commits, commit, marks.bad)
            for good in marks.goods:
                _require_order(repository, commit, good, apart=earlier)
        name = _BAD if verdict == "bad" else f"{verdict}-{commit.hex()}"
        _set(repository, transaction, name, commit)
        transaction.summary = f"{verdict} {_short(commit)}"
        return _stand(repository, workspace)


def bisect_reset(repository: Repository, *, author: str, now: int) -> bool:
    """End the search; False where none is going on."""
    with repository.transaction("bisect", author=author, now=now) as transaction:
        transaction.summary = "reset"
        return _clear(repository, transaction)


def bisect_standing(repository: Repository) -> Bisection:
    """Where the search of this workspace stands. Raises NoBisection."""
    with repository.snapshot():
        return _stand(repository, repository.workspace.name)


def _stand(repository: Repository, workspace: str) -> Bisection:
    marks = _require_marks(repository, workspace)
    if marks.bad is None or not marks.goods:
        return Bisection("waiting", marks)
    found = narrow(repository.index.commits, marks.bad, marks.goods, marks.skipped)
    remaining = len(found.candidates)
    if found.test is not None:
        subject = load_commit(repository.objects, found.test)
        return Bisection("testing", marks, found.test, subject, remaining, found.steps)
    if remaining == 1:
        return Bisection("found", marks, marks.bad, load_commit(repository.objects, marks.bad), remaining)
    return Bisection("undecided", marks, remaining=remaining, candidates=found.candidates)


def _require_marks(repository: Repository, workspace: str) -> Marks:
    refs = dict(repository.refs.list(f"{BISECTIONS}{workspace}/"))
    if _START not in refs:
        raise NoBisection()
    bad = refs.get(_BAD)
    goods, skipped = (
        tuple(CommitId(target) for name, target in refs.items() if name.startswith(f"{verdict}-") and "/" not in name)
        for verdict in ("good", "skip")
    )
    return Marks(None if bad is None else CommitId(bad), goods, skipped)


def _under_test(repository: Repository, transaction: Transaction) -> CommitId:
    found = _stand(repository, transaction.workspace.name)
    commit = transaction.head.commit if found.outcome == "waiting" else found.commit
    if found.outcome in ("found", "undecided") or commit is None:
        raise NotBisectable("no commit is under test: the search is over")
    return commit


def _require_order(repository: Repository, bad: CommitId | None, good: CommitId, *, apart: bool = False) -> None:
    """Raise NotBisectable unless the bad commit descends from the good one; ``apart``, they need only not be reversed.

    Of a commit that is an ancestor of a bad one it is enough: the search itself may lead to one beside a good one.
    """
    graph = repository.index.commits
    if bad is None:
        return
    if bad == good:
        raise NotBisectable(f"commit {_short(bad)} cannot be both good and bad")
    if is_ancestor(graph, bad, good):
        raise NotBisectable(f"bad commit {_short(bad)} comes before good commit {_short(good)}")
    if not apart and not is_ancestor(graph, good, bad):
        raise NotBisectable(f"bad commit {_short(bad)} does not descend from good commit {_short(good)}")


def _set(repository: Repository, transaction: Transaction, name: str, commit: CommitId) -> None:
    full = f"{BISECTIONS}{transaction.workspace.name}/{name}"
    transaction.move_ref(full, repository.refs.find(full), ObjectId(commit))


def _clear(repository: Repository, transaction: Transaction) -> bool:
    """Drop the marks of this workspace; whether there were any."""
    prefix = f"{BISECTIONS}{transaction.workspace.name}/"
    marks = [(name, target) for name, target in repository.refs.list(prefix) if "/" not in name]
    for name, target in marks:
        transaction.move_ref(prefix + name, target, None)
    return bool(marks)


def _short(commit: CommitId) -> str:
    return commit.hex()[:_DIGITS]
