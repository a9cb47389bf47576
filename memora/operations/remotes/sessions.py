"""Sessions that were recorded elsewhere, taken in so that they can be listed and replayed here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from memora.errors import AlreadyExists, BadInput
from memora.errors.remotes import DamagedRemote
from memora.model.ids import NodeId, SessionId
from memora.model.session_name import clean_session_id
from memora.model.text import clean_line
from memora.repository import Repository
from memora.sessions.sealing import Sealed, read_events, read_sealed
from memora.storage.session_event import Event
from memora.storage.session_log import RECALLED

_LONGEST: Final = 200


def take_in_session(repository: Repository, name: str, target: SessionId) -> None:
    """Make the log of a session from the object that it was sealed into; the caller holds a transaction.

    Raises DamagedRemote where the object is none of that session, AlreadyExists where one of that id is here,
    MissingObject, DamagedObject; nothing was written then.
    """
    try:
        sealed = read_sealed(repository.objects, target)
        if sealed.session != clean_session_id(name):
            raise BadInput("session", f"is {sealed.session!r}, and is called {name!r}")
        if repository.sessions.find(name) is not None:
            raise AlreadyExists("session", name)
        _check(repository, sealed)
        repository.sessions.restore(sealed[:7], _counted(repository, read_events(repository.objects, sealed)))
    except BadInput as error:
        raise DamagedRemote(f"session {name}", str(error)) from None


def _check(repository: Repository, sealed: Sealed) -> None:
    """Raise BadInput unless a session says what it may, to its last event: only that vouches for those before."""
    for field in ("source", "workspace", "owner", "outcome"):
        clean_line(field, getattr(sealed, field), _LONGEST)
    for event in read_events(repository.objects, sealed):
        clean_line("event", event.event, _LONGEST)


def _counted(repository: Repository, events: Iterator[Event]) -> Iterator[Event]:
    """Events as they come; what they say was handed out counts as an access of it."""
    for event in events:
        if event.event == RECALLED:
            with suppress(KeyError, TypeError, ValueError):
                nodes = [NodeId(bytes.fromhex(node)) for node in event.data["nodes"]]
                repository.index.nodes.add_access(nodes, event.at)
        yield event
