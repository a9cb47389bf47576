"""What the questions of a session would have been answered with other memories."""

from __future__ import annotations

from collections.abc import Generator
from typing import NamedTuple

from memora.model.ids import NODE_ID_BYTES, OBJECT_ID_BYTES, NodeId, ObjectId, VersionId
from memora.operations.look.recall import Answer, recall
from memora.operations.revisions import resolve_tree
from memora.operations.sessions.find import latest_session
from memora.repository import Repository
from memora.sessions.questions import Question, read_question
from memora.storage.session_event import Event
from memora.storage.session_log import RECALLED

HandedOut = dict[NodeId, VersionId]


class AskedAgain(NamedTuple):
    """A question of a session with the memories that it was answered with, and what it is answered with now.

    Both in any order; ``answers`` are the second in order, whole.
    """

    event: Event
    question: Question
    before: HandedOut
    answers: tuple[Answer, ...]

    @property
    def after(self) -> HandedOut:
        """The versions that it is answered with now."""
        return {answer.item.node.id: answer.item.version for answer in self.answers}

    @property
    def gone(self) -> list[NodeId]:
        """Nodes that are no answer any more, by id."""
        return sorted(self.before.keys() - self.after.keys())

    @property
    def new(self) -> list[NodeId]:
        """Nodes that are an answer only now, by id."""
        return sorted(self.after.keys() - self.before.keys())

    @property
    def changed(self) -> list[NodeId]:
        """Nodes that say something else now, by id."""
        after = self.after
        return sorted(node for node, version in self.before.items() if after.get(node, version) != version)


def ask_again(
    repository: Repository, revision: str, *, now: int, name: str | None = None
) -> Generator[AskedAgain, None, None]:
    """Ask every question of a session again with the memory of a revision, as at the time of the question.

    In order, streaming; close it before the repository. Events that kept no question are passed over. Nothing is
    written. The session is as in ``replay``. Raises as ``resolve_tree``.
    """
    with repository.snapshot():
        session = latest_session(repository, name)
        tree = resolve_tree(repository, revision, now).hex()
    return _stream(repository, session.id, tree)


def _stream(repository: Repository, session_id: str, tree: str) -> Generator[AskedAgain, None, None]:
    with repository.snapshot():
        session = latest_session(repository, session_id)
        for event in repository.sessions.events(session, types=(RECALLED,)):
            question = read_question(event.data)
            if question is None:
                continue
            answers = recall(
                repository,
                question.question,
                now=event.at,
                limit=question.limit,
                wanted=question.wanted,
                revision=tree,
            )
            yield AskedAgain(event, question, handed_out(event), tuple(answers))


def handed_out(event: Event) -> HandedOut:
    """The versions that an event says were handed out; what is no id is left out."""
    nodes = event.data.get("nodes")
    found: HandedOut = {}
    for node, version in nodes.items() if isinstance(nodes, dict) else ():
        try:
            ids = bytes.fromhex(node), bytes.fromhex(version)
        except (TypeError, ValueError):
            continue
        if (len(ids[0]), len(ids[1])) == (NODE_ID_BYTES, OBJECT_ID_BYTES):
            found[NodeId(ids[0])] = VersionId(ObjectId(ids[1]))
    return found
