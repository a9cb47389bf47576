"""Which commits changed a node."""

from node_samples import AT, node_id, version

from memora.history.trail import Trail
from memora.model.commit import Commit, encode_commit
from memora.model.ids import CommitId, NodeId, VersionId
from memora.storage.memory import MemoryObjects
from memora.tree.edit import build

ONE, TWO = node_id(1), node_id(2)


class History:
    """Commits written one by one."""

    def __init__(self) -> None:
        self.objects = MemoryObjects()

    def commit(self, entries: dict[NodeId, VersionId], *parents: Commit) -> Commit:
        tree = build(self.objects, entries.items())
        ids = tuple(CommitId(self.objects.write("commit", encode_commit(parent))) for parent in parents)
        return Commit(tree, ids, "ada", AT, f"{len(self.objects.objects)}")


def test_a_commit_changes_a_node_against_its_parent() -> None:
    history = History()
    first = history.commit({ONE: version(1)})
    other = history.commit({ONE: version(1), TWO: version(1)}, first)
    edited = history.commit({ONE: version(2), TWO: version(1)}, other)
    removed = history.commit({TWO: version(1)}, edited)
    trail = Trail(history.objects, [ONE])
    assert [trail.is_changed_by(commit) for commit in (removed, edited, other, first)] == [True, True, False, True]
    assert not Trail(history.objects, [TWO]).is_changed_by(first)


def test_any_of_several_nodes_will_do() -> None:
    history = History()
    first = history.commit({ONE: version(1)})
    other = history.commit({ONE: version(1), TWO: version(1)}, first)
    assert Trail(history.objects, [ONE, TWO]).is_changed_by(other)


def test_a_merge_changes_what_neither_parent_has() -> None:
    history = History()
    root = history.commit({ONE: version(1)})
    ours = history.commit({ONE: version(2)}, root)
    theirs = history.commit({ONE: version(3)}, root)
    trail = Trail(history.objects, [ONE])
    assert not trail.is_changed_by(history.commit({ONE: version(2)}, ours, theirs))
    assert trail.is_changed_by(history.commit({ONE: version(4)}, ours, theirs))
