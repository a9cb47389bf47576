"""The records of sessions, of their events, and of who was told what."""

from __future__ import annotations

from typing import Any

from memora.model.ids import NodeId, VersionId
from memora.operations.sessions.against import AskedAgain
from memora.operations.sessions.impact import Impact
from memora.operations.sessions.list import SessionDetail, SessionEntry
from memora.operations.sessions.onto import ReplayedOnto
from memora.operations.sessions.receipts import Receipt
from memora.operations.sessions.replay import Moment
from memora.records.commits import commit_record
from memora.records.nodes import node_record
from memora.storage.session_event import Event


def session_record(entry: SessionEntry) -> dict[str, Any]:
    """``memora.session/v1``; ``ended_at`` and ``outcome`` are null while it is active, ``sealed`` until it was."""
    session = entry.session
    return {
        "schema": "memora.session/v1",
        "session": session.id,
        "source": session.source,
        "workspace": session.workspace,
        "owner": session.owner,
        "started_at": session.started_at,
        "ended_at": session.ended_at,
        "outcome": session.outcome,
        "events": entry.events,
        "last_at": entry.last_at,
        "sealed": None if entry.sealed is None else entry.sealed.hex(),
    }


def session_detail_record(detail: SessionDetail) -> dict[str, Any]:
    """``memora.session/v1`` with ``types``, how many events of each type it has."""
    return {**session_record(detail.entry), "types": detail.types}


def event_record(event: Event) -> dict[str, Any]:
    """``memora.event/v1`` of an event in a session."""
    return {
        "schema": "memora.event/v1",
        "session": event.session,
        "seq": event.seq,
        "at": event.at,
        "event": event.event,
        "data": event.data,
        "tree": None if event.tree is None else event.tree.hex(),
    }


def moment_record(moment: Moment) -> dict[str, Any]:
    """``memora.event/v1``, with ``changes`` where memory was found changed with it: how many nodes, by effect."""
    record = event_record(moment.event)
    if moment.counts:
        record["changes"] = moment.counts._asdict()
    return record


def onto_record(result: ReplayedOnto) -> dict[str, Any]:
    """``memora.commit/v1`` with ``replayed``, the session whose changes it does, and the nodes in ``conflicts``."""
    return {
        **commit_record(result.commit, result.value, result.branch, result.changes),
        "replayed": result.session.id,
        "conflicts": [node.hex() for node in result.conflicts],
    }


def asked_again_record(again: AskedAgain, revision: str) -> dict[str, Any]:
    """``memora.asked-again/v1``: the versions that answered a question then and with a revision, and what differs."""
    return {
        "schema": "memora.asked-again/v1",
        "session": again.event.session,
        "seq": again.event.seq,
        "at": again.event.at,
        "question": again.question.question,
        "revision": revision,
        "before": _versions(again.before),
        "after": _versions(again.after),
        "gone": [node.hex() for node in again.gone],
        "new": [node.hex() for node in again.new],
        "changed": [node.hex() for node in again.changed],
    }


def receipt_record(receipt: Receipt) -> dict[str, Any]:
    """``memora.receipt/v1``; ``session`` is null outside of sessions, ``path`` there for an export only."""
    event = receipt.event
    path = event.data.get("path")
    record: dict[str, Any] = {
        "schema": "memora.receipt/v1",
        "node": receipt.node.hex(),
        "session": event.session,
        "seq": event.seq,
        "at": event.at,
        "version": receipt.version.hex(),
        "via": receipt.via,
        "author": str(event.data.get("author", "")),
    }
    if isinstance(path, str):
        record["path"] = path
    return record


def impact_record(found: Impact) -> dict[str, Any]:
    """``memora.impact/v1``: the receipts of a node in ``sessions`` and ``exports``, and what is ``derived`` from it."""
    current = found.current
    return {
        "schema": "memora.impact/v1",
        "node": found.node.hex(),
        "current": None if current is None else node_record(current.node, current.version),
        "sessions": [receipt_record(receipt) for receipt in found.handed_out],
        "exports": [receipt_record(receipt) for receipt in found.exports],
        "derived": [{"node": item.node.id.hex(), "depth": item.depth} for item in found.derived],
    }


def _versions(handed_out: dict[NodeId, VersionId]) -> dict[str, str]:
    return {node.hex(): version.hex() for node, version in handed_out.items()}
