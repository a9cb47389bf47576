"""``memora init``."""

from typing import Annotated

import typer

from memora.cli.output import escape
from memora.cli.world import World
from memora.operations.start.init import init


def run(
    world: World,
    path: Annotated[str, typer.Argument(metavar="[DIR]", help="Where to make the store.")] = ".",
    branch: Annotated[str | None, typer.Option("--branch", "-b", help="Name of the first branch.")] = None,
) -> int:
    """Example: memora init

    Make a store in a directory, by default this one. What is there is never touched.
    """
    import os

    directory = os.path.join(world.directory, path)
    name = branch or world.settings.text("init.branch")
    with init(directory, branch=name, trusted=world.trusted()) as repository:
        if world.options.json:
            from memora.records.start import store_record

            world.out.record(store_record(repository.path, name))
        else:
            world.out.line(f"Initialized empty memora store in {escape(repository.path)}")
            world.out.note("next: memora add 'Auth uses JWT RS256' --key auth.jwt.algorithm --source code_read")
    return 0
