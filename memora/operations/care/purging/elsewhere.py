"""What was erased in another place, as far as this store has it: which objects go, and what stands for them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from memora.errors.remotes import DamagedRemote
from memora.history.load import load_commit, load_node
from memora.model.erasure import Erasure, erase_nodes
from memora.model.ids import CommitId, ObjectId, SessionId, TagId, VersionId
from memora.operations.care.purging.versions import Versions
from memora.storage.objects import SqliteObjects
from memora.storage.refs import SESSIONS, TAGS
from memora.tree.diff import diff


class Elsewhere(NamedTuple):
    """The purges of another place, and its references, where what took the place of tags is found.

    ``apart`` are commits that an own purge has put in the place of some that were erased there at the same time, each
    with what stands there for the same. ``name`` is what errors call the place; None where the lists are our own.
    """

    ids: frozenset[ObjectId]
    commits: Mapping[CommitId, CommitId]
    refs: Mapping[str, ObjectId]
    apart: Mapping[CommitId, CommitId] = MappingProxyType({})
    name: str | None = None

    def versions(self, objects: SqliteObjects) -> Versions:
        """For each version here that goes the one in its place; None where there is none.

        The list says only which go. What is left of one is found where it stood: in the commits that were written anew.
        """
        found: Versions = {VersionId(id): None for id in objects.present(tuple(self.ids)) if _is_node(objects, id)}
        waiting = set(found)
        for old, new in self.commits.items():
            if not waiting:
                break
            if objects.kind_of(old) == objects.kind_of(new) == "commit":
                trees = load_commit(objects, old).tree, load_commit(objects, new).tree
                for _, before, after in diff(objects, *trees):
                    if before in waiting:
                        found[before] = after
                        waiting.discard(before)
        for ours, theirs in self.apart.items():
            # What was left of a version here has another id, which nobody else knows.
            if objects.kind_of(ours) == objects.kind_of(theirs) == "commit":
                trees = load_commit(objects, ours).tree, load_commit(objects, theirs).tree
                for _, before, after in diff(objects, *trees):
                    if before is not None:
                        found.setdefault(before, after)
        return found

    def words(self, objects: SqliteObjects) -> Erasure:
        """What versions that go without another in their place say, to be replaced where others quote it."""
        gone = [version for version, new in self.versions(objects).items() if new is None]
        return erase_nodes(load_node(objects, version) for version in gone)._replace(nodes=frozenset())

    def commit(self, objects: SqliteObjects, commit: CommitId) -> CommitId | None:
        """The commit that stands for one, where it is here.

        Raises DamagedRemote for one that says more or less than the other one without what was erased.
        """
        new = self._standing(commit)
        if new is None or new == commit or objects.kind_of(new) != "commit":
            return None
        if self.name is not None and not self._is_left_of(objects, commit, new):
            problem = f"it says that commit {new.hex()[:12]} stands for {commit.hex()[:12]}, and that has lost more"
            raise DamagedRemote(f"the list of what {self.name} erased", problem)
        return new

    def _standing(self, commit: CommitId) -> CommitId | None:
        return self.apart.get(commit) or self.commits.get(commit)

    def _is_left_of(self, objects: SqliteObjects, old: CommitId, new: CommitId) -> bool:
        """Whether one commit is what is left of another: the same time and parents, and only what is refused gone."""
        before, after = load_commit(objects, old), load_commit(objects, new)
        parents = tuple(dict.fromkeys(self._standing(parent) or parent for parent in before.parents))
        return (before.at, parents) == (after.at, after.parents) and all(
            version is not None
            and (old in self.apart or version in self.ids)
            and (left is None or _is_left(objects, version, left))
            for _, version, left in diff(objects, before.tree, after.tree)
        )

    def tag(self, objects: SqliteObjects, name: str) -> TagId | None:
        """The annotated tag that is called so there, where it is here; None where none is."""
        new = self.refs.get(TAGS + name)
        return TagId(new) if new is not None and new not in self.ids and objects.kind_of(new) == "tag" else None

    def session(self, objects: SqliteObjects, name: str) -> SessionId | None:
        """The sealed session that is called so there, where it is here; None where none is."""
        new = self.refs.get(SESSIONS + name)
        return SessionId(new) if new is not None and new not in self.ids and objects.has(new) else None


def _is_left(objects: SqliteObjects, version: VersionId, left: VersionId) -> bool:
    """Whether a version says what another one did, without some of its grounds; of a dispute it may be a side."""
    before, after = load_node(objects, version), load_node(objects, left)
    if before.dispute is not None:
        sides = (load_node(objects, side) for side in before.dispute.sides if objects.has(side))
        return after.content in {before.content, *(side.content for side in sides)}
    return before._replace(observations=after.observations, applies_to=after.applies_to) == after


def _is_node(objects: SqliteObjects, object_id: ObjectId) -> bool:
    return objects.kind_of(object_id) == "node"
