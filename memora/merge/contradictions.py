"""Do two memories under different ids contradict each other, or say the same? A guess by stated rules.

The rules see words, not meaning, so what they find is proposed to people and never acted upon. docs/merge.md says
how often they are right on the labelled cases of the tests.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final, Literal, NamedTuple

Rule = Literal["duplicate", "other_value", "negation", "moved"]

THRESHOLD: Final = 0.5
# What two subjects must share to be the same subject, as a part of all their words.
_SAME_SUBJECT: Final = 0.6
_SAME_STATEMENT: Final = 0.8
_MOST_WORDS: Final = 60

_WORD = re.compile(r"[^\W_]+(?:[._/:#+-]+[^\W_]+)*\+{0,2}")
_NUMBER = re.compile(r"v?\d[\d.,:_]*(?:ms|s|m|h|d|kb|mb|gb|kib|mib|gib|%|px|rpm|rps)?")
_FILLERS: Final = frozenset(
    """
    a an the our we us this that these those it its there of to in on at for with and or by as be been being was were
    will would should must can may also just only very currently actually always usually all any each every do does
    is are
    """.split()
)
_NEGATIONS: Final = frozenset(
    """
    not never no none without cannot cant dont doesnt isnt arent wont mustnt shouldnt neither nor
    """.split()
)
_WITHOUT_MEANING: Final = _FILLERS | _NEGATIONS
_OPPOSITES: Final = frozenset(
    frozenset(pair.split("/"))
    for pair in """
    enabled/disabled enable/disable on/off true/false required/optional allowed/forbidden allowed/disallowed
    public/private synchronous/asynchronous sync/async mutable/immutable safe/unsafe valid/invalid before/after
    supported/unsupported tabs/spaces first/last minimum/maximum sensitive/insensitive
    """.split()
)

# What stands between a subject and a value of which it has one at a time.
_COPULA = re.compile(
    r"""
    \s+ (?P<verb>
        (?:is|are|was|were) \s+ (?:set|called|named|written|stored|kept|deployed|owned|signed|built|shown|run|\w+ed)
            \s+ (?:to|in|on|by|with|at|from|as|for|every)
        | (?:defaults?|lives?|runs?|listens|deploys?|points?|starts?|ends?|happens?) \s+ (?:to|in|on|at|with|every)
        | is | are | was | were | equals | uses? | prefers? | = | -> | →
    ) \s+
    | (?P<colon>:) \s+
    """,
    re.IGNORECASE | re.VERBOSE,
)
_LONGEST_SUBJECT: Final = 8
_LONGEST_VALUE: Final = 6
_LONGEST_LABELLED: Final = 3  # behind a colon may stand a whole sentence, which is no value

_CHANGE = re.compile(
    r"""
    \b(?: (?:moved|migrated|switched|renamed) \s+ (?:to|from) | (?:was|were|is|are) \s+ (?:renamed|moved) \s+ to
        | (?:was \s+ | were \s+)? replaced \s+ (?:by|with) | no \s+ longer | not \s+ any \s? more | used \s+ to
        | instead | deprecated \s+ in \s+ favou?r \s+ of | superseded \s+ by
        | (?:is|are) \s+ now | now \s+ (?:uses?|runs?|lives?)
        | dropped | removed )\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_CHANGE_WORDS: Final = frozenset(
    """
    moved migrated switched replaced renamed longer anymore more used instead deprecated favor favour superseded now
    dropped removed from
    """.split()
)


class Suspicion(NamedTuple):
    """Why two memories may not go together: a rule, how sure it is (0 to 1), and what it saw."""

    rule: Rule
    score: float
    reason: str


def compare(first: str, second: str) -> Suspicion | None:
    """The strongest suspicion about two contents, or None. The order of the two makes no difference."""
    one, two = sorted((first, second))
    found = [suspicion for rule in _RULES if (suspicion := rule(one, two)) is not None]
    best = max(found, key=lambda suspicion: suspicion.score, default=None)
    return best if best is not None and best.score >= THRESHOLD else None


def _duplicate(one: str, two: str) -> Suspicion | None:
    mine, yours = _words(one), _words(two)
    if not mine or sorted(mine) != sorted(yours) or _negated(one) != _negated(two):
        return None
    return Suspicion("duplicate", 1.0, "the same words")


def _other_number(one: str, two: str) -> Suspicion | None:
    mine, yours = _words(one), _words(two)
    if len(mine) != len(yours) or len(mine) < 2 or _negated(one) != _negated(two):
        return None
    differing = [(a, b) for a, b in zip(mine, yours, strict=True) if a != b]
    if not differing or not all(_NUMBER.fullmatch(a) and _NUMBER.fullmatch(b) for a, b in differing):
        return None
    a, b = differing[0]
    return Suspicion("other_value", 0.95, f"{a} against {b}")


