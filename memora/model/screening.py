"""Text that comes from elsewhere, as it may be kept: nothing in it hidden, and why nobody should trust it yet.

What a person types is refused where it hides something (``memora.model.text``). What an import or a hook brings was
written by nobody who could be asked, so it is kept with what was hidden spelt out, and held back. An agent is shown
more of a memory than its content, so an order may stand in any text of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from memora.model.draft import Draft
from memora.model.injection import RULES, find_injections, may_hold_injection
from memora.model.names import OWN_TAGS
from memora.model.node import Node
from memora.model.node_codec import peek_texts
from memora.model.text import hidden_positions

# What a memory says, by field.
Texts = Mapping[str, tuple[str, ...]]

_MOST_SHOWN: Final = 3
_JOINTS: Final = re.compile(r"[-_./\\:]+")
# The brackets of an author's address, which most memories have, are no markup.
_ADDRESS: Final = re.compile(r"<([^<>\s@]+@[^<>\s@]+)>")
_ADDRESS_BYTES: Final = re.compile(_ADDRESS.pattern.encode())


class Screened(NamedTuple):
    """A text, and the reasons to hold it back; none where there is nothing against it."""

    text: str
    reasons: tuple[str, ...]


def screen(text: str) -> Screened:
    """A text with hidden and control characters spelt out as ``\\u{200b}``, and what speaks against it."""
    shown = reveal(text)
    return Screened(shown, (*hidden_reasons(text), *injection_reasons(shown)))


def screen_fields(fields: Mapping[str, Any]) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """The fields of a memory with its content screened, and the reasons to hold it back."""
    content = fields.get("content")
    if not isinstance(content, str):
        return fields, ()
    shown, reasons = screen(content)
    return (fields if shown == content else {**fields, "content": shown}), reasons


def texts_of(node: Node) -> Texts:
    """All that somebody wrote in a memory and a reader may be shown, by field. Fields without any are left out."""
    seen = node.observations
    texts = {
        "content": (node.content,),
        "key": () if node.key is None else (node.key,),
        "tags": tuple(tag for tag in node.tags if not tag.startswith(OWN_TAGS)),
        "paths": node.applies_to,
        "evidence": _each(piece for item in seen for piece in item.evidence),
        "source": _each(item.source for item in seen),
        "author": _each(item.author for item in seen),
        "note": _each(item.note for item in seen if item.note is not None),
        "session": _each(item.session for item in seen if item.session is not None),
    }
    return {field: items for field, items in texts.items() if items}


def labels_of(draft: Draft) -> Texts:
    """All that a draft says besides its content, by field."""
    texts = {
        "key": () if draft.key is None else (draft.key,),
        "tags": draft.tags,
        "paths": draft.applies_to,
        "evidence": draft.evidence,
        "source": (draft.source,),
        "author": (draft.author,),
        "note": () if draft.note is None else (draft.note,),
    }
    return {field: items for field, items in texts.items() if items}


def order_reasons(texts: Texts) -> tuple[str, ...]:
    """What in some texts reads like an order, in words, with the field where that is not the content."""
    found: dict[str, None] = {}
    for field, items in texts.items():
        if field == "content":
            found.update(dict.fromkeys(reason for text in items for reason in injection_reasons(text)))
            continue
        # Words that a name joins are words for who reads it, and tags are read in a row.
        joined = _ADDRESS.sub(r" \1 ", " ".join(items) if field == "tags" else "\n".join(items))
        for text in (joined, _JOINTS.sub(" ", joined)):
            found.update(dict.fromkeys(f"{reason} ({field})" for reason in injection_reasons(text)))
    return tuple(found)


def may_hold_order(body: bytes) -> bool:
    """Whether the canonical body of a memory has to be looked at; no only where ``order_reasons`` has none for it."""
    if b"\\" not in body and b'"conflict":' not in body and not may_hold_injection(body):
        return False  # so it is with nearly all, and one look at all of it takes half the time
    texts = peek_texts(body)
    if texts is None:
        return True
    content, rest = texts
    if may_hold_injection(content) and find_injections(content.decode()):
        return True
    return may_hold_injection(_ADDRESS_BYTES.sub(rb" \1 ", rest))


def reveal(text: str) -> str:
    """A text with every character that nobody can see spelt out."""
    hidden = set(_unseen(text))
    if not hidden:
        return text
    return "".join(f"\\u{{{ord(letter):x}}}" if at in hidden else letter for at, letter in enumerate(text))


def hidden_reasons(text: str) -> list[str]:
    """What is hidden in a text, in words; empty where nothing is."""
    hidden = _unseen(text)
    if not hidden:
        return []
    names = list(dict.fromkeys(f"U+{ord(text[at]):04X}" for at in hidden))
    more = ", …" if len(names) > _MOST_SHOWN else ""
    return [f"hidden: {', '.join(names[:_MOST_SHOWN])}{more}"]


def injection_reasons(text: str) -> list[str]:
    """What of a text reads like an order, in words; empty where nothing does."""
    return [f"{found.rule}: {RULES[found.rule].what}" for found in find_injections(text)]


def _each(items: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))


def _unseen(text: str) -> list[int]:
    if text.isascii():
        return [at for at, letter in enumerate(text) if (letter < " " and letter not in "\t\n\r") or letter == "\x7f"]
    unseen = set(hidden_positions(text))
    unseen.update(at for at, letter in enumerate(text) if letter < " " and letter not in "\t\n\r")
    return sorted(unseen)
