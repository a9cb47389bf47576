"""What ``export --to json`` and ``--to jsonl`` wrote: memories by their bodies, whole."""

from __future__ import annotations

from typing import Any, NamedTuple

from memora.errors import BadInput
from memora.importers.found import Problem
from memora.importers.records import parse_json
from memora.model import canonical
from memora.model.node import Node
from memora.model.node_codec import decode_node, encode_node

DOCUMENT = "memora.memory/v1"
NODE = "memora.stored-node/v1"
SIDE = "memora.stored-side/v1"


class Stored(NamedTuple):
    """The memories of a file, and the versions that disputes among them stand between."""

    nodes: tuple[Node, ...]
    sides: tuple[Node, ...]


def read_stored(text: str) -> Stored:
    """Everything in a file that memora wrote. Raises Problem that names the line of what memora never writes."""
    if text.lstrip("\ufeff \n").startswith(f'{{"schema":"{DOCUMENT}"'):
        document = parse_json(text)
        if not isinstance(document.get("nodes"), list) or not isinstance(document.get("sides"), list):
            raise Problem(1, "has no list of nodes and sides")
        first = 2  # each memory has a line of its own, behind that of the document
        nodes = [_read(body, first + at) for at, body in enumerate(document["nodes"])]
        after = first + len(nodes) + 1
        return Stored(tuple(nodes), tuple(_read(body, after + at) for at, body in enumerate(document["sides"])))
    found: dict[str, list[Node]] = {NODE: [], SIDE: []}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            body = parse_json(line)
        except Problem as problem:
            raise Problem(number, problem.problem) from None
        schema = body.pop("schema", None) if isinstance(body, dict) else None
        if schema not in found:
            raise Problem(number, f"{schema!r} is neither {NODE} nor {SIDE}")
        found[schema].append(_read(body, number))
    return Stored(tuple(found[NODE]), tuple(found[SIDE]))


def _read(body: Any, line: int) -> Node:
    try:
        node = decode_node(canonical.encode_checked(body))
        if encode_node(node) != canonical.encode_checked(body):
            raise BadInput("memory", "is not in the form that memora writes")
    except BadInput as error:
        raise Problem(line, str(error)) from None
    except (TypeError, ValueError, AttributeError) as error:
        raise Problem(line, f"is no memory: {error}") from None
    return node
