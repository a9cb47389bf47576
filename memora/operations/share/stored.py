"""Memories that memora exported whole, taken in as they are: into an empty store they give the tree they came from."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from memora.errors import BadInput, SecretFound
from memora.importers.found import Problem
from memora.importers.stored import read_stored
from memora.model.ids import NodeId, VersionId, hash_object
from memora.model.names import QUARANTINE
from memora.model.node import Node
from memora.model.node_codec import encode_node
from memora.model.rules import find_broken_rule
from memora.model.screening import order_reasons, texts_of
from memora.model.secrets import refuse_secret_labels, refuse_secrets
from memora.operations.history.merging import carry_out, plan_trees
from memora.operations.naming import find_current
from memora.operations.share.source_files import SourceFile, Wrong
from memora.operations.share.taking_in import Outcome
from memora.repository import Repository, Transaction
from memora.tree.edit import edit, write_empty

Item = tuple[int, Outcome, Node, tuple[str, ...]]


def take_stored(
    repository: Repository, transaction: Transaction, source: SourceFile, allowed_secrets: Collection[str]
) -> tuple[list[Item], list[Wrong]]:
    """Take a file in; gives what became of each memory, by its number, and what is wrong with some.

    A memory that is not here is taken as it is. One that is here with another version is merged with it, with nothing
    as the base, unless the store has had the file's version before: then what the store says since stays.
    """
    try:
        stored = read_stored(source.text)
    except Problem as problem:
        return [], [Wrong(f"{source.path}:{problem.line}: {problem.problem}")]
    problems = []
    for side in stored.sides:
        try:
            _require_rules(side, allowed_secrets)
        except (BadInput, SecretFound) as error:
            problems.append(Wrong(f"{source.path}: a side of a dispute: {error}", isinstance(error, SecretFound)))
    sides = {_version(side): side for side in stored.sides}
    purged = repository.refs.purges.has({*sides, *map(_version, stored.nodes)})
    wanted: dict[NodeId, tuple[int, Node, tuple[str, ...]]] = {}
    for number, node in enumerate(stored.nodes, 1):
        try:
            _require_rules(node, allowed_secrets)
            if not purged.isdisjoint((_version(node), *(node.dispute.sides if node.dispute else ()))):
                raise BadInput("memory", "was purged here, and is not taken in again as it was")
            for version in (*(node.dispute.sides if node.dispute else ()), *_base(node)):
                if version not in sides and not repository.objects.has(version):
                    raise BadInput("memory", "is in dispute about versions that the file does not hold")
        except (BadInput, SecretFound) as error:
            problems.append(Wrong(f"{source.path}:{number}: {error}", isinstance(error, SecretFound)))
            continue
        reasons = () if node.is_quarantined else _order_reasons(node, sides)
        held = node._replace(tags=tuple(sorted({*node.tags, QUARANTINE}))) if reasons else node
        wanted[node.id] = (number, held, reasons)
    if problems:
        return [], problems
    transaction.write_nodes(stored.sides)
    return _merge(repository, transaction, wanted), []


def _merge(
    repository: Repository, transaction: Transaction, wanted: dict[NodeId, tuple[int, Node, tuple[str, ...]]]
) -> list[Item]:
    objects, workspace = repository.objects, transaction.workspace.number
    before = {node: find_current(repository, workspace, node) for node in wanted}
    known = {node: objects.has(_version(item[1])) for node, item in wanted.items()}
    incoming = [item[1] for node, item in wanted.items() if before[node] is None or not known[node]]
    versions = transaction.write_nodes(incoming)
    empty = write_empty(objects)
    plan = plan_trees(repository, objects, empty, transaction.tree, edit(objects, empty, dict(versions)))
    carry_out(transaction, plan)
    done: list[Item] = []
    for node_id, (number, node, reasons) in wanted.items():
        was, now = before[node_id], find_current(repository, workspace, node_id)
        current = node if now is None else now.node
        outcome: Outcome = "added" if was is None else "known" if was == now else "changed"
        if outcome == "known" and was is not None and was.node != node:
            outcome = "kept"
        done.append((number, outcome, current, reasons if outcome in ("added", "changed") else ()))
    return done


def _order_reasons(node: Node, sides: Mapping[VersionId, Node]) -> tuple[str, ...]:
    """What in a memory, or in a side of its dispute that came with it, reads like an order."""
    said = [node, *(sides[side] for side in (node.dispute.sides if node.dispute else ()) if side in sides)]
    return tuple(dict.fromkeys(reason for state in said for reason in order_reasons(texts_of(state))))


def _version(node: Node) -> VersionId:
    return VersionId(hash_object("node", encode_node(node)))


def _base(node: Node) -> tuple[VersionId, ...]:
    return () if node.dispute is None or node.dispute.base is None else (node.dispute.base,)


def _require_rules(node: Node, allowed_secrets: Collection[str]) -> None:
    """Raise BadInput or SecretFound unless a memory keeps the rules that it would have had to keep here."""
    problem = find_broken_rule(node)
    if problem is not None:
        raise BadInput("memory", f"is refused: {problem}")
    for observation in node.observations:
        refuse_secrets("evidence", observation.evidence, allowed_secrets)
    refuse_secrets("content", (node.content,), allowed_secrets)
    refuse_secret_labels(node.key, node.tags, node.applies_to, allowed_secrets)
