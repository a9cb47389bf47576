"""From an event of a hook to what is kept of it: bounded in size, without secrets, the same however it was spelt."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from memora.harnesses.event import (
    CALL,
    COMPACTED,
    EDIT,
    END,
    FAILURE,
    PROMPT,
    REPLY,
    RESULT,
    START,
    SUBAGENT,
    HookEvent,
)
from memora.model.secrets import find_secrets, mask

TYPE_CHECKING = False  # importing typing would be felt at every hook
if TYPE_CHECKING:
    from typing import Any, Final, TypeAlias

# Texts longer than this lose their middle; where the whole is still too large, they are cut shorter once more.
LONGEST_TEXT: Final = 2_000
SHORTEST_CUT: Final = 200
LARGEST_NOTE: Final = 16_000

# Of a longer text only the ends are looked at for secrets, and far less than that of each end is kept.
_LONGEST_LOOK: Final = 32_000
_MOST_PARTS: Final = 40
_DEEPEST: Final = 6
_LONGEST_KEY: Final = 100
_LARGEST_JSON: Final = 200_000


NewEvent: TypeAlias = "tuple[str, dict[str, Any]]"


class Note:
    """What to write down of one event.

    ``events`` are the events of the session log, as type and data. ``id`` is the harness's own name for what
    happened, by which a second telling is known; without one a second telling is the same words at the same time.
    ``said`` belongs to the session: how it began or ended, and where.
    """

    __slots__ = ("events", "id", "kind", "said", "session", "source")

    def __init__(
        self, kind: str, source: str, session: str, id: str | None, events: Sequence[NewEvent], said: dict[str, Any]
    ) -> None:
        self.kind, self.source, self.session, self.id = kind, source, session, id
        self.events, self.said = events, said

    def as_json(self) -> dict[str, Any]:
        """The note as JSON can hold it, for ``read_note``."""
        return {name: getattr(self, name) for name in self.__slots__}


def read_note(data: Mapping[str, Any]) -> Note:
    """A note from JSON. Raises KeyError, TypeError, ValueError for what is none."""
    events = tuple((str(name), dict(said)) for name, said in data["events"])
    identity = None if data["id"] is None else str(data["id"])
    kind, source, session = (str(data[name]) for name in ("kind", "source", "session"))
    return Note(kind, source, session, identity, events, dict(data["said"]))


def take_note(event: HookEvent, source: str) -> Note:
    """What is kept of an event."""
    said = _given(reason=event.reason, model=event.model, directory=event.directory)
    events = tuple((name, data) for name, data in _events(event) if data)
    return Note(event.kind, source, event.session, event.id, events, _bounded(said))


def _events(event: HookEvent) -> list[NewEvent]:
    common = _given(id=event.id, agent=event.agent)
    text = event.text
    if event.kind in (START, END):
        return []
    if event.kind == PROMPT:
        return [] if text is None else [("user_prompt", _bounded({**common, "text": text}))]
    if event.kind in (CALL, RESULT):
        return _tool_events(event, common)
    if event.kind == EDIT:
        return [] if text is None else [("file_edit", _bounded({**common, "path": text}))]
    if event.kind == FAILURE:
        return [] if text is None else [("error", _bounded({**common, "message": text}))]
    if event.kind == SUBAGENT:
        return [("x_subagent", _bounded({**common, **_given(step=event.name, text=text, outcome=event.reason)}))]
    origin = {REPLY: "assistant", COMPACTED: "compaction"}[event.kind]
    return [] if text is None else [("note", _bounded({**common, "from": origin, "text": text}))]


def _tool_events(event: HookEvent, common: Mapping[str, Any]) -> list[NewEvent]:
    """A call, and behind the tool's run what came of it: most harnesses tell both at once."""
    tool = {**common, **_given(tool=event.tool)}
    call = ("tool_call", _bounded({**tool, **_given(input=_parsed(event.input))}))
    if event.kind == CALL:
        return [call]
    result = _given(error=event.error, output=_parsed(event.output))
    return [call, ("tool_result", _bounded({**tool, **result}))]


def _given(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _parsed(value: Any) -> Any:
    """A value that one harness sends as JSON in a text, as the others send it."""
    if isinstance(value, str) and value.startswith(("{", "[")) and len(value) <= _LARGEST_JSON:
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            pass
    return value


def _bounded(data: dict[str, Any]) -> dict[str, Any]:
    """The data within the bounds, with secrets masked."""
    longest = LONGEST_TEXT
    while True:
        kept = {key: _kept(value, longest, 0) for key, value in data.items()}
        if longest <= SHORTEST_CUT or len(json.dumps(kept)) <= LARGEST_NOTE:
            break
        longest //= 2
    if len(json.dumps(kept)) > LARGEST_NOTE:
        kept = {
            key: cut(json.dumps(value), LONGEST_TEXT) if isinstance(value, dict | list) else value
            for key, value in kept.items()
        }
    return kept


def _kept(value: Any, longest: int, depth: int, key: str = "") -> Any:
    if isinstance(value, str):
        return _text(value, longest, key)
    if isinstance(value, dict):
        if depth >= _DEEPEST:
            return "…"
        pairs = [(str(name)[:_LONGEST_KEY], item) for name, item in list(value.items())[:_MOST_PARTS]]
        left = {"…": len(value) - _MOST_PARTS} if len(value) > _MOST_PARTS else {}
        return {name: _kept(item, longest, depth + 1, name) for name, item in pairs} | left
    if isinstance(value, list):
        if depth >= _DEEPEST:
            return "…"
        left_out = [f"… {len(value) - _MOST_PARTS} more"] if len(value) > _MOST_PARTS else []
        return [_kept(item, longest, depth + 1, key) for item in value[:_MOST_PARTS]] + left_out
    return value


def _text(text: str, longest: int, key: str) -> str:
    """A text without secrets, cut in its middle; ``key`` is the name of the field, which may say that it is one."""
    looked_at = cut(text, _LONGEST_LOOK)
    masked = mask(looked_at)
    if key and masked == looked_at and len(looked_at) < LONGEST_TEXT:
        found = next(iter(find_secrets(f"{key}={looked_at}")), None)
        if found is not None and found.end > len(key):
            masked = found.masked
    return cut(masked, longest)


def cut(text: str, longest: int) -> str:
    """A text of at most ``longest`` characters; a longer one loses its middle, for an ellipsis."""
    half = (longest - 3) // 2
    return text if len(text) <= longest else f"{text[:half]} … {text[-half:]}"
