"""Merges and disputes as people read them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from memora.cli.nodes_text import SHORT_ID_DIGITS, node_line, text_in_line
from memora.cli.output import Output, escape
from memora.model.ids import NodeId
from memora.model.node import Node, NodeVersion
from memora.model.times import format_age, format_time
from memora.operations.care.contradictions import Pair
from memora.operations.history.conflicts import Conflict
from memora.operations.history.merge_report import DecidedNode, MergedNode, MergeReport
from memora.operations.look.show import Decided

_GONE = "(deleted)"
MOST_TAKEN: Final = 20
# Fields that neither the words of a side nor its support show.
_LESSER_FIELDS: Final = ("type", "key", "pinned", "expires_at", "valid_from", "valid_to")


def report_lines(out: Output, report: MergeReport, *, explain: bool) -> list[str]:
    """What a merge took, combined, decided and left in dispute; of the first two a few, unless ``explain``."""
    lines = []
    for title, nodes in (("taken from theirs", report.taken), ("combined from both", report.combined)):
        lines += _section(out, title, nodes if explain else nodes[:MOST_TAKEN], len(nodes))
    for decision in report.decided:
        lines += ["", _decision_title(out, decision), *side_lines(decision.sides, decision.decision.fields)]
    for decision in report.disputed:
        name = _name(decision.node, decision.decision.node)
        lines += ["", f"{out.style('red', 'in dispute')}  {name}: {decision.decision.verdict.reason}"]
        lines += side_lines(decision.sides)
    return lines


def summary(report: MergeReport) -> str:
    """``3 taken, 1 combined, 2 decided, 1 in dispute``."""
    counts = (
        (len(report.taken), "taken"),
        (len(report.combined), "combined"),
        (len(report.decided), "decided"),
        (len(report.disputed), "in dispute"),
    )
    return ", ".join(f"{count} {word}" for count, word in counts if count) or "nothing to take"


def conflict_lines(out: Output, conflict: Conflict, now: int) -> list[str]:
    """A dispute with its sides: what each says, and who says so, how surely and since when."""
    title = f"{out.style('red', 'in dispute')}  {_name(conflict.node, conflict.node.id)}"
    lines = [title]
    for side, item in (("base", conflict.base), ("ours", conflict.ours), ("theirs", conflict.theirs)):
        if item is None and side == "base":
            continue
        lines += _side_lines(out, side, item, now)
    for item in conflict.others:
        lines += _side_lines(out, "other", item, now)
    return lines


def decided_lines(out: Output, decided: Decided) -> list[str]:
    """A clash that a merge decided, as its commit keeps it: by which rule, and what was overruled."""
    decision, node, overruled = decided
    name = _name(node or overruled, decision.node)
    lines = [f"{out.style('yellow', 'decided')}  {name}, by {escape(decision.rule)}"]
    return (
        lines
        if overruled is None
        else [*lines, *side_lines([("against", overruled)], _lesser_differences(node, overruled))]
    )


def pair_lines(out: Output, pair: Pair) -> list[str]:
    """Two memories that may not go together, why, and the command that would say so."""
    first, second, (rule, score, reason) = pair
    title = f"{out.style('yellow', 'suspicious')}  {rule} ({score:.2f}): {escape(reason)}"
    one, two = first.node.id.hex()[:SHORT_ID_DIGITS], second.node.id.hex()[:SHORT_ID_DIGITS]
    advice = f"memora rm {two}" if rule == "duplicate" else f"memora link {one} contradicts {two}"
    return [
        title,
        f"  {node_line(out, first.node, indent=2)}",
        f"  {node_line(out, second.node, indent=2)}",
        out.style("dim", f"  {advice}"),
    ]


def _side_lines(out: Output, side: str, item: NodeVersion | None, now: int) -> list[str]:
    if item is None:
        return [f"  {out.style('bold', f'{side:<6}')}  {_GONE}"]
    node = item.node
    lines = [f"  {out.style('bold', f'{side:<6}')}  {_indented(node.content)}"]
    lines.append(out.style("dim", f"          confidence {node.confidence:.2f}, {node.status}"))
    for seen in node.observations:
        evidence = "".join(f", {escape(piece)}" for piece in seen.evidence)
        verb = "contradicted: " if seen.contradicts else ""
        note = "" if seen.note is None else f", {escape(seen.note)}"
        who = f"{verb}{escape(seen.source)} by {escape(seen.author)}"
        line = f"          {who}, {format_age(now - seen.at)} ago{evidence}{note}"
        lines.append(out.style("dim", line))
    return lines


def _section(out: Output, title: str, nodes: tuple[MergedNode, ...], count: int) -> list[str]:
    if not nodes:
        return []
    lines = ["", out.style("bold", title)]
    for item in nodes:
        gone = "" if item.after is not None else f" {_GONE}"
        node = item.after or item.before
        assert node is not None
        lines.append(f"  [{node.type}] {_name(node, node.id)}{gone}: {text_in_line(out, node.content)}")
    return [*lines, f"  … and {count - len(nodes):,} more, which --explain shows"] if count > len(nodes) else lines


def _decision_title(out: Output, report: DecidedNode) -> str:
    decision = report.decision
    title = f"{out.style('yellow', 'decided')}  {_name(report.node, decision.node)}:"
    if decision.verdict.winner is None:
        settled = _GONE if report.node is None else text_in_line(out, report.node.content)
        return f"{title} settled as before: {settled}"
    side = "kept ours" if decision.verdict.winner == "ours" else "took theirs"
    fields = "" if "content" in decision.fields else f" for {', '.join(map(_word, decision.fields))}"
    rule = "" if decision.verdict.rule.startswith("strategy_") else f", by {decision.verdict.rule}"
    return f"{title} {side}{fields}{rule} ({decision.verdict.reason})"


def dispute_lines(sides: Sequence[Node]) -> list[str]:
    """What a disputed node stands between; one side alone stands against a deletion. Nothing for no dispute."""
    if not sides:
        return []
    either, *others = sides
    return side_lines([("either", either), *(("or", side) for side in others or (None,))])


def side_lines(sides: Iterable[tuple[str, Node | None]], fields: Iterable[str] = ()) -> list[str]:
    """What each side of a clash says, whole, and who says so how surely; and what it has in some lesser fields."""
    shown = [name for name in fields if name in _LESSER_FIELDS]
    return [
        f"  {side:<6}  "
        + (_GONE if node is None else f"{_indented(node.content)}  ({_support(node)}{_values(node, shown)})")
        for side, node in sides
    ]


def _lesser_differences(node: Node | None, overruled: Node) -> list[str]:
    """The lesser fields that a version lost; none where its words were overruled, which say more."""
    if node is None or node.content != overruled.content:
        return []
    return [name for name in _LESSER_FIELDS if getattr(node, name) != getattr(overruled, name)]


def _values(node: Node, fields: Iterable[str]) -> str:
    return "".join(f", {_word(name)} {_value(getattr(node, name))}" for name in fields)


def _value(value: object) -> str:
    if value is None or isinstance(value, bool):
        return "yes" if value else "none"
    return format_time(value) if isinstance(value, int) else escape(str(value))


def _word(field: str) -> str:
    return field.removesuffix("_at").replace("_", " ")


def _support(node: Node) -> str:
    seen = ", ".join(sorted({escape(f"{item.source} by {item.author}") for item in node.support}))
    return f"{node.confidence:.2f}, {node.status}, {seen}"


def _name(node: Node | None, node_id: NodeId) -> str:
    short = node_id.hex()[:SHORT_ID_DIGITS]
    return f"{short} {escape(node.key)}" if node is not None and node.key else short


def _indented(text: str) -> str:
    return "\n          ".join(map(escape, text.split("\n")))
