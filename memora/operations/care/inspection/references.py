"""Everything that names an object, against the object: references, workspaces, operations, commits, trees, disputes."""

from __future__ import annotations

from collections.abc import Iterator

from memora.errors import BadInput, BadName, DamagedObject, MissingObject
from memora.history.load import load_commit, load_tag
from memora.model.ids import NODE_ID_BYTES, CommitId, NodeId, ObjectId, ObjectKind, SessionId, TagId, TreeId, VersionId
from memora.model.names import clean_ref_name, fold_name
from memora.model.node import Node
from memora.operations.care.problems import Problem, damage
from memora.operations.care.reachable import moved_objects, seen_trees
from memora.operations.history.merging import RESOLUTIONS
from memora.operations.history.standing import BISECTIONS, PENDING_MERGES
from memora.operations.revisions import REMOTES
from memora.repository import Repository
from memora.sessions.sealing import read_events, read_sealed
from memora.storage.refs import BRANCHES, SESSIONS, TAGS
from memora.tree.check import Checked, check_tree
from memora.tree.encoding import ENTRY_BYTES, is_leaf, split_leaf

_REF_KINDS: dict[str, tuple[ObjectKind, ...]] = {
    BRANCHES: ("commit",),
    TAGS: ("commit", "tag"),
    PENDING_MERGES: ("commit",),
    RESOLUTIONS: ("node",),
    BISECTIONS: ("commit",),
    SESSIONS: ("session",),
    REMOTES: ("commit",),
}


