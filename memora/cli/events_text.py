"""Sessions and their events as people read them."""

from __future__ import annotations

import json
from typing import Any, Final

from memora.cli.changes_text import change_line
from memora.cli.nodes_text import SHORT_ID_DIGITS, node_line, text_in_line
from memora.cli.output import Output, escape
from memora.errors import Damaged
from memora.history.load import load_node
from memora.model.counts import counted, memories
from memora.model.ids import NodeId, VersionId
from memora.model.ports import ObjectReader
from memora.model.text import first_line
from memora.model.times import format_age, format_time
from memora.operations.sessions.against import AskedAgain
from memora.operations.sessions.list import SessionEntry
from memora.operations.sessions.receipts import Receipt
from memora.operations.sessions.replay import Moment
from memora.repository import Repository
from memora.storage.session_event import Event

_WORDS_CHARACTERS: Final = 120
# What an event is about in one line, where its data have one of these: the first that is a text.
_TELLING: Final = (
    "text",
    "prompt",
    "message",
    "summary",
    "command",
    "question",
    "path",
    "file_path",
    "error",
    "output",
    "outcome",
    "content",
)
_NAMES: Final = ("tool", "tool_name", "name")
_TYPE_COLUMNS: Final = 15
_INDENT: Final = " " * 7


def session_line(out: Output, entry: SessionEntry) -> str:
    """``2c1f0a9b77d04e55  claude_code  2027-01-15 08:00:03 UTC  12 minutes  34 events  completed``."""
    session = entry.session
    outcome = session.outcome or "active"
    style = {"active": "green", "completed": "", "abandoned": "dim"}.get(outcome, "yellow")
    events = counted(entry.events, "event")
    workspace = "" if session.workspace == "default" else f"  workspace {escape(session.workspace)}"
    return (
        f"{out.style('yellow', escape(session.id))}  {escape(session.source)}  {format_time(session.started_at)}"
        f"  {format_age(entry.length)}  {events}  {out.style(style, outcome) if style else outcome}{workspace}"
    )


def event_line(out: Output, event: Event) -> str:
    """``   3  2027-01-15 08:00:03 UTC  user_prompt      How are tokens signed?``."""
    words = event_words(event)
    name = out.style("bold", f"{escape(event.event):<{_TYPE_COLUMNS}}")
    return f"{event.seq:>5}  {format_time(event.at)}  {name}  {escape(words)}".rstrip()


def moment_lines(out: Output, moment: Moment) -> list[str]:
    """The line of an event, and below it what changed in memory."""
    lines = [event_line(out, moment.event)]
    if moment.from_outside:
        lines.append(f"{_INDENT}{out.style('dim', f'memory was changed meanwhile: {moment.counts}')}")
    lines += [_INDENT + change_line(out, change, more="") for change in moment.changes]
    left = sum(moment.counts) - len(moment.changes)
    if left > 0:
        lines.append(
            f"{_INDENT}and {left} more" if moment.from_outside else f"{_INDENT}and {left} more: {moment.counts}"
        )
    return lines


def receipt_line(out: Output, objects: ObjectReader, receipt: Receipt) -> str:
    """``2027-01-15 08:00:03 UTC  2c1f0a9b@4  recall  3f2a91c0  Auth uses JWT RS256``."""
    event = receipt.event
    where = "no session" if event.session is None else f"{event.session}@{event.seq}"
    try:
        content = text_in_line(out, load_node(objects, receipt.version).content)
    except Damaged:
        content = f"version {receipt.version.hex()[:SHORT_ID_DIGITS]}, which is not kept"
    node = out.style("yellow", receipt.node.hex()[:SHORT_ID_DIGITS])
    return f"{format_time(event.at)}  {escape(where)}  {escape(receipt.via)}  {node}  {content}"


def handed_line(out: Output, receipt: Receipt, current: VersionId | None) -> str:
    """To whom one memory was handed, when, and whether it said what it says now."""
    event = receipt.event
    where = "no session" if event.session is None else f"session {event.session}@{event.seq}"
    path = event.data.get("path")
    what = f"  {path}" if isinstance(path, str) else ""
    author = event.data.get("author")
    who = f", {author}" if isinstance(author, str) else ""
    version = "as it is" if receipt.version == current else f"version {receipt.version.hex()[:SHORT_ID_DIGITS]}"
    return f"{format_time(event.at)}  {escape(where + who)}  {escape(receipt.via + what)}  {version}"


def asked_again_lines(out: Output, repository: Repository, again: AskedAgain) -> list[str]:
    """A question, and how its answer differs from the one it got then."""
    lines = [event_line(out, again.event)]
    if not (again.gone or again.new or again.changed):
        return [*lines, f"{_INDENT}{out.style('dim', 'the same answer')}"]
    states = {answer.item.node.id: answer.item.node for answer in again.answers}
    for node in again.gone:
        lines.append(f"{_INDENT}{out.style('red', '-')} {_handed_out(out, repository, node, again.before[node])}")
    for node in again.changed:
        lines.append(f"{_INDENT}{out.style('yellow', '~')} {_handed_out(out, repository, node, again.before[node])}")
        lines.append(f"{_INDENT}  → {node_line(out, states[node], indent=len(_INDENT) + 4)}")
    return lines + [
        f"{_INDENT}{out.style('green', '+')} {node_line(out, states[node], indent=len(_INDENT) + 2)}"
        for node in again.new
    ]


def _handed_out(out: Output, repository: Repository, node: NodeId, version: VersionId) -> str:
    try:
        return node_line(out, load_node(repository.objects, version), indent=len(_INDENT) + 2)
    except Damaged:
        return f"{node.hex()[:SHORT_ID_DIGITS]}  in a version that is not kept"


def event_words(event: Event) -> str:
    """What an event says, in one line."""
    data = event.data
    if event.event == "recalled":
        return _recalled(data)
    if event.event == "session_started":
        return ", ".join(str(data[key]) for key in ("source", "author") if key in data)
    if "node" in data and event.event.startswith("node_"):
        return ""  # the change itself stands below
    name = next((data[key] for key in _NAMES if isinstance(data.get(key), str)), "")
    text = next((data[key] for key in _TELLING if isinstance(data.get(key), str)), None)
    if text is None:
        rest = {key: value for key, value in data.items() if value is not name}
        text = json.dumps(rest, ensure_ascii=False, separators=(", ", ": ")) if rest else ""
    words = first_line(text.strip(), _WORDS_CHARACTERS)
    return f"{first_line(name, _WORDS_CHARACTERS)}: {words}" if name and words else name or words


def _recalled(data: dict[str, Any]) -> str:
    question, nodes = data.get("question"), data.get("nodes")
    count = len(nodes) if isinstance(nodes, dict) else 0
    what = memories(count)
    return f"{first_line(question, _WORDS_CHARACTERS)} → {what}" if isinstance(question, str) else what
