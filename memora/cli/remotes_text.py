"""What follows a remote, as people read it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from memora.cli.output import escape
from memora.model.counts import counted
from memora.operations.history.tracking import Tracked

if TYPE_CHECKING:
    from memora.cli.world import World
    from memora.operations.remotes.trust import Held
    from memora.remotes.compacting import Compacted
    from memora.remotes.manifest import Pack
    from memora.remotes.sweeping import Swept


def tracked_words(tracked: Tracked) -> str:
    """``2 commits ahead of origin/main, 1 behind``: how a branch lies to what it follows."""
    name = escape(tracked.name)
    if tracked.distance is None:
        return f"following {name}, of which nothing is known here"
    ahead, behind = tracked.distance
    if not ahead and not behind:
        return f"level with {name}"
    if not ahead:
        return f"{counted(behind, 'commit')} behind {name}"
    return f"{counted(ahead, 'commit')} ahead of {name}" + (f", {behind:,} behind" if behind else "")


def compacted_line(name: str, compacted: Compacted | None) -> str:
    """What was folded at a remote."""
    name = escape(name)
    if compacted is None:
        return f"nothing to fold there: {name} is the store of another project"
    before, after = (_packs(packs) for packs in compacted)
    if len(compacted.after) >= len(compacted.before):
        return f"nothing to fold at {name}: {after}"
    return f"folded {name}: {before} before, {after} now"


def swept_lines(name: str, swept: Swept | None, *, dry_run: bool) -> list[str]:
    """What was thrown away at a remote, or would be."""
    name = escape(name)
    if swept is None:
        return [f"nothing to throw away there: {name} is the store of another project, which `memora prune` is for"]
    verb = "would remove" if dry_run else "removed"
    lines = []
    if swept.unnamed:
        lines.append(f"{verb} {counted(swept.unnamed, 'file')} that no manifest names")
    if swept.tombstones:
        lines.append(f"{verb} {counted(swept.tombstones, 'pack')} that others have taken the place of")
    if swept.objects:
        packs = counted(swept.packs, "pack")
        sizes = _size(swept.size_before)
        if swept.size_after is not None:
            sizes += f", {_size(swept.size_after) if swept.size_after else 'nothing'} now"
        lines.append(f"{verb} {counted(swept.objects, 'object')} that nothing leads to, from {packs} ({sizes})")
    return lines or [f"nothing to throw away at {name}"]


def _packs(packs: Sequence[Pack]) -> str:
    return f"{counted(len(packs), 'pack')} of {_size(sum(pack.size_bytes for pack in packs))}"


def _size(count: int) -> str:
    return f"{count / 1e3:.1f} kB" if count < 1_000_000 else f"{count / 1e6:,.1f} MB"


def what_to_do(tracked: Tracked) -> str:
    """The commands that bring the two together, in brackets; empty where they are."""
    ahead, behind = tracked.distance or (0, 0)
    steps = [*(["`memora pull` takes theirs in"] if behind else []), *(["`memora push` shares yours"] if ahead else [])]
    return f" ({', '.join(steps)})" if steps else ""


def tracked_mark(tracked: Tracked) -> str:
    """``[origin/main: 2 ahead, 1 behind]``, ``[origin/main]`` where the two are level."""
    name = escape(tracked.name)
    if tracked.distance is None:
        return f"[{name}: not known here]"
    parts = [f"{count:,} {side}" for side, count in tracked.distance._asdict().items() if count]
    return f"[{name}: {', '.join(parts)}]" if parts else f"[{name}]"


def note_held(world: World, held: Sequence[Held]) -> None:
    """Say what a pull held back, and what to do about it."""
    if held:
        count = counted(len(held), "memory was", "memories were")
        world.out.note(f"{count} held back: `memora list --quarantined` shows why, `memora quarantine accept` lets in")
