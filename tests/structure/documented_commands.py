"""docs/commands.md as the code has it: usage, options and the output of every example.

``python tests/structure/documented_commands.py`` writes them into the page; a test sees that they are there.

A section is about one command. Its ``console`` blocks run one after the other in a store of their own, which begins
with what the block under "The store of the examples" makes, unless the section says ``<!-- in an empty directory -->``.
Lines of a ``<!-- before ... -->`` comment run first and are not shown. ``$ cat FILE`` shows a file that it makes.
"""

from __future__ import annotations

import inspect
import re
import shlex
import sys
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[2])]

from commandline import NOON, Terminal
from typer.models import ArgumentInfo, OptionInfo

from memora.cli.table import COMMANDS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "commands.md"
PROJECT = "/path/to/project"
EMPTY = "<!-- in an empty directory -->"

_SECTION = re.compile(r"^(?=### `memora \S+`$)|^(?=## )", re.MULTILINE)
_TITLE = re.compile(r"### `memora (\S+)`\n")
_USAGE = re.compile(r"^<!-- usage -->\n.*?^<!-- end of usage -->$", re.MULTILINE | re.DOTALL)
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_BEFORE = re.compile(r"^<!-- before\n(.*?)^-->$", re.MULTILINE | re.DOTALL)
_OPENING = re.compile(r"^## The store of the examples\n.*?^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def split_page(page: str) -> list[str]:
    """The page in pieces: what stands before the first section, then section by section."""
    return [piece for piece in _SECTION.split(page) if piece]


def section_name(piece: str) -> str:
    """The command that a piece is about, or its first line."""
    title = _TITLE.match(piece)
    return title[1] if title else piece.partition("\n")[0]


def write_anew(piece: str, page: str, directory: Path) -> str:
    """A piece of a page with usage, options and outputs as they are now. Runs in an empty directory."""
    title = _TITLE.match(piece)
    if title:
        piece = _USAGE.sub(lambda _: f"<!-- usage -->\n{usage(title[1])}\n<!-- end of usage -->", piece)
    terminal = Terminal(directory, now=NOON)
    if title and EMPTY not in piece:
        opening = _OPENING.search(page)
        assert opening is not None
        _run_block(terminal, opening[1])
    assert piece.count("<!-- before") == len(_BEFORE.findall(piece)), "a comment that no rule here reads"
    for lines in _BEFORE.findall(piece):
        for line in lines.splitlines():
            result = terminal.run(*shlex.split(line))
            assert result.code == 0, (line, result)
    return _BLOCK.sub(lambda block: f"```console\n{_run_block(terminal, block[1])}```", piece)


def _run_block(terminal: Terminal, block: str) -> str:
    written = []
    for command, shown in _commands(block):
        words = shlex.split(command)
        written.append(f"$ {command}\n")
        if words[0] == "cat":
            (terminal.directory / words[1]).write_text(shown, encoding="utf-8")
            written.append(shown)
            continue
        assert words[0] == "memora", command
        result = terminal.run(*words[1:])
        text = (result.out + result.err).replace(str(terminal.directory), PROJECT)
        written.append("".join(f"{line.rstrip()}\n" for line in text.splitlines()))
        if result.code:
            written.append(f"(exit code {result.code})\n")
    return "".join(written)


def _commands(block: str) -> Iterator[tuple[str, str]]:
    """Each command of a block, and what is shown below it. A demo prints lines that look like commands."""
    most = 1 if block.startswith("$ memora demo") else 0
    for part in re.split(r"^\$ ", block, maxsplit=most, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        yield command, shown


def usage(name: str) -> str:
    """How a command is called, and its options in a table."""
    command = COMMANDS[name]
    parts = [part for part, _ in command.parts]
    if not parts:
        return _usage_of(f"memora {name}", command.module, "run")
    return "\n\n".join(
        _usage_of(f"memora {name} {part}", command.module, f"run_{part.replace('-', '_')}") for part in parts
    )


def _usage_of(call: str, module: str, function: str) -> str:
    parameters = list(
        inspect.signature(getattr(import_module(f"memora.cli.commands.{module}"), function)).parameters.values()
    )
    arguments, rows = [], []
    for parameter in parameters[1:]:
        for item in parameter.annotation.__metadata__:
            if isinstance(item, ArgumentInfo):
                label = _metavar(parameter, item)
                arguments.append(label)
                rows.append((_cell(f"`{re.sub(r'[][]|[.]{3}', '', label)}`"), item.help))
            elif isinstance(item, OptionInfo) and not item.hidden:
                rows.append((_option(parameter, item), item.help))
    line = " ".join([call, *arguments, *(["[OPTIONS]"] if len(rows) > len(arguments) else [])])
    table = [f"| {label} | {_cell(text or '')} |" for label, text in rows]
    return "\n".join(["```", line, "```", *(["", "| | |", "|---|---|", *table] if table else [])])


def option_names(item: Any) -> list[str]:
    """The names of an option, such as ``--type`` and ``-t``."""
    # In an Annotated, Typer's first parameter is the first name and not a default.
    declared = [item.default, *item.param_decls] if isinstance(item.default, str) else item.param_decls
    return [name for names in declared for name in names.split("/")]


def _metavar(parameter: inspect.Parameter, item: Any) -> str:
    if item.metavar:
        return str(item.metavar)
    label = parameter.name.upper()
    return label if parameter.default is inspect.Parameter.empty else f"[{label}]"


def _option(parameter: inspect.Parameter, item: Any) -> str:
    names = [f"`{name}`" for name in option_names(item)]
    kind = parameter.annotation.__origin__
    value = "" if kind in (bool, bool | None) else f" {(item.metavar or _kind_of(kind))}"
    names[-1] = f"{names[-1][:-1]}{value}`"
    return _cell(", ".join(names))


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _kind_of(kind: Any) -> str:
    text = str(kind)
    return "N" if "int" in text or "float" in text else "TEXT"


def main() -> None:
    """Write the page anew."""
    page = PAGE.read_text(encoding="utf-8")
    pieces = []
    for piece in split_page(page):
        with tempfile.TemporaryDirectory() as directory:
            pieces.append(write_anew(piece, page, Path(directory)))
    PAGE.write_text("".join(pieces), encoding="utf-8")


if __name__ == "__main__":
    main()
