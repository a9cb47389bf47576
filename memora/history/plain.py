"""A change of a node in plain words, for people and for agents: ``~ [assumption] ephemeral → stable: Uses Redis``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from memora.history.changes import NodeChange, differences
from memora.model.ids import VersionId
from memora.model.node import Dispute, Link, Node, Observation, sources
from memora.model.text import first_line
from memora.model.times import format_time

# So much of what a side of a dispute says.
_SIDE: Final = 60


def plain_lines(change: NodeChange) -> list[str]:
    """One line for a node that came or went, and one for each thing that changed about a node that stayed."""
    node = change.latest
    text = first_line(node.content)
    if change.before is None:
        return [f"+ [{node.type}] {text} (confidence {node.confidence:.2f}, {', '.join(sources(node))})"]
    if change.after is None:
        return [f"- [{node.type}] {text}"]
    found = _describe(change.before, change.after, dict(change.sides))
    return [f"~ [{node.type}] {line}" for line in found] or [f"~ [{node.type}] touched: {text}"]


def confidence_pair(before: float, after: float) -> tuple[str, str]:
    """Two confidences with two decimals, or with four where two would not tell them apart."""
    decimals = 2 if round(before, 2) != round(after, 2) else 4
    return f"{before:.{decimals}f}", f"{after:.{decimals}f}"


def observation_text(observation: Observation) -> str:
    """``ada (code_read), 2026-11-01 09:30:00 UTC, src/auth.py:L42``; ``contradicted by ada …`` where it does."""
    who = f"{'contradicted by ' if observation.contradicts else ''}{observation.author} ({observation.source})"
    note = () if observation.note is None else (observation.note,)
    return ", ".join((who, format_time(observation.at), *observation.evidence, *note))


def link_text(link: Link) -> str:
    """``supports 3f2a91c0``."""
    return f"{link.relation} {link.to.hex()[:8]}"


def dispute_text(dispute: Dispute, said: Mapping[VersionId, str]) -> str:
    """``between "MySQL" and "PostgreSQL"``, or ``between "MySQL" and its deletion``.

    A version that ``said`` does not know stands with its first digits.
    """
    sides = [f'"{first_line(said[side], _SIDE)}"' if side in said else side.hex()[:8] for side in dispute.sides]
    return "between " + " and ".join(sides if len(sides) > 1 else [*sides, "its deletion"])


def _describe(before: Node, after: Node, said: Mapping[VersionId, str]) -> list[str]:
    changed = differences(before, after)
    text = first_line(after.content)
    lines = []
    for name in ("status", "type", "content", "confidence", "key", "pinned", "expires_at", "valid_from", "valid_to"):
        if name in changed:
            lines.append(_scalar_line(name, *changed[name], text))
    if before.dispute != after.dispute:
        if before.dispute is not None:
            lines.append(f"no longer in dispute {dispute_text(before.dispute, said)}: {text}")
        if after.dispute is not None:
            lines.append(f"in dispute {dispute_text(after.dispute, said)}")
    for name in ("tags", "applies_to", "links"):
        if name in changed:
            lines.append(f"{name} {_set_difference(*changed[name])}: {text}")
    for observation in _missing_from(before.observations, after.observations):
        lines.append(f"{_sighting(observation)}: {text}")
    for observation in _missing_from(after.observations, before.observations):
        lines.append(f"no longer {_sighting(observation)}: {text}")
    return lines


def _sighting(observation: Observation) -> str:
    text = observation_text(observation)
    return text if observation.contradicts else f"seen by {text}"


def _scalar_line(name: str, before: Any, after: Any, text: str) -> str:
    if name == "content":
        return f'"{first_line(before)}" → "{first_line(after)}"'
    if name == "pinned":
        return f"{'pinned' if after else 'unpinned'}: {text}"
    if name == "status":
        return f"{before} → {after}: {text}"
    if name == "confidence":
        before, after = confidence_pair(before, after)
    elif name in ("expires_at", "valid_from", "valid_to"):
        before, after = (None if moment is None else format_time(moment) for moment in (before, after))
    return f"{name.removesuffix('_at')} {before or 'none'} → {after or 'none'}: {text}"


def _set_difference(before: tuple[Any, ...], after: tuple[Any, ...]) -> str:
    """``+new -gone``, comma-separated."""
    parts = [f"+{_item_text(item)}" for item in _missing_from(before, after)]
    parts += [f"-{_item_text(item)}" for item in _missing_from(after, before)]
    return ", ".join(parts)


def _item_text(item: Any) -> str:
    return link_text(item) if isinstance(item, Link) else str(item)


def _missing_from(items: tuple[Any, ...], others: tuple[Any, ...]) -> list[Any]:
    """What the others have and the items have not."""
    return [item for item in others if item not in items]
