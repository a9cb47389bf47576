"""Help that needs no parser: the list of commands, and the list of a group's parts."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from memora.cli import exits
from memora.cli.table import COMMANDS, GROUPS, Command
from memora.cli.world import World

_OPENING = """\
Example: memora init && memora add "Auth uses JWT RS256" && memora commit -m "First beliefs"

Usage: memora [-C PATH] [--workspace NAME] [--quiet] [--no-input] [--json] COMMAND [OPTIONS]

git for what coding agents believe.
"""
_NAME_COLUMNS = max(map(len, COMMANDS))
_CLOSING = "`memora demo` shows it at work; `memora help COMMAND` or `memora COMMAND --help` tells more."


def show_help(world: World, names: list[str]) -> int:
    """Print the list of commands, or with names the help of one command."""
    if names and names != ["help"]:
        from memora.cli.main import run

        command = COMMANDS.get(names[0])
        return run([*names[: 2 if command and command.parts else 1], "--help"], world)
    world.out.line(_OPENING)
    for group, commands in GROUPS.items():
        world.out.line(world.out.style("bold", group))
        for name, command in commands.items():
            world.out.line(f"  {name:<{_NAME_COLUMNS}} {command.help}")
        world.out.line()
    world.out.line(_CLOSING)
    return exits.DONE


def show_group(name: str) -> Callable[[World], int]:
    """A function that prints the parts of a group such as ``config``."""

    def run(world: World) -> int:
        command = COMMANDS[name]
        world.out.line(_example_of(command))
        world.out.line(f"\nUsage: memora {name} COMMAND [OPTIONS]\n\n{command.help}\n")
        for part, help_text in command.parts:
            world.out.line(f"  {part:<{_NAME_COLUMNS}} {help_text}")
        world.out.line(f"\n`memora help {name} COMMAND` or `memora {name} COMMAND --help` tells more.")
        return exits.DONE

    return run


def _example_of(command: Command) -> str:
    """The example of a group's first part, which opens its help."""
    module = import_module(f"memora.cli.commands.{command.module}")
    function = getattr(module, f"run_{command.parts[0][0].replace('-', '_')}")
    return str(function.__doc__).partition("\n")[0]
