"""Where a workspace stands: the tip of its branch, the trees of commits, and what it has not committed."""

from __future__ import annotations

from itertools import islice

from memora.errors import MergeWaiting, Uncommitted
from memora.history.changes import NodeChange, load_change, version_changes
from memora.history.load import load_commit
from memora.model.commit import Commit
from memora.model.ids import CommitId, TreeId
from memora.repository import Repository, Transaction
from memora.storage.refs import BRANCHES, Head

_MOST_NAMED = 5


# Where a merge that waits to be committed keeps the commit it would be, by workspace.
PENDING_MERGES = "refs/merge/"
# Where a search by ``bisect`` keeps its marks, by workspace.
BISECTIONS = "refs/bisect/"


def pending_merge(repository: Repository, workspace: str) -> Commit | None:
    """The commit that the merge waiting in a workspace would be, or None where none waits."""
    waiting = repository.refs.find(PENDING_MERGES + workspace)
    return None if waiting is None else load_commit(repository.objects, CommitId(waiting))


def require_no_merge(repository: Repository, transaction: Transaction) -> None:
    """Raise MergeWaiting where a merge waits in this workspace, which would be torn from its parents."""
    if repository.refs.find(PENDING_MERGES + transaction.workspace.name) is not None:
        raise MergeWaiting()


def tip_of(repository: Repository, head: Head) -> CommitId | None:
    """The newest commit of the branch a head is on, which may be ahead of it; when detached its commit."""
    tip = None if head.branch is None else repository.refs.find(BRANCHES + head.branch)
    return head.commit if tip is None else CommitId(tip)


def tree_of(repository: Repository, commit: CommitId | None) -> TreeId | None:
    """The tree of a commit. None, the empty tree, for no commit."""
    return None if commit is None else load_commit(repository.objects, commit).tree


def uncommitted(repository: Repository, most: int) -> list[NodeChange]:
    """The first changes of this workspace's working tree against its commit, ``most`` at most."""
    with repository.snapshot():
        workspace = repository.workspace
        changes = version_changes(repository.objects, tree_of(repository, workspace.head.commit), workspace.tree)
        return [load_change(repository.objects, change) for change in islice(changes, most)]


def is_clean(repository: Repository, transaction: Transaction) -> bool:
    """Whether the working tree is that of its commit."""
    before = tree_of(repository, transaction.head.commit)
    if before is not None:
        return before == transaction.tree
    return next(version_changes(repository.objects, None, transaction.tree), None) is None


def uncommitted_error(repository: Repository, transaction: Transaction) -> Uncommitted:
    """The error that says how many nodes of the working tree are not committed, and names a few."""
    before = tree_of(repository, transaction.head.commit)
    nodes = [node for node, _, _ in version_changes(repository.objects, before, transaction.tree)]
    return Uncommitted(len(nodes), tuple(node.hex() for node in nodes[:_MOST_NAMED]))
