"""Reads a golden merge: prose first, then the memories of base, ours and theirs, and of the merge.

One memory a line: ``NAME [type confidence source ...] content``. A memory of the same name is the same node on every
side. In the brackets may also stand:

- a status, and ``pinned``
- ``by:AUTHOR``, who saw it, ada unless said; ``evidence:E``; ``also:SOURCE:AUTHOR`` and ``denied:SOURCE:AUTHOR``,
  a second sighting and a contradiction
- ``day:N``, when it was last changed; ``until:N``, ``from:N``, ``to:N``, when it expires and where it is valid
- ``key:KEY``, ``#tag``, ``for:GLOB``, ``link:RELATION:NAME``
- ``between:STATE,STATE`` and ``origin:STATE``, what a disputed memory stands between and what led to it: states that
  ``== states`` lists by names such as ``NAME@1``

``== options`` may say ``strategy ours`` and rules for a type, such as ``semantic source confidence``. Under
``== merged`` a memory in dispute ends with ``<>`` and the contents it stands between, and with ``from`` and the
content that led to it where there is one; ``== decisions`` lists ``NAME rule winner``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from memora.history.load import load_node
from memora.model.ids import NodeId, VersionId, hash_node_identity, hash_object
from memora.model.node import Dispute, Link, Node, Observation, merge_observations
from memora.model.node_codec import encode_node
from memora.model.ports import ObjectReader
from memora.model.vocabulary import NODE_TYPES, STATUSES

DAY = 86_400_000_000
_LINE = re.compile(r"(?P<name>\S+) \[(?P<words>[^\]]*)\](?: (?P<content>.*))?")
_DAYS = {"expires_at": "until", "valid_from": "from", "valid_to": "to"}


class Case(NamedTuple):
    """One golden case. ``merged`` and ``decisions`` are lines, ``options`` arguments of a merge."""

    prose: str
    states: dict[str, Node]
    base: dict[str, Node]
    ours: dict[str, Node]
    theirs: dict[str, Node]
    options: dict[str, Any]
    merged: list[str]
    decisions: list[str]

    @property
    def names(self) -> dict[NodeId, str]:
        """What each node is called."""
        return {node.id: name for side in (self.base, self.ours, self.theirs) for name, node in side.items()}


def read_case(path: Path) -> Case:
    """The case in a file."""
    prose, *parts = re.split(r"^== (\w+)\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    sections = {
        name: [line for line in body.splitlines() if line.strip()]
        for name, body in zip(parts[::2], parts[1::2], strict=True)
    }
    states: dict[str, Node] = {}
    for line in sections.get("states", []):
        name, node = _read_node(line, states)
        states[name] = node
    base, ours, theirs = (
        dict(_read_node(line, states) for line in sections.get(side, [])) for side in ("base", "ours", "theirs")
    )
    options = _read_options(sections.get("options", []))
    return Case(prose.strip(), states, base, ours, theirs, options, sections["merged"], sections.get("decisions", []))


def swap_sides(options: Mapping[str, Any]) -> dict[str, Any]:
    """The same options for a merge the other way round."""
    other = {"ours": "theirs", "theirs": "ours"}
    return {name: other.get(value, value) if name == "strategy" else value for name, value in options.items()}


def format_node(name: str, node: Node, names: Mapping[NodeId, str], objects: ObjectReader) -> str:
    """A merged node as a golden line: what can differ after a merge, and no more."""
    words = [node.type, f"{node.confidence:g}", node.status]
    words += [f"key:{node.key}"] if node.key else []
    words += ["pinned"] if node.pinned else []
    for field, word in _DAYS.items():
        moment = getattr(node, field)
        words += [] if moment is None else [f"{word}:{moment // DAY}"]
    words += [f"#{tag}" for tag in node.tags]
    words += [f"for:{glob}" for glob in node.applies_to]
    words += sorted(f"link:{link.relation}:{names[link.to]}" for link in node.links)
    words += [f"{'denied:' if item.contradicts else ''}{item.source}:{item.author}" for item in node.observations]
    line = f"{name} [{' '.join(words)}] {node.content}"
    if node.dispute is not None:
        line += " <> " + " | ".join(sorted(load_node(objects, side).content for side in node.dispute.sides))
        if node.dispute.base is not None:
            line += f" from {load_node(objects, node.dispute.base).content}"
    return line


def _read_options(lines: list[str]) -> dict[str, Any]:
    options: dict[str, Any] = {}
    for line in lines:
        name, *values = line.split()
        if name == "strategy":
            options["strategy"] = values[0]
        else:
            options.setdefault("policies", {})[name] = tuple(values)
    return options


def _read_node(line: str, states: Mapping[str, Node]) -> tuple[str, Node]:
    match = _LINE.fullmatch(line.strip())
    assert match, line
    words = match["words"].split()
    tags = sorted(word[1:] for word in words if word.startswith("#"))
    said = [word.partition(":") for word in words if not word.startswith("#")]
    plain = [word for word, colon, _ in said if not colon]
    options: dict[str, list[str]] = {}
    for word, colon, value in said:
        if colon and word != "unknown":
            options.setdefault(word, []).append(value)
    unknown = [f"unknown:{value}" for word, colon, value in said if colon and word == "unknown"]
    known = {*NODE_TYPES, *STATUSES, "pinned"}
    sources = unknown + [word for word in plain if word not in known and not _is_number(word)]

    def day(word: str, default: int | None) -> int | None:
        return int(options[word][0]) * DAY if word in options else default

    sightings = [
        Observation(
            (sources or ["manual"])[0],
            options.get("by", ["ada"])[0],
            DAY,
            None,
            tuple(sorted(options.get("evidence", []))),
        )
    ]
    for stance in ("also", "denied"):
        for sighting in options.get(stance, []):
            source, _, author = sighting.rpartition(":")
            sightings.append(Observation(source, author, DAY, contradicts=stance == "denied"))
    name = match["name"]
    node = Node(
        id=hash_node_identity("golden", "key", name.partition("@")[0]),
        type=next(word for word in plain if word in NODE_TYPES),
        content=match["content"],
        confidence=float(next(word for word in plain if _is_number(word))),
        status=next((word for word in plain if word in STATUSES), "ephemeral"),
        observations=merge_observations(tuple(sightings)),
        created_at=DAY,
        updated_at=day("day", None) or DAY,
        key=options.get("key", [None])[0],
        tags=tuple(tags),
        links=tuple(sorted(_read_link(value) for value in options.get("link", []))),
        applies_to=tuple(sorted(options.get("for", []))),
        pinned="pinned" in plain,
        expires_at=day("until", None),
        valid_from=day("from", None),
        valid_to=day("to", None),
    )
    if "between" in options:
        sides = tuple(sorted(_version_of(states[state]) for state in options["between"][0].split(",")))
        origin = _version_of(states[options["origin"][0]]) if "origin" in options else None
        node = node._replace(status="conflicted", dispute=Dispute(origin, sides))
    return name, node


def _read_link(text: str) -> Link:
    relation, _, name = text.partition(":")
    return Link(relation, hash_node_identity("golden", "key", name))


def _version_of(node: Node) -> VersionId:
    return VersionId(hash_object("node", encode_node(node)))


def _is_number(word: str) -> bool:
    return re.fullmatch(r"[01](\.\d+)?", word) is not None
