"""Which nodes somebody asks for: the filters that ``list``, ``recall`` and exports share."""

from __future__ import annotations

from typing import Final, NamedTuple

from memora.model.node import Node


class NodeFilter(NamedTuple):
    """A node passes when it matches every field that is set.

    ``types``, ``statuses`` and ``sources`` match any of their values, ``tags`` all of them; ``key`` is a prefix,
    ``text`` part of the content in any case; expired nodes pass unless ``expired`` is False, and only they do
    when it is True; ``quarantined`` and ``stale`` likewise.
    """

    types: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    key: str | None = None
    min_confidence: float | None = None
    text: str | None = None
    expired: bool | None = None
    quarantined: bool | None = None
    stale: bool | None = None


EVERYTHING: Final = NodeFilter()


def passes(node: Node, wanted: NodeFilter, now: int) -> bool:
    """Whether a node is one of those asked for."""
    return (
        (not wanted.types or node.type in wanted.types)
        and (not wanted.statuses or node.status in wanted.statuses)
        and set(wanted.tags) <= set(node.tags)
        and (not wanted.sources or any(item.source in wanted.sources for item in node.support))
        and (wanted.key is None or (node.key is not None and node.key.startswith(wanted.key)))
        and (wanted.min_confidence is None or node.confidence >= wanted.min_confidence)
        and (wanted.text is None or wanted.text.casefold() in node.content.casefold())
        and (wanted.expired is None or node.is_expired(now) == wanted.expired)
        and (wanted.stale is None or node.is_stale == wanted.stale)
        and (wanted.quarantined is None or node.is_quarantined == wanted.quarantined)
    )
