"""``memora resolve``."""

from typing import Annotated

import typer

from memora.cli import exits
from memora.cli.nodes_text import show_changes
from memora.cli.output import escape
from memora.cli.world import World
from memora.errors import BadInput, BadUsage
from memora.operations.history.conflicts import (
    Choice,
    Conflict,
    find_conflict,
    forget_resolutions,
    list_conflicts,
    resolve,
)
from memora.operations.remember.changes import ChangeSet
from memora.repository import Repository

_KEYS: dict[str, Choice] = {"o": "ours", "t": "theirs", "b": "base", "k": "both"}
_CUT = "# ---- What is right? This line and everything below it is left out. ----"
_UNCHANGED = "nothing was changed in the editor, so nothing is settled; --ours and --theirs take a side as it is"


def run(
    world: World,
    node: Annotated[str | None, typer.Argument(metavar="[NODE]", help="The memory in dispute.")] = None,
    ours: Annotated[bool, typer.Option("--ours", help="Our side is right.")] = False,
    theirs: Annotated[bool, typer.Option("--theirs", help="Their side is right.")] = False,
    base: Annotated[bool, typer.Option("--base", help="What both came from is right.")] = False,
    content: Annotated[str | None, typer.Option("--content", "-c", help="What is right instead.")] = None,
    keep_both: Annotated[bool, typer.Option("--keep-both", help="Both are right: make two memories.")] = False,
    edit: Annotated[bool, typer.Option("--edit", help="Write what is right in an editor.")] = False,
    interactive: Annotated[bool, typer.Option("--interactive", "-i", help="Walk through all disputes.")] = False,
    forget: Annotated[bool, typer.Option("--forget", help="Do not settle it so next time.")] = False,
    author: Annotated[str | None, typer.Option("--author", help="Who settles it.")] = None,
) -> int:
    """Example: memora resolve auth.jwt.algorithm --theirs

    Settle a dispute. It is remembered: the same dispute is settled the same way when it returns. --forget settles
    without remembering, and alone forgets how disputes about NODE were settled.
    """
    sides: tuple[tuple[bool, Choice], ...] = ((ours, "ours"), (theirs, "theirs"), (base, "base"), (keep_both, "both"))
    chosen = [choice for given, choice in sides if given]
    ways = len(chosen) + (content is not None) + edit
    if interactive:
        if node is not None or ways:
            raise BadUsage("--interactive asks about every dispute; leave the rest out")
        if world.options.json:
            raise BadUsage("--interactive is for a person to read; leave --json out")
        return _walk_through(world, author)
    if node is None:
        raise BadUsage("name the memory in dispute, or use --interactive")
    if ways > 1 or (not ways and not forget):
        raise BadUsage("choose one of --ours, --theirs, --base, --content TEXT, --keep-both and --edit")
    with world.open_repository() as repository:
        who = world.author(author)
        if not ways:
            return _forget(world, repository, node, who)
        if edit:
            content = _ask_editor(world, find_conflict(repository, node))
            if content is None:
                world.out.note(_UNCHANGED)
                return exits.NEGATIVE
        choice: Choice = "content" if content is not None else chosen[0]
        changes = resolve(repository, node, choice, author=who, now=world.now, content=content, remember=not forget)
    return _show_settled(world, changes)


def _show_settled(world: World, changes: ChangeSet) -> int:
    removed = any(item.node.dispute for item in changes.nodes)
    return show_changes(world, changes, before="removed " if removed else "")


def _forget(world: World, repository: Repository, node: str, author: str) -> int:
    count = forget_resolutions(repository, node, author=author, now=world.now)
    if world.options.json:
        from memora.records.merges import forgotten_record

        world.out.record(forgotten_record(count))
    world.out.note(f"forgot {count} resolution{'' if count == 1 else 's'}")
    return exits.DONE if count else exits.NEGATIVE


def _walk_through(world: World, author: str | None) -> int:
    world.need_person("--interactive")
    from memora.cli.merge_text import conflict_lines

    with world.open_repository() as repository:
        conflicts = list_conflicts(repository)
        for number, conflict in enumerate(conflicts, 1):
            world.out.line(f"\n{number} of {len(conflicts)}")
            world.out.lines(conflict_lines(world.out, conflict, world.now))
            answer = _ask(world, conflict)
            if answer == "q":
                break
            content = _ask_editor(world, conflict) if answer == "e" else None
            if answer == "s" or (answer == "e" and content is None):
                continue
            name, choice = conflict.node.id.hex(), _KEYS.get(answer, "content")
            try:
                changes = resolve(repository, name, choice, author=world.author(author), now=world.now, content=content)
            except BadInput as error:  # of what was written; the others are still to be asked about
                world.out.warn(str(error))
                continue
            _show_settled(world, changes)
        left = len(list_conflicts(repository))
    world.out.note(f"{left} left in dispute" if left else "nothing is in dispute")
    return exits.NEGATIVE if left else exits.DONE


def _ask(world: World, conflict: Conflict) -> str:
    """One of the letters of the question; the end of the input means quit."""
    ways = {"o": "[o]urs", "t": "[t]heirs"}
    if conflict.base is not None:
        ways["b"] = "[b]ase"
    if conflict.ours is not None and conflict.theirs is not None:
        ways["k"] = "[k]eep both"
    ways |= {"e": "[e]dit", "s": "[s]kip", "q": "[q]uit"}
    while True:
        world.out.ask(f"{', '.join(ways.values())}? ")
        line = world.stdin.readline()
        answer = line.strip().lower()[:1]
        if not line:
            return "q"
        if answer in ways:
            return answer


def _ask_editor(world: World, conflict: Conflict) -> str | None:
    """What a person writes; None where the words stayed as they were, which are those of one side by chance."""
    from memora.cli.editor import open_editor

    parts = []
    sides = (("base", conflict.base), ("ours", conflict.ours), ("theirs", conflict.theirs))
    for side, item in (*sides, *(("other", item) for item in conflict.others)):
        if item is not None:
            parts.append("\n".join(f"{side}: {escape(line)}" for line in item.node.content.split("\n")))
    shown = conflict.node.content
    with open_editor(world, "\n".join((shown, "", _CUT, *parts)) + "\n") as written:
        content = written.partition(_CUT)[0].strip()
        return None if content == shown else content
