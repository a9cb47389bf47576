"""Do what a session changed in memory to a branch, as one commit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from memora.errors import NotFound
from memora.errors.history import BranchExpected
from memora.history.changes import ChangeCounts, count_changes
from memora.history.load import load_commit
from memora.merge.overlay import Overlay
from memora.merge.policy import DEFAULT_POLICIES, Policy
from memora.model.commit import Commit, clean_message
from memora.model.ids import CommitId, NodeId
from memora.operations.history.merge_report import DecidedNode
from memora.operations.history.merging import recorded_decisions
from memora.operations.history.transplant import adopt, describe_clashes, keep, record, start_clean, transplant
from memora.operations.sessions.find import latest_session
from memora.operations.sessions.own_changes import net_changes
from memora.repository import Repository
from memora.storage.refs import BRANCHES
from memora.storage.session_log import Session


class ReplayedOnto(NamedTuple):
    """The commit that does on a branch what a session did; ``conflicts`` are in dispute there now."""

    session: Session
    commit: CommitId
    value: Commit
    branch: str
    changes: ChangeCounts
    conflicts: tuple[NodeId, ...]
    clashes: tuple[DecidedNode, ...]


class NothingToReplay(NamedTuple):
    """A session that changes nothing on a branch: what it did is there already, or it did nothing."""

    session: Session
    branch: str


def replay_onto(
    repository: Repository,
    branch: str,
    *,
    name: str | None = None,
    author: str,
    now: int,
    message: str | None = None,
    policies: Mapping[str, Policy] = DEFAULT_POLICIES,
) -> ReplayedOnto | NothingToReplay:
    """Do the memory changes of a session to a branch by a three-way merge, and commit that there.

    The session is as in ``replay``. Its changes are those of its own commands; what it merged or switched to is the
    work of others. The working tree follows where the workspace is on that branch, and has to be clean then; else it
    stays as it is. Raises NotFound, BranchExpected, Uncommitted, MergeWaiting, BadInput.
    """
    text = None if message is None else clean_message(message)
    repository.workspace  # noqa: B018 - a transaction would make one that is not there
    with repository.transaction("replay", author=author, now=now) as transaction:
        tip = repository.refs.find(BRANCHES + branch)
        if tip is None:
            raise _no_branch(repository, branch)
        session = latest_session(repository, name)
        is_here = transaction.head.branch == branch
        if is_here:
            start_clean(repository, transaction)
        before = load_commit(repository.objects, CommitId(tip)).tree
        objects = Overlay(repository.objects)
        step = net_changes(repository, session)
        result = transplant(repository, objects, before, step, policies=policies, strategy="auto")
        if result.tree == before:
            return NothingToReplay(session, branch)
        value = Commit(
            result.tree,
            (CommitId(tip),),
            author,
            now,
            text or f"Replay session {session.id}",
            recorded_decisions(result.decisions),
        )
        if is_here:
            adopt(repository, transaction, objects, result.tree)
            recorded = record(repository, transaction, value)
        else:
            keep(repository, transaction, objects, before, result.tree)
            recorded = transaction.write_commit(value)
            transaction.move_ref(BRANCHES + branch, tip, recorded)
        transaction.summary = f"session {session.id} onto {branch}: {recorded.hex()[:8]}"
        changes = count_changes(objects, before, result.tree)
        clashes = describe_clashes(objects, result)
        return ReplayedOnto(session, recorded, value, branch, changes, result.conflicts, clashes)


def _no_branch(repository: Repository, name: str) -> NotFound | BranchExpected:
    if repository.refs.find(f"refs/tags/{name}") is not None:
        return BranchExpected(name)
    from difflib import get_close_matches

    known = [branch for branch, _ in repository.refs.list(BRANCHES)]
    return NotFound("branch", name, tuple(get_close_matches(name, known, 3)))
