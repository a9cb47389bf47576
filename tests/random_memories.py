"""Random memories of every type with every field, and random changes of them, for the laws of merging.

Sides of a merge are made by changing one base, so that they agree in some fields, as they do in life.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hypothesis import strategies as st

from memora.model.ids import NodeId, hash_node_identity
from memora.model.node import Link, Node, Observation, merge_observations
from memora.model.vocabulary import NODE_TYPES

DAY = 86_400_000_000
IDS = tuple(hash_node_identity("random", "key", str(number)) for number in range(4))
KEYS = ("key.one", "key.two", "key.three")

Memories = dict[NodeId, Node]
# A node by its place in IDS, the field, and the new value of it; the field None deletes.
Change = tuple[int, str | None, Any]
Family = tuple[Memories, Memories, Memories]

observations = st.builds(
    Observation,
    source=st.sampled_from(["code_read", "test_result", "manual", "codex", "cursor", "import", "unknown:bot"]),
    author=st.sampled_from(["ada", "bob"]),
    at=st.integers(1, 3).map(lambda day: day * DAY),
    session=st.none(),
    evidence=st.sampled_from([(), ("a.py:L1",)]),
    note=st.sampled_from([None, None, "said so"]),
    contradicts=st.sampled_from([False, False, False, True]),
    anchors=st.just(()),
)
links = st.builds(Link, st.sampled_from(["supports", "derived_from"]), st.sampled_from(IDS))
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "content": st.sampled_from(["SQLite", "PostgreSQL", "MySQL"]),
    "type": st.sampled_from(NODE_TYPES),
    "confidence": st.sampled_from([0.0, 0.5, 0.7, 0.7005, 0.8, 0.95, 1.0]),
    "status": st.sampled_from(["ephemeral", "stable", "deprecated"]),
    "observations": observations,
    "key": st.sampled_from([None, *KEYS]),
    "tags": st.sampled_from(["a", "b", "c"]),
    "links": links,
    "applies_to": st.sampled_from(["src/*", "docs/*"]),
    "pinned": st.booleans(),
    "expires_at": st.sampled_from([None, 10 * DAY, 20 * DAY]),
    "valid_from": st.sampled_from([None, DAY, 7 * DAY]),
    "valid_to": st.sampled_from([None, 5 * DAY, 9 * DAY]),
    "updated_at": st.integers(2, 6).map(lambda day: day * DAY),
}
# What memories say is changed most often.
_FIELDS = ("content", "content", "status", "confidence", "observations", "observations", "key", *VALUES)

changes: st.SearchStrategy[Change] = st.one_of(
    st.tuples(st.integers(0, 3), st.just(None), st.none()),
    *(st.tuples(st.integers(0, 3), st.just(field), VALUES[field]) for field in _FIELDS),
)
change_lists = st.lists(changes, max_size=8)
strategies = st.sampled_from(["auto", "auto", "ours", "theirs", "manual"])


def changed(memories: Memories, some: Iterable[Change]) -> Memories:
    """The memories after some changes; what is not there is born by a change, and a key stays with its first holder.

    A set gains the value, or loses it where it has it. Other words settle a dispute, and nothing else about a memory in
    dispute changes what it stands between.
    """
    result = dict(memories)
    for place, field, value in some:
        node_id = IDS[place]
        if field is None:
            result.pop(node_id, None)
        else:
            result[node_id] = _with(result, result.get(node_id) or _born(node_id), field, value)
    return result


def _born(node_id: NodeId) -> Node:
    seen = (Observation("codex", "ada", DAY),)
    return Node(node_id, "semantic", "SQLite", 0.7, "ephemeral", seen, DAY, 2 * DAY)


def _with(memories: Memories, node: Node, field: str, value: Any) -> Node:
    if field == "key" and any(other.key == value for other in memories.values() if other.id != node.id):
        return node
    if field == "status" and node.dispute is not None:
        return node
    if field == "content" and node.dispute is not None:
        return node._replace(content=value, status="stable", dispute=None)
    if field == "links" and value.to == node.id:
        return node
    if field == "observations":
        kept = set(node.observations) ^ {value}
        return node._replace(observations=merge_observations(tuple(kept))) if kept else node
    if field in ("tags", "links", "applies_to"):
        value = tuple(sorted({*getattr(node, field)} ^ {value}))
    after = node._replace(**{field: value})
    spans = after.valid_from is not None and after.valid_to is not None
    return node if spans and after.valid_from > after.valid_to else after


def _family(base: list[Change], ours: list[Change], theirs: list[Change]) -> Family:
    start = changed({}, base)
    return start, changed(start, ours), changed(start, theirs)


families = st.builds(_family, change_lists, change_lists, change_lists)
