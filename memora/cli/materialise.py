"""The memory of a moment as files, for a program that is to look at it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable

from memora.cli.nodes_text import SHORT_ID_DIGITS
from memora.model.node import NodeVersion, sources
from memora.records.nodes import node_record

RECORDS = "memory.jsonl"
LIST = "memory.md"


def materialise(directory: str, nodes: Iterable[NodeVersion]) -> str:
    """Write nodes as records, one a line, and as a list in Markdown beside it; gives the path of the records.

    Text stands as it is, not escaped to ASCII, so that it can be searched.
    """
    path = os.path.join(directory, RECORDS)
    with (
        open(path, "w", encoding="utf-8", newline="\n") as records,
        open(os.path.join(directory, LIST), "w", encoding="utf-8", newline="\n") as markdown,
    ):
        for item in nodes:
            records.write(json.dumps(node_record(item.node, item.version), ensure_ascii=False) + "\n")
            markdown.write(_list_item(item))
    return path


def _list_item(item: NodeVersion) -> str:
    node = item.node
    marks = "".join(f", {mark}" for mark in (node.key, node.status if node.status != "stable" else None) if mark)
    about = f"{node.id.hex()[:SHORT_ID_DIGITS]}{marks}, confidence {node.confidence:.2f}, {', '.join(sources(node))}"
    return f"- [{node.type}] " + node.content.replace("\n", "\n  ") + f" ({about})\n"
