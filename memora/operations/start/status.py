"""What changed since the last commit, and where the workspace stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from memora.history.changes import ChangeCounts, NodeChange, summarize_changes
from memora.history.load import load_commit
from memora.model.ids import CommitId, TreeId
from memora.operations.history.standing import BISECTIONS, pending_merge
from memora.repository import Repository
from memora.storage.refs import BRANCHES
from memora.tree.lookup import count

if TYPE_CHECKING:
    from memora.operations.history.tracking import Tracked
    from memora.storage.refs import Head

_MOST_SHOWN: Final = 20


class Status(NamedTuple):
    """A workspace against the commit its working tree started from.

    ``changes`` holds a few of each effect, ``counts`` all of them. ``nodes``, ``expired``, ``conflicted``,
    ``unsupported``, ``stale`` and ``quarantined`` count what the working tree holds. ``behind`` is how many commits
    another workspace put on the branch since, ``ahead`` how many of the head's it took off. ``merging`` are the commits
    of a merge that waits to be committed. ``bisecting`` says that a search for a commit is going on. ``upstream`` is
    what the branch follows, and how far its tip is from that.
    """

    workspace: str
    branch: str | None
    head: CommitId | None
    tree: TreeId
    nodes: int
    counts: ChangeCounts
    changes: tuple[NodeChange, ...]
    expired: int
    conflicted: int
    unsupported: int
    stale: int
    quarantined: int
    ahead: int
    behind: int
    merging: tuple[CommitId, ...] = ()
    bisecting: bool = False
    upstream: Tracked | None = None

    @property
    def is_clean(self) -> bool:
        """Whether nothing waits to be committed."""
        return not self.counts


def status(repository: Repository, *, now: int, most: int = _MOST_SHOWN) -> Status:
    """How the workspace stands, with the first ``most`` changes of each effect. Cost follows the changes."""
    with repository.snapshot():
        workspace = repository.workspace
        head = workspace.head
        before = None if head.commit is None else load_commit(repository.objects, head.commit).tree
        counts, changes = summarize_changes(repository.objects, before, workspace.tree, most)
        ahead, behind = _distance(repository, head.branch, head.commit)
        return Status(
            workspace=workspace.name,
            branch=head.branch,
            head=head.commit,
            tree=workspace.tree,
            nodes=count(repository.objects, workspace.tree),
            counts=counts,
            changes=tuple(changes),
            expired=repository.index.nodes.count_expired(workspace.number, now),
            conflicted=len(repository.index.nodes.disputed(workspace.number)),
            unsupported=_count_unsupported(repository),
            stale=repository.index.nodes.count_stale(workspace.number),
            quarantined=repository.index.nodes.count_held(workspace.number),
            ahead=ahead,
            behind=behind,
            merging=_merging(repository, workspace.name),
            bisecting=repository.refs.find(f"{BISECTIONS}{workspace.name}/start") is not None,
            upstream=_upstream(repository, head),
        )


def _count_unsupported(repository: Repository) -> int:
    if not repository.index.nodes.derivations.exist():
        return 0
    from memora.operations.support import unsupported_nodes

    return len(unsupported_nodes(repository))


def _merging(repository: Repository, workspace: str) -> tuple[CommitId, ...]:
    waiting = pending_merge(repository, workspace)
    return () if waiting is None else waiting.parents[1:]


def _upstream(repository: Repository, head: Head) -> Tracked | None:
    if head.branch is None or not repository.refs.follows(head.branch):
        return None
    from memora.operations.history.tracking import find_tracked

    tip = repository.refs.find(BRANCHES + head.branch)
    return find_tracked(repository, head.branch, None if tip is None else CommitId(tip))


def _distance(repository: Repository, branch: str | None, commit: CommitId | None) -> tuple[int, int]:
    """How far the workspace and the tip of its branch are apart."""
    tip = None if branch is None else repository.refs.find(BRANCHES + branch)
    if tip is None or tip == commit:
        return 0, 0
    from memora.history.graph import distance

    return distance(repository.index.commits, commit, CommitId(tip))
