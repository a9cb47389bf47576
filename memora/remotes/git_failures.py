"""What git says went wrong, as an error of memora: one short sentence, without control characters and passwords."""

from __future__ import annotations

import re
from typing import Final

from memora.errors import MemoraError
from memora.errors.remotes import RemoteNotFound, RemoteUnavailable
from memora.errors.store import DiskFull
from memora.remotes.address import shown_address
from memora.remotes.git_process import Ran

_LONGEST: Final = 300
_FULL: Final = ("no space left on device", "disk quota exceeded")
# Of files, ssh, git daemon, HTTP and the hosts that say it in words of their own.
_NOT_THERE: Final = (
    "does not appear to be a git repository",
    "repository not exported",
    "repository not found",
    "could not be found",
    "' not found",
    "remote error: no such repository",
)
# Said after the reason was, or instead of it.
_SAYS_NOTHING: Final = (
    "could not read from remote repository",
    "failed to push some refs",
    "the remote end hung up",
    "unexpected disconnect",
    "please make sure you have the correct access rights",
    "and the repository exists",
)
_REFUSED: Final = re.compile(rb"^!\t[^\t]*\t\[(?:remote )?(?:rejected|failure)\] \((.*)\)$", re.MULTILINE)
_TOLD: Final = re.compile(r"(?:(?:remote|fatal|error|warning|ERROR|ssh): ?)+")


def failure_of(address: str, ran: Ran) -> MemoraError:
    """The error that a run of git ended with."""
    if ran.stopped is not None:
        return RemoteUnavailable(address, f"git was stopped because {ran.stopped}")
    said = ran.complaint.lower()
    refused = _REFUSED.search(ran.output)
    reasons = [] if refused is None else [refused[1].decode("utf-8", "replace")]
    sentence = _clean("; ".join(reasons + _telling(ran.complaint, without=reasons)))
    if any(sign in said or sign in sentence.lower() for sign in _FULL):
        return DiskFull(f"{address}: {sentence}")
    if any(sign in said for sign in _NOT_THERE):
        return RemoteNotFound(address, sentence)
    return RemoteUnavailable(address, sentence or f"git failed with exit code {ran.code}")


def is_contended(ran: Ran) -> bool:
    """Whether a push was refused because another had hold of the reference just then. Only a reason to try again."""
    refused = _REFUSED.search(ran.output)
    return refused is not None and (b"lock" in refused[1] or b"failed to update ref" in refused[1])


def is_outrun(ran: Ran) -> bool:
    """Whether git saw, before it sent anything, that the reference is there already."""
    refused = _REFUSED.search(ran.output)
    return refused is not None and b"\t[rejected] " in refused[0] and refused[1] == b"stale info"


def _telling(complaint: str, without: list[str]) -> list[str]:
    """The first two lines that say something."""
    found: list[str] = []
    for line in complaint.splitlines():
        text = _TOLD.sub("", line, count=1).strip() if _TOLD.match(line) else line.strip()
        told = text.lower()
        if not text or text in found or any(words in told for words in _SAYS_NOTHING):
            continue
        if line.startswith(("hint:", "To ", "debug1:")) or any(text in reason for reason in without):
            continue
        found.append(text.rstrip("."))
    return found[:2]


def _clean(text: str) -> str:
    """Text from elsewhere, as it may be shown."""
    printable = "".join(character if character.isprintable() else " " for character in text)
    shown = " ".join(shown_address(word) for word in printable.split())
    return shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "…"
