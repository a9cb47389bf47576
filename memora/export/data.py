"""Everything that memories are, as JSON: what is written so can be imported again and gives the same tree.

A memory is written by its canonical body, so that its version id can be made again from what stands in the file.
Versions that a dispute stands between come along: without them the dispute could not be settled elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from memora.export.block import Origin
from memora.export.entry import Entry
from memora.model.ids import VersionId, hash_object
from memora.model.node import Node
from memora.model.node_codec import encode_node

SCHEMA: Final = "memora.memory/v1"
NODE_SCHEMA: Final = "memora.stored-node/v1"
SIDE_SCHEMA: Final = "memora.stored-side/v1"


def format_document(entries: Sequence[Entry], origin: Origin) -> str:
    """One JSON document, one memory a line so that a diff of it can be read."""
    nodes = ",\n".join(_body(entry.node) for entry in _in_order(entries))
    sides = ",\n".join(_body(side) for side in _sides(entries))
    nodes, sides = (f"[\n{lines}\n]" if lines else "[]" for lines in (nodes, sides))
    return f'{{"schema":"{SCHEMA}","revision":"{origin.revision}","nodes":{nodes},"sides":{sides}}}\n'


def format_lines(entries: Sequence[Entry], _: Origin) -> str:
    """One memory a line, behind them the versions that disputes stand between."""
    lines = [_tagged(NODE_SCHEMA, entry.node) for entry in _in_order(entries)]
    lines += [_tagged(SIDE_SCHEMA, side) for side in _sides(entries)]
    return "".join(f"{line}\n" for line in lines)


def _in_order(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: entry.node.id)


def _sides(entries: Iterable[Entry]) -> Iterator[Node]:
    found: dict[VersionId, Node] = {}
    for entry in entries:
        for side in (*entry.sides, *([] if entry.base is None else [entry.base])):
            found[VersionId(hash_object("node", encode_node(side)))] = side
    return (found[version] for version in sorted(found))


def _body(node: Node) -> str:
    return encode_node(node).decode()


def _tagged(schema: str, node: Node) -> str:
    return f'{{"schema":"{schema}",{_body(node)[1:]}'
