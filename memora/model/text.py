"""Rules for text from outside: what is refused, and the one form in which the rest is kept."""

from __future__ import annotations

import re
from typing import Final
from unicodedata import category, normalize

from memora.errors import BadInput

CONTENT_BYTES: Final = 64 * 1024

_WHITE_SPACE = re.compile(r"\s+")
_ASCII_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LINE_END = re.compile(r"\r\n?")
_TRAILING_SPACE = re.compile(r"[ \t]+$", re.MULTILINE)

# Zero-width joiners and variation selectors shape emoji and some scripts; after a letter or symbol
# of those they are spelling, anywhere else they hide text.
_JOINERS: Final = "\u200c\u200d\ufe0e\ufe0f"
_FILLERS: Final = frozenset("\u115f\u1160\u3164\uffa0\u17b4\u17b5\u034f\u2800")
_HIDDEN_CATEGORIES: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})


def clean_content(text: str) -> str:
    """The content of a node in its kept form: NFC, line feeds, no trailing white space.

    Raises BadInput for empty content, content over 64 KiB of UTF-8, and characters nobody can see.
    """
    cleaned = clean_text("content", _LINE_END.sub("\n", text)).strip()
    if "\n" in cleaned or "\t" in cleaned:
        cleaned = _TRAILING_SPACE.sub("", cleaned)
    if not cleaned:
        raise BadInput("content", "is empty")
    if len(cleaned) * 4 > CONTENT_BYTES and len(cleaned.encode()) > CONTENT_BYTES:
        raise BadInput("content", f"is longer than {CONTENT_BYTES // 1024} KiB")
    return cleaned


def clean_line(field: str, text: str, longest: int) -> str:
    """One line of text, stripped and NFC. Raises BadInput when empty, too long or holding a line end."""
    cleaned = clean_text(field, text).strip()
    if not cleaned:
        raise BadInput(field, "is empty")
    if "\n" in cleaned or "\t" in cleaned:
        raise BadInput(field, "holds a line end or tab")
    if len(cleaned) > longest:
        raise BadInput(field, f"is longer than {longest} characters")
    return cleaned


def clean_text(field: str, text: str) -> str:
    """Text in NFC. Raises BadInput for control characters and for characters that hide text."""
    if _ASCII_CONTROL.search(text):
        raise BadInput(field, "holds a control character")
    if text.isascii():
        return text
    hidden = find_hidden(text)
    if hidden is not None and "\ud800" <= text[hidden] <= "\udfff":
        raise BadInput(field, "is not valid UTF-8")
    if hidden is not None:
        raise BadInput(field, f"holds the invisible character U+{ord(text[hidden]):04X} at position {hidden + 1}")
    return normalize("NFC", text)


def find_hidden(text: str) -> int | None:
    """The position of the first character that a reader cannot see, or None.

    Joiners and variation selectors count only where nothing before them needs them.
    """
    for position, character in enumerate(text):
        if character < "\x7f":
            continue
        if character in _JOINERS:
            if position == 0 or not _takes_joiner(text[position - 1]):
                return position
        elif character in _FILLERS or category(character) in _HIDDEN_CATEGORIES or _is_selector(character):
            return position
    return None


def identity_form(content: str) -> str:
    """The form of a content that decides whether two agents learnt the same: white space folded."""
    return _WHITE_SPACE.sub(" ", content)


def first_line(content: str, longest: int = 200) -> str:
    """The first line of a content for a list, cut with an ellipsis at ``longest`` characters."""
    line, _, rest = content.partition("\n")
    if len(line) > longest:
        return line[: longest - 1] + "…"
    return line + " …" if rest else line


def _is_selector(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0d" or "\U000e0100" <= character <= "\U000e01ef"


def _takes_joiner(before: str) -> bool:
    if before in _JOINERS:
        return False
    if before < "\x7f":
        return before in "0123456789#*"
    return category(before) in {"So", "Sk", "Mn", "Mc"} or _joins_letters(before)


def _joins_letters(character: str) -> bool:
    """Arabic, Syriac, N'Ko, Mongolian and the Indic scripts join their letters."""
    return "\u0600" <= character <= "\u08ff" or "\u0900" <= character <= "\u0dff" or "\u1000" <= character <= "\u18af"
