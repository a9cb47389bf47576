"""The closed lists of the model."""

import pytest

from memora.errors import BadInput
from memora.model import vocabulary as words


def test_the_words_are_those_of_the_format():
    assert words.NODE_TYPES == ("episodic", "semantic", "procedural", "assumption", "project", "preference")
    assert words.STATUSES == ("ephemeral", "stable", "deprecated", "conflicted")
    assert set(words.STATUS_RANK) == set(words.STATUSES)
    assert words.RELATIONS == (
        "derived_from",
        "supports",
        "contradicts",
        "supersedes",
        "depends_on",
        "relates_to",
        "part_of",
    )
    assert set(words.DEFAULT_LIFETIME_DAYS) <= set(words.NODE_TYPES)


@pytest.mark.parametrize(
    ("source", "confidence", "rank"),
    [
        ("code_read", 1.0, 9),
        ("test_result", 0.9, 8),
        ("manual", 0.8, 7),
        ("claude_code", 0.7, 6),
        ("cursor", 0.7, 6),
        ("cline", 0.7, 6),
        ("openhands", 0.7, 6),
        ("codex", 0.7, 6),
        ("gemini", 0.7, 6),
        ("copilot", 0.7, 6),
        ("model_inference", 0.6, 4),
        ("import", 0.5, 3),
        ("unknown:vim", 0.3, 1),
    ],
)
def test_what_each_source_is_worth(source, confidence, rank):
    assert words.parse_source(source) == source
    assert words.source_confidence(source) == confidence
    assert words.source_rank(source) == rank


def test_every_source_is_in_the_table_above():
    assert len(words.SOURCES) == 12
    assert set(words.SOURCES) > words.OBSERVING_SOURCES


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("code-read", "code_read"),
        (" Code-Read ", "code_read"),
        ("UNKNOWN:Vim", "unknown:vim"),
        ("unknown:my-tool.v2", "unknown:my_tool.v2"),
    ],
)
def test_sources_are_read_kindly(typed, kept):
    assert words.parse_source(typed) == kept


@pytest.mark.parametrize(
    "typed", ["", "vim", "unknown", "unknown:", "unknown:a b", "unknown:_x", "unknown:é", "unknown:" + "x" * 65, "a\nb"]
)
def test_other_sources_are_refused(typed):
    with pytest.raises(BadInput, match=r"^source .* is none of code_read, .*unknown:NAME$"):
        words.parse_source(typed)


@pytest.mark.parametrize(
    ("parse", "typed", "kept"),
    [
        (words.parse_type, " Semantic", "semantic"),
        (words.parse_status, "STABLE ", "stable"),
        (words.parse_relation, "Derived-From", "derived_from"),
    ],
)
def test_words_are_read_in_any_case(parse, typed, kept):
    assert parse(typed) == kept


@pytest.mark.parametrize("parse", [words.parse_type, words.parse_status, words.parse_relation])
@pytest.mark.parametrize("typed", ["", "nonsense", "semantic\x00", "ſtable"])
def test_other_words_are_refused_with_the_list(parse, typed):
    with pytest.raises(BadInput, match="is none of"):
        parse(typed)
