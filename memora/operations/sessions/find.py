"""From what somebody calls a session to the session."""

from __future__ import annotations

from memora.errors import NoActiveSession, NotFound
from memora.model.ids import ObjectId, TreeId
from memora.repository import Repository
from memora.storage.session_log import Session


def find_session(repository: Repository, name: str) -> Session:
    """The session with an id, or the only one whose id begins so. Raises NotFound, Ambiguous."""
    found = repository.sessions.find(name) or repository.sessions.find_prefix(name)
    if found is None:
        raise NotFound("session", name)
    return found


def current_session(repository: Repository, name: str | None = None) -> Session:
    """A session by name, else the one that MEMORA_SESSION names, else the active one of the workspace.

    One that is named may have ended. Raises NotFound, Ambiguous, NoActiveSession, NoWorkspace.
    """
    wanted = name or repository.sessions.named
    if wanted is not None:
        return find_session(repository, wanted)
    workspace = repository.workspace.name
    found = repository.sessions.find_active(workspace)
    if found is None:
        raise NoActiveSession(workspace)
    return found


def latest_session(repository: Repository, name: str | None = None) -> Session:
    """As ``current_session``, but where none is active the one of the workspace that was started last."""
    try:
        return current_session(repository, name)
    except NoActiveSession:
        workspace = repository.workspace.name
        found = repository.sessions.find_latest(workspace)
        if found is None:
            raise
        return found


def tree_of_workspace(repository: Repository, name: str) -> TreeId | None:
    """The working tree that a session's workspace has now; None where there is no such workspace any more."""
    found = repository.refs.workspaces.find(name)
    return None if found is None else TreeId(ObjectId(found.tree))
