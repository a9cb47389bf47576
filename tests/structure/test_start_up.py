"""What a command imports before it does anything, counted: a person waits for it, each time.

Counts are of modules beyond those of ``python -c pass``; what the command-line framework brings with it is known and
left out. A budget is today's number and a little room. Raise it with a reason, or import where it is needed.
"""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

# (modules of memora, other modules that the framework has not imported already)
BUDGETS = {
    ("--version",): (3, 1),
    ("--help",): (21, 12),
    ("init",): (63, 16),
    ("add", "Auth uses JWT", "--key", "auth.jwt"): (71, 16),
    ("status",): (67, 16),
    ("commit", "--message", "First beliefs"): (67, 16),
    ("log",): (69, 16),
    ("switch", "--create", "other"): (72, 16),
}

NEVER_AT_START = {
    "asyncio",
    "concurrent",
    "dataclasses",
    "email",
    "hashlib",
    "http",
    "jinja2",
    "logging",
    "mcp",
    "multiprocessing",
    "pydantic",
    "random",
    "rich",
    "socket",
    "sqlite3",
    "ssl",
    "statistics",
    "tempfile",
    "tomllib",
    "unittest",
    "xml",
}

RUN = """
import os, sys
before = set(sys.modules)
exit = os._exit

def leave(code):
    loaded = sorted(set(sys.modules) - before)
    import json
    sys.stderr.write("\\n" + json.dumps([code, loaded]))
    sys.stderr.flush()
    exit(code)

os._exit = leave  # a command may end without unwinding
sys.argv = ["memora", *sys.argv[1:]]
from memora.__main__ import main
leave(main())
"""
FRAMEWORK = "import sys; before = set(sys.modules); import typer; print(*sorted(set(sys.modules) - before))"


def loaded_by(directory, *arguments: str) -> set[str]:
    run = subprocess.run(
        [sys.executable, "-c", RUN, *arguments], cwd=directory, capture_output=True, text=True, check=True
    )
    code, loaded = json.loads(run.stderr.rpartition("\n")[2])
    assert code == 0, run.stderr
    return set(loaded)


@pytest.fixture(scope="module")
def framework() -> set[str]:
    run = subprocess.run([sys.executable, "-c", FRAMEWORK], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


def of_memora(modules: set[str]) -> list[str]:
    return sorted(name for name in modules if name.partition(".")[0] == "memora")


def test_commands_import_no_more_than_their_budget(tmp_path, framework):
    over = {}
    for arguments, (most_own, most_other) in BUDGETS.items():
        loaded = loaded_by(tmp_path, *arguments)
        own = of_memora(loaded)
        other = sorted(loaded - framework - set(own))
        if len(own) > most_own or len(other) > most_other:
            over[arguments] = (len(own), own, len(other), other)
        heavy = {name.partition(".")[0] for name in loaded - framework} & NEVER_AT_START
        assert not heavy, arguments
    assert not over


def test_the_version_costs_nothing(tmp_path):
    assert of_memora(loaded_by(tmp_path, "--version")) == ["memora", "memora.__main__", "memora.version"]


def test_help_imports_no_command_and_no_framework(tmp_path):
    loaded = loaded_by(tmp_path, "--help")
    assert not {name for name in loaded if name.startswith("memora.cli.commands.")}
    assert not {"typer", "apsw", "blake3"} & loaded


def test_a_command_imports_no_other_command(tmp_path):
    loaded = loaded_by(tmp_path, "init")
    assert [name for name in loaded if name.startswith("memora.cli.commands.")] == ["memora.cli.commands.init"]


def test_the_package_alone_imports_nothing(tmp_path):
    code = "import sys; before = set(sys.modules); import memora; print(*sorted(set(sys.modules) - before))"
    run = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert set(run.stdout.split()) <= {"__future__", "memora", "memora.version"}
