"""What the memories themselves ask people to look at: disputes, expiry, lost support, contradictions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from memora.errors import BadInput
from memora.model.node import Node
from memora.model.selection import NodeFilter
from memora.model.text import first_line
from memora.operations.care.contradictions import Pair, find_contradictions
from memora.operations.care.problems import ERROR, WARNING, Problem
from memora.operations.naming import read_row
from memora.operations.support import unsupported_nodes
from memora.repository import Repository

RULES: Final = ("disputed", "expired", "unsupported", "contradictions")
DEFAULT_RULES: Final = ("disputed", "expired", "unsupported")


class Finding(NamedTuple):
    """A problem, and the pair of memories where it is between two."""

    problem: Problem
    pair: Pair | None = None


def check(
    repository: Repository,
    *,
    now: int,
    rules: tuple[str, ...] = DEFAULT_RULES,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Finding]:
    """What the rules find in the working tree, rule by rule. Raises BadInput for a rule that there is not.

    ``progress`` gets how many memories were compared and of how many, under ``contradictions``.
    """
    unknown = [rule for rule in rules if rule not in RULES]
    if unknown:
        raise BadInput("rule", f"{unknown[0]!r} is none of {', '.join(RULES)}")
    return _check(repository, now, rules, progress)


def _check(
    repository: Repository, now: int, rules: tuple[str, ...], progress: Callable[[int, int], None] | None
) -> Iterator[Finding]:
    with repository.snapshot():
        if "disputed" in rules:
            for node in _select(repository, NodeFilter(statuses=("conflicted",)), now):
                yield Finding(Problem("disputed", ERROR, f"in dispute: {_says(node)}", node=node.id))
        if "expired" in rules:
            for node in _select(repository, NodeFilter(expired=True), now):
                yield Finding(Problem("expired", WARNING, f"expired {node.type}: {_says(node)}", node=node.id))
        if "unsupported" in rules:
            for node in unsupported_nodes(repository):
                yield Finding(Problem("unsupported", WARNING, f"nothing holds it up: {_says(node)}", node=node.id))
        if "contradictions" in rules:
            for pair in find_contradictions(repository, now=now, progress=progress):
                yield Finding(_suspected(pair), pair)


def _select(repository: Repository, wanted: NodeFilter, now: int) -> Iterator[Node]:
    for row in repository.index.nodes.select(repository.workspace.number, wanted, now):
        yield read_row(repository, row).node


def _suspected(pair: Pair) -> Problem:
    rule, score, reason = pair.suspicion
    message = f"{rule} ({score:.2f}, {reason}): {_says(pair.first.node)} / {_says(pair.second.node)}"
    return Problem("contradictions", WARNING, message, node=pair.first.node.id)


def _says(node: Node) -> str:
    return first_line(node.content, 100)
