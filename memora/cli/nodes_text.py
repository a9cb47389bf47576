"""Nodes as people read them: the one-line form that every command uses, lists, and what a command did to nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from memora.cli import exits
from memora.cli.output import Output, escape
from memora.cli.world import World
from memora.model.node import Node, NodeVersion, sources
from memora.model.text import first_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from memora.operations.remember.changes import ChangeSet

SHORT_ID_DIGITS: Final = 8
_SHORTEST_TEXT: Final = 40
_LONGEST_TEXT: Final = 200
_LINE_END: Final = " ↵ "


def node_line(
    out: Output,
    node: Node,
    *,
    now: int | None = None,
    whole: bool = False,
    indent: int = 0,
    key: bool = False,
    text: str | None = None,
) -> str:
    """``[semantic] 3f2a91c0  Auth uses JWT RS256  (confidence 1.00, code_read)``.

    With ``key`` its key stands behind the id. What sets a node apart follows: disputed, retracted, deprecated, pinned,
    and expired where ``now`` is given. The content, or ``text`` in its place, is cut to the terminal where there is
    one, unless ``whole``; ``indent`` columns stand before.
    """
    label = f"[{node.type}]"
    short = node.id.hex()[:SHORT_ID_DIGITS]
    name = f" {escape(node.key)}" if key and node.key else ""
    note = f"(confidence {node.confidence:.2f}, {escape(', '.join(sources(node)))})"
    marks = "".join(f"  {mark}" for mark in _marks(node, now))
    columns = _LONGEST_TEXT
    if out.width and not whole:
        columns = out.width - indent - len(label) - len(short) - len(name) - len(note) - len(marks) - 5
        if columns < _SHORTEST_TEXT:  # the line will not fit, so two are filled
            columns = max(columns + out.width, _SHORTEST_TEXT)
    shown = text_in_line(out, node.content, columns) if text is None else escape(text)
    return (
        f"{out.style('cyan', label)} {out.style('yellow', short)}{name}  {shown}"
        f"  {out.style('dim', note)}{out.style('red', marks)}"
    )


def text_in_line(out: Output, content: str, columns: int = _LONGEST_TEXT) -> str:
    """A content as part of a line: whole where there is no terminal, else its first line in so many columns."""
    if not out.width:
        return escape(content.replace("\n", _LINE_END))
    return _fitted(escape(first_line(content, columns)), columns)


def _fitted(text: str, columns: int) -> str:
    """A line cut with an ellipsis at so many columns, of which some characters take two."""
    if text.isascii():
        return text
    from unicodedata import east_asian_width

    room = columns
    for position, character in enumerate(text):
        room -= 2 if east_asian_width(character) in "WF" else 1
        if room < 0:
            return text[: max(position - 1, 0)] + "…"
    return text


def show_changes(world: World, changes: ChangeSet, *, before: str = "") -> int:
    """Print what a command did to nodes, each line after ``before``; gives the exit code."""
    if world.options.json:
        from memora.records.nodes import change_set_record

        world.out.record(change_set_record(changes))
    elif changes.outcome == "unchanged":
        world.out.note("nothing changed")
    else:
        for item in changes.nodes:
            world.out.line(before + node_line(world.out, item.node, now=world.now, whole=True))
        for node in changes.unreadable:
            world.out.line(f"{before}{node.hex()[:SHORT_ID_DIGITS]}  (damaged; what it said cannot be read)")
        note_settled(world, changes)
    return exits.NEGATIVE if changes.outcome == "unchanged" else exits.DONE


def note_settled(world: World, changes: ChangeSet) -> None:
    """Say that new words ended a dispute, and how to see its sides."""
    if changes.settled:
        world.out.note(
            "it was in dispute, and these words settle that; "
            "`memora undo` takes them back, then `memora conflicts` shows what the sides said"
        )


def _marks(node: Node, now: int | None) -> list[str]:
    out_of_service = "retracted" if node.is_retracted else "deprecated"
    marks = {"conflicted": ["disputed"], "deprecated": [out_of_service]}.get(node.status, [])
    if now is not None and node.is_expired(now):
        marks.append("expired")
    if node.is_stale:
        marks.append("stale")
    if node.is_quarantined:
        marks.append("quarantined")
    return [*marks, "pinned"] if node.pinned else marks


def show_nodes(world: World, nodes: Iterable[NodeVersion], *, reasons: bool = False) -> int:
    """Print the nodes as they come, and give how many there were."""
    if world.options.json:
        from memora.records.nodes import node_record
    shown = 0
    for item in nodes:
        shown += 1
        if world.options.json:
            world.out.record(node_record(item.node, item.version))
        else:
            world.out.line(node_line(world.out, item.node, now=world.now, key=True))
            if reasons:
                from memora.model.screening import order_reasons, texts_of

                for reason in order_reasons(texts_of(item.node)):
                    world.out.line(f"    {reason}")
    return shown
