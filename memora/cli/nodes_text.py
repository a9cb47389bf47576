"""Nodes as people read them: the one-line form that every command uses, and what a command did to nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from memora.cli import exits
from memora.cli.output import Output, escape
from memora.cli.world import World
from memora.model.node import Node, sources
from memora.model.text import first_line

if TYPE_CHECKING:
    from memora.operations.remember.changes import ChangeSet

SHORT_ID_DIGITS: Final = 8
_SHORTEST_TEXT: Final = 40


def node_line(out: Output, node: Node, *, now: int | None = None, whole: bool = False, indent: int = 0) -> str:
    """``[semantic] 3f2a91c0  Auth uses JWT RS256  (confidence 1.00, code_read)``.

    What sets a node apart follows: disputed, retracted, deprecated, pinned, and expired where ``now`` is given. The
    content's first line is cut to the terminal where there is one, unless ``whole``; ``indent`` columns stand before.
    """
    label = f"[{node.type}]"
    short = node.id.hex()[:SHORT_ID_DIGITS]
    note = f"(confidence {node.confidence:.2f}, {escape(', '.join(sources(node)))})"
    marks = "".join(f"  {mark}" for mark in _marks(node, now))
    text = first_line(node.content)
    if out.width and not whole:
        room = out.width - indent - len(label) - len(short) - len(note) - len(marks) - 5
        text = first_line(node.content, max(room, _SHORTEST_TEXT))
    return (
        f"{out.style('cyan', label)} {out.style('yellow', short)}  {escape(text)}"
        f"  {out.style('dim', note)}{out.style('red', marks)}"
    )


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
    return exits.NEGATIVE if changes.outcome == "unchanged" else exits.DONE


def _marks(node: Node, now: int | None) -> list[str]:
    out_of_service = "retracted" if node.is_retracted else "deprecated"
    marks = {"conflicted": ["disputed"], "deprecated": [out_of_service]}.get(node.status, [])
    if now is not None and node.is_expired(now):
        marks.append("expired")
    return [*marks, "pinned"] if node.pinned else marks
