"""Every command in the table exists, explains itself and is documented; and no other does."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from documented_commands import option_names
from source_files import ROOT
from typer.models import ArgumentInfo, OptionInfo

from memora.cli.table import COMMANDS

FUNCTIONS = [
    (name, command.module, f"run_{part.replace('-', '_')}" if part else "run")
    for name, command in COMMANDS.items()
    for part in [part for part, _ in command.parts] or [""]
]
IDS = [f"{name} {function.removeprefix('run').removeprefix('_')}".strip() for name, _, function in FUNCTIONS]
DOCUMENTED = ROOT / "docs" / "commands.md"


def load(module: str, function: str) -> Callable[..., Any]:
    found = getattr(import_module(f"memora.cli.commands.{module}"), function)
    assert callable(found)
    return found


@pytest.mark.parametrize(("name", "module", "function"), FUNCTIONS, ids=IDS)
def test_a_command_begins_its_help_with_an_example(name, module, function):
    lines = (load(module, function).__doc__ or "").split("\n\n")
    assert lines[0].startswith("Example: memora ")
    assert f"memora {name}" in lines[0]
    assert len(lines) > 1, "nothing says what it does"


@pytest.mark.parametrize(("name", "module", "function"), FUNCTIONS, ids=IDS)
def test_a_command_explains_every_option(name, module, function):
    parameters = list(inspect.signature(load(module, function)).parameters.values())
    assert parameters[0].name == "world"
    for parameter in parameters[1:]:
        (info,) = (item for item in parameter.annotation.__metadata__ if isinstance(item, ArgumentInfo | OptionInfo))
        assert info.help, f"{name}: {parameter.name}"


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_a_section_in_the_documents(name):
    sections = re.findall(r"^### `memora (\S+?)`$", DOCUMENTED.read_text(encoding="utf-8"), re.MULTILINE)
    assert sections.count(name) == 1


def test_the_documents_describe_no_command_that_is_gone():
    sections = re.findall(r"^### `memora (\S+?)`$", DOCUMENTED.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(sections) <= set(COMMANDS)


def test_every_command_module_is_in_the_table():
    modules = {path.stem for path in (ROOT / "memora" / "cli" / "commands").glob("*.py")} - {"__init__"}
    assert modules == {command.module for command in COMMANDS.values()}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_table_says_in_one_line_what_a_command_does(name):
    command = COMMANDS[name]
    for text in (command.help, *(text for _, text in command.parts)):
        assert text
        assert "\n" not in text
        assert not text.endswith(".")


def test_the_documents_show_every_option_that_a_command_takes():
    page = DOCUMENTED.read_text(encoding="utf-8")
    missing = []
    for name, module, function in FUNCTIONS:
        section = page.split(f"### `memora {name}`\n")[-1].split("\n### ")[0]
        for parameter in list(inspect.signature(load(module, function)).parameters.values())[1:]:
            for item in parameter.annotation.__metadata__:
                if isinstance(item, OptionInfo) and not item.hidden:
                    names = option_names(item)
                    if not any(re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", section) for word in names):
                        missing.append((name, names))
    assert not missing


def test_command_modules_are_small():
    sizes = {
        path.name: len(Path(path).read_text(encoding="utf-8").splitlines())
        for path in (ROOT / "memora" / "cli" / "commands").glob("*.py")
    }
    assert max(sizes.values()) <= 200, sizes
