"""The examples of docs/python.md run, in order, in an empty directory; and the page names every verb."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from documented_operations import PAGE, write_anew

PAGE_TEXT = PAGE.read_text(encoding="utf-8")
EXAMPLE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def run_examples(page: str) -> int:
    """Run the examples of a page in one namespace and say how many there were. Errors name the line of the page."""
    names: dict[str, object] = {"__name__": "example"}
    examples = list(EXAMPLE.finditer(page))
    for example in examples:
        first_line = page.count("\n", 0, example.start(1))
        exec(compile("\n" * first_line + example[1], str(PAGE), "exec"), names)
    return len(examples)


def test_the_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run_examples(PAGE_TEXT) > 15


def test_an_example_that_is_wrong_would_be_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AssertionError):
        run_examples(PAGE_TEXT.replace('assert change.outcome == "added"', 'assert change.outcome == "known"'))


def test_every_example_asserts_or_prepares() -> None:
    """An example that asserts nothing shows nothing; a few only set the scene."""
    silent = [example for example in EXAMPLE.findall(PAGE_TEXT) if "assert" not in example]
    assert len(silent) <= 5


def test_the_page_names_every_verb() -> None:
    assert write_anew(PAGE_TEXT) == PAGE_TEXT, "python tests/docs/documented_operations.py writes the table anew"
