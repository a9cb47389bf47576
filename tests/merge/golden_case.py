"""Reads a golden merge: prose first, then the memories of base, ours and theirs, and of the merge.

One memory a line: ``NAME [type confidence source ...] content``. In the brackets may also stand a status,
``by:AUTHOR``, ``day:N`` (when it was last changed), ``#tag``, ``key:KEY``, ``evidence:E`` and
``also:SOURCE:AUTHOR`` (a second sighting). A memory of the same name is the same node on every side. Under
``== merged`` a memory in dispute ends with ``<>`` and the contents it stands between; ``== decisions`` lists
``NAME rule winner``.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from memora.model.ids import NodeId, hash_node_identity
from memora.model.node import Node, Observation, merge_observations
from memora.model.vocabulary import NODE_TYPES, STATUSES

DAY = 86_400_000_000
_LINE = re.compile(r"(?P<name>\S+) \[(?P<words>[^\]]*)\](?: (?P<content>.*))?")


class Case(NamedTuple):
    """One golden case. ``merged`` and ``decisions`` are lines, normalised."""

    prose: str
    base: dict[str, Node]
    ours: dict[str, Node]
    theirs: dict[str, Node]
    merged: list[str]
    decisions: list[str]


def read_case(path: Path) -> Case:
    """The case in a file."""
    prose, *parts = re.split(r"^== (\w+)\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    sections = {
        name: [line for line in body.splitlines() if line.strip()]
        for name, body in zip(parts[::2], parts[1::2], strict=True)
    }
    sides = {side: dict(_read_node(line) for line in sections.get(side, [])) for side in ("base", "ours", "theirs")}
    return Case(
        prose.strip(), sides["base"], sides["ours"], sides["theirs"], sections["merged"], sections.get("decisions", [])
    )


def node_id(name: str) -> NodeId:
    """The id that a name of a golden case stands for."""
    return hash_node_identity("golden", "key", name)


def _read_node(line: str) -> tuple[str, Node]:
    match = _LINE.fullmatch(line.strip())
    assert match, line
    words = match["words"].split()
    options = dict(
        word.split(":", 1) for word in words if ":" in word and not word.startswith(("#", "also:", "unknown:"))
    )
    plain = [word for word in words if ":" not in word and not word.startswith("#")]
    at = int(options.get("day", "1")) * DAY
    source = next(
        (word for word in plain if word not in NODE_TYPES and word not in STATUSES and not _is_number(word)), "manual"
    )
    author = options.get("by", "ada")
    sightings = [
        Observation(source, author, DAY, None, tuple(sorted(v for k, v in options.items() if k == "evidence")))
    ]
    for word in words:
        if word.startswith("also:"):
            _, other, who = word.split(":")
            sightings.append(Observation(other, who, DAY))
    name = match["name"]
    return name, Node(
        id=node_id(name),
        type=next(word for word in plain if word in NODE_TYPES),
        content=match["content"],
        confidence=float(next(word for word in plain if _is_number(word))),
        status=next((word for word in plain if word in STATUSES), "ephemeral"),
        observations=merge_observations(tuple(sightings)),
        created_at=DAY,
        updated_at=at,
        key=options.get("key"),
        tags=tuple(sorted(word[1:] for word in words if word.startswith("#"))),
    )


def format_node(name: str, node: Node, contents: dict[bytes, str]) -> str:
    """A merged node as a golden line: what can differ after a merge, and no more."""
    words = [node.type, f"{node.confidence:g}", node.status]
    if node.key:
        words.append(f"key:{node.key}")
    words += [f"#{tag}" for tag in node.tags]
    words += [f"{item.source}:{item.author}" for item in node.observations]
    line = f"{name} [{' '.join(words)}] {node.content}"
    if node.dispute is not None:
        line += " <> " + " | ".join(sorted(contents[side] for side in node.dispute.sides))
    return line


def _is_number(word: str) -> bool:
    return re.fullmatch(r"[01](\.\d+)?", word) is not None
