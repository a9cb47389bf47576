"""Files in the shape that other tools write are read as their documents say."""

from __future__ import annotations

import pytest
from sample_listing import EXPECTED, SAMPLES, listing, sample_paths

from memora.importers.decisions import read_decision
from memora.importers.formats import FORMATS, read_found, tell_format
from memora.importers.found import Problem, as_tag
from memora.importers.front_matter import read_front_matter
from memora.importers.inference import infer_type
from memora.importers.markdown import imports_of, read_markdown


def test_the_samples_are_read_as_expected():
    """Where they are not: ``python tests/importers/sample_listing.py`` writes the list anew."""
    assert listing() == EXPECTED.read_text(encoding="utf-8")


def test_every_format_has_a_sample():
    told = {tell_format(path, (SAMPLES / path).read_text(encoding="utf-8")) for path in sample_paths()}
    assert told == set(FORMATS) - {"memora"}


@pytest.mark.parametrize("path", sample_paths())
def test_a_line_that_is_named_is_where_it_stands(path):
    text = (SAMPLES / path).read_text(encoding="utf-8")
    lines = text.splitlines()
    for item in read_found(tell_format(path, text), path, text, ()):
        words = item.content.split("\n")[0].split()[:2]
        assert any(word in "\n".join(lines[item.line - 1 : item.line + 1]) for word in words)


@pytest.mark.parametrize("path", sample_paths())
def test_windows_line_ends_change_nothing(path):
    text = (SAMPLES / path).read_text(encoding="utf-8")
    told = tell_format(path, text)
    other = read_found(told, path, text.replace("\n", "\r\n"), ())
    assert [item.content.replace("\r", "") for item in other] == [
        item.content for item in read_found(told, path, text, ())
    ]


def test_what_belongs_to_other_tools_and_to_memora_is_passed_over():
    contents = " ".join(item.content for item in read_markdown((SAMPLES / "context" / "CLAUDE.md").read_text()))
    for words in ("bd for all issues", "From memora", "a note for people"):
        assert words not in contents


@pytest.mark.parametrize(
    ("text", "contents"),
    [
        ("- one\n- two\n", ["one", "two"]),
        ("one\ntwo\n\nthree\n", ["one\ntwo", "three"]),
        ("- one\n  more\n\n  and more\n", ["one\nmore\n\nand more"]),
        ("- one\nlazily more\n", ["one\nlazily more"]),
        ("Rules:\n- never\n", ["never"]),
        ("Run:\n```\nmake\n```\n", ["Run:\n```\nmake\n```"]),
        ("- [ ] to do\n- [x] done\n- [decision] kept\n", ["[decision] kept"]),
        ("# Title\n\n---\n\n***\n", []),
        ("```\n# no heading\n- no item\n```\n", ["```\n# no heading\n- no item\n```"]),
        ("1. first\n2) second\n", ["first", "second"]),
        ("```\nnever closed\n- x\n", ["```\nnever closed\n- x"]),
        ("", []),
        ("-\n\n*\n", []),
    ],
)
def test_markdown_is_cut_into_items_and_paragraphs(text, contents):
    assert [item.content for item in read_markdown(text)] == contents


def test_files_that_are_taken_in_are_named_with_their_lines():
    assert imports_of("@a.md\ntext @b.md\n```\n@c.md\n```\n@docs/d\n@scope\n") == [(1, "a.md"), (6, "docs/d")]


