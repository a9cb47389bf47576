"""Names people give: keys, tags, authors, branches, tags and workspaces.

Reference names follow git's rules, narrowed to what no file system, terminal or eye confuses.
They are kept as data and never become file paths.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final
from unicodedata import normalize

from memora.errors import BadInput, BadName
from memora.model.text import clean_line, find_hidden

KEY_CHARACTERS: Final = 200
TAG_CHARACTERS: Final = 64
AUTHOR_CHARACTERS: Final = 200
NAME_BYTES: Final = 200

# Tags that begin so are memora's own: nobody gives or takes them by hand.
OWN_TAGS: Final = "memora:"
QUARANTINE: Final = "memora:quarantine"
STALE: Final = "memora:stale:"  # and the confidence that the belief had

_KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*(\.[A-Za-z0-9_][A-Za-z0-9_-]*)*")
_FORBIDDEN_IN_NAME = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]")
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
_WHITE_SPACE_OR_COMMA = re.compile(r"[\s,]")
_RESERVED: Final = frozenset({"head", "fetch_head", "orig_head", "merge_head", "@"})


def clean_key(text: str) -> str:
    """A key such as ``auth.jwt.algorithm``. Raises BadInput."""
    key = text.strip()
    if len(key) > KEY_CHARACTERS:
        raise BadInput("key", f"is longer than {KEY_CHARACTERS} characters")
    if not _KEY.fullmatch(key):
        raise BadInput("key", f"{text!r} is not dotted words of letters, digits, '_' and '-'")
    return key


def is_key(text: str) -> bool:
    """Whether a text has the form of a key."""
    return len(text) <= KEY_CHARACTERS and _KEY.fullmatch(text) is not None


@lru_cache  # a batch has the same few tags and authors over and over
def clean_tag(text: str) -> str:
    """A tag: one word, kept in lower case. Raises BadInput."""
    tag = clean_line("tag", clean_line("tag", text, TAG_CHARACTERS).lower(), TAG_CHARACTERS)
    if _WHITE_SPACE_OR_COMMA.search(tag):
        raise BadInput("tag", f"{text!r} holds a space or comma")
    return tag


@lru_cache
def clean_author(text: str) -> str:
    """Who says so: one line, such as ``Ada <ada@example.org>``. Raises BadInput."""
    return clean_line("author", text, AUTHOR_CHARACTERS)


def clean_ref_name(what: str, text: str) -> str:
    """A branch, tag, workspace or remote name in NFC, such as ``feature/auth``.

    ``what`` is the word used in the error. Raises BadName.
    """
    name = normalize("NFC", text)
    problem = _name_problem(name)
    if problem:
        raise BadName(what, text, problem)
    return name


def fold_name(name: str) -> str:
    """The form in which two names clash: no difference of case or Unicode form."""
    return normalize("NFC", normalize("NFKC", name).casefold())


def _name_problem(text: str) -> str | None:
    if not text:
        return "is empty"
    if any("\ud800" <= character <= "\udfff" for character in text):
        return "is not valid Unicode"
    if len(text.encode()) > NAME_BYTES:
        return f"is longer than {NAME_BYTES} bytes"
    if _FORBIDDEN_IN_NAME.search(text) or any(character.isspace() for character in text):
        return "holds a space, a control character or one of ~ ^ : ? * [ \\"
    if find_hidden(text) is not None:
        return "holds an invisible character"
    if fold_name(text) in _RESERVED or "@{" in text:
        return "is kept for revisions"
    if fold_name(text).startswith("refs/"):
        return "begins with 'refs/', as full names do"
    if text.startswith("-"):
        return "begins with '-'"
    if ".." in text:
        return "holds '..'"
    for part in text.split("/"):
        problem = _part_problem(part)
        if problem:
            return problem
    return None


def _part_problem(part: str) -> str | None:
    if not part:
        return "has an empty part"
    if part.startswith("."):
        return "has a part that begins with '.'"
    if part.endswith("."):
        return "has a part that ends with '.'"
    if part.lower().endswith(".lock"):
        return "has a part that ends with '.lock'"
    if _DEVICE.fullmatch(fold_name(part)):
        return "has a part that some systems keep for devices"
    return None
