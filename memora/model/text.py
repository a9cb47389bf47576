"""Rules for text from outside: what is refused, and the one form in which the rest is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from unicodedata import category, normalize

from memora.errors import BadInput

CONTENT_BYTES: Final = 64 * 1024

_ASCII_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_TRAILING_SPACE = re.compile(r"[ \t]+$", re.MULTILINE)

# These shape emoji and the letters of some scripts. Behind one that takes them they are spelling,
# anywhere else they hide text.
_SELECTORS: Final = "\ufe0e\ufe0f"
_NON_JOINER: Final = "\u200c"
_JOINER: Final = "\u200d"
_MONGOLIAN_SELECTORS: Final = "\u180b\u180c\u180d\u180f"
_SHAPERS: Final = _SELECTORS + _NON_JOINER + _JOINER + _MONGOLIAN_SELECTORS

_FILLERS: Final = frozenset("\u115f\u1160\u3164\uffa0\u17b4\u17b5\u034f\u2800\u2065")
_HIDDEN_CATEGORIES: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
_SYMBOL_CATEGORIES: Final = frozenset({"So", "Sm"})
# Emoji that Unicode files under punctuation and letters.
_OTHER_SYMBOLS: Final = "\u203c\u2049\u3030\u303d\u2139"
_KEYCAP: Final = "\u20e3"
_BLACK_FLAG: Final = "\U0001f3f4"
# England, Scotland and Wales: the only flags that are spelt in invisible letters.
_SPELT_FLAGS: Final = frozenset(
    _BLACK_FLAG + "".join(chr(0xE0000 + ord(letter)) for letter in region) + "\U000e007f"
    for region in ("gbeng", "gbsct", "gbwls")
)


def clean_content(text: str) -> str:
    """The content of a node in its kept form: NFC, line feeds, no trailing white space.

    Raises BadInput for empty content, content over 64 KiB of UTF-8, and characters nobody can see.
    """
    cleaned = clean_text("content", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
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
    if "\n" in cleaned or "\r" in cleaned or "\t" in cleaned:
        raise BadInput(field, "holds a line end or tab")
    if len(cleaned) > longest:
        raise BadInput(field, f"is longer than {longest} characters")
    return cleaned


def clean_text(field: str, text: str) -> str:
    """Text in NFC. Raises BadInput for control characters and for characters that hide text."""
    control = _ASCII_CONTROL.search(text)
    if control is not None:
        raise BadInput(field, f"holds the control character U+{ord(control[0]):04X} at position {control.start() + 1}")
    if text.isascii():
        return text
    hidden = find_hidden(text)
    if hidden is not None and "\ud800" <= text[hidden] <= "\udfff":
        raise BadInput(field, "is not valid UTF-8")
    if hidden is not None:
        raise BadInput(field, f"holds the invisible character U+{ord(text[hidden]):04X} at position {hidden + 1}")
    return normalize("NFC", text)


def find_hidden(text: str) -> int | None:
    """The position of the first character that a reader cannot see, or None; ASCII is not looked at, DEL aside.

    What shapes an emoji or a letter counts only where nothing before it takes it.
    """
    return next(hidden_positions(text), None)


def hidden_positions(text: str) -> Iterator[int]:
    """The positions of all characters that ``find_hidden`` finds, in order."""
    for position, character in enumerate(text):
        if character < "\x7f":
            continue
        if character in _SHAPERS:
            if position == 0 or not _shapes(text, position):
                yield position
        elif (
            character in _FILLERS or category(character) in _HIDDEN_CATEGORIES or _is_ignorable(character)
        ) and not _spells_flag(text, position):
            yield position


def identity_form(content: str) -> str:
    """The form of a content that decides whether two agents learnt the same: white space folded."""
    return " ".join(content.split())


def first_line(content: str, longest: int = 200) -> str:
    """The first line of a content for a list, cut with an ellipsis at ``longest`` characters."""
    line, _, rest = content.partition("\n")
    if len(line) > longest:
        return line[: longest - 1] + "…"
    return line + " …" if rest else line


def cut_middle(text: str, longest: int = 1000) -> str:
    """A text of about ``longest`` characters at most; a longer one loses its middle, for an ellipsis."""
    return text if len(text) <= longest else f"{text[: longest // 2]} … {text[-longest // 2 :]}"


def _is_ignorable(character: str) -> bool:
    """Variation selectors, and code points that show nothing even where they stand for nothing yet."""
    return (
        "\ufe00" <= character <= "\ufe0d"
        or "\ufff0" <= character <= "\ufff8"
        or "\U000e0000" <= character <= "\U000e0fff"
    )


def _shapes(text: str, position: int) -> bool:
    """Whether the shaper at a position belongs to what is around it."""
    shaper, before, after = text[position], text[position - 1], text[position + 1 : position + 2]
    if shaper in _SELECTORS:
        return after == _KEYCAP if before in "0123456789#*" else _is_symbol(before)
    if shaper in _MONGOLIAN_SELECTORS:
        return "\u1820" <= before <= "\u18af"
    if _joins_letters(before):
        return True
    if shaper == _NON_JOINER or not _is_symbol(after):
        return False
    if before in _SELECTORS:
        before = text[position - 2 : position - 1]
    return _is_symbol(before) or _is_skin_tone(before)


def _spells_flag(text: str, position: int) -> bool:
    start = text.rfind(_BLACK_FLAG, max(position - 6, 0), position)
    return start >= 0 and text[start : start + 7] in _SPELT_FLAGS


def _is_symbol(character: str) -> bool:
    return character > "\x7f" and (category(character) in _SYMBOL_CATEGORIES or character in _OTHER_SYMBOLS)


def _is_skin_tone(character: str) -> bool:
    return "\U0001f3fb" <= character <= "\U0001f3ff"


def _joins_letters(character: str) -> bool:
    """Arabic, Syriac, N'Ko, the Indic scripts, Myanmar, Khmer and Mongolian join their letters."""
    return (
        "\u0600" <= character <= "\u08ff"
        or "\u0900" <= character <= "\u0dff"
        or "\u1000" <= character <= "\u109f"
        or "\u1700" <= character <= "\u18af"
    ) and character not in _SHAPERS
