"""docs/secrets.md names every rule, and its rates are those of the corpus."""

from __future__ import annotations

from documented_secrets import PAGE, write_anew


def test_the_page_is_what_the_rules_and_the_corpus_say() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert write_anew(page) == page, "python tests/docs/documented_secrets.py writes the tables anew"
