"""What an import did, or would do, as people and programs read it."""

from __future__ import annotations

from typing import Final

from memora.cli.nodes_text import node_line
from memora.cli.output import escape
from memora.cli.world import World
from memora.operations.share.importing import Import, Imported

_OUTCOMES: Final = ("added", "changed", "corroborated", "known", "kept")


def show_import(world: World, done: Import) -> None:
    """Print what each file came to, and what is new in it; under --json a record for each memory."""
    if world.options.json:
        from memora.records.imports import imported_record

        for item in done.items:
            world.out.record(imported_record(item))
        return
    for path, format_name in done.files:
        items = [item for item in done.items if item.path == path]
        counts = {name: sum(item.outcome == name for item in items) for name in _OUTCOMES}
        said = ", ".join(f"{count} {name}" for name, count in counts.items() if count) or "nothing"
        world.out.line(f"{escape(path)}  {world.out.style('dim', f'({format_name})')}  {said}")
        for item in items:
            if item.outcome in ("added", "changed") and (done.dry_run or item.outcome == "changed" or item.reasons):
                _show_item(world, item)
    held = sum(bool(item.reasons) for item in done.items)
    if held:
        world.out.note(f"{held} held back in quarantine; `memora list --quarantined` shows why")
    kept = sum(item.outcome == "kept" for item in done.items)
    if kept:
        world.out.note(
            f"{kept} kept as the store has them: they were changed here since, or another memory has the key"
        )
    if done.dry_run:
        world.out.note("nothing was changed")
    elif not done.items:
        world.out.note("nothing to import")


def _show_item(world: World, item: Imported) -> None:
    sign = "~" if item.outcome == "changed" else "+"
    world.out.line(f"  {sign} line {item.line}: {node_line(world.out, item.node, key=True, indent=16)}")
    for reason in item.reasons:
        world.out.line(f"      {escape(reason)}")
