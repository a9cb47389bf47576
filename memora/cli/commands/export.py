"""``memora export``."""

from typing import Annotated

import typer

from memora.cli import exits
from memora.cli.export_text import show_exported, show_pulled, show_targets, show_template
from memora.cli.filters import (
    ConfidenceOption,
    ExpiredOption,
    KeyOption,
    SourceOption,
    StatusOption,
    TagOption,
    TextOption,
    TypeOption,
    UnsupportedOption,
    as_pairs,
)
from memora.cli.world import World
from memora.errors import BadUsage
from memora.operations.share.export import export, show_export
from memora.operations.share.layout import Destination, read_destinations
from memora.operations.share.selection import Asked, read_asked


def run(
    world: World,
    to: Annotated[list[str] | None, typer.Option("--to", metavar="TARGET", help="What to write; may repeat.")] = None,
    all: Annotated[bool, typer.Option("--all", help="Everything that export.targets lists.")] = False,
    out: Annotated[str | None, typer.Option("--out", metavar="PATH", help="Write it there instead.")] = None,
    stdout: Annotated[bool, typer.Option("--stdout", help="Print it, and write nothing.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Exit 1 where a file is out of date.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show what would change in the files.")] = False,
    pull: Annotated[bool, typer.Option("--pull", help="Take edits made in the files into the store.")] = False,
    commit: Annotated[bool, typer.Option("--commit", help="With --pull: commit what was taken.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Write over edits, and over files of others.")] = False,
    list: Annotated[bool, typer.Option("--list", help="Every target, and where it is written.")] = False,
    print_template: Annotated[
        str | None, typer.Option("--print-template", metavar="TARGET", help="The template of a target.")
    ] = None,
    at: Annotated[str | None, typer.Option("--at", metavar="REVISION", help="As it was then.")] = None,
    top: Annotated[int | None, typer.Option("--top", min=1, help="Only so many, those that matter most.")] = None,
    budget: Annotated[int | None, typer.Option("--budget", min=1, help="At most about so many tokens a file.")] = None,
    type: TypeOption = None,
    status: StatusOption = None,
    tag: TagOption = None,
    source: SourceOption = None,
    key: KeyOption = None,
    min_confidence: ConfidenceOption = None,
    text: TextOption = None,
    expired: ExpiredOption = None,
    unsupported: UnsupportedOption = False,
) -> int:
    """Example: memora export --to claude-code --top 50

    Write what is believed into the files that coding agents read. memora owns a marked block of such a file and
    nothing else. Without --to and --all the files that have a block already are meant. Filters and limits stay with a
    file until others are given. Exit code 1 says that --check found a file out of date, or that --pull could not take
    an edit in.
    """
    pairs = as_pairs(
        type=type,
        status=status,
        tag=tag,
        source=source,
        key=key,
        min_confidence=min_confidence,
        text=text,
        expired=expired,
        unsupported=unsupported,
        top=top,
        budget=budget,
    )
    asked = read_asked(pairs) if pairs else None
    if list:
        return show_targets(world)
    if print_template is not None:
        return show_template(world, print_template)
    if pull:
        if pairs or all or out or stdout or at or force or len(to or ()) > 1:
            raise BadUsage("--pull goes with one --to, --commit, --check and --diff")
        return _pull(world, next(iter(to or ()), None), commit, check or diff)
    if commit:
        raise BadUsage("--commit goes with --pull")
    destinations = _destinations(world, to, all, out)
    if stdout:
        if len(destinations) > 1 or out or check or diff:
            raise BadUsage("--stdout prints one target")
        return _print(world, destinations[0].target, asked, at)
    with world.open_repository() as repository:
        done = export(
            repository,
            destinations,
            author=world.author(),
            now=world.now,
            asked=asked,
            revision=at,
            write=not (check or diff),
            force=force,
        )
    show_exported(world, done, diff=diff)
    return exits.NEGATIVE if check and any(item.outcome == "outdated" for item in done) else exits.DONE


def _destinations(world: World, to: list[str] | None, everything: bool, out: str | None) -> list[Destination]:
    if everything and to:
        raise BadUsage("--all goes without --to")
    if out is not None and len(to or ()) != 1:
        raise BadUsage("--out goes with one --to")
    if to:
        import os

        path = None if out is None else os.path.join(os.path.abspath(world.directory), out)
        return [Destination(name, path) for name in dict.fromkeys(to)]
    world.store_path()
    return _configured(world) if everything else _written(world)


def _configured(world: World) -> list[Destination]:
    """What export.targets lists: ``TARGET`` or ``TARGET=PATH``. Raises BadUsage where that is nothing."""
    words = world.settings.words("export.targets")
    if not words:
        raise BadUsage("export.targets lists nothing: `memora config set export.targets claude-code,agents-md`")
    return read_destinations(words)


def _written(world: World) -> list[Destination]:
    """Every file that has a block already. Raises BadUsage where there is none."""
    from memora.operations.share.pull import written_destinations

    with world.open_repository() as repository:
        found = written_destinations(repository, _places(world))
    if not found:
        raise BadUsage("nothing was exported yet: say what to write by --to TARGET; --list names the targets")
    return found


def _places(world: World) -> list[str]:
    """Paths that export.targets names."""
    return [item.out for item in read_destinations(world.settings.words("export.targets")) if item.out is not None]


def _print(world: World, target: str, asked: Asked | None, at: str | None) -> int:
    with world.open_repository() as repository:
        shown = show_export(repository, target, now=world.now, asked=asked, revision=at)
    show_exported(world, [shown], text=True)
    return exits.DONE


def _pull(world: World, target: str | None, commit: bool, look: bool) -> int:
    from memora.operations.history.merging import configured_policies
    from memora.operations.share.pull import pull_edits

    world.store_path()
    with world.open_repository() as repository:
        pulled = pull_edits(
            repository,
            author=world.author(),
            now=world.now,
            target=target,
            places=_places(world),
            write=not look,
            message="Take in hand edits" if commit else None,
            policies=configured_policies(world.settings),
        )
    show_pulled(world, pulled)
    return exits.NEGATIVE if pulled.skipped or (look and pulled.pending) else exits.DONE
