"""``memora bundle`` and what belongs to it."""

import os
from typing import Annotated

import typer

from memora.cli import exits
from memora.cli.bundle_text import bundle_lines, note_lines, show_unbundled, warn_of_note, write_to
from memora.cli.exchange_text import ExchangeProgress
from memora.cli.world import World
from memora.errors.store import NoStore
from memora.model.secrets import check_rules
from memora.operations.remotes.bundle_check import VerifiedBundle, verify_bundle
from memora.operations.remotes.bundling import Letter, NothingNew, create_bundle
from memora.operations.remotes.unbundling import DEFAULT_NAME, unbundle

_File = Annotated[str, typer.Argument(metavar="FILE", help="The bundle.")]


def run_create(
    world: World,
    file: Annotated[str, typer.Argument(metavar="FILE", help="What to write; - is standard output.")],
    ranges: Annotated[
        list[str] | None, typer.Argument(metavar="[RANGE]...", help="Branches, tags, or A..B; else the branch here.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every branch, tag and session that ended.")] = False,
    note: Annotated[str | None, typer.Option("--note", help="What to say to who opens it, in Markdown.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    allow_secret: Annotated[
        list[str] | None, typer.Option("--allow-secret", metavar="RULE", help="Put in what this rule takes for one.")
    ] = None,
    author: Annotated[str | None, typer.Option("--author", help="Who makes it.")] = None,
) -> int:
    """Example: memora bundle create memory.bundle main

    Put memory into one file, for mail and where no network goes. main~10..main is main without what main~10 has; who
    takes that in needs that commit. Exit code 1 says that there is nothing new in the range.
    """
    allowed = check_rules(allow_secret or ())
    write = write_to(world, file, replace=force)
    with world.open_repository() as repository, ExchangeProgress(world) as progress:
        made = create_bundle(
            repository,
            ranges or (),
            write,
            author=world.author(author),
            now=world.now,
            everything=everything,
            letter=Letter(None, note),
            allowed_secrets=allowed,
            progress=progress,
        )
    if isinstance(made, NothingNew):
        world.out.note("there is nothing new in this range; no bundle was made")
        return exits.NEGATIVE
    if world.options.json:
        from memora.records.bundles import bundle_record

        world.out.record(bundle_record(file, made, ()))
        return exits.DONE
    tell = world.out.note if file == "-" else world.out.line
    for line in bundle_lines(world.out, made, ()):
        tell(line)
    return exits.DONE


def run_verify(world: World, file: _File) -> int:
    """Example: memora bundle verify memory.bundle

    Read all of a bundle, and look whether everything that is named in it is there too, or here. Nothing is written, and
    no store is needed: without one it tells which commits who takes it in needs. Exit code 1 says that some are missing
    here.
    """
    path = os.path.join(world.directory, file)
    with ExchangeProgress(world) as progress:
        found = _verify(world, path, progress)
    if world.options.json:
        from memora.records.bundles import bundle_record

        world.out.record(bundle_record(file, found, found.missing))
    else:
        world.out.lines((*bundle_lines(world.out, found, found.missing), *note_lines(world.out, found.header)))
        warn_of_note(world, found.header)
    return exits.NEGATIVE if found.missing else exits.DONE


def run_unbundle(
    world: World,
    file: _File,
    name: Annotated[str, typer.Option("--name", help="What to call where it comes from.")] = DEFAULT_NAME,
    author: Annotated[str | None, typer.Option("--author", help="Who takes it in.")] = None,
) -> int:
    """Example: memora bundle unbundle memory.bundle

    Take in a bundle, as fetch takes in what a remote has: its branches are bundle/main and so on then, tags and
    sessions have their own names. Nothing is merged, and the working tree stays as it is.
    """
    with world.open_repository() as repository, ExchangeProgress(world) as progress:
        done = unbundle(
            repository,
            os.path.join(world.directory, file),
            author=world.author(author),
            now=world.now,
            name=name,
            progress=progress,
        )
    if world.options.json:
        from memora.records.bundles import unbundle_record

        world.out.record(unbundle_record(file, done))
    else:
        show_unbundled(world, done)
    return exits.DONE


def _verify(world: World, path: str, progress: ExchangeProgress) -> VerifiedBundle:
    try:
        repository = world.open_repository()
    except NoStore:
        return verify_bundle(path, progress=progress)
    with repository:
        return verify_bundle(path, repository, progress=progress)
