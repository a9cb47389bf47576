"""The objects that a session becomes when it ends: parts that hold its events, and one that names the parts.

One session has one form (SPEC.md, "Session bodies"), so a copy that somebody else sealed has the same id.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from memora.errors import BadInput
from memora.model import canonical, fields
from memora.model.ids import ObjectId, SessionId
from memora.model.ports import ObjectReader, ObjectWriter
from memora.storage.session_event import Event
from memora.storage.session_log import Session, chain_hash

PART_BYTES: Final = 256 * 1024

_SEALED_FIELDS: Final = frozenset(
    {"session", "source", "workspace", "owner", "started_at", "ended_at", "outcome", "events", "hash", "parts"}
)
_PART_FIELDS: Final = frozenset({"session", "part", "events"})
_EVENT_FIELDS: Final = frozenset({"seq", "at", "event", "data", "tree"})


class Sealed(NamedTuple):
    """What the object of a session says. ``events`` is how many there are, ``hash`` that of the last."""

    session: str
    source: str
    workspace: str
    owner: str
    started_at: int
    ended_at: int
    outcome: str
    events: int
    hash: bytes
    parts: tuple[ObjectId, ...]


def seal(objects: ObjectWriter, session: Session, events: Iterable[Event], last_hash: bytes) -> SessionId:
    """Write a session that has ended, with all its events in order, and give the id of its object."""
    parts: list[ObjectId] = []
    count = 0
    for part in _parts(events):
        body = {"session": session.id, "part": len(parts), "events": part}
        parts.append(objects.write("session", canonical.encode_checked(body)))
        count += len(part)
    body = {
        "session": session.id,
        "source": session.source,
        "workspace": session.workspace,
        "owner": session.owner,
        "started_at": session.started_at,
        "ended_at": session.ended_at,
        "outcome": session.outcome,
        "events": count,
        "hash": last_hash.hex(),
        "parts": [part.hex() for part in parts],
    }
    return SessionId(objects.write("session", canonical.encode_checked(body)))


def read_sealed(objects: ObjectReader, session_id: SessionId) -> Sealed:
    """The object of a session. Raises BadInput where it is none, MissingObject, DamagedObject."""
    body = canonical.parse_verified(objects.read(session_id, "session"))
    try:
        fields.require_known(body, _SEALED_FIELDS)
        return Sealed(
            session=fields.text(body["session"]),
            source=fields.text(body["source"]),
            workspace=fields.text(body["workspace"]),
            owner=fields.text(body["owner"]),
            started_at=fields.moment(body["started_at"]),
            ended_at=fields.moment(body["ended_at"]),
            outcome=fields.text(body["outcome"]),
            events=fields.moment(body["events"]),
            hash=fields.object_id(body["hash"]),
            parts=tuple(fields.object_id(part) for part in fields.items(body["parts"])),
        )
    except KeyError as error:
        raise BadInput("session", f"has no {error}") from None
    except (TypeError, ValueError) as error:
        raise BadInput("session", f"holds {error}") from None


def read_events(objects: ObjectReader, sealed: Sealed) -> Iterator[Event]:
    """The events of a sealed session in order, one part in memory at a time.

    Raises BadInput where they are not the events that the session was sealed with.
    """
    seq, last_hash = 0, b""
    for number, part in enumerate(sealed.parts):
        for event in _read_part(objects, part, sealed.session, number):
            seq += 1
            if event.seq != seq:
                raise BadInput("session", f"has event {event.seq} where {seq} belongs")
            text = canonical.encode_checked(event.data).decode()
            last_hash = chain_hash(last_hash, sealed.session, seq, event.at, event.event, text, event.tree)
            yield event
    if (seq, last_hash) != (sealed.events, sealed.hash):
        raise BadInput("session", "does not have the events it was sealed with")


def _parts(events: Iterable[Event]) -> Iterator[list[dict[str, Any]]]:
    """Events in lists whose bodies take 256 KiB at most, each list as long as can be, and one event at least."""
    part: list[dict[str, Any]] = []
    size = 0
    for event in events:
        body = _event_body(event)
        length = len(canonical.encode_checked(body))
        if part and size + length > PART_BYTES:
            yield part
            part, size = [], 0
        part.append(body)
        size += length
    if part:
        yield part


def _event_body(event: Event) -> dict[str, Any]:
    body: dict[str, Any] = {"seq": event.seq, "at": event.at, "event": event.event}
    if event.data:
        body["data"] = event.data
    if event.tree is not None:
        body["tree"] = event.tree.hex()
    return body


def _read_part(objects: ObjectReader, part: ObjectId, session: str, number: int) -> Iterator[Event]:
    body = canonical.parse_verified(objects.read(part, "session"))
    try:
        fields.require_known(body, _PART_FIELDS)
        if (body["session"], body["part"]) != (session, number):
            raise ValueError(f"a part that is not part {number} of {session}")
        for item in fields.items(body["events"]):
            fields.require_known(item, _EVENT_FIELDS)
            data = item.get("data", {})
            if type(data) is not dict:
                raise TypeError(f"{data!r}, which is no JSON object")
            tree = fields.object_id(item["tree"]) if "tree" in item else None
            seq, at = fields.moment(item["seq"]), fields.moment(item["at"])
            yield Event(session, seq, at, fields.text(item["event"]), data, tree)
    except KeyError as error:
        raise BadInput("session", f"has an event without {error}") from None
    except (TypeError, ValueError, AttributeError) as error:
        raise BadInput("session", f"holds {error}") from None
