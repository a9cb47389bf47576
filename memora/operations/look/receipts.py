"""Note which memories were handed out: for their importance, and to ask later who saw a belief that was wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from memora.errors import Unavailable
from memora.model.ids import NodeId, VersionId
from memora.repository import Repository
from memora.sessions.events import clean_data
from memora.storage.session_log import RECALLED


def record_recall(
    repository: Repository,
    handed_out: Mapping[NodeId, VersionId],
    *,
    author: str,
    now: int,
    asked: Mapping[str, Any] | None = None,
) -> bool:
    """Note that some versions were handed out to somebody, and whether it could be noted.

    An event and a count for each node, in one short transaction that is no operation. ``asked`` is what was asked for
    (``memora.sessions.questions``), and is kept in a session only; there an answer of nothing is an event, too. A
    store that is busy, full or read-only does without: nobody's question fails for this.
    """
    workspace = repository.workspace
    session = repository.sessions.find_active(workspace.name)
    if not handed_out and session is None:
        return True
    data: dict[str, Any] = {
        "nodes": {node.hex(): version.hex() for node, version in handed_out.items()},
        "author": author,
        "workspace": workspace.name,
    }
    if session is not None:
        data |= clean_data(asked or {})
    try:
        # Who saw what in a session is worth waiting for; that a memory was of use once more is not.
        with repository.exclusive(wait=session is not None):
            session = repository.sessions.find_active(workspace.name)
            tree = None if session is None else repository.workspace.tree
            repository.sessions.append(session, now, RECALLED, data, tree)
            repository.index.nodes.add_access(handed_out, now)
    except Unavailable:
        return False
    return True
