"""A session again, event by event, with what each of them changed in memory."""

from __future__ import annotations

from collections.abc import Collection, Generator
from contextlib import closing
from typing import Final, NamedTuple

from memora.errors import NotFound
from memora.history.changes import ChangeCounts, NodeChange, load_change, summarize_changes
from memora.model.ids import ObjectId, TreeId
from memora.operations.sessions.find import latest_session
from memora.operations.sessions.own_changes import is_about_node, node_change
from memora.repository import Repository
from memora.sessions.events import check_type
from memora.storage.session_event import Event
from memora.storage.session_log import Session

MOST_CHANGES: Final = 10


class Moment(NamedTuple):
    """An event, and what became of memory with it.

    ``changes`` are the first of the nodes that it changed, ``counts`` counts all; both are empty where it changed
    none. ``from_outside`` says that these changes are no work of the event's own: they were found with it.
    """

    event: Event
    changes: tuple[NodeChange, ...] = ()
    counts: ChangeCounts = ChangeCounts()
    from_outside: bool = False


def replay(
    repository: Repository,
    name: str | None = None,
    *,
    first: int = 1,
    last: int | None = None,
    types: Collection[str] = (),
) -> Generator[Moment, None, None]:
    """The events of a session in order, streaming, each with what it changed; close it before the repository.

    The session is the one named, else the current one, else the last of the workspace. ``types`` keeps only events of
    these. Raises BadInput for a type that no event has, NotFound, Ambiguous, NoActiveSession, and Damaged.
    """
    wanted = {check_type(item) for item in types}
    with repository.snapshot():
        session = latest_session(repository, name)
    return _stream(repository, session, first, last, wanted)


def moment_at(repository: Repository, session: Session, seq: int) -> Moment:
    """One event of a session with what it changed. Raises NotFound."""
    with repository.snapshot(), closing(_stream(repository, session, seq, seq, set())) as moments:
        found = next(moments, None)
    if found is None:
        raise NotFound("event", f"{session.id}@{seq}")
    return found


def _stream(
    repository: Repository, session: Session, first: int, last: int | None, wanted: Collection[str]
) -> Generator[Moment, None, None]:
    with repository.snapshot():
        before = repository.sessions.find_event(session, first - 1) if first > 1 else None
        tree = None if before is None else before.tree
        for event in repository.sessions.events(session, first, last):
            if not wanted or event.event in wanted:
                yield _moment(repository, event, tree)
            if event.tree is not None:
                tree = event.tree


def _moment(repository: Repository, event: Event, before: bytes | None) -> Moment:
    data = event.data
    if is_about_node(event):
        change = load_change(repository.objects, node_change(event))
        return Moment(event, (change,), ChangeCounts(**{change.effect: 1}))
    own = data.get("before")
    start = bytes.fromhex(own) if isinstance(own, str) else before
    if start is None or event.tree is None or start == event.tree:
        return Moment(event)
    trees = (TreeId(ObjectId(start)), TreeId(ObjectId(event.tree)))
    counts, changes = summarize_changes(repository.objects, *trees, MOST_CHANGES)
    return Moment(event, tuple(changes), counts, not isinstance(own, str))
