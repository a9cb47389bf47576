"""A command's function turned into a parser: its own options by Typer, the global ones added to each."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from inspect import Parameter, signature
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from memora.cli.world import World
from memora.errors import BadInput
from memora.model.text import cut_middle

# The classes are vendored inside Typer; these are their public subclasses' parents.
UsageError: type[Exception] = typer.BadParameter.__mro__[1]
Abort = typer.Abort
Exit = typer.Exit

_GLOBAL_OPTIONS = (
    ("json", Annotated[bool, typer.Option("--json", help="Print records as JSON.")], False),
    ("quiet", Annotated[bool, typer.Option("--quiet", "-q", help="Print no more than was asked for.")], False),
    ("no_input", Annotated[bool, typer.Option("--no-input", help="Never ask; fail instead.")], False),
    (
        "directory",
        Annotated[str | None, typer.Option("-C", metavar="PATH", help="Work from that directory.")],
        None,
    ),
    (
        "workspace",
        Annotated[str | None, typer.Option("--workspace", metavar="NAME", help="Work in that workspace.")],
        None,
    ),
)

# Words of the framework that speak of programs, and what a person would say.
_WORDS = {
    "is not a valid int range": "is not a whole number",
    "is not a valid int": "is not a whole number",
    "is not a valid float": "is not a number",
}

# What words that are too many were perhaps meant for.
_TOO_MANY_WORDS = {
    "add": "put what is to be remembered in quotes",
    "rollback": "say where to by --to REVISION",
    "promote": "say which by --id NODE, --key KEY, --type TYPE or --all-confirmed",
}
_TAKES_TEXT = frozenset({"add", "recall"})


class GivenBare:
    """Metadata of an option whose value may be left out on the command line: what it means then.

    Typer has no such options. A word that follows is the value unless it begins with ``-``.
    """

    def __init__(self, value: str) -> None:
        self.value = value


class PassedOn:
    """Metadata of an argument that is a command line itself: behind its first word nothing is an option of memora."""


class MemoraCommand(TyperCommand):
    """A command whose help begins with an example, and goes where all its output goes."""

    def get_help_option(self, ctx: Any) -> Any:
        option = super().get_help_option(ctx)
        if option is not None:
            option.callback = _print_help
        return option

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """What stands behind the command's name, as the documents write it: arguments, then options."""
        options, *arguments = super().collect_usage_pieces(ctx)
        named = [argument.strip("{}") for argument in arguments]
        return [*named, options] if ctx.allow_interspersed_args else [options, *named]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        for parameter in self.params:
            if (
                parameter.param_type_name == "option"
                and parameter.metavar is None
                and not getattr(parameter, "is_flag", False)
            ):
                parameter.metavar = "TEXT" if parameter.type.name in ("text", "str") else "N"
        super().format_options(ctx, formatter)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        example, _, rest = (self.help or "").partition("\n\n")
        formatter.write(example + "\n\n")
        self.format_usage(ctx, formatter)
        formatter.write("\n" + rest.strip() + "\n")
        self.format_options(ctx, formatter)


def run_function(name: str, function: Callable[..., int], world: World, arguments: Sequence[str]) -> int:
    """Parse arguments for a command's function, call it and give its exit code.

    The function's docstring is the help: an example, an empty line, and what the command does.
    Raises UsageError where the arguments do not fit.
    """

    def call(**values: Any) -> int:
        _adopt(world, values)
        for option, value in values.items():
            if isinstance(value, int) and abs(value) > sys.maxsize:
                raise BadInput(option.replace("_", "-"), f"{cut_middle(str(value), 40)} is too large")
        return function(world, **values)

    taken = list(signature(function).parameters.values())[1:]
    shared = [
        Parameter(option, Parameter.KEYWORD_ONLY, annotation=annotation, default=default)
        for option, annotation, default in _GLOBAL_OPTIONS
    ]
    keyword_only = [parameter.replace(kind=Parameter.KEYWORD_ONLY) for parameter in taken]
    call.__signature__ = signature(call).replace(parameters=[*keyword_only, *shared])  # type: ignore[attr-defined]
    call.__annotations__ = {}
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    settings = {"allow_interspersed_args": not _has(taken, PassedOn)}
    app.command(name, cls=MemoraCommand, help=_help_text(function), context_settings=settings)(call)
    parser = typer.main.get_command(app)
    words = _give_values(taken, arguments)
    result = parser.main(args=words, prog_name=f"memora {name}", standalone_mode=False, obj=world)
    return result if isinstance(result, int) else 0


def _has(taken: list[Parameter], kind: type) -> bool:
    """Whether a parameter has metadata of a kind."""
    return any(
        isinstance(item, kind) for parameter in taken for item in getattr(parameter.annotation, "__metadata__", ())
    )


def usage_words(error: Exception, command: str) -> tuple[str, str]:
    """What is wrong with a command line, as other errors say it, and the hint."""
    hint = f"`memora {command} --help` shows what it takes"
    if hasattr(error, "possibilities"):
        if error.possibilities:
            hint = f"did you mean {' or '.join(error.possibilities)}?"
        elif command in _TAKES_TEXT:
            hint += "; text that begins with '-' goes behind --"
        return f"no option {error.option_name}", hint  # type: ignore[attr-defined]
    message = str(error.format_message()).rstrip(".")  # type: ignore[attr-defined]
    _, too_many, words = message.partition("unexpected extra argument(s) ")
    if too_many:
        return f"too many words: {words.removeprefix('(').removesuffix(')')}", _TOO_MANY_WORDS.get(command, hint)
    for theirs, ours in _WORDS.items():
        message = message.replace(theirs, ours)
    return message[:1].lower() + message[1:], hint


def _print_help(ctx: Any, parameter: Any, given: bool) -> None:
    if given:
        ctx.obj.out.line(ctx.get_help())
        ctx.exit()


def _give_values(taken: list[Parameter], arguments: Sequence[str]) -> list[str]:
    """The arguments with a value for each option that stands bare and is ``GivenBare``."""
    bare: dict[str, str] = {}
    for parameter in taken:
        for item in getattr(parameter.annotation, "__metadata__", ()):
            if isinstance(item, GivenBare):
                bare[f"--{parameter.name.replace('_', '-')}"] = item.value
    words = list(arguments)
    for at, word in enumerate(words if bare else ()):
        if word == "--":
            break
        if word in bare and (at + 1 == len(words) or words[at + 1].startswith("-")):
            words[at] = f"{word}={bare[word]}"
    return words


def _adopt(world: World, values: dict[str, Any]) -> None:
    """Move the global options out of a command's values into the world."""
    options = world.options
    options.json |= values.pop("json")
    options.quiet |= values.pop("quiet")
    options.no_input |= values.pop("no_input")
    options.directory = values.pop("directory") or options.directory
    workspace = values.pop("workspace")
    options.workspace = options.workspace if workspace is None else workspace


def _help_text(function: Callable[..., int]) -> str:
    lines = (function.__doc__ or "").strip().split("\n")
    return "\n".join(line.removeprefix("    ") for line in lines)
