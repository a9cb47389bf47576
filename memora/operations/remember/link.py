"""Say how one memory stands to another."""

from __future__ import annotations

from memora.errors import BadInput, NotFound
from memora.model.ids import NodeId
from memora.model.node import Link, Node
from memora.model.vocabulary import parse_relation
from memora.operations.naming import choose_node, is_node_prefix, read_named, resolve_node
from memora.operations.remember.changes import ChangeSet, replace_nodes
from memora.repository import Repository


def link(
    repository: Repository, name: str, relation: str, target: str, *, remove: bool = False, author: str, now: int
) -> ChangeSet:
    """Link a node to another, or with ``remove`` take that link away. Outcome ``changed`` or ``unchanged``.

    Raises BadInput for a relation that is none and for a link from a node to itself. A link to a node that is
    gone can still be removed.
    """
    rel = parse_relation(relation)
    with repository.transaction("link", author=author, now=now) as transaction:
        [before] = read_named(repository, [name])
        to = _resolve_linked(repository, before.node, target) if remove else resolve_node(repository, target)
        if to == before.node.id:
            raise BadInput("link", "leads from a memory to itself")
        links = {*before.node.links} - {Link(rel, to)} if remove else {*before.node.links, Link(rel, to)}
        prefix = "--remove " if remove else ""
        transaction.summary = f"{prefix}{before.node.id.hex()[:8]} {rel} {to.hex()[:8]}"
        return replace_nodes(transaction, [(before, before.node._replace(links=tuple(sorted(links))))], now)


def _resolve_linked(repository: Repository, node: Node, target: str) -> NodeId:
    """The node a link leads to, live or not."""
    try:
        return resolve_node(repository, target)
    except NotFound:
        digits = target.lower()
        if not is_node_prefix(digits):
            raise
        linked = {item.to for item in node.links}
        return choose_node(target, sorted(to for to in linked if to.hex().startswith(digits)))
