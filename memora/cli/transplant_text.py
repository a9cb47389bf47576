"""Commits that take others back or do them again, as people read them."""

from __future__ import annotations

from memora.cli.history_text import made_lines
from memora.cli.merge_text import report_lines
from memora.cli.output import Output
from memora.model.counts import counted
from memora.operations.history.cherry_pick import Picked
from memora.operations.history.merge_report import DecidedNode, MergeReport
from memora.operations.history.revert import Reverted
from memora.operations.sessions.onto import ReplayedOnto


def transplant_lines(out: Output, made: Reverted | Picked | ReplayedOnto) -> list[str]:
    """``[main 1a2b3c4d] Revert "Use RS256"``, the counts, and every clash that was met."""
    lines = made_lines(out, made.branch, made.commit, made.value.message, made.changes)
    return lines + clash_lines(out, made.clashes)


def clash_lines(out: Output, clashes: tuple[DecidedNode, ...]) -> list[str]:
    """What was decided and what stays in dispute, each with its sides."""
    decided = tuple(item for item in clashes if not item.decision.is_disputed)
    disputed = tuple(item for item in clashes if item.decision.is_disputed)
    return report_lines(out, MergeReport(taken=(), combined=(), decided=decided, disputed=disputed), explain=False)


def dispute_note(count: int) -> str:
    """What to do about so many disputes."""
    what = counted(count, "memory is", "memories are")
    return f"{what} in dispute: `memora conflicts` shows the sides, `memora resolve NODE --ours|--theirs` settles one"
