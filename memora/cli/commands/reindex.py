"""``memora reindex``."""

from memora.cli.output import escape
from memora.cli.world import World
from memora.operations.care.reindex import reindex


def run(world: World) -> int:
    """Example: memora reindex

    Make everything anew that is derived: the index of memories, the text index, the commit graph and the counts of
    recalls. Nothing else changes. `memora fsck` says when this is needed.
    """

    def progress(what: str, count: int) -> None:
        world.out.progress(f"{count:,} {what}")

    with world.open_repository() as repository:
        try:
            projected = reindex(repository, progress=progress)
        finally:
            world.out.progress("", done=True)
    if world.options.json:
        from memora.records.care import reindex_record

        world.out.record(reindex_record(projected))
    else:
        versions = "1 version" if projected.versions == 1 else f"{projected.versions:,} versions"
        commits = "1 commit" if projected.commits == 1 else f"{projected.commits:,} commits"
        used = "1 memory" if projected.view == 1 else f"{projected.view:,} memories"
        world.out.line(f"indexed {versions} of memories, {commits} and {used} in use")
    if projected.damaged:
        left_out = "1 object is" if projected.damaged == 1 else f"{projected.damaged:,} objects are"
        world.out.warn(f"{left_out} damaged and left out; `memora fsck` names what is damaged")
    for name in projected.unreadable:
        world.out.warn(f"the working tree of workspace {escape(name)} is damaged and was left out")
    return 0
