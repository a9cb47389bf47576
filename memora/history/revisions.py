"""Revision names: from what a person types to a value, and from that to a commit.

The grammar: ``HEAD`` or ``@``; a branch, tag or remote branch; the first digits of a commit's id; then perhaps where
that name stood earlier (``main@{1}``, ``@{2.days.ago}``); then steps back (``~2``, ``^2``). ``session:ID@12`` is the
state after an event of a session.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple, Protocol

from memora.errors import Ambiguous, BadInput, NoCommits, NotFound
from memora.history.graph import CommitGraph
from memora.model.ids import CommitId
from memora.model.times import parse_time

HEAD: Final = "HEAD"
SHORTEST_PREFIX: Final = 4
LONGEST_PREFIX: Final = 64
_CANDIDATES: Final = 5

# Where a short name is looked for, in this order.
_PLACES: Final = ("refs/heads/", "refs/tags/", "refs/remotes/")
_PLACES_WITHOUT_REFS: Final = tuple(place.removeprefix("refs/") for place in _PLACES)

_REVISION = re.compile(
    r"(?P<name>(?:(?!@\{)[^\x00-\x20\x7f~^:?*\[\\\ud800-\udfff])*)(?:@\{(?P<at>[^{}]+)\})?(?P<steps>(?:[~^][0-9]{0,9})*)"
)
_STEP = re.compile(r"([~^])([0-9]*)")
_SESSION = re.compile(r"session:(?P<session>[A-Za-z0-9_.-]+)@(?P<event>[0-9]{1,12})")
_INDEX = re.compile(r"[0-9]{1,9}")
_DIGITS = re.compile(r"[0-9a-f]+")


class Revision(NamedTuple):
    """A revision as written. ``at`` is what stood in ``@{…}``; each step is ``~`` or ``^`` and its number.

    An empty name, possible only with ``at``, is the branch that the workspace is on.
    """

    text: str
    name: str
    at: str | None = None
    steps: tuple[tuple[str, int], ...] = ()


class SessionMoment(NamedTuple):
    """The state after an event of a session."""

    session: str
    event: int


class Position(NamedTuple):
    """One move of a reference or of HEAD: when (microseconds), from where, to where."""

    at: int
    before: CommitId | None
    after: CommitId | None


class Names(Protocol):
    """What resolving asks of a store, seen from one workspace."""

    def head(self) -> tuple[str | None, CommitId | None]:
        """The branch of the workspace (None when detached), and the commit its working tree started from."""
        ...

    def find(self, ref: str) -> CommitId | None:
        """The commit that a full reference name such as ``refs/tags/v1`` stands for, or None."""
        ...

    def positions(self, ref: str) -> Iterator[Position]:
        """The moves of a reference, or of ``HEAD``, newest first."""
        ...

    def commits_with_prefix(self, digits: str, limit: int) -> list[CommitId]:
        """Commits whose id begins with hexadecimal digits, in order, ``limit`` at most."""
        ...

    def short_names(self) -> list[str]:
        """Every branch, tag and remote branch by its short name, to guess what was meant."""
        ...


def parse_revision(text: str) -> Revision | SessionMoment:
    """The revision that a text spells. Raises BadInput; whether it exists is not asked."""
    session = _SESSION.fullmatch(text)
    if session:
        return SessionMoment(session["session"], int(session["event"]))
    match = _REVISION.fullmatch(text)
    if not text:
        raise BadInput("revision", "is empty")
    if not match or ".." in match["name"] or not (match["name"] or match["at"]):
        raise BadInput("revision", f"{text!r} is not a name such as HEAD~2, main, a tag or an id")
    name = HEAD if match["name"] == "@" else match["name"]
    steps = tuple((sign, int(digits) if digits else 1) for sign, digits in _STEP.findall(match["steps"]))
    return Revision(text, name, match["at"], steps)


def resolve(revision: Revision | SessionMoment, names: Names, graph: CommitGraph, now: int) -> CommitId:
    """The commit that a revision means now.

    Raises NotFound with similar names, Ambiguous for an id prefix that several commits share, and
    BadInput for a time that is none.
    """
    if isinstance(revision, SessionMoment):
        raise NotFound("session", revision.session)
    commit = _resolve_name(revision, names) if revision.at is None else _resolve_position(revision, names, now)
    for sign, number in revision.steps:
        found = _step_back(graph, commit, number) if sign == "~" else _parent(graph, commit, number)
        if found is None:
            raise NotFound("revision", revision.text)
        commit = found
    return commit


def find_ref(name: str, names: Names) -> str | None:
    """The full name of the branch, tag or remote branch that a short name means; None where there is none."""
    places: tuple[str, ...] = ("",) if name.startswith("refs/") else _PLACES
    if name.startswith(_PLACES_WITHOUT_REFS):
        places = (*_PLACES, "refs/")
    return next((place + name for place in places if names.find(place + name) is not None), None)


def _resolve_name(revision: Revision, names: Names) -> CommitId:
    if revision.name == HEAD:
        commit = names.head()[1]
        if commit is None:
            raise NoCommits()
        return commit
    ref = find_ref(revision.name, names)
    target = None if ref is None else names.find(ref)
    return target or _find_prefix(revision, names)


def _find_prefix(revision: Revision, names: Names) -> CommitId:
    digits = revision.name.lower()
    if not SHORTEST_PREFIX <= len(digits) <= LONGEST_PREFIX or not _DIGITS.fullmatch(digits):
        raise _unknown(revision, names)
    found = names.commits_with_prefix(digits, _CANDIDATES + 1)
    if not found:
        raise _unknown(revision, names)
    if len(found) > 1:
        raise Ambiguous("revision", revision.name, tuple(commit.hex()[:12] for commit in found[:_CANDIDATES]))
    return found[0]


def _resolve_position(revision: Revision, names: Names, now: int) -> CommitId:
    """Where a name stood a number of moves ago, or at a time."""
    ref = _ref_with_positions(revision, names)
    at = revision.at or ""
    positions = names.positions(ref)
    found = _nth(positions, int(at)) if _INDEX.fullmatch(at) else _at_time(positions, parse_time("revision", at, now))
    if found is None:
        raise NotFound("revision", revision.text)
    return found


def _ref_with_positions(revision: Revision, names: Names) -> str:
    """The reference whose past is asked for. That of a deleted branch is still known."""
    if revision.name == HEAD:
        return HEAD
    if not revision.name:
        branch = names.head()[0]
        return HEAD if branch is None else _PLACES[0] + branch
    ref = find_ref(revision.name, names) or _PLACES[0] + revision.name
    if next(names.positions(ref), None) is None:
        raise _unknown(revision, names)
    return ref


def _nth(positions: Iterator[Position], number: int) -> CommitId | None:
    for count, position in enumerate(positions):
        if count == 0 and number == 0:
            return position.after
        if count == number - 1:
            return position.before
    return None


def _at_time(positions: Iterator[Position], at: int) -> CommitId | None:
    """The newest position that is not later; what stood before the oldest one that is known, if that is later."""
    before = None
    for position in positions:
        if position.at <= at:
            return position.after
        before = position.before
    return before


def _step_back(graph: CommitGraph, commit: CommitId, number: int) -> CommitId | None:
    """The commit that many first parents back."""
    found: CommitId | None = commit
    while number and found is not None:
        found = _parent(graph, found, 1)
        number -= 1
    return found


def _parent(graph: CommitGraph, commit: CommitId, number: int) -> CommitId | None:
    """The number-th parent counted from 1, the commit itself for 0."""
    if number == 0:
        return commit
    entry = graph.find(commit)
    if entry is None or len(entry.parents) < number:
        return None
    return entry.parents[number - 1]


def _unknown(revision: Revision, names: Names) -> NotFound:
    from difflib import get_close_matches

    return NotFound("revision", revision.text, tuple(get_close_matches(revision.name, [HEAD, *names.short_names()], 3)))
