"""Which memories an agent should know of at an event of its run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from memora.harnesses.answering import CONTEXT_UNITS
from memora.harnesses.context import ERROR_WORDS, PROMPT_WORDS, START_WORDS, Memory, tell
from memora.harnesses.event import PROMPT, RESULT, START, HookEvent
from memora.harnesses.notes import LONGEST_TEXT, cut
from memora.history.load import load_node
from memora.model.node import NodeVersion
from memora.model.secrets import mask
from memora.model.selection import NodeFilter
from memora.operations.look.recall import Answer, recall
from memora.operations.naming import read_row
from memora.repository import Repository
from memora.storage.node_figures import most_important
from memora.storage.session_log import RECALLED, Session

# At the start of a session, no more than an agent reads; the harness's limit comes first, as a rule.
MOST_AT_START: Final = 60
# Few and only good ones: what an agent is told at a prompt it has to read, whether it helps or not.
MOST_AT_PROMPT: Final = 3
PROMPT_UNITS: Final = 3_000
MOST_AT_ERROR: Final = 2

# An answer has to hold so many words of what was said, and be worth this much of it.
FEWEST_WORDS: Final = 2
LEAST_SCORE: Final = 0.2
FEWEST_ERROR_WORDS: Final = 3

_LIVE: Final = ("ephemeral", "stable", "conflicted")
_DEAD_ENDS: Final = ("episodic", "procedural")
_LOOKED_AT: Final = 8
_RESUMED: Final = "x_session_resumed"


class Told(NamedTuple):
    """What an agent is told: the text, the memories in it, and what was asked for, as an event keeps it."""

    text: str
    memories: list[Memory]
    question: dict[str, Any]


def tell_of(repository: Repository, session: Session, event: HookEvent, now: int) -> Told:
    """What to tell at an event: the memories worth most at the start, those that answer at a prompt or an error."""
    with repository.snapshot():
        if event.kind == START:
            rows = most_important(repository.index.database, repository.workspace.number, now, MOST_AT_START)
            memories = [_with_sides(repository, read_row(repository, row)) for row in rows]
            return Told(*tell(START_WORDS, memories, CONTEXT_UNITS), {})
        if event.kind == PROMPT:
            return _answer(repository, session, event.text or "", now)
        return _warn(repository, session, event, now)


def _answer(repository: Repository, session: Session, prompt: str, now: int) -> Told:
    wanted = NodeFilter(statuses=_LIVE)
    answers = recall(repository, prompt, now=now, limit=_LOOKED_AT, wanted=wanted)
    good = [answer for answer in answers if _is_good(answer)]
    new = _not_told(repository, session, PROMPT, good)[:MOST_AT_PROMPT]
    return Told(*tell(PROMPT_WORDS, new, PROMPT_UNITS), _asked(prompt, MOST_AT_PROMPT, wanted))


def _warn(repository: Repository, session: Session, event: HookEvent, now: int) -> Told:
    wanted = NodeFilter(types=_DEAD_ENDS, statuses=_LIVE)
    error = event.error or ""
    answers = recall(repository, error, now=now, limit=_LOOKED_AT, wanted=wanted)
    alike = [answer for answer in answers if len(answer.hit.matched) >= FEWEST_ERROR_WORDS]
    new = _not_told(repository, session, RESULT, alike)[:MOST_AT_ERROR]
    return Told(*tell(ERROR_WORDS, new, PROMPT_UNITS), _asked(error, MOST_AT_ERROR, wanted))


def _is_good(answer: Answer) -> bool:
    """Whether an answer is worth an agent's attention: it holds several of the words, or one that names it."""
    hit = answer.hit
    return (len(hit.matched) >= FEWEST_WORDS or bool(hit.named)) and hit.score.total >= LEAST_SCORE


def _not_told(repository: Repository, session: Session, kind: str, answers: Iterable[Answer]) -> list[Memory]:
    """The answers that this session has not been given at such an event, or not since its context was made smaller.

    What stood in the long list of the session's start is worth saying again where it matters.
    """
    told: dict[str, str] = {}
    for event in repository.sessions.events(session, types=(RECALLED, _RESUMED)):
        nodes = event.data.get("nodes")
        if event.event == _RESUMED:
            told = {}
        elif event.data.get("event") == kind and isinstance(nodes, dict):
            told |= nodes
    return [
        Memory(answer.item, answer.sides)
        for answer in answers
        if told.get(answer.item.node.id.hex()) != answer.item.version.hex()
    ]


def _asked(question: str, limit: int, wanted: NodeFilter) -> dict[str, Any]:
    """A question as the event of its answer keeps it: without secrets, and no longer than what a note holds."""
    chosen = {name: list(value) for name, value in wanted._asdict().items() if value}
    return {"question": cut(mask(question), LONGEST_TEXT), "limit": limit, "filter": chosen}


def _with_sides(repository: Repository, item: NodeVersion) -> Memory:
    sides = item.node.dispute.sides if item.node.dispute else ()
    return Memory(item, tuple(NodeVersion(load_node(repository.objects, side), side) for side in sides))
