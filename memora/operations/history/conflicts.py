"""Which memories are in dispute, between what, and settling them."""

from __future__ import annotations

from collections.abc import Collection
from itertools import chain, count
from typing import Final, Literal, NamedTuple

from memora.errors.history import NoSuchSide, NotDisputed
from memora.history.load import load_node
from memora.merge.remembered import signature
from memora.model.belief import birth_id, supported
from memora.model.ids import NodeId, VersionId
from memora.model.node import Node, NodeVersion, Observation
from memora.model.secrets import refuse_secrets
from memora.model.text import clean_content, first_line
from memora.model.vocabulary import source_confidence
from memora.operations.history.merging import RESOLUTIONS
from memora.operations.history.sides import tell_sides
from memora.operations.naming import find_current, read_current, resolve_node
from memora.operations.remember.changes import ChangeSet
from memora.repository import Repository, Transaction

Choice = Literal["ours", "theirs", "base", "content", "both"]

_RESOLVER: Final = "manual"


class Conflict(NamedTuple):
    """A node in dispute. A side is None where it had deleted the node, ``base`` where there was none.

    ``others`` are sides beyond two, from merges that added to the dispute.
    """

    node: Node
    version: VersionId
    base: NodeVersion | None
    ours: NodeVersion | None
    theirs: NodeVersion | None
    others: tuple[NodeVersion, ...] = ()


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
    """Settle a dispute by one of its sides, by a ``content`` of one's own, or by keeping all sides as nodes.

    What a person settles is stable and gains that person's word. The same dispute is settled the same way next time,
    if ``remember`` and it did not keep both. A side that had deleted the node removes it. Raises NotDisputed,
    NoSuchSide, BadInput, SecretFound, NotFound, Ambiguous.
    """
    text = clean_content(content or "") if choice == "content" else None
    if text is not None:
        refuse_secrets("content", (text,))
    with repository.transaction("resolve", author=author, now=now) as transaction:
        conflict = find_conflict(repository, name)
        word = Observation(_RESOLVER, author, now, transaction.session_id)
        chosen = _settled(conflict, choice, text, word)
        settled = [] if chosen is None else [chosen]
        if choice == "both" and chosen is not None:
            settled = _apart(repository, conflict, chosen, word)
        written = [NodeVersion(node, transaction.write_node(node)) for node in settled]
        changes: dict[NodeId, VersionId | None] = {conflict.node.id: None}
        changes.update({item.node.id: item.version for item in written})
        transaction.set_nodes(changes)
        if remember and len(written) <= 1:
            _remember(repository, transaction, conflict, written[0].version if written else conflict.version)
        # A memory in dispute shows either side, so what counts from now on is named.
        transaction.summary = f"{choice}: {first_line((chosen or conflict.node).content, 60)}"
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
        transaction.summary = f"--forget {first_line(name, 60)}"
    return forgotten


def _read_conflict(repository: Repository, node_id: NodeId) -> Conflict:
    node, version = read_current(repository, node_id)
    origin, sides = node.dispute or (None, ())
    base = None if origin is None else NodeVersion(load_node(repository.objects, origin), origin)
    return Conflict(node, version, base, *tell_sides(repository, node_id, sides))


def _settled(conflict: Conflict, choice: Choice, text: str | None, word: Observation) -> Node | None:
    """The node as it is once settled; None where the chosen side had deleted it."""
    if text is not None:
        return _kept(conflict.node)._replace(
            content=text,
            confidence=source_confidence(_RESOLVER),
            observations=(word,),
            updated_at=max(word.at, conflict.node.updated_at),
        )
    side = {"ours": conflict.ours, "theirs": conflict.theirs, "base": conflict.base, "both": conflict.ours}[choice]
    if choice == "both" and conflict.theirs is None:
        raise NoSuchSide(choice)
    if side is None:
        if choice in ("base", "both"):
            raise NoSuchSide(choice)
        return None
    node = _kept(conflict.node)._replace(content=side.node.content, type=side.node.type)
    if side.node.status == "deprecated":  # to take that side is to leave it out of service
        return node._replace(
            status="deprecated",
            observations=side.node.observations,
            confidence=side.node.confidence,
            updated_at=max(word.at, node.updated_at),
        )
    return _supported(node, side.node, word)


def _apart(repository: Repository, conflict: Conflict, ours: Node, word: Observation) -> list[Node]:
    """All sides as nodes of their own: ours as it is settled, with the key, and the others without."""
    sides = [side for side in (conflict.ours, conflict.theirs, *conflict.others) if side is not None]
    nodes: dict[NodeId, Node] = {}
    for side, _ in sides:
        node_id = _free_id(repository, side, conflict.node.id, nodes)
        nodes[node_id] = _supported(_kept(side)._replace(id=node_id, key=None), side, word) if nodes else ours
    # Ours may go back to an id that it led to while it stood under the other one.
    return [
        node._replace(id=node_id, links=tuple([link for link in node.links if link.to != node_id]))
        for node_id, node in nodes.items()
    ]


def _free_id(repository: Repository, node: Node, leaving: NodeId, taken: Collection[NodeId]) -> NodeId:
    """The id a node has, which a dispute about a key may have taken out, or else the first it could be born with."""
    births = (birth_id(node.type, None, node.content, counter) for counter in count())
    for candidate in chain((node.id,), births):
        is_live = find_current(repository, repository.workspace.number, candidate) is not None
        if candidate not in taken and (candidate == leaving or not is_live):
            return candidate
    raise AssertionError("counters do not end")


def _kept(node: Node) -> Node:
    return node._replace(status="stable", dispute=None, expires_at=None)


def _supported(node: Node, side: Node, word: Observation) -> Node:
    """A node with the support of a side and the word of the person who settled it, who may have said so before."""
    after = supported(side, word, source_confidence(_RESOLVER))
    return node._replace(
        observations=after.observations,
        confidence=after.confidence,
        updated_at=max(word.at, node.updated_at),
    )


def _remember(repository: Repository, transaction: Transaction, conflict: Conflict, version: VersionId) -> None:
    assert conflict.node.dispute is not None
    name = RESOLUTIONS + signature(repository.objects, conflict.node.id, conflict.node.dispute)
    transaction.move_ref(name, repository.refs.find(name), version)
