"""A node as a small document for an editor: ``name: value`` lines between two ``---``, then the content.

Not YAML: a value is the rest of its line, whatever it looks like. The document is the whole of what can be edited,
so a line taken out takes that field away; ``applies_to`` and ``evidence`` may stand on several lines.
"""

from __future__ import annotations

from typing import Any, Final

from memora.errors import BadInput
from memora.model.node import Node
from memora.model.times import format_iso
from memora.model.vocabulary import DEFAULT_SOURCE

_FENCE: Final = "---"
_NEEDED: Final = ("type", "status", "confidence")
_OPTIONAL: Final = ("key", "expires_at", "valid_from", "valid_to", "source")
_REPEATED: Final = ("applies_to", "evidence")
_NAMES: Final = ("type", "key", "status", "confidence", "tags", "applies_to", "expires_at", "valid_from", "valid_to")
_OF_EDITOR: Final = ("source", "evidence")

_HEAD: Final = """\
# Memory {id}. What it says stands below the second '---'.
# New words begin anew, with the confidence of their source,
# unless you change a line here to say otherwise.
"""
_EDITOR_HEAD: Final = "# How you know what you change:\n"


def format_document(node: Node) -> str:
    """The document of a node. ``changed_fields`` finds nothing changed in it."""
    values = _node_values(node)
    return "".join(
        (
            f"{_FENCE}\n",
            _HEAD.format(id=node.id.hex()),
            *(_format_lines(name, values[name]) for name in _NAMES),
            _EDITOR_HEAD,
            *(_format_lines(name, values[name]) for name in _OF_EDITOR),
            f"{_FENCE}\n{node.content}\n",
        )
    )


def changed_fields(node: Node, document: str) -> dict[str, Any]:
    """The fields in which a document differs from a node, as ``memora.model.edits`` takes them.

    A document without anything in it changes nothing. Raises BadInput that names the line which cannot be read.
    """
    if not document.strip():
        return {}
    before = _node_values(node)
    return {name: value for name, value in parse_document(document).items() if value != before[name]}


def parse_document(document: str) -> dict[str, Any]:
    """Every field of a document: texts, None for those without a value, lists for those that may have several."""
    lines = document.replace("\r\n", "\n").split("\n")
    if lines[0].strip() != _FENCE:
        raise BadInput("line 1", f"is not {_FENCE!r}")
    values: dict[str, Any] = dict.fromkeys((*_NEEDED, *_OPTIONAL))
    values.update({name: [] for name in ("tags", *_REPEATED)})
    seen = set()
    for number, line in enumerate(lines[1:], 2):
        if line.strip() == _FENCE:
            break
        if not line.strip() or line.startswith("#"):
            continue
        name, colon, value = (part.strip() for part in line.partition(":"))
        if not colon or name not in values:
            raise BadInput(f"line {number}", f"does not begin with one of {', '.join(values)} and a colon")
        if name in seen and name not in _REPEATED:
            raise BadInput(f"line {number}", f"gives {name} a second time")
        seen.add(name)
        _take_value(values, name, value)
    else:
        raise BadInput("the document", f"has no second {_FENCE!r} above the content")
    for name in _NEEDED:
        if values[name] is None:
            raise BadInput(name, "has no value")
    values["content"] = "\n".join(lines[number:]).strip("\n")
    return {name: sorted(set(value)) if isinstance(value, list) else value for name, value in values.items()}


def _take_value(values: dict[str, Any], name: str, value: str) -> None:
    if name == "tags":
        values[name] = [tag.strip() for tag in value.split(",") if tag.strip()]
    elif name in _REPEATED:
        values[name] += [value] if value else []
    else:
        values[name] = value or None


def _node_values(node: Node) -> dict[str, Any]:
    """What ``parse_document`` gives for the document of a node."""
    return {
        "type": node.type,
        "key": node.key,
        "status": node.status,
        "confidence": f"{node.confidence:g}",
        "tags": list(node.tags),
        "applies_to": list(node.applies_to),
        "expires_at": None if node.expires_at is None else format_iso(node.expires_at),
        "valid_from": None if node.valid_from is None else format_iso(node.valid_from),
        "valid_to": None if node.valid_to is None else format_iso(node.valid_to),
        "source": DEFAULT_SOURCE,
        "evidence": [],
        "content": node.content,
    }


def _format_lines(name: str, value: Any) -> str:
    if name in _REPEATED and value:
        return "".join(f"{name}: {item}\n" for item in value)
    text = ", ".join(value) if isinstance(value, list) else value
    return f"{name}: {text}\n" if text else f"{name}:\n"
