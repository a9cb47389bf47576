"""Anchors: what the lines said that a piece of evidence pointed to, on the day it was given.

An anchor is kept in the observation as one text, ``EXACT FOLDED COMMIT EVIDENCE`` (SPEC.md, "Anchors"): two digests of
the lines, as they were and with white space folded, and the git commit of the project, ``-`` where there was none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from blake3 import blake3

_DIGEST_BYTES = 8


class Anchor(NamedTuple):
    """What a piece of evidence pointed to. Digests are hexadecimal; ``commit`` is None outside of git."""

    evidence: str
    exact: str
    folded: str
    commit: str | None = None

    def __str__(self) -> str:
        return f"{self.exact} {self.folded} {self.commit or '-'} {self.evidence}"


def read_anchor(text: str) -> Anchor | None:
    """The anchor in a text; None where the text is none, as another version might write it."""
    parts = text.split(" ", 3)
    if len(parts) != 4:
        return None
    exact, folded, commit, evidence = parts
    return Anchor(evidence, exact, folded, None if commit == "-" else commit)


def split_lines(text: str) -> list[str]:
    """The lines of a text without their ends; a file with other line ends has the same lines."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def digest_exact(lines: Sequence[str]) -> str:
    """The digest of some lines as they are."""
    return _digest("\n".join(lines))


def digest_folded(lines: Sequence[str]) -> str:
    """The digest of some lines with white space folded and empty lines left out."""
    return _digest("\n".join(folded for line in lines if (folded := " ".join(line.split()))))


def _digest(text: str) -> str:
    return blake3(text.encode("utf-8", "surrogatepass")).hexdigest(_DIGEST_BYTES)
