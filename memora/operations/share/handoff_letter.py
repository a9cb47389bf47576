"""The letter that goes with a handoff: where a branch stands and what is open, in Markdown for the next agent.

Texts of memories, messages and questions are made neutral, so that none of them can be an order or a heading in it.
Every list has an end, however much there is: the memory itself comes with the letter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, NamedTuple

from memora.errors import BadInput
from memora.export.entry import marks_of
from memora.export.neutral import neutralise
from memora.history.changes import ChangeCounts
from memora.model.counts import counted, memories
from memora.model.node import Node
from memora.model.selection import NodeFilter
from memora.model.text import CONTENT_BYTES, clean_content, first_line, hidden_positions
from memora.model.times import format_iso
from memora.model.vocabulary import DAY_MICROSECONDS
from memora.operations.history.conflicts import Conflict, list_conflicts
from memora.operations.look.list import list_nodes
from memora.operations.look.log import log
from memora.operations.start.status import Status
from memora.repository import Repository
from memora.sessions.questions import read_question
from memora.storage.session_log import RECALLED

NOTE_BYTES: Final = 16 * 1024
EXPIRY_DAYS: Final = 3
_LETTER_BYTES: Final = CONTENT_BYTES - 1024

_LATEST: Final = 8
_OPEN: Final = 10
_MATTERING: Final = 15
_ASKED: Final = 5
_SIDES: Final = 4
_LOOKED_BACK: Final = 2000  # events of a session in which its last questions are looked for
_CHARACTERS: Final = 160

_ASSUMED: Final = NodeFilter(types=("assumption",), statuses=("ephemeral",), expired=False, quarantined=False)
_STALE: Final = NodeFilter(stale=True, expired=False, quarantined=False)
_BELIEVED: Final = NodeFilter(statuses=("ephemeral", "stable"), expired=False, quarantined=False)


class Questions(NamedTuple):
    """What is open in a working tree, in numbers; ``expiring`` within three days."""

    disputed: int
    assumed: int
    stale: int
    unsupported: int
    quarantined: int
    expiring: int


def count_questions(repository: Repository, status: Status, now: int) -> Questions:
    """What is open in the workspace that a status is of."""
    index, number = repository.index.nodes, repository.workspace.number
    return Questions(
        disputed=status.conflicted,
        assumed=len(index.select(number, _ASSUMED, now)),
        stale=status.stale,
        unsupported=status.unsupported,
        quarantined=status.quarantined,
        expiring=index.count_expired(number, now + EXPIRY_DAYS * DAY_MICROSECONDS) - status.expired,
    )


def write_letter(
    repository: Repository, status: Status, questions: Questions, *, to: str, note: str | None, author: str, now: int
) -> str:
    """The letter about a workspace in which everything is committed. Raises BadInput for a note of over 16 KiB."""
    said = [] if note is None else ["", clean_note(note)]
    head = "" if status.head is None else f" at {status.head.hex()[:8]}"
    lines = [
        f"# Handoff to {to}",
        *said,
        "",
        f"Branch {status.branch}{head}, {memories(status.nodes)}. By {_line(author)} on "
        f"{format_iso(now)[:10]}.{_ahead(status)}",
        *_section("Open questions", _open(repository, questions, now)),
        *_section("What changed lately", _lately(repository, now)),
        *_section("What matters most", _mattering(repository, now)),
        *_section("Asked last in this session", _asked(repository)),
    ]
    return clean_content("\n".join(_bounded(lines)))


def _ahead(status: Status) -> str:
    """That others have gone on, where they have: what they did is in the bundle, and not in the letter."""
    if not status.behind:
        return ""
    commits = counted(status.behind, "commit")
    return f" Another workspace has moved the branch on by {commits}, which this letter does not know of."


def _bounded(lines: Iterable[str]) -> Iterator[str]:
    """Lines until they would be too long for a letter."""
    size = 0
    for line in lines:
        size += len(line.encode()) + 1
        if size > _LETTER_BYTES:
            yield "…"
            return
        yield line


def clean_note(text: str) -> str:
    """What the author says, which is taken as it is. Raises BadInput."""
    try:
        cleaned = clean_content(text)
    except BadInput as error:
        raise BadInput("note", error.problem) from None
    if len(cleaned.encode()) > NOTE_BYTES:
        raise BadInput("note", f"is longer than {NOTE_BYTES // 1024} KiB")
    return cleaned


def _section(title: str, items: Iterable[str]) -> Iterator[str]:
    """A heading and a list; nothing where the list is empty."""
    for number, item in enumerate(items):
        if not number:
            yield from ("", f"## {title}", "")
        yield item


def _open(repository: Repository, questions: Questions, now: int) -> Iterator[str]:
    if questions.disputed:
        yield f"- {questions.disputed:,} in dispute (`memora conflicts`, `memora resolve`)"
        yield from map(_dispute, islice(list_conflicts(repository), _OPEN))
    if questions.assumed:
        yield f"- {counted(questions.assumed, 'assumption')} that nobody verified"
        yield from _nodes(repository, _ASSUMED, now, _OPEN, "  - ")
    if questions.stale:
        yield f"- {questions.stale:,} that the code no longer bears out (`memora verify`)"
        yield from _nodes(repository, _STALE, now, _OPEN, "  - ")
    if questions.unsupported:
        yield f"- {questions.unsupported:,} that nothing holds up any more (`memora list --unsupported`)"
    if questions.quarantined:
        yield f"- {questions.quarantined:,} held back until somebody decides (`memora list --quarantined`)"
    if questions.expiring:
        expire = "expires" if questions.expiring == 1 else "expire"
        yield f"- {questions.expiring:,} {expire} within {EXPIRY_DAYS} days"


def _dispute(conflict: Conflict) -> str:
    sides = [side for side in (conflict.ours, conflict.theirs, *conflict.others) if side is not None]
    told = " | ".join(_line(side.node.content) for side in sides[:_SIDES])
    return f"  - {_name(conflict.node)}: {told}"


def _lately(repository: Repository, now: int) -> Iterator[str]:
    entries = log(repository, now=now, count=True)
    for entry in islice(entries, _LATEST):
        changes = "" if entry.changes is None else _changes(entry.changes)
        day, author = format_iso(entry.commit.at)[:10], _line(entry.commit.author)
        yield f"- {day} {author}: {_line(entry.commit.subject)}{changes}"
    entries.close()


def _changes(counts: ChangeCounts) -> str:
    said = [f"{count:,} {effect}" for effect, count in counts._asdict().items() if count]
    return f" ({', '.join(said)})" if said else ""


def _mattering(repository: Repository, now: int) -> Iterator[str]:
    return _nodes(repository, _BELIEVED, now, _MATTERING, "- ")


def _nodes(repository: Repository, wanted: NodeFilter, now: int, most: int, before: str) -> Iterator[str]:
    found = list_nodes(repository, wanted, now=now, sort="importance", limit=most)
    for item in found:
        marks = "".join(f", {mark}" for mark in marks_of(item.node))
        key = "" if item.node.key is None else f"`{item.node.key}` "
        yield f"{before}{key}{_line(item.node.content)} ({item.node.type}, {item.node.confidence:.2f}{marks})"
    found.close()


def _asked(repository: Repository) -> Iterator[str]:
    """The last questions of the session that is active, the newest first, each once."""
    session = repository.sessions.find_active(repository.workspace.name)
    if session is None:
        return
    last = repository.sessions.head(session)[0]
    told: set[str] = set()
    for event in islice(repository.sessions.newest_until(session, last), _LOOKED_BACK):
        question = read_question(event.data) if event.event == RECALLED else None
        if question is not None and question.question not in told:
            told.add(question.question)
            yield f"- {_line(question.question)}"
            if len(told) == _ASKED:
                return


def _name(node: Node) -> str:
    return node.id.hex()[:8] if node.key is None else f"`{node.key}`"


def _line(text: str) -> str:
    """One line that says what a text begins with, can do nothing in Markdown, and hides nothing."""
    line = first_line(_shown(text.replace("\r", "\n").replace("\t", " ")).strip(), _CHARACTERS)
    return _shown(neutralise(_shown(line)))


def _shown(text: str) -> str:
    """A text without what nobody could see. Where something goes, what stood around it may be hidden then."""
    while hidden := set(hidden_positions(text)):
        text = "".join(character for at, character in enumerate(text) if at not in hidden)
    return "".join(character for character in text if character >= " " or character == "\n")
