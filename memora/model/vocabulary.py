"""The closed lists of the model: node types, statuses, relations and sources, and what each is worth."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from memora.errors import BadInput

DAY_MICROSECONDS: Final = 86_400 * 1_000_000

NODE_TYPES: Final = ("episodic", "semantic", "procedural", "assumption", "project", "preference")
DEFAULT_TYPE: Final = "semantic"

STATUSES: Final = ("ephemeral", "stable", "deprecated", "conflicted")
STATUS_RANK: Final = {"stable": 3, "ephemeral": 2, "conflicted": 1, "deprecated": 0}

RELATIONS: Final = (
    "derived_from",
    "supports",
    "contradicts",
    "supersedes",
    "depends_on",
    "relates_to",
    "part_of",
)

# Lifetime a node gets at birth when none is given, in days.
DEFAULT_LIFETIME_DAYS: Final = {"episodic": 30, "assumption": 14}

AGENT_SOURCES: Final = ("claude_code", "cursor", "cline", "openhands", "codex", "gemini", "copilot")
UNKNOWN_SOURCE_PREFIX: Final = "unknown:"
DEFAULT_SOURCE: Final = "manual"

# What one sighting by each source is worth when the caller does not say.
_SOURCE_CONFIDENCE: Final = {
    "code_read": 1.0,
    "test_result": 0.9,
    "manual": 0.8,
    **dict.fromkeys(AGENT_SOURCES, 0.7),
    "model_inference": 0.6,
    "import": 0.5,
}
_UNKNOWN_CONFIDENCE: Final = 0.3

# Which source is believed over which in a merge.
_SOURCE_RANK: Final = {
    "code_read": 9,
    "test_result": 8,
    "manual": 7,
    **dict.fromkeys(AGENT_SOURCES, 6),
    "model_inference": 4,
    "import": 3,
}
_UNKNOWN_RANK: Final = 1

# Sources that looked or measured; all others infer, and inference never reaches certainty.
OBSERVING_SOURCES: Final = frozenset({"code_read", "test_result", "manual"})

SOURCES: Final = tuple(_SOURCE_CONFIDENCE)

_UNKNOWN_NAME = re.compile(r"[a-z0-9][a-z0-9._]{0,63}")


@lru_cache  # a batch has the same few types and sources over and over
def parse_type(text: str) -> str:
    """A node type from what somebody typed, in any case. Raises BadInput."""
    return _one_of("type", text.strip().lower(), NODE_TYPES)


def parse_status(text: str) -> str:
    """A status from what somebody typed, in any case; ``disputed`` is another word for conflicted. Raises BadInput."""
    status = text.strip().lower()
    return "conflicted" if status == "disputed" else _one_of("status", status, STATUSES)


def parse_relation(text: str) -> str:
    """A relation from what somebody typed; ``derived-from`` reads as ``derived_from``. Raises BadInput."""
    return _one_of("relation", text.strip().lower().replace("-", "_"), RELATIONS)


@lru_cache
def parse_source(text: str) -> str:
    """A source from what somebody typed; ``code-read`` reads as ``code_read``. Raises BadInput.

    A source outside the list must say so: ``unknown:NAME``.
    """
    name = text.strip().lower().replace("-", "_")
    if name in _SOURCE_CONFIDENCE:
        return name
    if name.startswith(UNKNOWN_SOURCE_PREFIX) and _UNKNOWN_NAME.fullmatch(name[len(UNKNOWN_SOURCE_PREFIX) :]):
        return name
    raise BadInput("source", f"{text!r} is none of {', '.join(SOURCES)}, unknown:NAME")


def source_confidence(source: str) -> float:
    """The default confidence of one sighting by that source."""
    return _SOURCE_CONFIDENCE.get(source, _UNKNOWN_CONFIDENCE)


def source_rank(source: str) -> int:
    """The rank of a source on the ladder of merge; higher is believed."""
    return _SOURCE_RANK.get(source, _UNKNOWN_RANK)


def _one_of(field: str, name: str, allowed: tuple[str, ...]) -> str:
    if name not in allowed:
        raise BadInput(field, f"{name!r} is none of {', '.join(allowed)}")
    return name
