"""Memories that other programs keep as JSON: MCP's server-memory, mem0, beads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from memora.importers.found import Found, Problem, as_tags
from memora.importers.inference import infer_type
from memora.model.names import is_key

_WRAPPERS = ("results", "memories", "data")
_CLOSED = ("closed", "done", "cancelled")


def read_graph(text: str) -> list[Found]:
    """MCP's server-memory: a memory for each observation of an entity, and for each relation."""
    found = []
    for number, record in _lines(text):
        kind = record.get("type")
        if kind == "entity":
            name, entity_type = _text(record, "name", number), str(record.get("entityType") or "")
            observations = record.get("observations")
            if not isinstance(observations, list) or not all(isinstance(item, str) for item in observations):
                raise Problem(number, "observations is not a list of texts")
            for observation in observations:
                said = f"{name}: {observation}"
                found.append(Found(number, said, infer_type(observation), tags=as_tags(name, entity_type)))
        elif kind == "relation":
            words = [_text(record, field, number) for field in ("from", "relationType", "to")]
            found.append(Found(number, " ".join(words).replace("_", " "), "semantic", tags=as_tags("relation")))
        else:
            raise Problem(number, f"{kind!r} is neither entity nor relation")
    return found


def read_mem0(text: str) -> list[Found]:
    """mem0: a list of memories, or one inside of ``results`` or ``memories``."""
    value = parse_json(text)
    for wrapper in _WRAPPERS:
        if isinstance(value, dict) and isinstance(value.get(wrapper), list):
            value = value[wrapper]
    if not isinstance(value, list):
        raise Problem(1, "holds no list of memories")
    lines = _Lines(text)
    found = []
    for record in value:
        if not isinstance(record, dict):
            raise Problem(1, "holds a memory that is no JSON object")
        said = next((record[name] for name in ("memory", "text", "content") if isinstance(record.get(name), str)), "")
        if not said.strip():
            raise Problem(lines.find(str(record.get("id", ""))), "a memory says nothing: no memory, text or content")
        categories = record.get("categories") or []
        tags = as_tags(*[item for item in categories if isinstance(item, str)])
        mark = record.get("id")
        line = lines.find(mark if isinstance(mark, str) else said)
        found.append(Found(line, said, infer_type(said), tags=tags, mark=mark if isinstance(mark, str) else None))
    return found


def read_beads(text: str) -> list[Found]:
    """beads: a memory for each issue that is open, under ``beads.ID``; records of other kinds are passed over."""
    found = []
    for number, record in _lines(text):
        if "_type" in record and record["_type"] != "issue":
            continue
        issue, title = _text(record, "id", number), _text(record, "title", number)
        status = str(record.get("status") or "open")
        if status in _CLOSED:
            continue
        description = record.get("description")
        content = f"{title}\n\n{description}" if isinstance(description, str) and description.strip() else title
        labels = [item for item in record.get("labels") or [] if isinstance(item, str)]
        tags = as_tags("issue", status, str(record.get("issue_type") or ""), *labels)
        key = f"beads.{issue}"
        found.append(Found(number, content, "project", key if is_key(key) else None, tags, mark=issue))
    return found


def parse_json(text: str) -> Any:
    """A whole JSON document. Raises Problem that names the line."""
    try:
        return json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        raise Problem(error.lineno, f"is not JSON: {error.msg} at column {error.colno}") from None
    except (RecursionError, ValueError) as error:
        raise Problem(1, f"is not JSON that can be read: {error}") from None


def _lines(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of JSON Lines, with the numbers of their lines."""
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        if not line.strip():
            continue
        try:
            value = parse_json(line)
        except Problem as problem:
            raise Problem(number, problem.problem) from None
        if not isinstance(value, dict):
            raise Problem(number, "is not a JSON object")
        yield number, value


def _text(record: dict[str, Any], name: str, line: int) -> str:
    value = record.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Problem(line, f"{name} is missing or no text")
    return value


class _Lines:
    """Where in a document something stands, as near as its text tells."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._from = 0

    def find(self, said: str) -> int:
        at = self._text.find(json.dumps(said, ensure_ascii=False)[1:-1], self._from) if said else -1
        if at < 0:
            return self._text.count("\n", 0, self._from) + 1
        self._from = at
        return self._text.count("\n", 0, at) + 1
