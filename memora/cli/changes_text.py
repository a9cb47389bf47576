"""Changes of nodes as people read them: a line for the node, and its fields old beside new, or old above new."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from memora.cli.nodes_text import SHORT_ID_DIGITS, node_line
from memora.cli.output import Output, escape
from memora.history.changes import NodeChange, differences
from memora.history.plain import confidence_pair, dispute_text, link_text, observation_text
from memora.model.ids import VersionId
from memora.model.node import Dispute, Link, Node, Observation
from memora.model.text import first_line
from memora.model.times import format_time

_MARKS: Final = {"added": ("+", "green"), "removed": ("-", "red"), "modified": ("~", "yellow")}
_MARK_STYLES: Final = dict(_MARKS.values())
_SIDE_BY_SIDE_COLUMNS: Final = 100
_TIMES: Final = frozenset({"created_at", "updated_at", "expires_at", "valid_from", "valid_to"})
_NAMES: Final = {"dispute": "conflict"}

# What the line of a node says already, and what always changes with the rest.
_IN_LINE: Final = frozenset({"id", "type", "confidence", "created_at", "updated_at"})
_BORING: Final = frozenset({"updated_at"})


class FieldChange(NamedTuple):
    """A field that differs, as lines of text before and after."""

    name: str
    before: list[str]
    after: list[str]


def change_line(out: Output, change: NodeChange, *, more: str = "") -> str:
    """``+ [semantic] 3f2a91c0  Auth uses JWT RS256  (confidence 1.00, code_read)``, and what to put behind."""
    mark, style = _MARKS[change.kind]
    return f"{out.style(style, mark)} {node_line(out, change.latest, indent=2 + len(more))}{more}"


def change_words(change: NodeChange) -> str:
    """``+ [semantic] 3f2a91c0  Auth uses JWT RS256``, as part of an error."""
    node = change.latest
    return f"{_MARKS[change.kind][0]} [{node.type}] {node.id.hex()[:SHORT_ID_DIGITS]}  {first_line(node.content, 80)}"


def stat_line(out: Output, change: NodeChange) -> str:
    """The line of a node, with the names of the fields that differ where it was modified."""
    if change.kind != "modified":
        return change_line(out, change)
    return change_line(out, change, more="  " + ", ".join(field.name for field in field_changes(change)))


def field_changes(change: NodeChange) -> list[FieldChange]:
    """The fields that differ and that the line of the node does not show already."""
    found = differences(change.before, change.after)
    if change.kind == "modified":
        hidden = _BORING if found.keys() - _BORING else frozenset()
    else:
        hidden = _hidden_in_line(change.latest)
    said = dict(change.sides)
    changes = [_field_change(name, *values, said) for name, values in found.items() if name not in hidden]
    return [change for change in changes if change.before != change.after]  # times of one second read alike


def _hidden_in_line(node: Node) -> frozenset[str]:
    """The fields of a node that its line tells enough about."""
    told = set(_IN_LINE)
    if first_line(node.content) == node.content:
        told.add("content")
    if node.status == "ephemeral":
        told.add("status")
    if not any(item.evidence for item in node.observations):
        told.add("observations")
    return frozenset(told)


def show_fields(out: Output, change: NodeChange) -> None:
    """Print the fields that differ: side by side on a wide terminal, else as lines that begin with - and +."""
    fields = field_changes(change)
    if change.kind != "modified" and not out.width and "\n" not in change.latest.content:
        fields = [field for field in fields if field.name != "content"]  # the line of the node has it whole
    if change.kind == "modified" and out.width >= _SIDE_BY_SIDE_COLUMNS:
        _show_side_by_side(out, fields)
        return
    for field in fields:
        for mark, lines in (("-", field.before), ("+", field.after)):
            for line in lines:
                out.line("  " + out.style(_MARK_STYLES[mark], escape(f"{mark} {field.name}: {line}")))


def _field_change(name: str, before: Any, after: Any, said: Mapping[VersionId, str]) -> FieldChange:
    if name == "confidence" and before is not None and after is not None:
        old, new = confidence_pair(before, after)
        return FieldChange(name, [old], [new])
    if isinstance(before or after, tuple) and not isinstance(before or after, Dispute):
        old_items, new_items = before or (), after or ()
        return FieldChange(
            _NAMES.get(name, name),
            [_item_text(item) for item in old_items if item not in new_items],
            [_item_text(item) for item in new_items if item not in old_items],
        )
    return FieldChange(_NAMES.get(name, name), _value_lines(name, before, said), _value_lines(name, after, said))


def _value_lines(name: str, value: Any, said: Mapping[VersionId, str]) -> list[str]:
    if value is None or value is False:
        return []
    if name in _TIMES:
        return [format_time(value)]
    if isinstance(value, Dispute):
        return [dispute_text(value, said)]
    if isinstance(value, bool):
        return ["yes"]
    return str(value).split("\n")


def _item_text(item: Any) -> str:
    if isinstance(item, Observation):
        return observation_text(item)
    return link_text(item) if isinstance(item, Link) else str(item)


def _show_side_by_side(out: Output, fields: list[FieldChange]) -> None:
    from rich.cells import cell_len, chop_cells

    label = max((len(field.name) for field in fields), default=0) + 2
    column = (out.width - label - 5) // 2
    for field in fields:
        old, new = (
            [part for line in lines for part in chop_cells(escape(line).expandtabs(4), column) or [""]]
            for lines in (field.before, field.after)
        )
        for row in range(max(len(old), len(new))):
            left = old[row] if row < len(old) else ""
            right = new[row] if row < len(new) else ""
            name = field.name if row == 0 else ""
            space = " " * (column - cell_len(left))
            text = f"  {name.ljust(label)}{out.style('red', left)}{space} │ {out.style('green', right)}"
            out.line(text.rstrip())
