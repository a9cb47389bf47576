"""``memora prune``."""

from typing import Annotated

import typer

from memora.cli.world import World
from memora.model.counts import counted
from memora.model.times import parse_duration
from memora.operations.care.prune import Pruned, prune

# The kinds of objects by the words of the glossary.
_KINDS = {"node": "version"}


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
    kept = counted(pruned.kept, "object is in use", "objects are in use")
    if not pruned.objects and not pruned.operations:
        return f"nothing to prune: {'the' if pruned.kept == 1 else 'all'} {kept}"
    kinds = ", ".join(counted(count, _KINDS.get(kind, kind)) for kind, count in pruned.kinds.items())
    objects = counted(pruned.objects, "object")
    parts = [f"{objects} ({kinds}; {pruned.size_bytes:,} bytes)" if kinds else objects]
    if pruned.operations:
        parts.insert(0, counted(pruned.operations, "operation"))
    return f"{'would remove' if dry_run else 'removed'} {' and '.join(parts)}; {kept}"
