"""Which memories are in dispute, between what, and settling them."""

from __future__ import annotations

from itertools import islice
from typing import Final, Literal, NamedTuple

from memora.errors import NoSuchSide, NotDisputed
from memora.history.graph import walk
from memora.history.load import load_commit, load_node
from memora.merge.remembered import signature
from memora.model.belief import birth_id, combined_confidence
from memora.model.ids import CommitId, NodeId, VersionId
from memora.model.node import Node, NodeVersion, Observation, merge_observations
from memora.model.text import clean_content, first_line
from memora.model.vocabulary import source_confidence
from memora.operations.history.merging import RESOLUTIONS
from memora.operations.naming import read_current, resolve_node
from memora.operations.remember.changes import ChangeSet
from memora.repository import Repository, Transaction
from memora.tree.follow import Follower
from memora.tree.lookup import lookup

Choice = Literal["ours", "theirs", "base", "content", "both"]

_RESOLVER: Final = "manual"
# How far back the merge that made a dispute is looked for; beyond it the sides come in order of their ids.
_COMMITS_BACK: Final = 1000


class Conflict(NamedTuple):
    """A node in dispute. A side is None where it had deleted the node, ``base`` where there was none."""

    node: Node
    version: VersionId
    base: NodeVersion | None
    ours: NodeVersion | None
    theirs: NodeVersion | None


def list_conflicts(repository: Repository) -> list[Conflict]:
    """The disputes of this workspace's working tree, by node id."""
    with repository.snapshot():
        nodes = repository.index.nodes.disputed(repository.workspace.number)
        return [_read_conflict(repository, node) for node in nodes]


def find_conflict(repository: Repository, name: str) -> Conflict:
    """The dispute about a node. Raises NotDisputed, NotFound, Ambiguous."""
    with repository.snapshot():
        node = resolve_node(repository, name)
        if read_current(repository, node)[0].dispute is None:
            raise NotDisputed(node.hex(), name)
        return _read_conflict(repository, node)


def resolve(
    repository: Repository,
    name: str,
    choice: Choice,
    *,
    author: str,
    now: int,
    content: str | None = None,
    remember: bool = True,
) -> ChangeSet:
    """Settle a dispute by one of its sides, by a ``content`` of one's own, or by keeping both sides as two nodes.

    What a person settles is stable and gains that person's word. The same dispute is settled the same way next
    time, if ``remember``. A side that had deleted the node removes it. Raises NotDisputed, NoSuchSide, BadInput,
    NotFound, Ambiguous.
    """
    text = clean_content(content or "") if choice == "content" else None
    with repository.transaction("resolve", author=author, now=now) as transaction:
        conflict = find_conflict(repository, name)
        settled = [_settled(conflict, choice, text, author, now)]
        if choice == "both":
            settled.append(_second(repository, conflict, author, now))
        written = [NodeVersion(node, transaction.write_node(node)) for node in settled if node is not None]
        changes: dict[NodeId, VersionId | None] = {conflict.node.id: None}
        changes.update({item.node.id: item.version for item in written})
        transaction.set_nodes(changes)
        if remember and written and conflict.node.dispute is not None:
            _remember(repository, transaction, conflict, written[0].version)
        transaction.summary = f"{choice}: {first_line(conflict.node.content, 60)}"
    return ChangeSet("changed", tuple(written) or (NodeVersion(conflict.node, conflict.version),))


def forget_resolutions(repository: Repository, name: str, *, author: str, now: int) -> int:
    """Forget how disputes about a node were settled; gives how many were remembered."""
    with repository.transaction("resolve", author=author, now=now) as transaction:
        node = resolve_node(repository, name)
        forgotten = 0
        for digest, target in repository.refs.list(RESOLUTIONS):
            if load_node(repository.objects, VersionId(target)).id == node:
                transaction.move_ref(RESOLUTIONS + digest, target, None)
                forgotten += 1
        transaction.summary = f"forget {forgotten}"
    return forgotten


