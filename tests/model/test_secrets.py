"""Secrets are found where they stand, and ordinary prose and code hold none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from secret_corpus import HARMLESS, Sample, draw, samples

from memora.model.secret_rules import RULES, TOKEN_RULES, scan
from memora.model.secrets import FIRST_LETTERS, find_secrets, mask, may_hold_secret

SAMPLES = samples()
PIECES = ("-", ".", "+", "_", "/", "=", ":", " ", "\n", "é", "x", "A1", "password", "token is ", "secret: ", "key=")
ROOT = Path(__file__).resolve().parents[2]
GITHUB = draw("gh" + "p_{A36}", "a token")


def test_every_rule_has_samples() -> None:
    assert {sample.rule for sample in SAMPLES} == set(RULES)


@pytest.mark.parametrize("rule", RULES)
def test_a_secret_is_found_by_its_rule_wherever_it_stands(rule: str) -> None:
    for sample in SAMPLES:
        if sample.rule == rule:
            assert [secret.rule for secret in find_secrets(sample.text)] == [rule], sample.text


@pytest.mark.parametrize("text", HARMLESS)
def test_prose_and_code_hold_none(text: str) -> None:
    assert find_secrets(text) == ()


def test_the_quick_look_passes_nothing_that_the_rules_find() -> None:
    assert [sample.text for sample in SAMPLES if not may_hold_secret(sample.text)] == []


@pytest.mark.parametrize("before", ["", " ", "x-", "x.", "a+", "v1.2-", "https://host/", "é", "(", "=", "a-b.c+", "\n"])
def test_the_quick_look_finds_what_the_rules_find_wherever_it_stands(before: str) -> None:
    texts = [f"{before}{sample.text}" for sample in SAMPLES]
    assert [text for text in texts if find_secrets(text) != scan(text)] == []


@given(st.lists(st.sampled_from([*(sample.text for sample in SAMPLES), *HARMLESS, *PIECES]), max_size=4))
def test_the_quick_look_finds_what_the_rules_find(parts: list[str]) -> None:
    text = "".join(parts)
    assert find_secrets(text) == scan(text)


def test_the_quick_look_knows_the_first_letters_of_every_rule() -> None:
    known = {beginning[:3].encode() for rule in TOKEN_RULES for beginning in rule.beginnings if len(beginning) > 2}
    hexadecimal = {f"SK{digit}".encode() for digit in "0123456789abcdef"}
    assert known | hexadecimal == FIRST_LETTERS
    assert {beginning for rule in TOKEN_RULES for beginning in rule.beginnings if len(beginning) < 3} == {"SK"}


def test_most_prose_never_reaches_the_rules() -> None:
    prose = [line for page in (ROOT / "docs").glob("*.md") for line in page.read_text(encoding="utf-8").splitlines()]
    assert sum(map(may_hold_secret, prose)) < len(prose) / 4


def test_line_and_column_count_from_one() -> None:
    first, second = find_secrets(f"one\ntwo {GITHUB}\n\né {GITHUB[::-1]} {GITHUB}")
    assert (first.line, first.column) == (2, 5)
    assert (second.line, second.column) == (4, 3 + len(GITHUB) + 1)


def test_what_is_shown_is_what_every_such_secret_begins_with() -> None:
    assert mask(f"use {GITHUB} here") == "use ghp_**** here"
    assert mask("postgres://app:s3cr3tpw@db/x") == "postgres://app:****@db/x"


@pytest.mark.parametrize("sample", SAMPLES[::5], ids=lambda sample: sample.rule)
def test_masking_leaves_nothing_of_a_secret(sample: Sample) -> None:
    masked = mask(sample.text)
    assert find_secrets(masked) == () and mask(masked) == masked
    assert [part for part in sample.hidden if part in masked] == []


def test_text_without_secrets_is_masked_to_itself() -> None:
    assert [text for text in HARMLESS if mask(text) != text] == []


@given(st.text(max_size=200))
def test_masking_any_text_twice_is_masking_it_once(text: str) -> None:
    masked = mask(text)
    assert mask(masked) == masked


@given(st.lists(st.sampled_from([*HARMLESS[:8], GITHUB, "\n", " ", "İ", "password = '", "k7#x9!q2", "'"]), max_size=12))
def test_secrets_lie_where_they_are_said_to_and_do_not_overlap(parts: list[str]) -> None:
    text = "".join(parts)
    end = 0
    for secret in find_secrets(text):
        assert end <= secret.start < secret.end <= len(text)
        lines = text[: secret.start].split("\n")
        assert (secret.line, secret.column) == (len(lines), len(lines[-1]) + 1)
        end = secret.end


def test_this_projects_own_files_hold_none() -> None:
    found = []
    for folder in ("memora", "docs", "scripts", "bench"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in (".py", ".md", ".txt", ".toml", ".sh"):
                found += [(path.name, secret) for secret in find_secrets(path.read_text(encoding="utf-8"))]
    assert found == []


def test_the_standard_library_holds_next_to_none() -> None:
    """Some 9 MB of code and comments that nobody wrote for this test."""
    found = []
    for path in Path(os.__file__).parent.glob("*.py"):
        found += [(path.name, secret) for secret in find_secrets(path.read_text(encoding="utf-8", errors="replace"))]
    assert found == []


def test_a_long_hostile_text_is_done_with() -> None:
    for piece in (
        "sk-",
        "://a:",
        "password=",
        "-----BEGIN PRIVATE KEY-----",
        "eyJaaaaaaaaaaaa.",
        "token: ",
        "a8Q~",
        ":AA",
    ):
        find_secrets(piece * 20_000)
