"""Whether what somebody else made keeps the rules that all that is made here keeps: nodes, commits, tags."""

from __future__ import annotations

from functools import lru_cache

from memora.errors import BadInput, BadName
from memora.model.commit import Commit, Tag
from memora.model.draft import EVIDENCE_CHARACTERS, read_globs
from memora.model.names import clean_author, clean_ref_name, clean_tag, is_key
from memora.model.node import Node, Observation
from memora.model.text import CONTENT_BYTES, clean_content, clean_line, clean_text
from memora.model.vocabulary import RELATIONS, parse_source

# Far beyond what people and agents do; a node is read whole, so it may not grow without end.
MOST_OBSERVATIONS = 10_000
MOST_ITEMS = 1_000
_NOTE_CHARACTERS = 4_000
_MESSAGE_BYTES = 4 * CONTENT_BYTES  # what a message quotes may be as long as a message

_kept_author = lru_cache(clean_author)  # the same few people write everything


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
        if node.tags and (_unordered(node.tags) or any(clean_tag(tag) != tag for tag in node.tags)):
            return "its tags are not in order"
        if node.links and (_unordered(node.links) or any(link.relation not in RELATIONS for link in node.links)):
            return "its links are not in order"
        if node.applies_to and (read_globs(node.applies_to[:1]) != node.applies_to[:1] or _unordered(node.applies_to)):
            return "its paths are not in order"
    except BadInput as error:
        return str(error)
    if (node.status == "conflicted") != (node.dispute is not None):
        return "it says that it is in dispute, and between nothing"
    return None


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
    for text in (*observation.evidence, *observation.anchors):
        clean_line("evidence", text, EVIDENCE_CHARACTERS)
    if observation.note is not None:
        clean_line("note", observation.note, _NOTE_CHARACTERS)
    if len(observation.evidence) > MOST_ITEMS:
        raise BadInput("evidence", f"has more than {MOST_ITEMS} items")


def _unordered(items: tuple[object, ...]) -> bool:
    if len(items) > MOST_ITEMS:
        raise BadInput("node", f"has more than {MOST_ITEMS} of one thing")
    return list(items) != sorted(set(items))  # type: ignore[type-var]
