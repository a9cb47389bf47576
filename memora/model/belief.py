"""How a belief is born, gains support and is promoted (docs/glossary.md, "corroborate").

Pure rules: from a draft or a node to a new state of the node. Nothing here looks into a store.
"""

from __future__ import annotations

from typing import Final

from memora.model import vocabulary
from memora.model.draft import Draft
from memora.model.ids import NodeId, hash_node_identity
from memora.model.names import STALE
from memora.model.node import Link, Node, Observation, dated, merge_observations, observers
from memora.model.text import identity_form

# Inference, however often repeated, is never certain.
INFERRED_CEILING: Final = 0.99
OBSERVERS_FOR_PROMOTION: Final = 2


def birth_id(type_name: str, key: str | None, content: str, counter: int = 0) -> NodeId:
    """The id of a node at birth: from its type and key, or without a key from type and content."""
    if key is not None:
        return hash_node_identity(type_name, "key", key, counter)
    return hash_node_identity(type_name, "content", identity_form(content), counter)


def says_the_same(node: Node, content: str) -> bool:
    """Whether a node's content and another differ in white space at most."""
    return node.content == content or identity_form(node.content) == identity_form(content)


def born(draft: Draft, node_id: NodeId, links: tuple[Link, ...], now: int, session: str | None = None) -> Node:
    """The first state of a node: ephemeral, with one observation."""
    return Node(
        id=node_id,
        type=draft.type,
        content=draft.content,
        confidence=draft.confidence,
        status="ephemeral",
        observations=(observation_of(draft, now, session),),
        created_at=now,
        updated_at=now,
        key=draft.key,
        tags=draft.tags,
        links=links,
        applies_to=draft.applies_to,
        pinned=draft.pinned,
        expires_at=draft.expires_at,
        valid_from=draft.valid_from,
        valid_to=draft.valid_to,
    )


def observation_of(draft: Draft, now: int, session: str | None = None) -> Observation:
    """The sighting that a draft reports."""
    return Observation(draft.source, draft.author, now, session, draft.evidence, draft.note)


def corroborated(node: Node, draft: Draft, links: tuple[Link, ...], now: int, session: str | None = None) -> Node:
    """The node after one more sighting of what it says, as ``supported`` has it.

    Tags, links and globs are united, and a node that had expired lives as long again as the draft says. When
    nothing is new the same node comes back, so a batch may be added twice.
    """
    changed = supported(node, observation_of(draft, now, session), draft.confidence)
    changed = changed._replace(
        tags=tuple(sorted({*node.tags, *draft.tags})),
        links=tuple(sorted({*node.links, *links})),
        applies_to=tuple(sorted({*node.applies_to, *draft.applies_to})),
        pinned=node.pinned or draft.pinned,
    )
    if changed.is_expired(now):
        changed = changed._replace(expires_at=draft.expires_at)
    return dated(node, changed, now)


def supported(node: Node, sighting: Observation, confidence: float) -> Node:
    """The node with one more sighting that is worth ``confidence``.

    An independent one (another source or author) adds its observation and raises the confidence to
    ``1 - (1 - a)(1 - b)``; the second observer makes an ephemeral node stable. A sighting by an observer who is
    known brings at most new evidence.
    """
    known = observers(node)
    if sighting.observer in known:
        seen = {item for observation in node.support for item in observation.evidence}
        if seen.issuperset(sighting.evidence):
            return node
        return node._replace(observations=merge_observations(node.observations, (sighting,)))
    sources = {sighting.source, *(source for source, _ in known)}
    changed = node._replace(
        observations=merge_observations(node.observations, (sighting,)),
        confidence=combined_confidence(node.confidence, confidence, sources),
    )
    enough = len(known) + 1 >= OBSERVERS_FOR_PROMOTION
    return promoted(changed) if node.status == "ephemeral" and enough else changed


def revised(node: Node, content: str, sighting: Observation, confidence: float, now: int) -> Node:
    """The node saying something else: what supported the old content does not support the new.

    One sighting is left, the node has yet to be confirmed, and a dispute it was in is settled.
    """
    return node._replace(
        content=content,
        confidence=confidence,
        status="ephemeral",
        observations=(sighting,),
        tags=tuple([tag for tag in node.tags if not tag.startswith(STALE)]),
        updated_at=max(now, node.updated_at),
        dispute=None,
    )


def combined_confidence(a: float, b: float, sources: set[str]) -> float:
    """What two independent sightings are worth together: ``1 - (1 - a)(1 - b)``.

    Capped at 0.99 when every source infers, but never below what either was worth alone.
    """
    together = 1 - (1 - a) * (1 - b)
    if not sources & vocabulary.OBSERVING_SOURCES:
        together = max(min(together, INFERRED_CEILING), a, b)
    return round(together, 4)


def retracted(node: Node, word: Observation) -> Node:
    """The node out of service, with the observation that contradicts it; its confidence stays as a record.

    The same node comes back where that observer has retracted it already, with no other note.
    """
    known = {item.note for item in node.observations if item.contradicts and item.observer == word.observer}
    if node.status == "deprecated" and known and word.note in (None, *known):
        return node
    return node._replace(
        status="deprecated",
        observations=merge_observations(node.observations, (word._replace(contradicts=True),)),
    )


def doubted(node: Node, factor: float) -> Node:
    """The node stale: its evidence does not hold any more. It keeps what its confidence was in a tag."""
    lower = round(node.confidence * factor, 4)
    return node._replace(confidence=lower, tags=tuple(sorted({*node.tags, f"{STALE}{node.confidence:g}"})))


def confirmed(node: Node) -> Node:
    """The node not stale any more, with the confidence it had, or a higher one that it has gained since."""
    before = [_confidence_in(tag) for tag in node.tags if tag.startswith(STALE)]
    tags = tuple([tag for tag in node.tags if not tag.startswith(STALE)])
    return node._replace(confidence=max([node.confidence, *before]), tags=tags)


def _confidence_in(tag: str) -> float:
    try:
        value = float(tag.removeprefix(STALE))
    except ValueError:
        return 0.0
    return round(value, 4) if 0 <= value <= 1 else 0.0


def promoted(node: Node) -> Node:
    """The node made stable; a settled belief no longer expires. Calling twice is safe."""
    return node._replace(status="stable", expires_at=None)
