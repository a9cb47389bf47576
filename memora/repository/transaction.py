"""One mutating command: the changes it makes to objects, pointers and derived tables, recorded as one operation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from memora.errors import BranchMoved
from memora.history.load import load_commit
from memora.model.clock import check_clock
from memora.model.commit import Commit, Tag, encode_commit, encode_tag
from memora.model.ids import CommitId, NodeId, ObjectId, TagId, TreeId, VersionId, hash_object
from memora.model.names import clean_ref_name
from memora.model.node import Node
from memora.model.node_codec import encode_node
from memora.repository.index import Derived, derive
from memora.storage.operation_log import Move, Operation
from memora.storage.place import DEFAULT_WORKSPACE
from memora.storage.refs import BRANCHES, Head, Workspace, format_head
from memora.storage.session_log import Session
from memora.tree.diff import diff
from memora.tree.edit import edit, write_empty
from memora.tree.encoding import EMPTY_TREE_BODY
from memora.tree.lookup import entries

if TYPE_CHECKING:
    from memora.repository.repository import Repository


# From so many on it is quicker to number the rows here than to ask SQLite for the number of each.
_MANY: Final = 8
EMPTY_TREE: Final = hash_object("tree", EMPTY_TREE_BODY)


# A version of a node that is ready to be stored: the node it is of, its id, its body and what is derived of it.
Prepared = tuple[NodeId, VersionId, bytes, Derived]


def prepare(node: Node) -> Prepared:
    """Make a version of a node ready to be stored."""
    body = encode_node(node)
    return node.id, VersionId(hash_object("node", body)), body, derive(node)


class Transaction:
    """Changes that become one operation when the ``with`` around them ends.

    A transaction that moves no pointer leaves no operation behind. ``summary`` is the line that
    ``op log`` shows; it reads on from the command's name.
    """

    def __init__(self, repository: Repository, workspace: str, command: str, author: str, now: int) -> None:
        self._repository = repository
        self._command = command
        self._author = author
        self._now = check_clock(now)
        found = repository.refs.workspaces.find(workspace)
        self._before = found or self._add_workspace(workspace)
        self._head = self._before.head
        self._tree = self._before.tree
        self._viewed = self._before.tree if found else write_empty(repository.objects)
        self._refs: dict[str, tuple[ObjectId | None, ObjectId | None]] = {}
        self._moves: list[Move] = []
        self._commits: list[CommitId] = []
        self._session = repository.sessions.find_active(workspace)
        self._undo: tuple[int, int, tuple[int, ...]] | None = None
        self._rows: dict[VersionId, int] = {}
        self.summary = ""
        if not found:
            self._update_view()  # verbs look nodes up in the view before they change any

    @property
    def tree(self) -> TreeId:
        """The working tree as changed so far."""
        return self._tree

    @property
    def head(self) -> Head:
        """What the workspace is on, as changed so far."""
        return self._head

    @property
    def workspace(self) -> Workspace:
        """The workspace as it was when the transaction began."""
        return self._before

    @property
    def session_id(self) -> str | None:
        """The session that this operation is counted to; None outside of sessions."""
        return None if self._session is None else self._session.id

    def write_node(self, node: Node) -> VersionId:
        """Store a version of a node and project it; the tree does not change yet."""
        object_id, row, new = self._repository.objects.insert("node", encode_node(node))
        version = VersionId(object_id)
        self._rows[version] = row
        if new:
            self._repository.index.add_node(row, node)
        return version

    def write_nodes(self, nodes: Iterable[Node]) -> dict[NodeId, VersionId]:
        """Store a version of each of some nodes, as ``write_node`` does it for one."""
        written = list(nodes)
        if len(written) < _MANY:
            return {node.id: self.write_node(node) for node in written}
        return self.write_prepared([prepare(node) for node in written])

    def write_prepared(self, versions: Sequence[Prepared]) -> dict[NodeId, VersionId]:
        """Store and project versions of which everything was made ready already."""
        stored = self._repository.objects.insert_verified("node", [(version, body) for _, version, body, _ in versions])
        derived = []
        for (_, version, _, derivation), (row, new) in zip(versions, stored, strict=True):
            self._rows[version] = row
            if new:
                derived.append((row, derivation))
        self._repository.index.add_derived(derived)
        return {node: version for node, version, _, _ in versions}

    def write_commit(self, commit: Commit) -> CommitId:
        """Store a commit and project it; no branch moves yet."""
        object_id, row, new = self._repository.objects.insert("commit", encode_commit(commit))
        if new:
            self._repository.index.commits.add(row, commit)
        self._commits.append(CommitId(object_id))
        return CommitId(object_id)

    def write_tag(self, tag: Tag) -> TagId:
        """Store an annotated tag; no name points at it yet."""
        return TagId(self._repository.objects.write("tag", encode_tag(tag)))

    def set_nodes(self, changes: Mapping[NodeId, VersionId | None]) -> None:
        """Put versions into the working tree; None takes a node out."""
        if self._viewed != self._tree:
            self._update_view()
        self._tree = edit(self._repository.objects, self._tree, changes)
        self._repository.index.nodes.set_view(
            self._before.number,
            [(node, None if version is None else self._row(version)) for node, version in changes.items()],
        )
        self._viewed = self._tree

    def set_tree(self, tree: TreeId) -> None:
        """Replace the working tree. Cost follows the difference."""
        self._tree = tree

    def set_head(self, head: Head) -> None:
        """Put the workspace on a branch or a commit; the working tree does not change."""
        self._head = head

    def move_ref(self, name: str, expected: ObjectId | None, target: ObjectId | None) -> None:
        """Move a reference by compare-and-set; None is "no such reference".

        Raises BranchMoved where it is not at ``expected``, AlreadyExists where another name looks like it.
        """
        if self._repository.refs.find(name) != expected:
            raise BranchMoved(name)
        first, _ = self._refs.get(name, (expected, target))
        self._refs[name] = (first, target)
        self._repository.refs.set(name, target)

    def note_move(self, move: Move) -> None:
        """Record the move of a pointer that is neither a reference nor part of this workspace."""
        self._moves.append(move)

    def stand_on(self, position: int, previous: int, redoable: Iterable[int]) -> None:
        """Say which operation's effect is the newest standing one now; ``undo`` and ``redo`` do."""
        self._undo = (position, previous, tuple(redoable))

    def finish(self) -> None:
        """Bring the derived tables up to date and append the operation, in a session with its events."""
        if self._viewed != self._tree:
            self._update_view()
        moves = self._collect_moves()
        if (self._head, self._tree) != (self._before.head, self._before.tree):
            self._repository.refs.workspaces.set(self._before.number, self._head, self._tree)
        if not moves:
            return
        log = self._repository.log
        head = log.head()
        number = head.number + 1
        position, previous, redoable = self._undo or (number, log.position_of(self._before.name), ())
        operation = Operation(
            number,
            self._now,
            self._before.name,
            self._author,
            self._command,
            self.summary,
            position,
            previous,
            redoable,
            moves,
        )
        log.append(operation, head)
        if self._session is not None:
            self._append_events(self._session, operation)

    def _append_events(self, session: Session, operation: Operation) -> None:
        from memora.sessions.operation_events import events_of_operation  # only sessions need it

        events = events_of_operation(
            self._repository.objects, operation, self._before.tree, self._tree, self._head.branch, self._commits
        )
        if events:
            said = [(self._now, event, data, self._tree) for event, data in events]
            self._repository.sessions.append_many(session, said)

    def _collect_moves(self) -> tuple[Move, ...]:
        moves = [Move(name, old, new) for name, (old, new) in self._refs.items() if old != new]
        prefix = f"workspace/{self._before.name}"
        if self._head != self._before.head:
            moves.append(
                Move(f"{prefix}/head", format_head(self._before.head).encode(), format_head(self._head).encode())
            )
        if self._tree != self._before.tree:
            moves.append(Move(f"{prefix}/tree", self._before.tree, self._tree))
        return tuple(sorted([*moves, *self._moves]))

    def _add_workspace(self, name: str) -> Workspace:
        """Make a workspace at the tip of the branch that the default one is on."""
        clean_ref_name("workspace", name)
        refs = self._repository.refs
        default = refs.workspaces.find(DEFAULT_WORKSPACE)
        head = default.head if default else Head(None)
        tip = refs.find(BRANCHES + head.branch) if head.branch else head.commit
        if tip is None:
            return refs.workspaces.add(name, Head(head.branch), write_empty(self._repository.objects))
        commit = CommitId(tip)
        tree = load_commit(self._repository.objects, commit).tree
        return refs.workspaces.add(name, Head(head.branch, commit), tree)

    def _update_view(self) -> None:
        if self._viewed == EMPTY_TREE and self._tree != EMPTY_TREE:
            found = entries(self._repository.objects, self._tree)
            self._repository.index.nodes.fill_view(self._before.number, found)
            self._viewed = self._tree
            return
        changes = diff(self._repository.objects, self._viewed, self._tree)
        self._repository.index.nodes.set_view(
            self._before.number,
            ((node, None if new is None else self._row(new)) for node, _, new in changes),
        )
        self._viewed = self._tree

    def _row(self, version: VersionId) -> int:
        row = self._rows.get(version)
        if row is None:
            row = self._repository.objects.row_of(version)
        return row
