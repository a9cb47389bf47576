"""Which events there are, and the one form in which what an event says is kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from unicodedata import normalize

from memora.errors import BadInput
from memora.model import canonical
from memora.model.secrets import mask, mask_named

# Written by memora itself.
OWN_TYPES: Final = frozenset(
    """
    session_started session_ended node_added node_updated node_removed node_promoted nodes_changed commit_created
    merge_completed branch_switched rolled_back undone redone operation_done export_written recalled purged
    """.split()
)
# What stands where an event was about a version that a purge took out.
ERASED: Final = "purged"
# Written by agents, besides any that begins with x_.
AGENT_TYPES: Final = ("user_prompt", "tool_call", "tool_result", "file_edit", "note", "error")

COMPLETED: Final = "completed"
ABANDONED: Final = "abandoned"
OUTCOMES: Final = (COMPLETED, "failed", "cancelled", ABANDONED)

DATA_BYTES: Final = 64 * 1024
DATA_DEPTH: Final = 24
OWNER_CHARACTERS: Final = 200

_OTHER_TYPE = re.compile(r"x_[a-z0-9_]{1,62}")
_SURROGATES = re.compile("[\ud800-\udfff]")
_REPLACEMENT: Final = "\ufffd"


def clean_agent_type(text: str) -> str:
    """The type of an event that an agent reports. Raises BadInput, also for those that memora writes itself."""
    name = text.strip()
    if name in AGENT_TYPES or _OTHER_TYPE.fullmatch(name):
        return name
    if name in OWN_TYPES:
        raise BadInput("type", f"{name!r} is an event that memora writes itself")
    raise BadInput("type", f"{text!r} is none of {', '.join(AGENT_TYPES)}, x_NAME")


def check_type(text: str) -> str:
    """The type of any event that there can be. Raises BadInput."""
    name = text.strip()
    if name in OWN_TYPES or name in AGENT_TYPES or _OTHER_TYPE.fullmatch(name):
        return name
    raise BadInput("type", f"{text!r} is none of {', '.join((*AGENT_TYPES, *sorted(OWN_TYPES)))}, x_NAME")


def clean_outcome(text: str) -> str:
    """How a session ended. Raises BadInput."""
    name = text.strip().lower()
    if name not in OUTCOMES:
        raise BadInput("outcome", f"{text!r} is none of {', '.join(OUTCOMES)}")
    return name


def clean_data(value: object, *, most_bytes: int | None = DATA_BYTES) -> dict[str, Any]:
    """What an event says, as canonical JSON can hold it.

    Text becomes NFC, with secrets masked and U+FFFD for halves of surrogate pairs; a number that canonical JSON has no
    form for becomes its text. Raises BadInput for what is no mapping, is not JSON, is deeper than 24 levels or longer
    than ``most_bytes`` (None: of any length), which for agents is 64 KiB.
    """
    if not isinstance(value, Mapping):
        raise BadInput("data", "is not a JSON object")
    cleaned: dict[str, Any] = _clean(value, 0)
    size = 0 if most_bytes is None else len(canonical.encode_checked(cleaned))
    if most_bytes is not None and size > most_bytes:
        raise BadInput("data", f"takes {size} bytes, more than {most_bytes // 1024} KiB")
    return cleaned


def _clean(value: object, depth: int) -> Any:
    if isinstance(value, str):
        return mask(_clean_text(value))
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return _clean_number(value)
    if depth >= DATA_DEPTH:
        raise BadInput("data", f"is nested deeper than {DATA_DEPTH} levels")
    if isinstance(value, Mapping):
        return {_clean_key(key): _clean_named(key, item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item, depth + 1) for item in value]
    raise BadInput("data", f"holds a {type(value).__name__}, which JSON cannot hold")


def _clean_named(key: object, value: object, depth: int) -> Any:
    if isinstance(value, str) and isinstance(key, str):
        return mask_named(key, _clean_text(value))
    return _clean(value, depth)


def _clean_text(text: str) -> str:
    return text if text.isascii() else normalize("NFC", _SURROGATES.sub(_REPLACEMENT, text))


def _clean_key(key: object) -> str:
    if not isinstance(key, str):
        raise BadInput("data", "has a key that is not text")
    if key.isascii():
        return mask(key)
    return mask(normalize("NFC", re.sub("[^\\u0000-\\ud7ff\\ue000-\\uffff]", _REPLACEMENT, key)))


def _clean_number(number: int | float) -> Any:
    if isinstance(number, float):
        if number != number or number in (float("inf"), float("-inf")):
            raise BadInput("data", "holds a number that is not finite")
        if abs(number) <= canonical.LARGEST_INTEGER and number.is_integer():
            return int(number)
        return number if 1e-4 <= abs(number) <= canonical.LARGEST_INTEGER else repr(number)
    return number if abs(number) <= canonical.LARGEST_INTEGER else str(number)
