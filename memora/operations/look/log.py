"""The history of a revision, of every branch, or of some nodes."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator
from typing import TYPE_CHECKING, NamedTuple

from memora.errors import Ambiguous, BadInput, NotFound
from memora.history.changes import ChangeCounts, count_changes
from memora.history.graph import walk
from memora.history.load import load_commit
from memora.history.trail import Trail
from memora.model.commit import Commit
from memora.model.ids import CommitId, NodeId
from memora.model.names import KEY_CHARACTERS, is_key
from memora.model.text import clean_line
from memora.operations.naming import resolve_node
from memora.operations.revisions import REMOTES, peel, resolve_commit
from memora.repository import Repository
from memora.storage.refs import BRANCHES, TAGS

if TYPE_CHECKING:
    from memora.history.commit_filter import CommitFilter


class LogEntry(NamedTuple):
    """A commit of the history. ``changes`` are against its first parent; None where they were not asked for."""

    id: CommitId
    commit: Commit
    changes: ChangeCounts | None


def log(
    repository: Repository,
    revision: str | None = None,
    *,
    now: int,
    everything: bool = False,
    nodes: Collection[NodeId] | None = None,
    wanted: CommitFilter | None = None,
    count: bool = False,
) -> Generator[LogEntry, None, None]:
    """The commits that a revision reaches, HEAD by default, streaming, the newest first.

    ``everything`` starts from every branch and tag too. ``nodes`` keeps the commits that changed any of them (see
    ``find_nodes``), ``wanted`` those that pass it. A store without commits has an empty history; raises as
    ``resolve_commit``.
    """
    with repository.snapshot():
        starts = _starts(repository, revision, now, everything)
    return _stream(repository, starts, nodes, wanted, count)


def decorations(repository: Repository) -> dict[CommitId, list[str]]:
    """The names that stand at a commit: ``HEAD -> main`` or ``HEAD`` first, branches, ``tag: v1``, remote branches."""
    with repository.snapshot():
        found: dict[CommitId, list[str]] = {}
        branch, commit = repository.workspace.head
        on_tip = branch is not None and repository.refs.find(BRANCHES + branch) == commit
        if commit is not None:
            found[commit] = [f"HEAD -> {branch}" if on_tip else "HEAD"]
        for prefix, label in ((BRANCHES, ""), (TAGS, "tag: "), (REMOTES, "")):
            for name, target in repository.refs.list(prefix):
                if not (on_tip and prefix == BRANCHES and name == branch):
                    found.setdefault(peel(repository, target), []).append(label + name)
        return found


def branch_tips(repository: Repository) -> dict[CommitId, str]:
    """The branch whose tip a commit is; of several the first by name."""
    tips: dict[CommitId, str] = {}
    for name, target in repository.refs.list(BRANCHES):
        tips.setdefault(CommitId(target), name)
    return tips


def find_subject(repository: Repository, name: str, now: int) -> tuple[str | None, list[NodeId] | None]:
    """What a single name asks the history of: a revision, or else a node, which may be gone by now.

    Raises NotFound where it is neither, Ambiguous.
    """
    with repository.snapshot():
        try:
            resolve_commit(repository, name, now)
        except (NotFound, BadInput) as error:
            if not is_key(name):
                raise
            try:
                return None, [find_node(repository, name)]
            except NotFound:
                raise NotFound("revision or node", name, getattr(error, "similar", ())) from None
        return name, None


def find_node(repository: Repository, name: str) -> NodeId:
    """The node of a key, id or id prefix: a live one, or else any that there ever was. Raises NotFound, Ambiguous."""
    try:
        return resolve_node(repository, name)
    except NotFound:
        if not is_key(name):
            raise
        index = repository.index.nodes
        found = index.nodes_once_with_key(name) or index.nodes_once_with_prefix(name.lower())
        if not found:
            raise
    if len(found) > 1:
        raise Ambiguous("node", name, tuple(node.hex()[:12] for node in found[:5]))
    return found[0]


def find_nodes(repository: Repository, key_prefix: str) -> list[NodeId]:
    """The nodes, live or gone, that ever had a key that begins so. Raises BadInput, NotFound where there are none."""
    key_prefix = clean_line("key", key_prefix, KEY_CHARACTERS)
    with repository.snapshot():
        found = repository.index.nodes.nodes_once_with_key(key_prefix, whole=False)
    if not found:
        raise NotFound("key", key_prefix)
    return found


def _starts(repository: Repository, revision: str | None, now: int, everything: bool) -> list[CommitId]:
    starts = []
    if revision is not None:
        starts.append(resolve_commit(repository, revision, now))
    elif repository.workspace.head.commit is not None:
        starts.append(repository.workspace.head.commit)
    if everything:
        for prefix in (BRANCHES, TAGS):
            starts += [peel(repository, target) for _, target in repository.refs.list(prefix)]
    return starts


def _stream(
    repository: Repository,
    starts: list[CommitId],
    nodes: Collection[NodeId] | None,
    wanted: CommitFilter | None,
    count: bool,
) -> Generator[LogEntry, None, None]:
    with repository.snapshot():
        trail = None if nodes is None else Trail(repository.objects, nodes)
        for commit_id, commit in _commits(repository, starts, wanted):
            if trail is None or trail.is_changed_by(commit):
                yield LogEntry(commit_id, commit, _count(repository, commit) if count else None)


def _commits(
    repository: Repository, starts: list[CommitId], wanted: CommitFilter | None
) -> Iterator[tuple[CommitId, Commit]]:
    """The commits that pass. The walk ends where all that is left is too old: ``CommitEntry.at`` only falls."""
    history = walk(repository.index.commits, starts)
    if wanted is None:
        for commit_id, _ in history:
            yield commit_id, load_commit(repository.objects, commit_id)
        return
    from memora.history.commit_filter import passes

    for commit_id, entry in history:
        if wanted.since is not None and entry.at < wanted.since:
            return
        commit = load_commit(repository.objects, commit_id)
        if passes(commit, wanted):
            yield commit_id, commit


def _count(repository: Repository, commit: Commit) -> ChangeCounts:
    before = load_commit(repository.objects, commit.parents[0]).tree if commit.parents else None
    return count_changes(repository.objects, before, commit.tree)
