"""A search for a bad commit as people read it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from memora.cli.changes_text import change_line, show_fields
from memora.cli.history_text import commit_lines, short_commit
from memora.cli.output import Output, escape
from memora.model.counts import counted
from memora.operations.history.bisect import Bisection
from memora.operations.history.bisect_nodes import Culprit

_MOST_LISTED: Final = 20


def bisection_lines(out: Output, found: Bisection) -> Iterator[str]:
    """Where the search stands, and what to do next."""
    if found.outcome == "waiting":
        missing = "a bad and a good commit" if not (found.marks.bad or found.marks.goods) else None
        missing = missing or ("a bad commit" if found.marks.bad is None else "a good commit")
        yield f"waiting for {missing}"
    elif found.outcome == "testing":
        yield f"testing {commit_words(out, found)}  ({distance_words(found)})"
    elif found.outcome == "found":
        assert found.commit is not None and found.subject is not None
        yield f"{out.style('red', short_commit(found.commit))} is the first bad commit"
        yield from commit_lines(out, found.commit, found.subject, [])
    elif found.outcome == "undecided":
        yield "only skipped commits are left; the first bad one is one of these:"
        for commit in found.candidates[:_MOST_LISTED]:
            yield f"  {out.style('yellow', short_commit(commit))}"
        if len(found.candidates) > _MOST_LISTED:
            yield f"  … and {len(found.candidates) - _MOST_LISTED:,} more"


def commit_words(out: Output, found: Bisection) -> str:
    """``1a2b3c4d  First beliefs``."""
    assert found.commit is not None and found.subject is not None
    return f"{out.style('yellow', short_commit(found.commit))}  {escape(found.subject.subject)}"


def distance_words(found: Bisection) -> str:
    """``12 commits left, about 4 steps``."""
    steps = counted(found.steps, "step")
    return f"{found.remaining:,} commits left, about {steps}"


def show_culprit(out: Output, culprit: Culprit) -> None:
    """Print which changes of the commit are to blame, and how sure that is."""
    out.line()
    out.line(out.style("bold", _verdict(culprit)))
    for change in culprit.changes:
        out.line(change_line(out, change))
        show_fields(out, change)
    if culprit.undecided:
        out.line(f"and one of these {len(culprit.undecided)}, which the command skipped:")
        for change in culprit.undecided[:_MOST_LISTED]:
            out.line("  " + change_line(out, change))


def _verdict(culprit: Culprit) -> str:
    of = f"of its {culprit.total:,} changes"
    if culprit.fails_without:
        return "it fails without any change of this commit, too"
    if not culprit.total:
        return "this commit changes nothing against its first parent"
    if culprit.undecided:
        return f"the command could not tell which {of} it is"
    count = len(culprit.changes)
    if not culprit.sufficient:
        return f"it takes more than {count} {of} together; these are needed, and not enough"
    if culprit.total == 1:
        return "its only change is enough"
    return f"one {of} is enough" if count == 1 else f"no change alone: it takes these {count} {of} together"
