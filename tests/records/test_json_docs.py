"""docs/json.md says what the models say, and its examples are what commands print."""

from __future__ import annotations

import json
import re

import pytest
from documented_records import PAGE, PARTS, blocks, contents, laid_out, write_anew
from record_cases import CASES, PRINT_NO_RECORD

from memora.cli.exits import EXIT_CODES, INTERNAL
from memora.records.schemas import SHAPES, read_record

PAGE_TEXT = PAGE.read_text(encoding="utf-8")
WRITE_ANEW = "python tests/records/documented_records.py writes the page anew"

# How many bytes a database takes is for SQLite to say.
_SIZE = re.compile(r'"size_bytes": \d+')


@pytest.mark.parametrize("name", [*SHAPES, *PARTS])
def test_a_record_is_documented_as_it_is(name):
    shown = blocks(PAGE_TEXT).get(name)
    assert shown is not None, f"docs/json.md has no <!-- {name} --> ... <!-- end -->"
    assert _SIZE.sub("", shown).splitlines() == _SIZE.sub("", contents(name)).splitlines(), WRITE_ANEW


def test_the_page_documents_nothing_else():
    assert sorted(blocks(PAGE_TEXT)) == sorted([*SHAPES, *PARTS])
    assert re.findall(r"^### (memora\S+/v\d+)$", PAGE_TEXT, re.MULTILINE) == [
        name for name in blocks(PAGE_TEXT) if name in SHAPES
    ]


@pytest.mark.parametrize("name", SHAPES)
def test_the_fields_of_the_tables_are_those_of_the_models(name):
    """Read from the page as a person does, not as it was written."""
    documented = re.findall(r"^\| `(\w+)` \|", blocks(PAGE_TEXT)[name], re.MULTILINE)
    fields = {field.alias or key for shape in SHAPES[name] for key, field in shape.model_fields.items()}
    assert set(documented) == fields - {"schema"}


@pytest.mark.parametrize("name", SHAPES)
def test_the_examples_fit_their_models(name):
    examples = re.findall(r"^```json\n(.*?)^```$", blocks(PAGE_TEXT)[name], re.MULTILINE | re.DOTALL)
    assert [type(read_record(json.loads(example))) for example in examples] == list(SHAPES[name])


def test_the_table_of_commands_names_what_they_print():
    """The same records that the tests see the commands print."""
    section = PAGE_TEXT.partition("\n## Which command prints what\n")[2].partition("\n## ")[0]
    documented = {}
    for row in re.findall(r"^\| (`.*) \|$", section, re.MULTILINE):
        commands, records, _how_many = row.split(" | ")
        for command in re.findall(r"`([^`]+)`", commands):
            assert command not in documented
            documented[command] = set(re.findall(r"`([^`]+)`", records))
    assert documented == {name: set().union(*(one.prints for one in cases)) for name, cases in CASES.items()}
    assert not PRINT_NO_RECORD, "say in docs/json.md which commands print no record, and why"


def test_every_exit_code_is_in_its_table():
    table = PAGE_TEXT.partition("### Exit codes")[2].partition("\n## ")[0]
    codes = [int(code) for row in re.findall(r"^\| ([\d, ]+) \|", table, re.MULTILINE) for code in row.split(",")]
    assert {0, 1, 130, 141, INTERNAL, *EXIT_CODES.values()} == set(codes)


def test_a_table_that_is_wrong_would_be_found():
    wrong = PAGE_TEXT.replace("| `confidence` | share |", "| `confidence` | count |", 1)
    assert wrong != PAGE_TEXT
    assert blocks(wrong)["memora.node/v1"] != blocks(write_anew(wrong))["memora.node/v1"]


def test_an_example_is_laid_out_over_the_lines_it_needs():
    value = {"short": [1, 2], "long": ["x" * 60, "y" * 60]}
    assert json.loads(laid_out(value)) == value
    assert laid_out(value).splitlines()[1] == '  "short": [1, 2],'
    assert max(map(len, laid_out(value).splitlines())) <= 100
