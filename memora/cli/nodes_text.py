"""Nodes as people read them: the one-line form that every command uses."""

from __future__ import annotations

from memora.cli.output import Output, escape
from memora.model.node import Node
from memora.model.text import first_line

SHORT_ID_DIGITS = 8


def node_line(out: Output, node: Node, *, whole: bool = False) -> str:
    """``[semantic] 3f2a91c0  Auth uses JWT RS256  (confidence 1.00, code_read)``.

    The content's first line is cut to the terminal where there is one, unless ``whole``.
    """
    label = out.style("cyan", f"[{node.type}]")
    short = out.style("yellow", node.id.hex()[:SHORT_ID_DIGITS])
    sources = ", ".join(sorted({item.source for item in node.observations}))
    note = out.style("dim", f"(confidence {node.confidence:.2f}, {escape(sources)})")
    space = out.width - len(node.type) - len(sources) - SHORT_ID_DIGITS - 26
    text = first_line(node.content, max(space, 40)) if out.width and not whole else first_line(node.content)
    return f"{label} {short}  {escape(text)}  {note}"
