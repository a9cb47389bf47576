"""Problems of a store as people read them."""

from __future__ import annotations

from typing import Final

from memora.cli.output import Output, escape
from memora.operations.care.problems import ERROR, Problem

_MOST_NAMES: Final = 6


def problem_line(out: Output, problem: Problem) -> str:
    """``error: object-id  1a2b3c4d5e6f: its bytes do not hash to its id; hits node 3f2a91c0 in main, v1``."""
    label = out.style("red" if problem.severity == ERROR else "yellow", f"{problem.severity}:")
    place = "" if problem.object is None else f"{problem.object.hex()[:12]}: "
    return f"{label} {problem.rule}  {place}{escape(problem.message)}{escape(_hit(problem))}"


def _hit(problem: Problem) -> str:
    node = "" if problem.node is None else f" node {problem.node.hex()[:8]}"
    if not problem.revisions:
        return f"; hits{node}" if node else ""
    names = ", ".join(problem.revisions[:_MOST_NAMES])
    more = "" if len(problem.revisions) <= _MOST_NAMES else ", …"
    return f"; hits{node} in {names}{more}"
