"""What was erased in another place, as far as this store has it: which objects go, and what stands for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from memora.history.load import load_commit
from memora.model.ids import CommitId, ObjectId, SessionId, TagId, VersionId
from memora.operations.care.purging.versions import Versions
from memora.operations.sessions.find import SESSIONS
from memora.storage.objects import SqliteObjects
from memora.storage.refs import TAGS
from memora.tree.diff import diff


class Elsewhere(NamedTuple):
    """The purges of another place, and its references, where what took the place of tags is found."""

    ids: frozenset[ObjectId]
    commits: Mapping[CommitId, CommitId]
    refs: Mapping[str, ObjectId]

    def versions(self, objects: SqliteObjects) -> Versions:
        """For each version here that goes the one in its place; None where there is none.

        The list says only which go. What is left of one is found where it stood: in the commits that were written anew.
        """
        found: Versions = {VersionId(id): None for id in objects.present(tuple(self.ids)) if _is_node(objects, id)}
        waiting = set(found)
        for old, new in self.commits.items():
            if not waiting:
                break
            if objects.has(old) and objects.has(new):
                trees = load_commit(objects, old).tree, load_commit(objects, new).tree
                for _, before, after in diff(objects, *trees):
                    if before in waiting:
                        found[before] = after
                        waiting.discard(before)
        return found

    def commit(self, objects: SqliteObjects, commit: CommitId) -> CommitId | None:
        """The commit that stands for one, where it is here."""
        new = self.commits.get(commit)
        return new if new is not None and new != commit and objects.has(new) else None

    def tag(self, objects: SqliteObjects, name: str) -> TagId | None:
        """The annotated tag that is called so there, where it is here; None where none is."""
        new = self.refs.get(TAGS + name)
        return TagId(new) if new is not None and new not in self.ids and objects.kind_of(new) == "tag" else None

    def session(self, objects: SqliteObjects, name: str) -> SessionId | None:
        """The sealed session that is called so there, where it is here; None where none is."""
        new = self.refs.get(SESSIONS + name)
        return SessionId(new) if new is not None and new not in self.ids and objects.has(new) else None


def _is_node(objects: SqliteObjects, object_id: ObjectId) -> bool:
    return objects.kind_of(object_id) == "node"
