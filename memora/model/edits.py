"""What somebody wants changed about a node: the fields checked, and the node as it is afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from memora.errors import BadInput
from memora.errors.history import InDispute
from memora.model import vocabulary
from memora.model.belief import promoted, revised, says_the_same, supported
from memora.model.draft import (
    default_expiry,
    read_confidence,
    read_evidence,
    read_expiry,
    read_globs,
    read_span,
    read_tags,
    read_text,
)
from memora.model.names import OWN_TAGS, clean_key
from memora.model.node import Node, Observation, dated
from memora.model.text import clean_content

FIELDS: Final = frozenset(
    {
        "type",
        "content",
        "key",
        "source",
        "evidence",
        "confidence",
        "status",
        "tags",
        "add_tags",
        "remove_tags",
        "applies_to",
        "add_applies_to",
        "remove_applies_to",
        "ttl",
        "expires_at",
        "valid_from",
        "valid_to",
    }
)


def apply_edit(node: Node, fields: Mapping[str, Any], *, author: str, now: int, session: str | None = None) -> Node:
    """The node with some fields changed; the same node comes back where that changes nothing.

    Only the fields that are there change anything; None takes a key, an expiry or a bound of validity away.
    Other words are a sighting of their own and lose what supported the old ones (``belief.revised``); a
    ``source`` or ``evidence`` beside the same words supports them. ``tags`` and ``applies_to`` replace the set,
    with ``add_`` and ``remove_`` they change it. Raises BadInput that names the first field that is wrong,
    InDispute for the status of a disputed node.
    """
    unknown = fields.keys() - FIELDS
    if unknown:
        raise BadInput(f"field {min(unknown)!r}", f"is not known; known are {', '.join(sorted(FIELDS))}")
    changed = _with_words(node, fields, author, now, session)
    if "confidence" in fields:
        changed = changed._replace(confidence=read_confidence(fields["confidence"]))
    if "type" in fields:
        changed = changed._replace(type=vocabulary.parse_type(read_text("type", fields["type"])))
    if "status" in fields:
        changed = _with_status(changed, vocabulary.parse_status(read_text("status", fields["status"])))
    if "key" in fields:
        key = fields["key"]
        changed = changed._replace(key=None if key is None else clean_key(read_text("key", key)))
    start, end = read_span(fields.get("valid_from", node.valid_from), fields.get("valid_to", node.valid_to), now)
    changed = changed._replace(
        tags=_with_own_tags(changed, _edit_set(_given_tags(node), fields, "tags", read_tags)),
        applies_to=_edit_set(node.applies_to, fields, "applies_to", read_globs),
        expires_at=_expiry(node, changed, fields, now),
        valid_from=start,
        valid_to=end,
    )
    return dated(node, changed, now)


def _with_words(node: Node, fields: Mapping[str, Any], author: str, now: int, session: str | None) -> Node:
    content = clean_content(read_text("content", fields["content"])) if "content" in fields else node.content
    source = vocabulary.parse_source(read_text("source", fields.get("source", vocabulary.DEFAULT_SOURCE)))
    sighting = Observation(source, author, now, session, read_evidence(fields.get("evidence")))
    worth = vocabulary.source_confidence(source)
    if not says_the_same(node, content):
        return revised(node, content, sighting, worth, now)
    if "source" in fields or "evidence" in fields:
        node = supported(node, sighting, worth)
    return node._replace(content=content)


def _with_status(node: Node, status: str) -> Node:
    if status == node.status:
        return node
    if status == "conflicted":
        raise BadInput("status", "conflicted is what a merge finds, not what somebody says")
    if node.status == "conflicted":
        raise InDispute(node.id.hex(), "its status is set")
    return promoted(node) if status == "stable" else node._replace(status=status)


def _given_tags(node: Node) -> tuple[str, ...]:
    return tuple([tag for tag in node.tags if not tag.startswith(OWN_TAGS)])


def _with_own_tags(node: Node, tags: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({*tags, *(tag for tag in node.tags if tag.startswith(OWN_TAGS))}))


def _expiry(before: Node, after: Node, fields: Mapping[str, Any], now: int) -> int | None:
    """When the node ends: as the fields say, else as the type has it where a life begins anew."""
    if fields.keys() & {"ttl", "expires_at"}:
        return read_expiry(fields.get("ttl"), fields.get("expires_at"), now)
    if after.status == "stable":
        return after.expires_at
    unsettled = before.status == "stable" and after.status == "ephemeral" and after.expires_at is None
    other_words_too_late = after.content != before.content and before.is_expired(now)
    if after.type != before.type or unsettled or other_words_too_late:
        return default_expiry(after.type, now)
    return after.expires_at


def _edit_set(
    current: tuple[str, ...], fields: Mapping[str, Any], name: str, read: Callable[[object], tuple[str, ...]]
) -> tuple[str, ...]:
    whole = read(fields[name]) if name in fields else current
    added, removed = read(fields.get(f"add_{name}")), read(fields.get(f"remove_{name}"))
    return tuple(sorted({*whole, *added}.difference(removed)))