class ReferenceInspection:
    """Walks everything that can be reached, once.

    ``known`` are objects whose own damage is reported already; what they lead to cannot be told.
    """

    def __init__(self, repository: Repository, known: set[ObjectId]) -> None:
        self._repository = repository
        self._known = known
        self._commits: set[CommitId] = set()
        self._trees: Checked = {}
        self._tree_roots: set[TreeId] = set()
        self.missing: set[ObjectId] = set()

    @property
    def counts(self) -> dict[str, int]:
        """How many commits and tree objects were walked."""
        return {"commits": len(self._commits), "trees": len(self._trees)}

    def references(self) -> Iterator[Problem]:
        """Branches, tags and their like, and the history they lead to."""
        for name, folded, target in self._repository.refs.rows():
            yield from self._reference(name, folded, target)

    def workspaces(self) -> Iterator[Problem]:
        """Where each workspace stands."""
        for workspace in self._repository.refs.workspaces.list():
            name = f"workspace {workspace.name}"
            if not _is_name(workspace.name) or not _is_name(workspace.head.branch or "x"):
                yield damage("ref-name", f"{name} has a name that is not allowed, or is on a branch that has one")
            if workspace.head.commit is not None:
                yield from self._target(name, workspace.head.commit, ("commit",))
            yield from self._target(name, workspace.tree, ("tree",))
        for name in self._repository.refs.workspaces.misfolded():
            yield damage("ref-name", f"workspace {name!r} could be doubled by a name that looks like it")

    def operations(self) -> Iterator[Problem]:
        """What undo and redo would go back to."""
        for move in self._repository.log.moves_after(0):
            for target in moved_objects(move):
                yield from self._target(
                    f"an operation on {move.pointer}", target, ("tree", "commit", "tag", "session", "node")
                )

    def sessions(self) -> Iterator[Problem]:
        """The working trees that sessions saw, and what those that have ended were sealed into."""
        for tree in seen_trees(self._repository):
            yield from self._target("an event", tree, ("tree",))
        for session in self._repository.sessions.newest_first():
            sealed = self._repository.refs.find(SESSIONS + session.id)
            if session.ended_at is not None and sealed is None:
                yield damage("session", f"session {session.id} has ended and was not sealed")
        for name, target in self._repository.refs.list(SESSIONS):
            if target not in self._known and self._repository.objects.kind_of(target) == "session":
                yield from self._sealed(name, SessionId(target))

    def disputes(self, disputes: list[tuple[ObjectId, Node]]) -> Iterator[Problem]:
        """What disputed versions stand between."""
        for object_id, node in disputes:
            if node.dispute is not None:
                base = [] if node.dispute.base is None else [node.dispute.base]
                for version in (*node.dispute.sides, *base):
                    yield from self._target(f"the disputed version {object_id.hex()[:12]}", version, ("node",), node.id)

    def _sealed(self, name: str, target: SessionId) -> Iterator[Problem]:
        """An object of a session, its parts, and the log it was made of where that is here."""
        objects = self._repository.objects
        try:
            sealed = read_sealed(objects, target)
            missing = [part for part in sealed.parts if objects.kind_of(part) != "session"]
            for part in missing:
                yield from self._target(f"session {name}", part, ("session",))
            if missing or self._known & {*sealed.parts}:
                return
            for _ in read_events(objects, sealed):
                pass
            session = self._repository.sessions.find(name)
            known = None if session is None else (*session.said(), *self._repository.sessions.head(session))
            if sealed.session != name or known not in (None, sealed[:-1]):
                raise BadInput("session", "is not what it was sealed from")
        except (BadInput, DamagedObject, MissingObject) as error:
            yield damage("session", f"the object of session {name} cannot be trusted: {error}", target)

    def _reference(self, name: str, folded: str, target: ObjectId) -> Iterator[Problem]:
        prefix = next((prefix for prefix in _REF_KINDS if name.startswith(prefix)), None)
        named = name.removeprefix(prefix or "refs/")
        if prefix == BISECTIONS:
            named = named.rpartition("/")[0]  # the workspace; a mark stands behind it
        if not _is_name(named) or folded != fold_name(name):
            yield damage("ref-name", f"the reference {name!r} has a name that is not allowed")
        yield from self._target(name, target, _REF_KINDS.get(prefix or "", ("commit", "tag", "session", "tree")))

    def _target(
        self, source: str, target: ObjectId, kinds: tuple[ObjectKind, ...], node: NodeId | None = None
    ) -> Iterator[Problem]:
        kind = self._repository.objects.kind_of(target)
        if kind is None:
            if target not in self._known and target not in self.missing:
                self.missing.add(target)
                wanted = " or ".join(kinds)
                yield damage("missing-object", f"{source} names a {wanted} that is missing", target, node)
        elif kind not in kinds:
            yield damage("wrong-kind", f"{source} names a {kind} where a {' or '.join(kinds)} belongs", target, node)
        elif kind == "tree":
            self._tree_roots.add(TreeId(target))
        elif kind == "commit":
            yield from self._history(CommitId(target))
        elif kind == "tag" and target not in self._known:
            tag = load_tag(self._repository.objects, TagId(target))
            yield from self._target(f"tag {target.hex()[:12]}", tag.commit, ("commit",))

    def _history(self, tip: CommitId) -> Iterator[Problem]:
        pending = [tip]
        while pending:
            commit_id = pending.pop()
            if commit_id in self._commits or commit_id in self._known:
                continue
            self._commits.add(commit_id)
            try:
                commit = load_commit(self._repository.objects, commit_id)
            except (DamagedObject, MissingObject) as error:  # it changed since the objects were looked at
                yield damage("object-id", str(error), commit_id)
                continue
            source = f"commit {commit_id.hex()[:12]}"
            for parent in commit.parents:
                if self._repository.objects.kind_of(parent) == "commit":
                    pending.append(parent)
                else:
                    yield from self._target(source, parent, ("commit",))
            yield from self._target(source, commit.tree, ("tree",))
            for decision in commit.decisions:
                if decision.overruled is not None:
                    yield from self._target(source, decision.overruled, ("node",), decision.node)

    def trees(self) -> Iterator[Problem]:
        """The form of every tree that the checks before have reached, and the versions that its leaves name."""
        for root in sorted(self._tree_roots):
            for tree, message in check_tree(self._repository.objects, root, self._trees):
                if tree in self._known:
                    continue
                if not self._repository.objects.has(tree):
                    self.missing.add(tree)
                    yield damage("missing-object", "a tree object that another one names is missing", tree)
                else:
                    yield damage("tree-form", message, tree)
        for object_id in self._trees:
            if object_id not in self._known and object_id not in self.missing:
                yield from self._leaf(object_id)

    def _leaf(self, tree: ObjectId) -> Iterator[Problem]:
        body = self._repository.objects.read(tree, "tree")
        if not is_leaf(body) or len(body) % ENTRY_BYTES != 1:
            return
        entries = [
            (NodeId(entry[:NODE_ID_BYTES]), VersionId(ObjectId(entry[NODE_ID_BYTES:]))) for entry in split_leaf(body)
        ]
        owners = self._repository.index.nodes.owners([version for _, version in entries])
        for node, version in entries:
            if owners.get(version) == node or version in self._known:
                continue
            source = f"tree {tree.hex()[:12]}"
            if version in owners:
                message = f"{source} has a version of node {owners[version].hex()[:8]} under node {node.hex()[:8]}"
                yield damage("tree-entry", message, version, node)
            else:
                yield from self._target(source, version, ("node",), node)


def _is_name(name: str) -> bool:
    try:
        return clean_ref_name("reference", name) == name
    except (BadName, TypeError):
        return False
