"""Everything about a memory, as a page for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from memora.cli.history_text import short_commit
from memora.cli.merge_text import dispute_lines
from memora.cli.nodes_text import SHORT_ID_DIGITS, node_line, text_in_line
from memora.cli.output import Output, escape
from memora.model.node import Node, Observation
from memora.model.text import first_line
from memora.model.times import format_age, format_time
from memora.operations.look.show import History, Neighbour, NodeView

_LABEL_COLUMNS: Final = 12
_TEXT_COLUMNS: Final = 80


def node_page(out: Output, view: NodeView, now: int) -> Iterator[str]:
    """The lines of the page: the content whole, the fields, then what supports, surrounds and changed the node."""
    node = view.item.node
    yield node_line(out, node, now=now, text=None if out.width else first_line(node.content))
    yield ""
    for line in node.content.split("\n"):
        yield f"    {escape(line)}".rstrip()
    yield ""
    for name, value in _fields(view, now):
        yield f"{name:<{_LABEL_COLUMNS}}{escape(value)}"
    sections = (
        ("observations", [observation_line(item, now) for item in node.observations]),
        ("disputed", dispute_lines([side.node for side in view.sides])),
        ("links", [_neighbour(out, item) for item in view.links]),
        ("linked from", [_neighbour(out, item) for item in view.linked_from]),
        ("history", _history(out, view.history, node, uncommitted=view.uncommitted)),
    )
    for title, lines in sections:
        if lines:
            yield ""
            yield out.style("bold", title)
            for line in lines:
                yield f"  {line}"


def _fields(view: NodeView, now: int) -> Iterator[tuple[str, str]]:
    node, version = view.item
    yield "id", node.id.hex()
    yield "version", version.hex()
    if node.key is not None:
        yield "key", node.key
    yield "type", node.type
    retracted = ", retracted" if node.is_retracted else ""
    yield "status", "disputed" if node.status == "conflicted" else f"{node.status}{retracted}"
    yield "confidence", f"{node.confidence:g}"
    yield "importance", f"{view.importance.total:.2f} (recalled {_times(view.accesses)})"
    if node.is_stale:
        yield "stale", "yes: its evidence does not hold any more; `memora verify` says what became of it"
    if node.is_quarantined:
        yield "quarantined", "yes: no agent is shown it until it is accepted"
    if node.pinned:
        yield "pinned", "yes"
    if node.tags:
        yield "tags", ", ".join(node.tags)
    for glob in node.applies_to:
        yield "applies to", glob
    if view.remote is not None:
        yield "came from", f"remote {view.remote}"
    yield "created", _moment(node.created_at, now)
    yield "updated", _moment(node.updated_at, now)
    for name, at in (("expires", node.expires_at), ("valid from", node.valid_from), ("valid to", node.valid_to)):
        if at is not None:
            yield name, _moment(at, now)


def _moment(at: int, now: int) -> str:
    distance = f"in {format_age(at - now)}" if at > now else f"{format_age(now - at)} ago"
    return f"{format_time(at)}, {distance}"


def observation_line(item: Observation, now: int) -> str:
    """Who saw it, how long ago, in which session, and the evidence."""
    session = () if item.session is None else (f"session {item.session}",)
    note = () if item.note is None else (item.note,)
    who = f"{'contradicted: ' if item.contradicts else ''}{item.source} by {item.author}"
    parts = (who, f"{format_age(now - item.at)} ago", *session, *item.evidence, *note)
    return escape(", ".join(parts))


def _neighbour(out: Output, item: Neighbour) -> str:
    text = "(not here)" if item.node is None else text_in_line(out, item.node.content, _TEXT_COLUMNS)
    return f"{escape(item.relation)} {out.style('yellow', item.id.hex()[:SHORT_ID_DIGITS])}  {text}"


def _history(out: Output, history: History, node: Node, *, uncommitted: bool) -> list[str]:
    lines = ["not committed as it is now"] if uncommitted else []
    for entry in history.commits:
        commit = entry.commit
        lines.append(
            f"{out.style('yellow', short_commit(entry.id))}  {format_time(commit.at)}"
            f"  {escape(commit.author)}  {escape(commit.subject)}"
        )
    if history.more or not history.whole:
        rest = [f"{history.more} more"] * bool(history.more) + ["perhaps older ones"] * (not history.whole)
        lines.append(f"and {' and '.join(rest)}: memora log {node.id.hex()[:SHORT_ID_DIGITS]}")
    return lines


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
