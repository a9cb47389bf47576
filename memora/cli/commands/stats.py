"""``memora stats``."""

from collections.abc import Iterator

from memora.cli.output import escape
from memora.cli.world import World
from memora.model.vocabulary import STATUSES
from memora.operations.look.stats import Stats, stats


def run(world: World) -> int:
    """Example: memora stats

    Count what the store holds: memories by type and status, what supports them, history, and size on disk.
    """
    with world.open_repository() as repository:
        found = stats(repository, now=world.now)
    if world.options.json:
        from memora.records.stats import stats_record

        world.out.record(stats_record(found))
        return 0
    for title, rows in _sections(found):
        world.out.line(world.out.style("bold", title))
        for name, value in rows:
            world.out.line(f"  {escape(name):<20} {value}")
    return 0


def _sections(found: Stats) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    place = "detached HEAD" if found.branch is None else found.branch
    about = [("all", f"{found.nodes:,}"), *_by_type(found)]
    if found.average_confidence is not None:
        about.append(("average confidence", f"{found.average_confidence:.2f}"))
    about += [("expired", f"{found.expired:,}"), ("disputed", f"{found.disputed:,}")]
    yield f"memories of workspace {found.workspace}, on {place}", about
    if found.observations:
        yield "observations by source", [(source, f"{count:,}") for source, count in found.observations]
    objects = found.objects
    counts = (
        ("commits", objects.get("commit", 0)),
        ("branches", found.branches),
        ("tags", found.tags),
        ("workspaces", found.workspaces),
        ("versions", objects.get("node", 0)),
        ("objects", sum(objects.values())),
    )
    size = ("size on disk", _size(found.size_bytes))
    yield "store", [*((name, f"{count:,}") for name, count in counts), size]


def _by_type(found: Stats) -> list[tuple[str, str]]:
    """Each type with its count, and how many of these have each status."""
    rows = []
    for kind in dict.fromkeys(tally.type for tally in found.tallies):
        by_status = {tally.status: tally.nodes for tally in found.tallies if tally.type == kind}
        parts = ", ".join(f"{by_status[status]:,} {status}" for status in STATUSES if status in by_status)
        rows.append((kind, f"{sum(by_status.values()):,} ({parts})"))
    return rows


def _size(size_bytes: int) -> str:
    if size_bytes < 1024:
        return f"{size_bytes} bytes"
    size = float(size_bytes)
    for unit in ("KiB", "MiB", "GiB"):
        size /= 1024
        if size < 1024:
            return f"{size:.1f} {unit}"
    return f"{size / 1024:,.1f} TiB"
