"""Imports go down only, and the pure layers stay pure."""

from __future__ import annotations

import subprocess
import sys

import pytest
from source_files import MODULES, ROOT, module_name

PURE_LAYERS = ("memora.model", "memora.tree", "memora.history", "memora.merge")

# Standard modules that themselves use files or a clock are imported first; after that nobody may ask for either.
IMPORT_WITHOUT_A_WORLD = """
import importlib, sys
import contextlib, datetime, difflib, functools, json, typing, unicodedata
import blake3
for name in ("os", "time", "subprocess", "sqlite3", "apsw", "pathlib", "random", "socket", "tempfile"):
    sys.modules[name] = None
for name in sys.argv[1:]:
    importlib.import_module(name)
"""


def test_the_import_contracts_are_kept(monkeypatch, capsys):
    importlinter = pytest.importorskip("importlinter.cli")
    monkeypatch.chdir(ROOT)
    code = importlinter.lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert code == importlinter.EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_pure_layers_can_be_imported_without_files_clock_and_processes():
    names = [name for name in map(module_name, MODULES) if name.startswith(PURE_LAYERS)]
    assert len(names) > 20
    run = subprocess.run(
        [sys.executable, "-c", IMPORT_WITHOUT_A_WORLD, *names], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr


def test_a_module_that_asks_for_a_clock_would_be_found():
    run = subprocess.run(
        [sys.executable, "-c", IMPORT_WITHOUT_A_WORLD, "memora.storage.lock"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode != 0
    assert "import of" in run.stderr
