"""Sessions that were erased in another place, taken in as they are there now."""

from __future__ import annotations

from memora.operations.care.purging.rewriting import Rewriting
from memora.operations.remotes.sessions import take_in_session
from memora.storage.rewriting import remove_session


def restore_sessions(rewriting: Rewriting) -> None:
    """Make the logs of sessions anew from what stands for them: which words went there nobody knows here.

    One for which nothing stands goes.
    """
    repository = rewriting.repository
    for name, new in rewriting.logs.items():
        session = repository.sessions.find(name)
        if session is not None:
            remove_session(repository.index.database, session.number)
        if new is not None:
            take_in_session(repository, name, new)
