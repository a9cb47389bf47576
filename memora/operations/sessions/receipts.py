"""Which memories were handed out, to whom and when."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import NamedTuple

from memora.model.ids import NodeId, VersionId
from memora.operations.sessions.against import handed_out
from memora.operations.sessions.find import find_session
from memora.repository import Repository
from memora.storage.session_event import Event
from memora.storage.session_log import EXPORTED, RECALLED

_BY_RECALL = "recall"
_BY_EXPORT = "export"


class Receipt(NamedTuple):
    """One version of a node that was handed out by an event; ``via`` says by what, such as ``recall``."""

    event: Event
    node: NodeId
    version: VersionId
    via: str


def list_receipts(repository: Repository, *, session: str | None = None) -> Generator[Receipt, None, None]:
    """What was handed out, in the order of recording, streaming: in a session, or in all and outside of them.

    Close it before the repository. Raises NotFound, Ambiguous.
    """
    with repository.snapshot():
        found = None if session is None else find_session(repository, session)
    return _stream(repository, None if found is None else found.id)


def receipts_of(repository: Repository, node: NodeId) -> Iterator[Receipt]:
    """The receipts of one node, in the order of recording, streaming."""
    events = repository.sessions.of_type(RECALLED, EXPORTED, mentioning=node.hex())
    return (receipt for event in events for receipt in _receipts(event) if receipt.node == node)


def _stream(repository: Repository, session_id: str | None) -> Generator[Receipt, None, None]:
    with repository.snapshot():
        log = repository.sessions
        if session_id is None:
            events = log.of_type(RECALLED, EXPORTED)
        else:
            events = log.events(log.find(session_id), types=(RECALLED, EXPORTED))
        for event in events:
            yield from _receipts(event)


def _receipts(event: Event) -> Iterator[Receipt]:
    said = event.data.get("via")
    via = said if isinstance(said, str) else _BY_EXPORT if event.event == EXPORTED else _BY_RECALL
    for node, version in handed_out(event).items():
        yield Receipt(event, node, version, via)
