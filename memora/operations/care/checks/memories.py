"""What the memories themselves ask people to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from memora.errors import Damaged, DamagedObject, MissingObject
from memora.evidence.files import Files
from memora.evidence.verify import BROKEN, verify_evidence
from memora.model.belief import says_the_same
from memora.model.ids import NodeId, ObjectId
from memora.model.injection import RULES, find_injections
from memora.model.node import Node
from memora.model.screening import order_reasons, texts_of
from memora.model.secrets import find_secrets
from memora.model.selection import EVERYTHING
from memora.model.text import find_hidden, first_line
from memora.operations.care.contradictions import Pair, find_contradictions
from memora.operations.care.problems import Problem
from memora.operations.naming import read_row
from memora.operations.support import unsupported_nodes
from memora.repository import Repository

Progress = Callable[[int, int], None]
_EVIDENCE_WORDS: Final = {"changed": "is not what it was", "gone": "is not there any more"}
_TEXT_RULES: Final = frozenset({"store", "secrets", "hidden", "hijack", "disputed", "same-key", "expired", "stale"})


class Find(NamedTuple):
    """A problem, the memory it is about where it is about one, and the pair where it is between two."""

    problem: Problem
    node: Node | None = None
    pair: Pair | None = None


def inspect_memories(
    repository: Repository, rules: frozenset[str], now: int, files: Files | None, progress: Progress | None
) -> Iterator[Find]:
    """What the rules find in the working tree. Severities are left empty: they are a matter of policy."""
    resting: dict[NodeId, Node] = {}
    if rules & _TEXT_RULES:
        yield from _inspect_all(repository, rules, now, resting)
    if "unsupported" in rules:
        for node in unsupported_nodes(repository):
            yield _find("unsupported", node, f"nothing holds it up: {_says(node)}")
    if "stale" in rules and files is not None:
        yield from _stale(resting, files)
    if "contradictions" in rules:
        for pair in find_contradictions(repository, now=now, progress=progress):
            yield _suspected(pair)


def _stale(nodes: dict[NodeId, Node], files: Files) -> Iterator[Find]:
    for found in verify_evidence(nodes.values(), files):
        if found.verdict in BROKEN:
            node = nodes[found.node]
            message = f"{found.evidence} {_EVIDENCE_WORDS[found.verdict]}: {_says(node)}"
            yield Find(Problem("stale", "", message, node=node.id, path=found.place.path, line=found.place.first), node)


def _inspect_all(
    repository: Repository, rules: frozenset[str], now: int, resting: dict[NodeId, Node]
) -> Iterator[Find]:
    """One reading of every memory, for all the rules that look at one at a time.

    Those that rest on evidence are put into ``resting``.
    """
    index, workspace = repository.index.nodes, repository.workspace.number
    keys: dict[str, Node] = {}
    for row in index.select(workspace, EVERYTHING, now, order="v.key IS NULL, v.key, v.node"):
        try:
            node = read_row(repository, row).node
        except Damaged as error:
            if "store" in rules:
                yield Find(_damage(error))
            continue
        if any(item.evidence for item in node.observations):
            resting[node.id] = node
        yield from _inspect_node(node, rules, now)
        if node.key is not None and "same-key" in rules:
            first = keys.setdefault(node.key, node)
            if first is not node and not says_the_same(first, node.content):
                yield _find("same-key", node, f"key {node.key}: {_says(first)} / {_says(node)}")


def _inspect_node(node: Node, rules: frozenset[str], now: int) -> Iterator[Find]:
    if "secrets" in rules:
        for text in (node.content, *(piece for item in node.observations for piece in item.evidence)):
            for secret in find_secrets(text):
                place = f"line {secret.line}, column {secret.column}"
                yield _find("secrets", node, f"{secret.rule} at {place}: {secret.masked}")
    if "hidden" in rules and not node.content.isascii():
        at = find_hidden(node.content)
        if at is not None:
            yield _find("hidden", node, f"the invisible character U+{ord(node.content[at]):04X} at position {at + 1}")
    if "hijack" in rules and not node.is_quarantined:
        for found in find_injections(node.content):
            yield _find("hijack", node, f"{RULES[found.rule].what} ({found.rule}): {found.excerpt}")
        labels = {field: items for field, items in texts_of(node).items() if field != "content"}
        for reason in order_reasons(labels):
            yield _find("hijack", node, f"{reason}: {_says(node)}")
    if "disputed" in rules and node.status == "conflicted":
        yield _find("disputed", node, f"in dispute: {_says(node)}")
    if "expired" in rules and node.is_expired(now):
        yield _find("expired", node, f"expired {node.type}: {_says(node)}")


def _find(rule: str, node: Node, message: str) -> Find:
    return Find(Problem(rule, "", message, node=node.id), node)


def _suspected(pair: Pair) -> Find:
    rule, score, reason = pair.suspicion
    message = f"{rule} ({score:.2f}, {reason}): {_says(pair.first.node)} / {_says(pair.second.node)}"
    return Find(Problem("contradictions", "", message, node=pair.first.node.id), pair.first.node, pair)


def _damage(error: Damaged) -> Problem:
    place = bytes.fromhex(error.object_id) if isinstance(error, DamagedObject | MissingObject) else None
    return Problem("store", "", str(error), object=None if place is None else ObjectId(place))


def _says(node: Node) -> str:
    return first_line(node.content, 100)
