"""Everything about one memory, or about one commit."""

from __future__ import annotations

from collections.abc import Generator
from itertools import islice
from typing import Final, NamedTuple

from memora.errors import BadInput, NoCommits, NotFound
from memora.errors.history import NotCommitted
from memora.history.changes import NodeChange, count_changes, node_changes
from memora.history.graph import walk
from memora.history.load import load_commit, load_node, load_tag
from memora.history.revisions import find_ref
from memora.history.trail import Trail
from memora.model.commit import Commit, Decision, Tag
from memora.model.ids import CommitId, NodeId, TagId, TreeId, VersionId
from memora.model.importance import Importance, weigh_importance
from memora.model.node import Node, NodeVersion
from memora.operations.look.log import LogEntry
from memora.operations.naming import find_node_at, resolve_node
from memora.operations.revisions import StoreNames, resolve_commit, resolve_tree
from memora.repository import Repository
from memora.storage.refs import TAGS
from memora.tree.lookup import lookup, lookup_many

HISTORY: Final = 10
# So far back a memory's history is looked for; ``log`` goes all the way.
_COMMITS_LOOKED_AT: Final = 1000


class Neighbour(NamedTuple):
    """A node at the other end of a link. ``node`` is None where the tree does not hold it (any more)."""

    relation: str
    id: NodeId
    node: Node | None


class History(NamedTuple):
    """The newest commits that changed a node; ``more`` counts others. Unless ``whole`` there may be older ones."""

    commits: tuple[LogEntry, ...]
    more: int
    whole: bool


class NodeView(NamedTuple):
    """A node in a tree, and what surrounds it.

    ``sides`` are the states that a disputed node stands between. ``uncommitted`` says that HEAD has another state of
    it, or none; it is False for a past revision. ``remote`` brought this version here; None for one made here.
    """

    item: NodeVersion
    expired: bool
    importance: Importance
    accesses: int
    links: tuple[Neighbour, ...]
    linked_from: tuple[Neighbour, ...]
    sides: tuple[NodeVersion, ...]
    history: History
    uncommitted: bool
    remote: str | None


class Decided(NamedTuple):
    """A clash that a merge decided: the node as it came out of it and as it was overruled; None where it was not."""

    decision: Decision
    node: Node | None
    overruled: Node | None


class CommitView(NamedTuple):
    """A commit with the counts of what it changed against its first parent, that parent's tree, and its decisions.

    ``tag`` is the annotated tag that it was asked for by; None where it was asked for by another name.
    """

    entry: LogEntry
    before: TreeId | None
    decided: tuple[Decided, ...]
    tag: Tag | None = None


def show(repository: Repository, name: str, *, now: int, revision: str | None = None) -> NodeView | CommitView:
    """The node of a name, else the commit that the name means; with ``revision`` the node as it was there.

    Raises NotFound where it is neither, Ambiguous.
    """
    with repository.snapshot():
        if revision is not None:
            tree = resolve_tree(repository, revision, now)
            return _view(repository, tree, find_node_at(repository, tree, name), now, revision)
        try:
            node = resolve_node(repository, name)
        except NotFound:
            return _show_commit(repository, name, now)
        return _view(repository, repository.workspace.tree, node, now, None)


def commit_changes(repository: Repository, view: CommitView) -> Generator[NodeChange, None, None]:
    """What a commit changed, streaming, in order of node id. Close it before the repository."""
    with repository.snapshot():
        yield from node_changes(repository.objects, view.before, view.entry.commit.tree)


def _show_commit(repository: Repository, name: str, now: int) -> CommitView:
    try:
        commit_id = resolve_commit(repository, name, now)
    except NoCommits:
        raise
    except BadInput:
        raise NotFound("node or revision", name) from None
    except NotFound as error:
        raise NotFound("node or revision", name, error.similar) from None
    commit = load_commit(repository.objects, commit_id)
    before = load_commit(repository.objects, commit.parents[0]).tree if commit.parents else None
    entry = LogEntry(commit_id, commit, count_changes(repository.objects, before, commit.tree))
    decided = tuple(_decided(repository, commit, item) for item in commit.decisions)
    return CommitView(entry, before, decided, _annotation(repository, name))


