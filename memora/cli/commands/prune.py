"""``memora prune``."""

from typing import Annotated

import typer

from memora.cli.world import World
from memora.model.times import parse_duration
from memora.operations.care.prune import Pruned, prune


def run(
    world: World,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be removed.")] = False,
    older_than: Annotated[
        str | None, typer.Option("--older-than", metavar="AGE", help="First forget operations of that age: 30d, 12w.")
    ] = None,
) -> int:
    """Example: memora prune --older-than 30d

    Remove the objects that no branch, tag, workspace, operation or session leads to. What an operation went from or to
    is kept so that it can be undone; --older-than forgets operations of that age first, for good. The file does not
    shrink: the room is used again.
    """
    age = None if older_than is None else parse_duration("older-than", older_than)
    with world.open_repository() as repository:
        pruned = prune(repository, now=world.now, older_than=age, dry_run=dry_run)
    if world.options.json:
        from memora.records.care import pruned_record

        world.out.record(pruned_record(pruned, dry_run=dry_run))
    else:
        world.out.line(_summary(pruned, dry_run))
    return 0


def _summary(pruned: Pruned, dry_run: bool) -> str:
    kept = f"{pruned.kept:,} objects are in use"
    if not pruned.objects and not pruned.operations:
        return f"nothing to prune: all {kept}"
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in pruned.kinds.items())
    objects = "1 object" if pruned.objects == 1 else f"{pruned.objects:,} objects"
    parts = [f"{objects} ({kinds}; {pruned.size_bytes:,} bytes)" if kinds else objects]
    if pruned.operations:
        parts.insert(0, "1 operation" if pruned.operations == 1 else f"{pruned.operations:,} operations")
    return f"{'would remove' if dry_run else 'removed'} {' and '.join(parts)}; {kept}"
