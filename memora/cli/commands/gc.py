"""``memora gc``."""

from typing import Annotated

import typer

from memora.cli.nodes_text import text_in_line
from memora.cli.output import Output
from memora.cli.world import World
from memora.model.counts import memories
from memora.model.times import format_age
from memora.operations.care.gc import Action, Collection, Decision, gc

_TEXT_COLUMNS = 60
_WOULD = {"expired": "take out {} expired", "removed": "remove {}", "deprecated": "deprecate {}"}


def run(
    world: World,
    threshold: Annotated[float | None, typer.Option("--threshold", help="Importance to keep, 0 to 1.")] = None,
    aggressive: Annotated[bool, typer.Option("--aggressive", help="Remove at once, not deprecate.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
) -> int:
    """Example: memora gc --dry-run

    Take memories out of service that have expired, or whose importance is below the threshold: a live one becomes
    deprecated, and one that was deprecated before leaves the working tree. Pinned and disputed memories stay. History
    keeps everything, and `memora undo` takes it back.
    """
    limit = world.settings.number("gc.threshold") if threshold is None else threshold
    with world.open_repository() as repository:
        collection = gc(
            repository,
            author=world.author(),
            now=world.now,
            threshold=limit,
            aggressive=aggressive,
            dry_run=dry_run,
        )
    if world.options.json:
        from memora.records.care import collection_record

        for decision in collection.decisions:
            world.out.record(collection_record(decision, collection))
        return 0
    for decision in collection.decisions:
        world.out.line(_line(world.out, decision, collection.threshold, world.now))
    world.out.line(_summary(collection))
    if collection.decisions and not dry_run:
        world.out.note("`memora undo` takes this back")
    return 0


def _line(out: Output, decision: Decision, threshold: float, now: int) -> str:
    node, importance = decision.node, decision.importance
    label = out.style("yellow", f"{decision.action:<10}")
    text = text_in_line(out, node.content, _TEXT_COLUMNS)
    times = "once" if decision.accesses == 1 else f"{decision.accesses} times"
    numbers = (
        f"importance {importance.total:.2f}: confidence {importance.confidence:.2f}, recency {importance.recency:.2f}, "
        f"access {importance.access:.2f} (recalled {times})"
    )
    if decision.action == "expired":
        why = f"expired {format_age(now - (node.expires_at or now))} ago; {numbers}"
    else:
        was = "deprecated before, " if node.status == "deprecated" else ""
        why = f"{was}below {threshold:.2f}; {numbers}"
    return f"{label} [{node.type}] {node.id.hex()[:8]}  {text}\n           {out.style('dim', why)}"


def _summary(collection: Collection) -> str:
    weighed = memories(collection.weighed)
    if not collection.decisions:
        return f"nothing to collect: {weighed} weighed, none expired and none below {collection.threshold:.2f}"
    actions: tuple[Action, ...] = ("expired", "removed", "deprecated")
    counts = [(action, collection.count(action)) for action in actions if collection.count(action)]
    if not collection.dry_run:
        return f"{', '.join(f'{count} {action}' for action, count in counts)} of {weighed} weighed"
    return f"would {', '.join(_WOULD[action].format(count) for action, count in counts)} of {weighed} weighed"