def _annotation(repository: Repository, name: str) -> Tag | None:
    """The annotated tag that a name is, or None."""
    ref = find_ref(name, StoreNames(repository))
    target = repository.refs.find(ref) if ref is not None and ref.startswith(TAGS) else None
    if target is None or repository.objects.kind_of(target) != "tag":
        return None
    return load_tag(repository.objects, TagId(target))


def _decided(repository: Repository, commit: Commit, decision: Decision) -> Decided:
    overruled = None if decision.overruled is None else load_node(repository.objects, decision.overruled)
    return Decided(decision, _node_at(repository, commit.tree, decision.node), overruled)


def _view(repository: Repository, tree: TreeId, node_id: NodeId, now: int, revision: str | None) -> NodeView:
    item = _read_at(repository, tree, node_id)
    if item is None:
        raise NotFound("node", node_id.hex())
    node = item.node
    accesses = repository.index.nodes.access(node_id).times
    head = repository.workspace.head.commit if revision is None else _find_commit(repository, revision, now)
    committed = None if head is None else load_commit(repository.objects, head).tree
    return NodeView(
        item=item,
        expired=node.is_expired(now),
        importance=weigh_importance(
            node.type, node.confidence, node.updated_at, now, accesses=accesses, pinned=node.pinned
        ),
        accesses=accesses,
        links=tuple(Neighbour(link.relation, link.to, _node_at(repository, tree, link.to)) for link in node.links),
        linked_from=tuple(_incoming(repository, tree, node_id)),
        sides=tuple(
            NodeVersion(load_node(repository.objects, side), side)
            for side in (node.dispute.sides if node.dispute else ())
        ),
        history=_history(repository, head, node_id),
        uncommitted=revision is None
        and (committed is None or lookup(repository.objects, committed, node_id) != item.version),
        remote=repository.refs.remotes.arrival_of(item.version),
    )


def _find_commit(repository: Repository, revision: str, now: int) -> CommitId | None:
    """The commit of a revision; None where the revision is a tree, which has no history."""
    try:
        return resolve_commit(repository, revision, now)
    except (NotCommitted, NotFound):
        return None


def _incoming(repository: Repository, tree: TreeId, node: NodeId) -> Generator[Neighbour, None, None]:
    """The nodes of a tree that link to a node. Cost follows the versions that ever did."""
    ever = repository.index.nodes.links_to(node)
    present = lookup_many(repository.objects, tree, {source for source, _, _ in ever})
    rows = {source: repository.objects.row_of(version) for source, version in present.items()}
    for source, row, relation in ever:
        if rows.get(source) == row:
            yield Neighbour(relation, source, load_node(repository.objects, present[source]))


def _history(repository: Repository, head: CommitId | None, node: NodeId) -> History:
    found: list[LogEntry] = []
    more = 0
    trail = Trail(repository.objects, [node])
    commits = walk(repository.index.commits, [] if head is None else [head])
    for commit_id, _ in islice(commits, _COMMITS_LOOKED_AT):
        commit = load_commit(repository.objects, commit_id)
        if not trail.is_changed_by(commit):
            continue
        if len(found) < HISTORY:
            found.append(LogEntry(commit_id, commit, None))
        else:
            more += 1
    return History(tuple(found), more, next(commits, None) is None)


def _node_at(repository: Repository, tree: TreeId, node: NodeId) -> Node | None:
    found = _read_at(repository, tree, node)
    return None if found is None else found.node


def _read_at(repository: Repository, tree: TreeId, node: NodeId) -> NodeVersion | None:
    version: VersionId | None = lookup(repository.objects, tree, node)
    return None if version is None else NodeVersion(load_node(repository.objects, version), version)
