"""``memora import``."""

import os
from typing import Annotated

import typer

from memora.cli import exits
from memora.cli.import_text import show_import
from memora.cli.world import World
from memora.model.secrets import check_rules
from memora.operations.share.importing import import_memories


def run(
    world: World,
    path: Annotated[list[str], typer.Argument(metavar="PATH...", help="Files, and folders to look through.")],
    format: Annotated[str | None, typer.Option("--from", metavar="FORMAT", help="What they are; else told.")] = None,
    type: Annotated[str | None, typer.Option("--type", "-t", help="Type of every memory; else inferred.")] = None,
    confidence: Annotated[str | None, typer.Option("--confidence", help="0 to 1; else 0.5.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be done, and do nothing.")] = False,
    allow_secret: Annotated[
        list[str] | None, typer.Option("--allow-secret", metavar="RULE", help="What this rule finds is none.")
    ] = None,
    author: Annotated[str | None, typer.Option("--author", help="Who imports it.")] = None,
) -> int:
    """Example: memora import CLAUDE.md .cursor/rules docs/adr

    Take in what other tools and people wrote down: context files, rules, notes, decision records, memories of other
    programs. Importing again changes nothing; an edited line becomes a new version of its memory. Exit code 1 says that
    there was nothing to import.
    """
    with world.open_repository() as repository:
        done = import_memories(
            repository,
            [os.path.join(os.path.abspath(world.directory), item) for item in path],
            author=world.author(author),
            now=world.now,
            format_name=format,
            type_name=type,
            confidence=confidence,
            allowed_secrets=check_rules(allow_secret or ()),
            dry_run=dry_run,
        )
    show_import(world, done)
    return exits.DONE if done.items else exits.NEGATIVE
