"""How texts and questions become terms."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from memora.recall.query import FUNCTION_WORDS, MOST_TERMS, Query, parse_query
from memora.recall.terms import LONGEST_TERM, index_text


def words(text: str) -> set[str]:
    """The terms under which content is indexed, as splitting at punctuation leaves them."""
    content, _, _ = index_text(text, None, (), ())
    return set(re.findall(r"[^\W_]+", content.lower()))


@pytest.mark.parametrize(
    "spelling", ["parseJwtToken", "ParseJwtToken", "parse_jwt_token", "PARSE_JWT_TOKEN", "parse-jwt-token"]
)
def test_one_identifier_in_any_spelling_is_one_word(spelling: str) -> None:
    query = parse_query(spelling)
    assert "parsejwttoken" in query.words + query.compounds
    assert {"parse", "jwt", "token"} <= set(query.words)
    assert {"parsejwttoken", "parse", "jwt", "token"} <= words(f"Call {spelling} first.")


def test_camel_case_is_indexed_in_parts() -> None:
    assert {"http", "server", "error"} <= words("HTTPServerError")
    assert {"auth", "client"} <= words("OAuth2Client")
    assert {"user", "list"} <= words("renders src/components/UserList.jsx:42")


def test_the_plural_of_an_acronym_is_one_word() -> None:
    assert parse_query("JWTs") == Query(("jwts",), (), ())
    assert parse_query("parseURLs").words == ("parseurls", "parse", "urls")


def test_plain_text_is_indexed_as_it_is() -> None:
    text = "Deploy with make release, RS256 (NOT sha1); see the wiki."
    assert index_text(text, None, (), ())[0] == text


def test_a_path_is_also_known_by_its_file_name_and_stem() -> None:
    assert {"srcauthjwtcheckrs", "jwtcheckrs", "jwtcheck"} <= words("see src/auth/jwt_check.rs")


def test_key_and_tags_are_names_and_globs_and_evidence_are_places() -> None:
    content, names, places = index_text("x", "auth.jwt", ("a-b",), ("src/**",), ("lib/y.py:L3",))
    assert content == "x"
    assert names == "auth.jwt a-b authjwt ab"
    assert places.startswith("src/** lib/y.py:L3") and "libypyL3" in places


def test_words_of_grammar_count_only_alone() -> None:
    assert parse_query("How does the login work?") == Query(("login", "work"), (), ("how", "does", "the"))
    assert parse_query("to be or not") == Query((), (), ("to", "be", "or", "not"))


@pytest.mark.parametrize("spelling", ["is_valid", "isValid", "is-valid"])
def test_a_word_of_grammar_in_an_identifier_counts_only_alone(spelling: str) -> None:
    query = parse_query(spelling)
    assert {*query.words, *query.compounds} == {"isvalid", "valid"}
    assert query.grammar == ("is",)


def test_query_operators_are_words() -> None:
    query = parse_query('alpha AND (beta OR "gamma") NEAR/2 -delta ^epsilon zeta* names:eta')
    assert query.words == ("alpha", "beta", "gamma", "near", "2", "delta", "epsilon", "zeta", "names", "eta")
    assert query.grammar == ("and", "or")


@pytest.mark.parametrize(
    "nothing", ["", "   ", " " * 9_000, "?!", '"', "'; --", "*", "()", "\x00", "\ud800", "…", "_", "--"]
)
def test_a_question_without_words_has_no_terms(nothing: str) -> None:
    assert parse_query(nothing) == Query((), (), ())


def test_every_term_is_there_once() -> None:
    assert parse_query("Retry retry RETRY retry_retry").words == ("retry",)


def test_of_a_long_question_the_beginning_and_the_end_are_read() -> None:
    query = parse_query("first " + "noise " * 10_000 + "last")
    assert query.words == ("first", "noise", "last")


def test_chinese_and_japanese_are_cut_into_pairs() -> None:
    assert parse_query("数据库迁移").words == ("数据", "据库", "库迁", "迁移")
    content, _, _ = index_text("部署前运行数据库迁移", None, (), ())
    assert {"数据", "迁移"} <= set(content.split())
    assert parse_query("税").words == ("税",)


def test_a_decomposed_accent_asks_for_the_composed_letter() -> None:
    assert parse_query("re\u0301sume\u0301").words == ("résumé",)


def test_half_a_surrogate_pair_is_left_out_of_the_index() -> None:
    assert index_text("a\ud800b\x00c", None, (), ())[0].encode()


@given(st.text())
@example("AsA")
def test_any_question_is_bounded(question: str) -> None:
    query = parse_query(question)
    for terms in query:
        assert len(terms) <= MOST_TERMS
        assert len(set(terms)) == len(terms)
        assert all(0 < len(term) <= LONGEST_TERM and term == term.lower() for term in terms)
    assert not FUNCTION_WORDS.intersection(query.words)


@given(
    st.lists(st.sampled_from(["parse", "jwt", "token", "order", "xml", "http"]), min_size=2, max_size=4, unique=True)
)
def test_a_memory_that_spells_an_identifier_in_one_way_is_found_by_another(parts: list[str]) -> None:
    camel = parts[0] + "".join(part.capitalize() for part in parts[1:])
    for written in ("_".join(parts), "-".join(parts), ".".join(parts), camel):
        for asked in ("_".join(parts), camel):
            query = parse_query(asked)
            assert words(written) >= {*parts, *query.words, *query.compounds}, (written, asked)
