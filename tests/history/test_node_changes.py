"""What changed between two trees, as values."""

from node_samples import AT, PLAIN, node_id, seen, version

from memora.history.changes import (
    ChangeCounts,
    NodeChange,
    count_changes,
    differences,
    node_changes,
    summarize_changes,
)
from memora.model.ids import TreeId, VersionId
from memora.model.node import Dispute, Node
from memora.model.node_codec import encode_node
from memora.storage.memory import MemoryObjects
from memora.tree.edit import build


def tree(objects: MemoryObjects, *nodes: Node) -> TreeId:
    return build(objects, ((node.id, VersionId(objects.write("node", encode_node(node)))) for node in nodes))


def numbered(number: int, **fields: object) -> Node:
    return PLAIN._replace(id=node_id(number), **fields)


STABLE = numbered(3, status="stable")
DISPUTED = numbered(5, status="conflicted", dispute=Dispute(None, (version(1), version(2))))
BEFORE = (numbered(1), numbered(2), numbered(3), numbered(4), numbered(5))
AFTER = (numbered(2, content="Other"), STABLE, numbered(4), DISPUTED, numbered(6))


def test_each_node_that_differs_has_one_effect() -> None:
    objects = MemoryObjects()
    found = list(node_changes(objects, tree(objects, *BEFORE), tree(objects, *AFTER)))
    assert [(change.node[0], change.kind, change.effect) for change in found] == [
        (1, "removed", "removed"),
        (2, "modified", "changed"),
        (3, "modified", "promoted"),
        (5, "modified", "conflicted"),
        (6, "added", "added"),
    ]
    assert found[1] == NodeChange(node_id(2), numbered(2), numbered(2, content="Other"))
    assert found[0].latest == numbered(1)


def test_counts_and_their_words() -> None:
    objects = MemoryObjects()
    counts = count_changes(objects, tree(objects, *BEFORE), tree(objects, *AFTER))
    assert counts == ChangeCounts(1, 1, 1, 1, 1)
    assert str(counts) == "1 added, 1 changed, 1 removed, 1 promoted, 1 conflicted"
    assert str(ChangeCounts(added=2, promoted=1)) == "2 added, 1 promoted"
    assert not ChangeCounts()


def test_none_is_the_empty_tree() -> None:
    objects = MemoryObjects()
    whole = tree(objects, *BEFORE)
    assert count_changes(objects, None, whole) == ChangeCounts(added=5)
    assert count_changes(objects, whole, None) == ChangeCounts(removed=5)
    assert count_changes(objects, None, None) == ChangeCounts()


def test_what_came_or_went_is_counted_without_being_read() -> None:
    objects = MemoryObjects()
    whole, empty = tree(objects, *(numbered(number) for number in range(60))), tree(objects)
    objects.reads = 0
    counts, shown = summarize_changes(objects, empty, whole, 3)
    assert counts.added == 60
    assert [change.node[0] for change in shown] == [0, 1, 2]
    assert objects.reads == 2 + 3


def test_a_stable_node_that_was_never_ephemeral_is_not_promoted() -> None:
    objects = MemoryObjects()
    before, after = numbered(1, status="deprecated"), numbered(1, status="stable")
    assert count_changes(objects, tree(objects, before), tree(objects, after)) == ChangeCounts(changed=1)


def test_the_fields_that_differ() -> None:
    after = PLAIN._replace(content="Other", tags=("new",), updated_at=AT + 1)
    assert differences(PLAIN, after) == {
        "content": (PLAIN.content, "Other"),
        "updated_at": (AT, AT + 1),
        "tags": ((), ("new",)),
    }
    assert differences(PLAIN, PLAIN) == {}


def test_against_nothing_every_field_that_is_set_differs() -> None:
    node = PLAIN._replace(confidence=0.0, observations=(seen(),))
    assert differences(None, node) == {
        "id": (None, node.id),
        "type": (None, "semantic"),
        "content": (None, node.content),
        "confidence": (None, 0.0),
        "status": (None, "ephemeral"),
        "observations": (None, node.observations),
        "created_at": (None, AT),
        "updated_at": (None, AT),
    }
    assert differences(node, None)["content"] == (node.content, None)
