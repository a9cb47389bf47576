"""What a template sees: plain values under names that stay (docs/export.md, "The context of a template").

Nothing here can be called, and nothing leads back into memora. Fields may be added to a version of the context.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final

from memora.export.entry import Entry, evidence_of, format_item, id_digits
from memora.export.neutral import NeutralText, neutral_word
from memora.model.node import Node, sources
from memora.model.text import first_line
from memora.model.times import format_iso

VERSION: Final = 1

# Types in the order in which a reader needs them, and the words above them.
TITLES: Final = {
    "semantic": "What is so",
    "procedural": "How it is done",
    "project": "Decisions and circumstances",
    "preference": "Preferences",
    "assumption": "Only assumed",
    "episodic": "What happened",
}
SCOPE_TITLE: Final = "Only for"


class EntryView:
    """A memory as a template sees it."""

    __slots__ = ("_digits", "_entry")

    def __init__(self, entry: Entry, digits: int) -> None:
        self._entry = entry
        self._digits = digits

    def __repr__(self) -> str:
        return self.short

    @property
    def item(self) -> NeutralText:
        """The memory as an item of a Markdown list, ready to stand in a block."""
        return NeutralText(format_item(self._entry, self._digits))

    @property
    def id(self) -> str:
        return self._entry.node.id.hex()

    @property
    def short(self) -> str:
        return self._entry.node.id.hex()[: self._digits]

    @property
    def version(self) -> str:
        return self._entry.version.hex()

    @property
    def type(self) -> str:
        return self._entry.node.type

    @property
    def content(self) -> str:
        return self._entry.node.content

    @property
    def first_line(self) -> str:
        return first_line(self._entry.node.content)

    @property
    def key(self) -> str:
        return self._entry.node.key or ""

    @property
    def confidence(self) -> float:
        return self._entry.node.confidence

    @property
    def importance(self) -> float:
        return round(self._entry.importance, 4)

    @property
    def status(self) -> str:
        return self._entry.node.status

    @property
    def marks(self) -> tuple[str, ...]:
        return self._entry.marks

    @property
    def pinned(self) -> bool:
        return self._entry.node.pinned

    @property
    def tags(self) -> tuple[str, ...]:
        return tuple(tag for tag in self._entry.node.tags if not tag.startswith("memora:"))

    @property
    def applies_to(self) -> tuple[str, ...]:
        return self._entry.node.applies_to

    @property
    def sources(self) -> list[str]:
        return sources(self._entry.node)

    @property
    def evidence(self) -> tuple[str, ...]:
        return evidence_of(self._entry.node)

    @property
    def links(self) -> list[dict[str, str]]:
        return [{"rel": link.relation, "to": link.to.hex()} for link in self._entry.node.links]

    @property
    def observations(self) -> list[dict[str, Any]]:
        return [
            {
                "source": item.source,
                "author": item.author,
                "at": _day(item.at),
                "evidence": item.evidence,
                "note": item.note or "",
                "contradicts": item.contradicts,
            }
            for item in self._entry.node.observations
        ]

    @property
    def created(self) -> str:
        return _day(self._entry.node.created_at)

    @property
    def updated(self) -> str:
        return _day(self._entry.node.updated_at)

    @property
    def expires(self) -> str:
        at = self._entry.node.expires_at
        return "" if at is None else _day(at)

    @property
    def sides(self) -> list[dict[str, Any]]:
        return [_side(side) for side in self._entry.sides]


def build_context(
    entries: Sequence[Entry], *, target: str, revision: str, scope: tuple[str, ...] = (), version: str
) -> dict[str, Any]:
    """The context for some entries, the most important first. ``scope`` is that of a file of rules for paths."""
    digits = id_digits(entries)
    views = [EntryView(entry, digits) for entry in entries]
    here = [view for view in views if scope or not view.applies_to]
    elsewhere = sorted((view for view in views if view.applies_to and not scope), key=lambda view: view.applies_to)
    return {
        "context": VERSION,
        "memora": version,
        "target": target,
        "revision": revision,
        "scope": list(scope),
        "scope_label": scope_label(scope),
        "entries": views,
        "groups": _groups(here),
        "scopes": [
            {"globs": list(globs), "label": scope_label(globs), "entries": list(found)}
            for globs, found in groupby(elsewhere, key=lambda view: view.applies_to)
        ],
    }


def scope_label(globs: Sequence[str]) -> NeutralText:
    """Globs as code in a line of Markdown."""
    return NeutralText(", ".join(f"`{neutral_word(glob)}`" for glob in globs))


def _groups(views: list[EntryView]) -> list[dict[str, Any]]:
    found: dict[str, list[EntryView]] = {name: [] for name in TITLES}
    for view in views:
        found[view.type].append(view)
    return [{"type": name, "title": TITLES[name], "entries": group} for name, group in found.items() if group]


def _side(side: Node) -> dict[str, Any]:
    return {"content": side.content, "confidence": side.confidence, "sources": sources(side)}


def _day(at: int) -> str:
    return format_iso(at)[:10]
