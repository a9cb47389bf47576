"""What a merge did, as a person reads it: ``merge`` and ``pull`` print it."""

from __future__ import annotations

from contextlib import closing
from itertools import islice

from memora.cli.history_text import short_commit
from memora.cli.output import escape
from memora.cli.world import World
from memora.model.ids import NodeId, TreeId
from memora.operations.history.merge import MergeResult
from memora.operations.history.standing import tip_of, tree_of
from memora.repository import Repository

_MOST_SUSPECTED = 10
# A merge that brings more is not held up by comparing all of it; `check --contradictions` does.
_MOST_COMPARED = 200


def tree_before(repository: Repository) -> TreeId | None:
    """The tree that the branch of the workspace has before something is merged into it."""
    with repository.snapshot():
        head = repository.workspace.head
        return tree_of(repository, tip_of(repository, head))


def show_merge(
    world: World, repository: Repository, result: MergeResult, before: TreeId | None, *, planned: bool, explain: bool
) -> None:
    """Print a merge that was made, or ``planned``; as a record under ``--json``."""
    if world.options.json:
        from memora.records.merges import merge_record

        world.out.record(merge_record(result, dry_run=planned))
        return
    place = escape(result.branch or "detached HEAD")
    if result.outcome == "up_to_date":
        world.out.line("Already up to date")
        return
    if planned:
        world.out.line(world.out.style("bold", "merge plan") + " (nothing was changed)")
    if result.outcome == "fast_forward":
        world.out.line(f"Fast-forward {place} to {short_commit(result.theirs)}")
        if before is not None:
            _show_brought(world, repository, result, before, everything=explain or planned)
        world.out.line(str(result.changes) or "no changes")
        return
    from memora.cli.merge_text import pair_lines, report_lines, summary
    from memora.operations.care.contradictions import find_contradictions
    from memora.operations.history.merge_report import report_merge

    report = report_merge(repository, result, before)
    if result.commit is not None:
        world.out.line(f"[{place} {world.out.style('yellow', short_commit(result.commit))}] merged: {summary(report)}")
    else:
        world.out.line(f"Merge into {place}: {summary(report)}")
    world.out.lines(report_lines(world.out, report, explain=explain or planned))
    suspected = [] if planned else find_contradictions(repository, now=world.now, nodes=_brought(result))
    for pair in suspected[:_MOST_SUSPECTED]:
        world.out.line()
        world.out.lines(pair_lines(world.out, pair))
    if len(suspected) > _MOST_SUSPECTED:
        world.out.note(f"{len(suspected) - _MOST_SUSPECTED} more suspicious pairs: `memora check --contradictions`")
    if report.disputed and not planned:
        world.out.note("`memora conflicts` shows the disputes, `memora resolve NODE --ours|--theirs` settles one")
    if result.commit is None and not planned:
        world.out.note("`memora commit` records the merge, `memora undo` takes it back")


def _show_brought(
    world: World, repository: Repository, result: MergeResult, before: TreeId, *, everything: bool
) -> None:
    """What moving ahead brings: a line a memory, a few of them unless ``everything``."""
    from memora.cli.changes_text import stat_line
    from memora.cli.merge_text import MOST_TAKEN
    from memora.operations.look.diff import diff

    left = sum(result.changes)
    with closing(diff(repository, before.hex(), result.theirs.hex(), now=world.now)) as changes:
        for change in changes if everything else islice(changes, MOST_TAKEN):
            world.out.line(stat_line(world.out, change))
            left -= 1
    if left:
        world.out.line(f"… and {left:,} more, which --explain shows")


def _brought(result: MergeResult) -> list[NodeId]:
    """Some of the nodes that came with a merge: those that are new here or say something else now."""
    plan = result.plan
    if plan is None:
        return []
    return [*(node for node, version in plan.taken.items() if version is not None), *plan.written][:_MOST_COMPARED]
