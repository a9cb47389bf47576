"""What a purge takes out of texts, and what it leaves of a memory.

A text that is to go is replaced by ``[purged]`` where words stand, and by ``purged`` where only a name can. Neither
is longer than the shortest text that can be asked for, so nothing grows over its limit.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, Final, NamedTuple
from unicodedata import normalize

from memora.errors import BadInput
from memora.model.ids import NodeId
from memora.model.node import Node, Observation, merge_observations

TOKEN: Final = "[purged]"
NAME_TOKEN: Final = "purged"
# Shorter texts stand in too much that has nothing to do with what is meant.
SHORTEST_TEXT: Final = 8
# The words of a memory are looked for in other texts from so many characters on.
SHORTEST_CONTENT: Final = 12

_HEAD_CHARACTERS: Final = 24
# What stands where a long text was cut, and how much of an erased one may be left beside it.
_CUT: Final = "…"
_SHORTEST_REST: Final = 6
_MOST_ROUNDS: Final = 100


class Erasure(NamedTuple):
    """What is to be erased: memories whole, or a text wherever it stands (``match``).

    ``texts`` are replaced wherever people and agents wrote, the longest first; ``heads`` are how lines of the
    operation log begin to quote the memories.
    """

    nodes: frozenset[NodeId]
    texts: tuple[str, ...]
    heads: tuple[str, ...] = ()
    match: str | None = None

    def prose(self, text: str) -> str:
        """A text without what is to be erased."""
        for erased in self.texts:
            if _CUT in text:
                text = _without_rests(text, erased)
            text = _without(text, erased, TOKEN)
        return text

    def name(self, text: str) -> str:
        """A name without the text that is to be erased; only such a text is looked for in names."""
        return text if self.match is None else _without(text, self.match, NAME_TOKEN)

    def source(self, text: str) -> str:
        """A source without the text; only one with a name of its own can hold it."""
        kind, colon, name = text.partition(":")
        return text if not colon or self.match is None else f"{kind}:{self.name(name)}"

    def summary(self, text: str) -> str:
        """A line of the operation log; all of it goes where it quotes an erased memory."""
        if any(_quotes(text, head) for head in self.heads):
            return TOKEN
        return self.prose(text)

    def data(self, value: Any) -> Any:
        """JSON values with ``prose`` done to every text, names of fields too; a number that holds one becomes text."""
        if isinstance(value, str):
            return self.prose(value)
        if type(value) in (int, float):
            return value if self.prose(repr(value)) == repr(value) else TOKEN
        if isinstance(value, dict):
            return {self.prose(key): self.data(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.data(item) for item in value]
        return value

    def node(self, node: Node) -> Node | None:
        """What is left of a version: None where what it says or is found by goes; else it without the text."""
        if node.id in self.nodes:
            return None
        if self.match is None:
            return node
        if any(self.match in text for text in (node.content, node.key or "", *node.tags)):
            return None
        observations = tuple(map(self._observation, node.observations))
        applies_to = tuple(map(self.name, node.applies_to))
        if observations == node.observations and applies_to == node.applies_to:
            return node
        return node._replace(observations=merge_observations(observations), applies_to=tuple(sorted(set(applies_to))))

    def _observation(self, observation: Observation) -> Observation:
        return observation._replace(
            source=self.source(observation.source),
            author=self.prose(observation.author),
            session=None if observation.session is None else self.name(observation.session),
            evidence=tuple(sorted({self.prose(item) for item in observation.evidence})),
            note=None if observation.note is None else self.prose(observation.note),
            anchors=tuple(sorted({self.prose(item) for item in observation.anchors})),
        )


def erase_text(text: str) -> Erasure:
    """The erasure of a text wherever it stands. Raises BadInput for one that is too short, or that cannot go."""
    wanted = normalize("NFC", text)
    if len(wanted) < SHORTEST_TEXT:
        raise BadInput("match", f"is shorter than {SHORTEST_TEXT} characters, and would hit what is not meant")
    if NAME_TOKEN in wanted:
        raise BadInput("match", f"holds {NAME_TOKEN!r}, which is what is written in place of what goes")
    if any("\ud800" <= character <= "\udfff" for character in wanted):
        raise BadInput("match", "is not valid Unicode, and stands nowhere")
    return Erasure(frozenset(), written_forms([wanted]), (), wanted)


def erase_nodes(nodes: Iterable[Node]) -> Erasure:
    """The erasure of memories, given all their versions."""
    versions = list(nodes)
    contents = {node.content for node in versions}
    long = [content for content in contents if len(content) >= SHORTEST_CONTENT]
    heads = {content.partition("\n")[0][:_HEAD_CHARACTERS].rstrip() for content in contents}
    return Erasure(frozenset(node.id for node in versions), written_forms(long), tuple(sorted(heads)))


def written_forms(texts: Iterable[str]) -> tuple[str, ...]:
    """Each text as it is, and as JSON writes it into another text; the longest first."""
    forms = set()
    for text in texts:
        forms |= {text, json.dumps(text, ensure_ascii=False)[1:-1], json.dumps(text)[1:-1]}
    return tuple(sorted(forms, key=lambda form: (-len(form), form)))


def _without(text: str, erased: str, token: str) -> str:
    # What is put in place may, with what stands beside it, spell the text again.
    for _ in range(_MOST_ROUNDS):
        if erased not in text:
            return text
        text = text.replace(erased, token)
    return token


def _without_rests(text: str, erased: str) -> str:
    """A text without the beginnings and ends of an erased one that are left where it was cut."""
    parts = text.split(_CUT)
    for number, part in enumerate(parts):
        kept, room = part.rstrip(" "), len(part) - len(part.rstrip(" "))
        before = next((n for n in _lengths(erased, kept) if kept.endswith(erased[:n])), 0)
        if before and number < len(parts) - 1:
            parts[number] = f"{kept[:-before]}{TOKEN}{' ' * room}"
        kept, room = parts[number].lstrip(" "), len(parts[number]) - len(parts[number].lstrip(" "))
        after = next((n for n in _lengths(erased, kept) if kept.startswith(erased[-n:])), 0)
        if after and number > 0:
            parts[number] = f"{' ' * room}{TOKEN}{kept[after:]}"
    return _CUT.join(parts)


def _lengths(erased: str, text: str) -> range:
    return range(min(len(erased) - 1, len(text)), _SHORTEST_REST - 1, -1)


def _quotes(text: str, head: str) -> bool:
    if len(head) >= SHORTEST_CONTENT:
        return head in text
    return re.search(rf"(?<!\w){re.escape(head)}(?!\w)", text) is not None
