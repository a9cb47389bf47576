"""``memora reindex``."""

from memora.cli.output import escape
from memora.cli.world import World
from memora.model.counts import counted, memories
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
        versions, commits = counted(projected.versions, "version"), counted(projected.commits, "commit")
        world.out.line(f"indexed {versions} of memories, {commits} and {memories(projected.view)} in use")
    if projected.damaged:
        left_out = counted(projected.damaged, "object is", "objects are")
        world.out.warn(f"{left_out} damaged and left out; `memora fsck` names what is damaged")
    for name in projected.unreadable:
        world.out.warn(f"the working tree of workspace {escape(name)} is damaged and was left out")
    return 0
