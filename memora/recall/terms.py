"""The words of a text as the text index knows them.

The index itself splits at everything that is neither letter nor digit and strips English endings. Here is
added what that misses. Code names things in compounds, so a compound is also known by its parts and in one
piece: ``parseJwtToken``, ``parse_jwt_token`` and ``parse-jwt-token`` are all ``parsejwttoken``, ``parse``,
``jwt`` and ``token``. Scripts written without spaces are cut into pairs of characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

# A compound longer than this is found by its parts alone.
LONGEST_TERM: Final = 64

ATOM: Final = re.compile(r"[^\W_]+")
COMPOUND: Final = re.compile(r"[\w./:@#+-]+")
_COMPONENT: Final = re.compile(r"[\w-]+")
_PIECE: Final = re.compile(r"[A-Z]{2,}s(?![a-z])|[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_PUNCTUATION: Final = ".,;:!?()[]{}<>'\"`*"


def index_text(
    content: str,
    key: str | None,
    tags: Iterable[str],
    applies_to: Iterable[str],
    evidence: Iterable[str] = (),
) -> tuple[str, str, str]:
    """The texts under which a memory is indexed: what it says, what names it, and the places it points to."""
    named = " ".join(tags) if key is None else " ".join((key, *tags))
    return _expand(content), _expand(named), _expand(" ".join((*applies_to, *evidence)))


def _expand(text: str) -> str:
    """A text followed by the terms that splitting at punctuation would not find in it."""
    if not text:
        return text
    if not text.isascii():
        text = segment(text)
    added: list[str] = []
    for written in text.split():
        if written.isalpha() and (written.islower() or written[1:].islower()):
            continue
        bare = written.strip(_PUNCTUATION)
        if bare.isalnum() and (bare.islower() or bare[1:].islower() or bare.isupper() or bare.isdigit()):
            continue
        added += _known_terms(bare) if len(bare) <= LONGEST_TERM else _terms_within(bare)
    return f"{text} {' '.join(dict.fromkeys(added))}" if added else text


def _terms_within(written: str) -> list[str]:
    """The terms that splitting at punctuation would not find in what stands between two spaces."""
    terms: list[str] = []
    for compound in COMPOUND.findall(written):
        atoms = ATOM.findall(compound)
        terms += joined_forms(compound, atoms)
        terms += camel_parts(atoms)
    return terms


_known_terms = lru_cache(4096)(_terms_within)  # a project speaks of the same few things over and over


def joined_forms(compound: str, atoms: list[str]) -> list[str]:
    """A compound in one piece, whole and component by component: ``src/jwt_check.rs`` is also ``jwtcheck``."""
    if len(atoms) < 2:
        return []
    forms = ["".join(atoms)]
    if len(atoms) > 2:
        pieces = [piece for piece in _COMPONENT.findall(compound) if "_" in piece or "-" in piece]
        forms += ["".join(ATOM.findall(piece)) for piece in (compound.rpartition("/")[2], *pieces)]
    return [form for form in forms if len(form) <= LONGEST_TERM and form not in atoms and not form.isdigit()]


def camel_parts(atoms: list[str]) -> list[str]:
    """The parts of the camelCase words among the atoms of a compound."""
    parts: list[str] = []
    for atom in atoms:
        if not (atom.islower() or atom.isupper() or atom[1:].islower() or atom.isdigit()):
            pieces = _PIECE.findall(atom)
            if len(pieces) > 1:
                parts += [piece for piece in pieces if len(piece) > 1]
    return parts


def segment(text: str) -> str:
    """A text in which runs of Chinese, Japanese, Korean and Thai are replaced by the pairs in them.

    Half a surrogate pair, which no database takes, becomes a space.
    """
    return re.sub(
        "[\u0e01-\u0e5b\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]+"
        "|[\ud800-\udfff]",
        _pairs,
        text,
    )


def _pairs(run: re.Match[str]) -> str:
    characters = run[0]
    if "\ud800" <= characters <= "\udfff":
        return " "
    if len(characters) == 1:
        return f" {characters} "
    return " " + " ".join(characters[place : place + 2] for place in range(len(characters) - 1)) + " "
