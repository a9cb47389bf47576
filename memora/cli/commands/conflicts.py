"""``memora conflicts``."""

from memora.cli import exits
from memora.cli.world import World
from memora.operations.history.conflicts import list_conflicts


def run(world: World) -> int:
    """Example: memora conflicts

    List the memories in dispute, each with what base, ours and theirs say: content, confidence, source, age, author
    and evidence.
    """
    with world.open_repository() as repository:
        conflicts = list_conflicts(repository)
    if world.options.json:
        from memora.records.merges import conflict_record

        for conflict in conflicts:
            world.out.record(conflict_record(conflict))
        return exits.DONE
    if not conflicts:
        world.out.note("nothing is in dispute")
        return exits.DONE
    from memora.cli.merge_text import conflict_lines

    for number, conflict in enumerate(conflicts):
        if number:
            world.out.line()
        world.out.lines(conflict_lines(world.out, conflict, world.now))
    base = "--base | " if any(conflict.base is not None for conflict in conflicts) else ""
    world.out.note(f"\n`memora resolve NODE --ours | --theirs | {base}--content TEXT | --keep-both` settles one")
    return exits.DONE
