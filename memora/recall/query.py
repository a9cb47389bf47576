"""A question as terms to look for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from memora.recall.terms import ATOM, COMPOUND, LONGEST_TERM, camel_parts, joined_forms, segment

# Of a question longer than this only the beginning and the end are read, where errors say what is wrong.
LONGEST_QUESTION: Final = 4_000
MOST_TERMS: Final = 64


def _set_of(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Words of grammar. In a question they say nothing, unless there is nothing else in it.
FUNCTION_WORDS: Final = _set_of(
    """
    a about all also am an and any are as at be because been but by can could did do does doing done for from
    get gets give given had happen happens has have how i if in into is it its just may me might must my no nor
    not of on once or our ours out shall should so some such than that the their them then there these they this
    those through to too up us was we were what when where whether which while who whom whose why will with
    within would yet you your
    couldn d didn doesn don hadn hasn haven isn ll m re s shouldn t ve wasn weren won wouldn
    """
)


class Query(NamedTuple):
    """The terms of a question, each once, in lower case and in the order of their first mention.

    ``words`` are what was written, and the parts of it; ``compounds`` are identifiers and paths in one piece;
    ``grammar`` are the words that are only asked for when nothing else is there.
    """

    words: tuple[str, ...]
    compounds: tuple[str, ...]
    grammar: tuple[str, ...]


def parse_query(question: str) -> Query:
    """The terms of a question in plain words, an identifier, a path or an error message.

    Nothing in a question is an operator. Whatever the question, there are at most 64 terms of at most
    64 characters; a text without letters and digits has none.
    """
    if len(question) > LONGEST_QUESTION:
        head, tail = question[: LONGEST_QUESTION // 2], question[-LONGEST_QUESTION // 2 :]
        question = f"{head.rpartition(' ')[0] or head} {tail.partition(' ')[2] or tail}"
    if not question.isascii():
        from unicodedata import normalize

        question = segment(normalize("NFC", question))
    words: dict[str, None] = {}
    compounds: dict[str, None] = {}
    grammar: dict[str, None] = {}
    for written in question.split():
        if written.isalpha() and (written.islower() or written[1:].islower()):
            term = written.lower()
            (grammar if term in FUNCTION_WORDS else words)[term] = None
            continue
        parts = ATOM.findall(written)
        for compound in COMPOUND.findall(written):
            atoms = ATOM.findall(compound)
            parts += camel_parts(atoms)
            compounds.update((joined.lower(), None) for joined in joined_forms(compound, atoms))
        for part in parts:
            term = part.lower()
            (grammar if term in FUNCTION_WORDS else words)[term] = None
    return Query(_bounded(words), _bounded(term for term in compounds if term not in words), _bounded(grammar))


def _bounded(terms: Iterable[str]) -> tuple[str, ...]:
    kept = tuple(term for term in terms if len(term) <= LONGEST_TERM)
    return kept if len(kept) <= MOST_TERMS else kept[: MOST_TERMS // 2] + kept[-MOST_TERMS // 2 :]
