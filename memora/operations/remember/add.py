"""Remember something, one memory or many."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Any, Final, NamedTuple

from memora.errors import Ambiguous, BadInput, BadLines, KeyTaken, MemoraError, NotFound, SecretFound, SecretLines
from memora.model.draft import Draft, read_draft
from memora.model.node import NodeVersion
from memora.model.text import cut_middle, first_line
from memora.operations.naming import read_current
from memora.operations.remember.changes import ChangeSet, Counts
from memora.operations.remember.intake import Intake
from memora.repository import Repository

_MOST_PROBLEMS: Final = 100
_PROGRESS_EVERY: Final = 1000
_LINES_AT_ONCE: Final = 500


def add(
    repository: Repository,
    fields: Mapping[str, Any],
    *,
    author: str,
    now: int,
    replace: bool = False,
    allowed_secrets: Collection[str] = (),
    outside: bool = False,
) -> ChangeSet:
    """Remember one memory, given by the fields of ``memora.model.draft``.

    Outcome ``added`` for a new node, ``corroborated`` where another observer had said so, ``known`` where the same
    observer had, ``changed`` where ``replace`` revised what the key stood for. What comes from ``outside``, written by
    nobody who can be asked, goes to quarantine where something speaks against it (``memora.model.screening``). Raises
    BadInput, KeyTaken, SecretFound, NotFound for a link to nowhere; nothing is written then.
    """
    draft, suspicious = _read(fields, author, now, outside)
    with repository.transaction("add", author=author, now=now) as transaction:
        intake = Intake(repository, transaction, now, allowed_secrets)
        outcome, node = intake.take(draft, replace=replace, hold_back=suspicious)
        version = intake.finish().get(node.id)
        item = read_current(repository, node.id) if version is None else NodeVersion(node, version)
        what = "" if outcome == "added" else f" ({outcome})"
        transaction.summary = f"[{node.type}] {first_line(node.content, 60)}{what}"
    return ChangeSet(outcome, (item,), node.id in intake.promoted, node.id in intake.settled)


def add_batch(
    repository: Repository,
    lines: Iterable[str],
    *,
    author: str,
    now: int,
    replace: bool = False,
    allowed_secrets: Collection[str] = (),
    outside: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Counts:
    """Remember one memory a line of JSON, all or none, in one transaction. Empty lines are passed over.

    ``progress`` is called with the number of lines read, every thousand lines. Raises BadLines that names every bad
    line up to a hundred; SecretLines where one of them holds a secret. ``outside`` as in ``add``.
    """
    from memora.operations.second_process import apart  # only much work needs it

    counts = {"added": 0, "corroborated": 0, "known": 0, "changed": 0}
    problems: list[tuple[int, str]] = []
    bad = secrets = 0
    with (
        apart(_read_lines(lines, author, now, outside=outside), len(lines) if isinstance(lines, list) else 0) as chunks,
        repository.transaction("add", author=author, now=now) as transaction,
    ):
        intake = Intake(repository, transaction, now, allowed_secrets)
        for line in chain.from_iterable(chunks):
            problem = line.problem
            if line.draft is not None:
                try:
                    outcome, _ = intake.take(line.draft, replace=replace, hold_back=line.is_suspicious)
                    counts[outcome] += 1
                except (BadInput, KeyTaken, NotFound, Ambiguous, SecretFound) as error:
                    secrets += isinstance(error, SecretFound)
                    problem = _problem(error)
            if problem is not None:
                bad += 1
                if len(problems) < _MOST_PROBLEMS:
                    problems.append((line.number, problem))
            if progress is not None and line.number % _PROGRESS_EVERY == 0:
                progress(line.number)
        if bad:
            raise (SecretLines if secrets else BadLines)(problems, bad)
        intake.finish()
        transaction.summary = f"{counts['added']} added, {counts['corroborated']} corroborated"
    return Counts(**counts)


class _Line(NamedTuple):
    """A line of a batch as it was read: a wish and whether something speaks against what it says, or a problem."""

    number: int
    draft: Draft | None
    is_suspicious: bool = False
    problem: str | None = None


def _read_lines(lines: Iterable[str], author: str, now: int, *, outside: bool) -> Iterator[list[_Line]]:
    """The lines that are not empty, some at a time. Needs no store."""
    numbered = ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    while part := list(islice(numbered, _LINES_AT_ONCE)):
        yield [_read_line(number, line, author, now, outside) for number, line in part]


def _read_line(number: int, line: str, author: str, now: int, outside: bool) -> _Line:
    try:
        return _Line(number, *_read(_parse_line(line), author, now, outside))
    except BadInput as error:
        return _Line(number, None, problem=_problem(error))


def _problem(error: MemoraError) -> str:
    """What is wrong with a line of a batch."""
    if isinstance(error, NotFound):  # lines are taken in as they come, so that a batch behaves like its lines alone
        return cut_middle(f"{error}: a link leads to a memory of the store or of an earlier line")
    return cut_middle(str(error))


def _read(fields: Mapping[str, Any], author: str, now: int, outside: bool) -> tuple[Draft, bool]:
    """The draft of some fields, and whether something speaks against what it says."""
    if not outside:
        return read_draft(fields, author=author, now=now), False
    from memora.model.screening import labels_of, order_reasons, screen_fields

    screened, reasons = screen_fields(fields)
    draft = read_draft(screened, author=author, now=now)
    return draft, bool(reasons or order_reasons(labels_of(draft)))


def _parse_line(line: str) -> Mapping[str, Any]:
    try:
        value = _decode(line)
    except json.JSONDecodeError as error:
        raise BadInput("it", f"is not JSON: {error.msg} at column {error.colno}") from None
    except RecursionError:
        raise BadInput("it", "is nested too deeply") from None
    except ValueError as error:
        raise BadInput("it", f"is not JSON: {error}") from None
    if not isinstance(value, dict):
        raise BadInput("it", "is not a JSON object")
    return value


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object. Of a field that is given twice nobody knows which value was meant."""
    values = dict(pairs)
    if len(values) != len(pairs):
        names = [name for name, _ in pairs]
        raise BadInput(f"field {max(names, key=names.count)!r}", "is given twice")
    return values


_decode = json.JSONDecoder(object_pairs_hook=_each_once).decode  # json.loads would make a decoder for every line
