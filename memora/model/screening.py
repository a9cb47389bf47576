"""Text that comes from elsewhere, as it may be kept: nothing in it hidden, and why nobody should trust it yet.

What a person types is refused where it hides something (``memora.model.text``). What an import or a hook brings was
written by nobody who could be asked, so it is kept with what was hidden spelt out, and held back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from memora.model.injection import RULES, find_injections
from memora.model.text import hidden_positions

_MOST_SHOWN: Final = 3


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


def _unseen(text: str) -> list[int]:
    if text.isascii():
        return [at for at, letter in enumerate(text) if (letter < " " and letter not in "\t\n\r") or letter == "\x7f"]
    unseen = set(hidden_positions(text))
    unseen.update(at for at, letter in enumerate(text) if letter < " " and letter not in "\t\n\r")
    return sorted(unseen)
