"""Help that needs no parser: the list of commands, and the list of a group's parts."""

from __future__ import annotations

from collections.abc import Callable

from memora.cli import exits
from memora.cli.table import COMMANDS, GROUPS
from memora.cli.world import World
from memora.errors import UnknownCommand

_OPENING = """\
Example: memora init && memora add "Auth uses JWT RS256" && memora commit -m "First beliefs"

Usage: memora [-C PATH] [--workspace NAME] [--quiet] [--no-input] [--json] COMMAND [OPTIONS]

git for what coding agents believe.
"""
_CLOSING = "`memora help COMMAND` or `memora COMMAND --help` tells more."


def show_help(world: World, names: list[str]) -> int:
    """Print the list of commands, or with names the help of one command."""
    if names and names[0] in COMMANDS:
        from memora.cli.main import run

        return run([*names[:2], "--help"] if COMMANDS[names[0]].parts else [names[0], "--help"], world)
    if names:
        raise UnknownCommand(f"memora has no command {names[0]!r}")
    world.out.line(_OPENING)
    for group, commands in GROUPS.items():
        world.out.line(world.out.style("bold", group))
        for name, command in commands.items():
            world.out.line(f"  {name:<10} {command.help}")
        world.out.line()
    world.out.line(_CLOSING)
    return exits.DONE


def show_group(name: str) -> Callable[[World], int]:
    """A function that prints the parts of a group such as ``config``."""

    def run(world: World) -> int:
        command = COMMANDS[name]
        first = command.parts[0][0]
        world.out.line(f"Example: memora {name} {first}\n\nUsage: memora {name} COMMAND [OPTIONS]\n\n{command.help}\n")
        for part, help_text in command.parts:
            world.out.line(f"  {part:<10} {help_text}")
        world.out.line(f"\n`memora {name} {first} --help` tells more.")
        return exits.DONE

    return run