def _read_conflict(repository: Repository, node_id: NodeId) -> Conflict:
    node, version = read_current(repository, node_id)
    dispute = node.dispute
    sides = [NodeVersion(load_node(repository.objects, side), side) for side in (dispute.sides if dispute else ())]
    base = None
    if dispute is not None and dispute.base is not None:
        base = NodeVersion(load_node(repository.objects, dispute.base), dispute.base)
    ours, theirs = _tell_sides(repository, node_id, version, sides)
    return Conflict(node, version, base, ours, theirs)


def _tell_sides(
    repository: Repository, node: NodeId, version: VersionId, sides: list[NodeVersion]
) -> tuple[NodeVersion | None, NodeVersion | None]:
    """Which side was ours: the one that the first parent of the commit had that made the dispute."""
    first = sides[0] if sides else None
    second = sides[1] if len(sides) > 1 else None
    parents = _parents_of_dispute(repository, node, version)
    if parents is None:
        return first, second
    objects = repository.objects
    had = lookup(objects, load_commit(objects, parents[0]).tree, node)
    if had is None and second is None:
        return None, first
    if second is not None and had == second.version:
        return second, first
    return first, second


def _parents_of_dispute(repository: Repository, node: NodeId, version: VersionId) -> tuple[CommitId, ...] | None:
    """The parents of the newest commit that brought a node into the state it is in: a merge, or a revert."""
    head = repository.workspace.head.commit
    if head is None:
        return None
    follower = Follower(repository.objects, node)
    for commit_id, entry in islice(walk(repository.index.commits, [head]), _COMMITS_BACK):
        commit = load_commit(repository.objects, commit_id)
        if entry.parents and follower.version_in(commit.tree) == version:
            before = load_commit(repository.objects, entry.parents[0])
            if follower.version_in(before.tree) != version:
                return entry.parents
    return None


def _settled(conflict: Conflict, choice: Choice, text: str | None, author: str, now: int) -> Node | None:
    """The node as it is once settled; None where the chosen side had deleted it."""
    word = Observation(_RESOLVER, author, now)
    if text is not None:
        return _kept(conflict.node)._replace(
            content=text, confidence=source_confidence(_RESOLVER), observations=(word,), updated_at=now
        )
    side = {"ours": conflict.ours, "theirs": conflict.theirs, "base": conflict.base, "both": conflict.ours}[choice]
    if side is None:
        if choice == "base":
            raise NoSuchSide(choice)
        return None
    return _supported(_kept(conflict.node)._replace(content=side.node.content, type=side.node.type), side.node, word)


def _second(repository: Repository, conflict: Conflict, author: str, now: int) -> Node:
    """The other side as a node of its own, without the key."""
    if conflict.ours is None or conflict.theirs is None:
        raise NoSuchSide("both")
    side = conflict.theirs.node
    node_id = side.id if side.id != conflict.node.id else birth_id(side.type, None, side.content)
    counter = 0
    while repository.index.nodes.version_row(repository.workspace.number, node_id) is not None:
        counter += 1
        node_id = birth_id(side.type, None, side.content, counter)
    return _supported(_kept(side)._replace(id=node_id, key=None), side, Observation(_RESOLVER, author, now))


def _kept(node: Node) -> Node:
    return node._replace(status="stable", dispute=None, expires_at=None)


def _supported(node: Node, side: Node, word: Observation) -> Node:
    """A node with the support of a side and the word of the person who settled it."""
    sources = {item.source for item in (*side.observations, word)}
    return node._replace(
        observations=merge_observations(side.observations, (word,)),
        confidence=combined_confidence(side.confidence, source_confidence(_RESOLVER), sources),
        updated_at=max(word.at, node.updated_at),
    )


def _remember(repository: Repository, transaction: Transaction, conflict: Conflict, version: VersionId) -> None:
    assert conflict.node.dispute is not None
    name = RESOLUTIONS + signature(repository.objects, conflict.node.dispute)
    transaction.move_ref(name, repository.refs.find(name), version)