@pytest.mark.parametrize(
    ("content", "heading", "type_name"),
    [
        ("The cache probably expires after an hour", "", "assumption"),
        ("Never edit generated files", "", "preference"),
        ("Use ruff instead of flake8", "", "preference"),
        ("`make test`", "Commands", "procedural"),
        ("To release, run `make release`", "", "procedural"),
        ("2026-11-02: the release failed", "", "episodic"),
        ("Tabs are four wide", "Code style", "preference"),
        ("UUIDv7 for ids", "Decisions", "project"),
        ("The API listens on port 8080", "", "semantic"),
        ("The latest release is 3", "Overview", "semantic"),
    ],
)
def test_types_follow_the_stated_rules(content, heading, type_name):
    assert infer_type(content, heading) == type_name


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("---\nglobs: **/*.ts, src/**\n---\n", {"globs": "**/*.ts, src/**"}),
        ("---\npaths:\n  - 'a/**'\n  - b\n---\n", {"paths": ["a/**", "b"]}),
        ("---\npaths:\n- a\n---\n", {"paths": ["a"]}),
        ('---\ntags: [a, "b c"]\n---\n', {"tags": ["a", "b c"]}),
        ("---\nno: no\nid: 0123\nat: 12:30:00\n---\n", {"no": "no", "id": "0123", "at": "12:30:00"}),
        ("---\nmetadata:\n  type: user\n---\n", {"metadata": {"type": "user"}}),
        ("---\ndescription: >\n  one\n  two\n---\n", {"description": "one two"}),
        ("---\n# a comment\nempty:\n---\n", {"empty": ""}),
        ("no front matter\n", {}),
        ("\ufeff---\na: b\n---\n", {"a": "b"}),
    ],
)
def test_front_matter_is_read_as_text(text, fields):
    assert read_front_matter(text).fields == fields


def test_commas_in_braces_belong_to_a_glob():
    assert read_front_matter("---\nglobs: src/*.{ts,tsx}, lib/**\n---\n").words("globs") == ["src/*.{ts,tsx}", "lib/**"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("---\nglobs: a\n", 1),
        ("---\nglobs: a\nwhat is this\n---\n", 3),
        ("---\na: b\na: c\n---\n", 3),
        ("---\ntags: [a, b\n---\n", 2),
        ("---\n- a\n---\n", 2),
    ],
)
def test_front_matter_that_cannot_be_read_is_named_by_its_line(text, line):
    with pytest.raises(Problem) as problem:
        read_front_matter(text)
    assert problem.value.line == line


@pytest.mark.parametrize(
    ("format_name", "text", "line"),
    [
        ("mcp-memory", '{"type":"entity","name":"a","observations":[]}\n{"type":\n', 2),
        ("mcp-memory", '{"type":"entity","name":"a","observations":"x"}\n', 1),
        ("mcp-memory", '{"type":"thing"}\n', 1),
        ("mcp-memory", "[1]\n", 1),
        ("mem0", '{"results": [\n{"id": "a"}\n]}', 2),
        ("mem0", '{"results": [\n', 2),
        ("mem0", '{"other": 1}', 1),
        ("beads", '{"id":"bd-1","title":"x"}\n\n{"id":"bd-2"}\n', 3),
        ("beads", "[" * 100_000, 1),
    ],
)
def test_records_that_cannot_be_read_are_named_by_their_line(format_name, text, line):
    with pytest.raises(Problem) as problem:
        read_found(format_name, "x.json", text, ())
    assert problem.value.line == line


def test_json_of_nothing_known_asks_for_its_format():
    with pytest.raises(Problem, match="--from"):
        tell_format("x.json", '{"a": 1}')


@pytest.mark.parametrize("status", ["Superseded by [3](0003.md)", "deprecated", "Rejected"])
def test_a_decision_out_of_force_is_no_memory(status):
    assert read_decision(f"# 2. Use MySQL\n\n## Status\n\n{status}\n\n## Decision\n\nMySQL.\n", "0002-x.md") == []


def test_older_madr_has_its_status_in_a_list():
    [found] = read_decision("# Use uv\n\n* Status: accepted\n\n## Decision Outcome\n\nuv\n", "0004-use-uv.md")
    assert found.key == "adr.0004"
    assert "accepted" in found.tags


def test_words_become_tags():
    assert as_tag("  How to: Deploy & run! ") == "how-to-deploy-run"
    assert as_tag("***") is None
