"""The promises of docs/reliability.md: each names the tests that hold it, and these exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from memora.operations.care.inspection import hits, index, log, objects, references
from memora.operations.care.repair import REPAIRABLE

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
PROMISES = re.findall(r"^\| (P\d+) \| (.+) \| (.+) \|$", DOCUMENT, re.MULTILINE)
RULES = dict(re.findall(r"^\| `([a-z-]+)` \| (error|warning) \| .+ \| .+ \|$", DOCUMENT, re.MULTILINE))


def test_promises_are_numbered_without_a_gap() -> None:
    assert [number for number, _, _ in PROMISES] == [f"P{count}" for count in range(1, len(PROMISES) + 1)]
    assert len(PROMISES) >= 12


@pytest.mark.parametrize("number, tests", [(number, tests) for number, _, tests in PROMISES])
def test_a_promise_names_tests_that_exist(number: str, tests: str) -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", tests)
    assert named, f"{number} has no test"
    for file, function in named:
        source = (ROOT / file).read_text(encoding="utf-8")
        assert f"def {function}(" in source if function else "def test_" in source, (number, file, function)


def test_every_rule_that_fsck_can_report_is_documented() -> None:
    sources = [Path(str(module.__file__)) for module in (hits, index, log, objects, references)]
    sources.append(ROOT / "memora" / "operations" / "care" / "fsck.py")
    told = {
        rule
        for source in sources
        for rule in re.findall(r'(?:damage|warning|_damaged)\(\s*"([a-z-]+)"', source.read_text(encoding="utf-8"))
    }
    assert told == set(RULES)


def test_what_can_be_repaired_is_documented() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| (?:error|warning) \| .+ \| (.+) \|$", DOCUMENT, re.MULTILINE)
    assert {rule for rule, repair in rows if repair != "no"} == REPAIRABLE
