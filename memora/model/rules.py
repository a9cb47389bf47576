"""Whether what somebody else made keeps the rules that all that is made here keeps: nodes, commits, tags."""

from __future__ import annotations

from functools import lru_cache

from memora.errors import BadInput, BadName
from memora.model.commit import Commit, Tag
from memora.model.draft import EVIDENCE_CHARACTERS, read_globs
from memora.model.names import clean_author, clean_ref_name, clean_tag, is_key
from memora.model.node import Node, Observation, merge_observations
from memora.model.session_name import clean_session_id
from memora.model.text import CONTENT_BYTES, clean_content, clean_line, clean_text
from memora.model.vocabulary import RELATIONS, parse_source

# Far beyond what people and agents do; a node is read whole, so it may not grow without end.
MOST_OBSERVATIONS = 10_000
MOST_ITEMS = 1_000
REVERSED = "it is valid to a time before that from which it is valid"
_NOTE_CHARACTERS = 4_000
_ANCHOR_CHARACTERS = EVIDENCE_CHARACTERS + 120  # two digests and the id of a commit stand before the evidence
_MESSAGE_BYTES = 4 * CONTENT_BYTES  # what a message quotes may be as long as a message

_kept_author = lru_cache(clean_author)  # the same few people write everything
_kept_tag = lru_cache(4096)(clean_tag)  # and sort it under the same words and paths
_kept_globs = lru_cache(4096)(read_globs)


def find_broken_rule(node: Node) -> str | None:
    """What is wrong with a node, read from canonical bytes; None where nothing is.

    Text that hides something is among it: here it would have been refused, or spelt out.
    """
    try:
        if clean_content(node.content) != node.content:
            return "its content is not in the form in which content is kept"
        if node.key is not None and not is_key(node.key):
            return "its key is none"
        if not 0 < len(node.observations) <= MOST_OBSERVATIONS:
            return f"it has {len(node.observations)} observations"
        for observation in node.observations:
            _check_observation(observation)
        if len(node.observations) > 1 and merge_observations(node.observations) != node.observations:
            return "its observations are not in order"
        if node.tags and (_unordered(node.tags) or any(_kept_tag(tag) != tag for tag in node.tags)):
            return "its tags are not in order"
        if node.links and (_unordered(node.links) or any(link.relation not in RELATIONS for link in node.links)):
            return "its links are not in order"
        if any(link.to == node.id for link in node.links):
            return "it has a link to itself"
        if node.applies_to and (_unordered(node.applies_to) or any(_kept_globs(g) != (g,) for g in node.applies_to)):
            return "its paths are not in order"
        if (node.status == "conflicted") != (node.dispute is not None):
            return "it says that it is in dispute, and between nothing"
        if node.dispute is not None and _unordered(node.dispute.sides):
            return "the sides of its dispute are not in order"
    except BadInput as error:
        return str(error)
    return _find_broken_time(node)


def _find_broken_time(node: Node) -> str | None:
    if node.valid_from is not None and node.valid_to is not None and node.valid_from > node.valid_to:
        return REVERSED
    return "it was changed before it was made" if node.updated_at < node.created_at else None


def find_broken_words(said: Commit | Tag) -> str | None:
    """What is wrong with the words of a commit or tag; None where nothing is. What hides something is among it."""
    try:
        if clean_author(said.author) != said.author:
            return "its author is not in the form in which authors are kept"
        clean_text("message", said.message)
        if len(said.message.encode()) > _MESSAGE_BYTES:
            return f"its message is longer than {_MESSAGE_BYTES // 1024} KiB"
        if isinstance(said, Tag) and clean_ref_name("tag", said.name) != said.name:
            return "its name is not in the form in which names are kept"
        for decision in said.decisions if isinstance(said, Commit) else ():
            clean_line("rule", decision.rule, EVIDENCE_CHARACTERS)
    except (BadInput, BadName) as error:
        return str(error)
    return None


def _check_observation(observation: Observation) -> None:
    if _kept_author(observation.author) != observation.author:
        raise BadInput("author", "is not in the form in which authors are kept")
    if parse_source(observation.source) != observation.source:
        raise BadInput("source", "is not in the form in which sources are kept")
    if observation.session is not None:
        clean_session_id(observation.session)
    _check_lines("evidence", observation.evidence, EVIDENCE_CHARACTERS)
    _check_lines("anchors", observation.anchors, _ANCHOR_CHARACTERS)
    if observation.note is not None:
        _check_lines("note", (observation.note,), _NOTE_CHARACTERS)


def _check_lines(field: str, lines: tuple[str, ...], longest: int) -> None:
    if lines and _unordered(lines):
        raise BadInput(field, "is not in order")
    if any(clean_line(field, line, longest) != line for line in lines):
        raise BadInput(field, "is not in the form in which lines are kept")


def _unordered(items: tuple[object, ...]) -> bool:
    if len(items) > MOST_ITEMS:
        raise BadInput("node", f"has more than {MOST_ITEMS} of one thing")
    return list(items) != sorted(set(items))  # type: ignore[type-var]