def _opposite(one: str, two: str) -> Suspicion | None:
    mine, yours = set(_words(one)), set(_words(two))
    apart = mine ^ yours
    if len(apart) == 2 and frozenset(apart) in _OPPOSITES and len(mine & yours) >= 1:
        return Suspicion("other_value", 0.9, " against ".join(sorted(apart)))
    return None


def _other_value(one: str, two: str) -> Suspicion | None:
    mine, yours = _statement(one), _statement(two)
    if mine is None or yours is None or _negated(one) != _negated(two) or _tells_of_change(one, two):
        return None
    alike = _overlap(mine.subject, yours.subject)
    a, b = set(mine.value), set(yours.value)
    if mine.verb != yours.verb or alike < _SAME_SUBJECT or not a or not b or a <= b or b <= a:
        return None
    # One may well use several things, but is one.
    certainty = 0.6 if mine.verb in ("use", "prefer") else 0.85
    value, other = " ".join(mine.value), " ".join(yours.value)
    return Suspicion("other_value", round(certainty * alike, 2), f"{value} against {other}")


def _negation(one: str, two: str) -> Suspicion | None:
    if _negated(one) == _negated(two):
        return None
    alike = _overlap(_words(one), _words(two))
    if alike < _SAME_STATEMENT:
        return None
    return Suspicion("negation", round(alike * 0.95, 2), "one says that the other is not so")


def _moved(one: str, two: str) -> Suspicion | None:
    if not _tells_of_change(one, two):
        return None
    news, old = (one, two) if _CHANGE.search(one) else (two, one)
    match = _CHANGE.search(news)
    assert match is not None
    reason = f'one says "{" ".join(match[0].lower().split())}"'
    statement = _statement(old)
    if statement is not None and _overlap(statement.subject, _words(news[: match.start()])) >= _SAME_SUBJECT:
        return Suspicion("moved", 0.8, reason)
    fresh = {word for word in _words(news) if word not in _CHANGE_WORDS}
    known = set(_words(old))
    shared = fresh & known
    if len(shared) < 2:
        return None
    return Suspicion("moved", round(0.3 + 0.6 * len(shared) / min(len(fresh), len(known)), 2), reason)


def _tells_of_change(one: str, two: str) -> bool:
    """Whether one of the two, and not the other, says that something is no longer as it was."""
    return bool(_CHANGE.search(one)) != bool(_CHANGE.search(two))


_RULES: Final[tuple[Callable[[str, str], Suspicion | None], ...]] = (
    _duplicate,
    _other_number,
    _opposite,
    _other_value,
    _negation,
    _moved,
)


class _Statement(NamedTuple):
    subject: list[str]
    verb: str
    value: list[str]


def _statement(text: str) -> _Statement | None:
    """A content that says of one subject what its value is, in few words."""
    match = _COPULA.search(text)
    if match is None:
        return None
    subject, value = _words(text[: match.start()]), _words(text[match.end() :])
    longest = _LONGEST_LABELLED if match["colon"] else _LONGEST_VALUE
    if not 0 < len(subject) <= _LONGEST_SUBJECT or len(value) > longest:
        return None
    return _Statement(subject, _plain_verb(match["verb"] or "is"), value)


def _plain_verb(verb: str) -> str:
    """A verb without number and time: ``are stored in`` is ``is stored in``, and ``=`` is ``is``."""
    words = verb.lower().split()
    first = words[0]
    if first in ("are", "was", "were", "equals", "=", "->", "→"):
        first = "is"
    elif first != "is":
        first = first.removesuffix("s")
    return " ".join([first, *words[1:]])


def _words(text: str) -> list[str]:
    """The words that carry meaning, in order: small letters, without fillers, negations and plural endings."""
    plain = text.casefold().replace("'", "").replace("’", "")
    telling = (word for word in _WORD.findall(plain)[:_MOST_WORDS] if word not in _WITHOUT_MEANING)
    return [word for word in map(_stem, telling) if word not in _WITHOUT_MEANING]


def _stem(word: str) -> str:
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) and word.isalpha():
        return word[:-1]
    return word


def _negated(text: str) -> bool:
    plain = text.casefold().replace("'", "").replace("’", "")
    return sum(word in _NEGATIONS for word in _WORD.findall(plain)) % 2 == 1


def _overlap(mine: Iterable[str], yours: Iterable[str]) -> float:
    """How much two sets of words share: 1 for the same, 0 for none."""
    a, b = set(mine), set(yours)
    return len(a & b) / len(a | b) if a and b else 0.0
