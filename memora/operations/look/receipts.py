"""Note which memories were handed out: for their importance, and to ask later who saw a belief that was wrong."""

from __future__ import annotations

from collections.abc import Mapping

from memora.errors import Unavailable
from memora.model.ids import NodeId, VersionId
from memora.repository import Repository
from memora.storage.events import RECALLED


def record_recall(repository: Repository, handed_out: Mapping[NodeId, VersionId], *, author: str, now: int) -> bool:
    """Note that some versions were handed out to somebody, and whether it could be noted.

    An event and a count for each node, in one short transaction that is no operation. A store that is busy, full or
    read-only does without: nobody's question fails for this.
    """
    if not handed_out:
        return True
    data = {
        "nodes": {node.hex(): version.hex() for node, version in handed_out.items()},
        "author": author,
        "workspace": repository.workspace.name,
    }
    try:
        with repository.exclusive(wait=False):
            repository.events.append(now, RECALLED, data)
            repository.index.nodes.add_access(handed_out, now)
    except Unavailable:
        return False
    return True
