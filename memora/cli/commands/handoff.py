"""``memora handoff``."""

from typing import Annotated

import typer

from memora.cli import exits
from memora.cli.bundle_text import STDOUT, bundle_lines, write_to
from memora.cli.exchange_text import ExchangeProgress
from memora.cli.output import escape
from memora.cli.world import World
from memora.errors import BadUsage
from memora.model.names import clean_ref_name
from memora.model.secrets import check_rules
from memora.operations.share.handoff import hand_off


def run(
    world: World,
    to: Annotated[str | None, typer.Option("--to", metavar="AGENT", help="Who goes on, such as codex.")] = None,
    note: Annotated[str | None, typer.Option("--note", help="What to say to them, in Markdown.")] = None,
    out: Annotated[
        str | None, typer.Option("--out", "-o", metavar="FILE", help="What to write; else handoff-to-AGENT.bundle.")
    ] = None,
    commit: Annotated[bool, typer.Option("--commit", help="Commit first what is not committed.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    allow_secret: Annotated[
        list[str] | None, typer.Option("--allow-secret", metavar="RULE", help="Put in what this rule takes for one.")
    ] = None,
    author: Annotated[str | None, typer.Option("--author", help="Who hands over.")] = None,
) -> int:
    """Example: memora handoff --to codex --note "The tests of auth still fail"

    Hand the memory of this branch over to another agent: a bundle with all of it and a letter that says what changed
    lately, what is open and what matters most. Whoever goes on calls `memora bundle unbundle FILE`, which shows the
    letter.
    """
    if to is None:
        raise BadUsage("--to names who goes on")
    to = clean_ref_name("agent", to)
    allowed = check_rules(allow_secret or ())
    file = f"handoff-to-{to.replace('/', '-')}.bundle" if out is None else out
    write = write_to(world, file, replace=force)
    with world.open_repository() as repository, ExchangeProgress(world) as progress:
        done = hand_off(
            repository,
            to,
            write,
            author=world.author(author),
            now=world.now,
            note=note,
            commit_first=commit,
            allowed_secrets=allowed,
            progress=progress,
        )
    if world.options.json:
        from memora.records.bundles import handoff_record

        world.out.record(handoff_record(file, done))
        return exits.DONE
    tell = world.out.note if file == STDOUT else world.out.line
    for line in bundle_lines(world.out, done.bundled, ()):
        tell(line)
    if file != STDOUT:
        world.out.note(
            f"`memora bundle verify {escape(file)}` shows the letter; `memora bundle unbundle` takes all of it in"
        )
    return exits.DONE
