"""Make memories stable: settled beliefs, which do not expire."""

from __future__ import annotations

from typing import NamedTuple

from memora.errors import BadUsage, NotFound
from memora.errors.history import InDispute
from memora.model.belief import promoted
from memora.model.draft import read_confidence
from memora.model.node import Node, NodeVersion
from memora.model.selection import NodeFilter
from memora.model.vocabulary import parse_type
from memora.operations.naming import find_key, read_current, read_named, read_row
from memora.operations.remember.changes import ChangeSet, replace_nodes, summarize
from memora.repository import Repository


class Promotion(NamedTuple):
    """What was promoted, and how many memories that were asked for have to be resolved first."""

    changes: ChangeSet
    disputed: int


def promote(
    repository: Repository,
    *,
    node: str | None = None,
    key: str | None = None,
    type_name: str | None = None,
    confirmed: object = None,
    as_type: str | None = None,
    author: str,
    now: int,
) -> Promotion:
    """Promote one node by its name or key, or all ephemeral ones of a type or of at least a confidence.

    ``as_type`` changes their type too. A node that is named is promoted even when it is deprecated or expired; of
    many, those are left. Outcome ``changed`` or ``unchanged``. Raises BadUsage unless exactly one of ``node``,
    ``key``, ``type_name`` and ``confirmed`` is given, InDispute for a named node that is disputed.
    """
    if sum(choice is not None for choice in (node, key, type_name, confirmed)) != 1:
        raise BadUsage("specify exactly one: a node by id, a key, a type, or all that are confirmed")
    goal = None if as_type is None else parse_type(as_type)
    wanted = NodeFilter(
        types=() if type_name is None else (parse_type(type_name),),
        min_confidence=None if confirmed is None else read_confidence(confirmed),
    )
    with repository.transaction("promote", author=author, now=now) as transaction:
        disputed = 0
        if node is not None or key is not None:
            found = [_find_named(repository, node, key)]
        else:
            found, disputed = _select(repository, wanted, now)
        changes = replace_nodes(transaction, [(item, _settled(item.node, goal)) for item in found], now)
        transaction.summary = summarize(item.node for item in changes.nodes)
    return Promotion(changes, disputed)


def _find_named(repository: Repository, name: str | None, key: str | None) -> NodeVersion:
    if name is not None:
        [found] = read_named(repository, [name])
    else:
        holder = find_key(repository, key or "")
        if holder is None:
            raise NotFound("key", key or "")
        found = read_current(repository, holder)
    if found.node.status == "conflicted":
        raise InDispute(found.node.id.hex(), "it is promoted")
    return found


def _select(repository: Repository, wanted: NodeFilter, now: int) -> tuple[list[NodeVersion], int]:
    """The nodes that can be promoted, and how many cannot because they are disputed."""
    select, workspace = repository.index.nodes.select, repository.workspace.number
    rows = select(workspace, wanted._replace(statuses=("ephemeral",), expired=False), now)
    disputed = select(workspace, wanted._replace(statuses=("conflicted",)), now)
    return [read_row(repository, row) for row in rows], len(disputed)


def _settled(node: Node, goal: str | None) -> Node:
    settled = promoted(node) if node.status != "stable" else node
    return settled if goal is None else settled._replace(type=goal)
