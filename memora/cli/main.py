"""From arguments to exit code: global options, the command table, and every error in words."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any, Final

from memora.cli import exits
from memora.cli.hints import hint_for
from memora.cli.table import COMMANDS
from memora.cli.world import World
from memora.errors import BadUsage, MemoraError, UnknownCommand
from memora.model.text import cut_middle
from memora.version import __version__

_MOST_DETAILS: Final = 20


def run(arguments: Sequence[str], world: World) -> int:
    """Run one command line in a world and give the exit code. Nothing is raised."""
    name = ""
    try:
        rest = _take_global_options(list(arguments), world)
        if rest and rest[0] == "--version":
            world.out.line(f"memora {__version__}")
            world.out.flush()
            return exits.DONE
        if not rest or rest[0] in ("--help", "-h", "help"):
            from memora.cli.help import show_help

            code = show_help(world, rest[1:])
            world.out.flush()
            return code
        name = rest[0]
        name, function, rest = find_command(rest)
        code = _call(name, function, rest, world)
        world.out.flush()
        return code
    except MemoraError as error:
        if not name or isinstance(error, UnknownCommand):  # the options behind the name were not read
            world.options.json |= _asks_for_json(arguments)
        return _fail(world, error.code, error, hint_for(error, name), exits.EXIT_CODES[error.kind])
    except KeyboardInterrupt:
        world.out.note("\ninterrupted" if world.stdin_is_terminal() else "interrupted")  # behind the ^C of a terminal
        return exits.INTERRUPTED
    except BrokenPipeError:
        return exits.PIPE_CLOSED
    except Exception as error:
        if world.environment.get("MEMORA_DEBUG"):
            raise
        detail = f"memora failed inside: {type(error).__name__}: {error}"
        return _fail(
            world, "internal", detail, "this is a defect; MEMORA_DEBUG=1 shows where it happened", exits.INTERNAL
        )


def _call(name: str, function: Any, arguments: list[str], world: World) -> int:
    from memora.cli.commandline import Abort, Exit, UsageError, run_function, usage_words

    try:
        code = run_function(name, function, world, arguments)
    except UsageError as error:
        world.options.json |= _asks_for_json(arguments)
        message, hint = usage_words(error, name)
        return _fail(world, "bad_usage", message, hint, exits.USAGE)
    except Exit as error:
        return error.exit_code
    except Abort:
        raise KeyboardInterrupt from None
    except SystemExit:  # what Typer makes of a closed pipe
        raise BrokenPipeError from None
    if code == exits.INTERRUPTED:  # what Typer makes of Ctrl-C
        raise KeyboardInterrupt
    return code


def _asks_for_json(arguments: Sequence[str]) -> bool:
    """Whether ``--json`` stands among arguments that could not be parsed."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    return "--json" in arguments[:end]


def find_command(arguments: list[str]) -> tuple[str, Any, list[str]]:
    """The full name and function of the command that arguments begin with, and what is left of them."""
    name, rest = arguments[0], arguments[1:]
    command = COMMANDS.get(name)
    if command is None:
        raise UnknownCommand(f"memora has no command {name!r}" + _similar(name, list(COMMANDS)))
    module = import_module(f"memora.cli.commands.{command.module}")
    if not command.parts:
        return name, module.run, rest
    parts = [part for part, _ in command.parts]
    if not rest or rest[0] in ("--help", "-h"):
        from memora.cli.help import show_group

        return name, show_group(name), []
    if rest[0] not in parts:
        raise UnknownCommand(f"memora {name} has no command {rest[0]!r}; it has {', '.join(parts)}")
    return f"{name} {rest[0]}", getattr(module, f"run_{rest[0].replace('-', '_')}"), rest[1:]


def _similar(name: str, known: list[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, known, 2)
    return f", did you mean {' or '.join(close)}?" if close else ""


def _take_global_options(arguments: list[str], world: World) -> list[str]:
    """Read the global options before the command's name; give what is left."""
    options = world.options
    while arguments:
        word = arguments[0]
        if word in ("--json", "--quiet", "-q", "--no-input"):
            setattr(options, {"-q": "quiet"}.get(word, word.removeprefix("--").replace("-", "_")), True)
        elif word in ("-C", "--workspace"):
            if len(arguments) < 2:
                raise BadUsage(f"{word} needs a value")
            if word == "-C":
                options.directory = arguments.pop(1)
            else:
                options.workspace = arguments.pop(1)
        elif word.startswith("--workspace="):
            options.workspace = word.partition("=")[2]
        elif word.startswith("-") and word not in ("--version", "--help", "-h"):
            raise BadUsage(f"memora has no option {word!r}")
        else:
            break
        arguments.pop(0)
    return arguments


def _fail(world: World, code: str, error: object, hint: str, exit_code: int) -> int:
    if world.options.json:
        from memora.records.errors import error_record

        world.out.fail_record(error_record(code, error, hint, exit_code))
    else:
        world.out.fail(cut_middle(str(error)), hint, _details(error))
    return exit_code


def _details(error: object) -> list[str]:
    """The notes on an error, the first bad lines of a batch and how many more there are."""
    problems = getattr(error, "problems", ())
    more = getattr(error, "count", 0) - _MOST_DETAILS if problems else 0
    lines = [f"line {number}: {problem}" for number, problem in problems[:_MOST_DETAILS]]
    lines = [
        *getattr(error, "__notes__", ()),
        *getattr(error, "edits", ())[:_MOST_DETAILS],
        *getattr(error, "places", ())[:_MOST_DETAILS],
        *lines,
    ]
    return [*lines, f"and {more} more"] if more > 0 else lines
