"""Have memory follow git: a branch of the code has a branch of memory, and what git merges, memory merges."""

from __future__ import annotations

from typing import NamedTuple

from memora.errors import MemoraError, NoCommits, NotFound
from memora.model.ids import CommitId
from memora.operations.history.merge import MergeResult, merge
from memora.operations.history.switch import Switched, switch, switch_to_new
from memora.operations.revisions import REMOTES
from memora.repository import Repository
from memora.storage.refs import BRANCHES


class Followed(NamedTuple):
    """What following did: None for nothing; or why it could not."""

    done: Switched | MergeResult | None
    problem: MemoraError | None = None


def follow_checkout(repository: Repository, branch: str, *, author: str, now: int) -> Followed:
    """Put the workspace on the branch of that name. A new one begins where the one remote that has it does, or at HEAD.

    Uncommitted changes come along. Git has switched already, so what stands in the way is given, not raised: memory
    stays where it is.
    """
    if repository.workspace.head.branch == branch:
        return Followed(None)
    try:
        if _tip(repository, branch) is None and not _has_one_remote(repository, branch):
            return Followed(switch_to_new(repository, branch, None, carry=True, author=author, now=now))
        return Followed(switch(repository, branch, carry=True, author=author, now=now))
    except MemoraError as error:
        return Followed(None, error)


def follow_merge(repository: Repository, branch: str, *, author: str, now: int) -> Followed:
    """Merge the memory of the branch that git merged; nothing where there is no memory of it.

    What was not committed is not merged: that is given as a problem.
    """
    if _tip(repository, branch) is None or repository.workspace.head.branch == branch:
        return Followed(None)
    try:
        return Followed(merge(repository, branch, author=author, now=now))
    except NoCommits:
        return Followed(None)
    except MemoraError as error:
        return Followed(None, error)


def _has_one_remote(repository: Repository, branch: str) -> bool:
    """Whether there is a branch of a remote that ``switch`` would go by."""
    if not repository.refs.list(REMOTES):
        return False
    from memora.operations.history.tracking import guess_upstream

    try:
        return guess_upstream(repository, branch) is not None
    except NotFound:
        return False


def _tip(repository: Repository, branch: str) -> CommitId | None:
    target = repository.refs.find(BRANCHES + branch)
    return None if target is None else CommitId(target)
