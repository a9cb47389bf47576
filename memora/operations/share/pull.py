"""The way back: what people changed inside of memora's blocks, merged into the memories it came from."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from memora.errors.files import HandEdited
from memora.export.block import Block
from memora.export.placement import place
from memora.export.targets import find_target
from memora.merge.policy import DEFAULT_POLICIES, Policy
from memora.model.belief import birth_id, born, revised, says_the_same
from memora.model.draft import read_draft
from memora.model.ids import NodeId, VersionId
from memora.model.node import Node, Observation
from memora.model.text import first_line
from memora.model.vocabulary import DEFAULT_SOURCE, source_confidence
from memora.operations.history.commit import CommitResult, commit
from memora.operations.history.merging import carry_out, plan_trees
from memora.operations.naming import find_current
from memora.operations.share.hand_edits import EditedBlock, HandEdit, edited_blocks, find_blocks, is_known, read_edits
from memora.operations.share.layout import Destination
from memora.operations.share.project_files import ProjectFiles
from memora.repository import Repository, Transaction
from memora.storage.session_log import EXPORTED
from memora.tree.edit import edit as edit_tree


class Taken(NamedTuple):
    """An edit and what became of it.

    ``outcome`` is ``taken``, ``known`` (the store says so already), ``disputed``, ``overruled`` by what the store has
    learnt since, ``skipped`` with the edit's problem, or ``pending`` where nothing was to be written.
    """

    edit: HandEdit
    outcome: str
    node: NodeId | None


class Pulled(NamedTuple):
    """Every edit of every block, the paths that were looked at, and the commit, None without one."""

    taken: tuple[Taken, ...]
    paths: tuple[str, ...]
    commit: CommitResult | None = None

    @property
    def skipped(self) -> bool:
        """Whether an edit could not be taken in."""
        return any(item.outcome == "skipped" for item in self.taken)

    @property
    def pending(self) -> tuple[Taken, ...]:
        """What the store does not have, or did not have before."""
        return tuple(item for item in self.taken if item.outcome != "known")


def pull_edits(
    repository: Repository,
    *,
    author: str,
    now: int,
    target: str | None = None,
    places: Iterable[str] = (),
    write: bool = True,
    message: str | None = None,
    policies: Mapping[str, Policy] = DEFAULT_POLICIES,
) -> Pulled:
    """Merge hand edits into the working tree, three-way: what the block was written from, what is now, what it says.

    An edited line is a new version of its memory, seen by source ``manual``; a new one becomes a memory; a deleted one
    is removed. With ``message`` these memories are committed. One operation, and one for the commit. Unless ``write``
    nothing changes. Raises DamagedBlock, BadInput for a file that it wrote and cannot read, and NotFound where a block
    is of a revision that is not in this store.
    """
    if not write:
        with repository.snapshot():
            blocks, paths = edited_blocks(repository, target, [*places, *_written_before(repository)], now)
            seen = [_preview(repository, edit) for block in blocks for edit in block.edits]
        return Pulled(tuple(seen), tuple(paths))
    taken: list[Taken] = []
    with repository.transaction("export --pull", author=author, now=now) as transaction:
        blocks, paths = edited_blocks(repository, target, [*places, *_written_before(repository)], now)
        for block in blocks:
            taken += _take_in(repository, transaction, block, author, now, policies)
        transaction.summary = ", ".join(block.path for block in blocks)
    changed = [item.node.hex() for item in taken if item.outcome in ("taken", "disputed") and item.node is not None]
    committed = None
    if message is not None and changed:
        result = commit(repository, message=message, author=author, now=now, nodes=changed)
        committed = result if isinstance(result, CommitResult) else None
    return Pulled(tuple(taken), tuple(paths), committed)


def written_destinations(repository: Repository, places: Iterable[str] = ()) -> list[Destination]:
    """What has been exported: a destination for each file with a block, those of rules for paths with their own's.

    ``places`` are paths that may hold one besides those of targets and those that the event log has. Raises
    DamagedBlock.
    """
    files = ProjectFiles(os.path.dirname(repository.path))
    with repository.snapshot():
        blocks = find_blocks(repository, [*places, *_written_before(repository)])
    found = []
    for path, block in blocks:
        target = find_target(block.origin.target)
        own = None if target is None else place(target, files.kind, files.find).path
        if not block.origin.scope:
            found.append(Destination(block.origin.target, None if path == own else os.path.join(files.root, path)))
    return found


def require_known(repository: Repository, path: str, block: Block, now: int) -> None:
    """Raise HandEdited where a block has edits that the store does not know, so that writing it would lose them."""
    unknown = [
        edit
        for edit in read_edits(repository, path, block, now).edits
        if edit.problem is not None or not is_known(repository, edit)
    ]
    if unknown:
        raise HandEdited(path, tuple(describe(edit) for edit in unknown))


def describe(edit: HandEdit) -> str:
    """An edit in a line."""
    said = edit.content if edit.content is not None else edit.node.content if edit.node else ""
    return f"{edit.change} {edit.path}:{edit.line}  {first_line(said, 100)}"


def _written_before(repository: Repository) -> list[str]:
    """Paths that the event log has of files that were written, which may lie anywhere in the project."""
    paths = (event.data.get("path") for event in repository.sessions.of_type(EXPORTED))
    return list(dict.fromkeys(path for path in paths if isinstance(path, str)))


def _preview(repository: Repository, edit: HandEdit) -> Taken:
    node = None if edit.node is None else edit.node.id
    if edit.problem is not None:
        return Taken(edit, "skipped", node)
    return Taken(edit, "known" if is_known(repository, edit) else "pending", node)


def _take_in(
    repository: Repository,
    transaction: Transaction,
    block: EditedBlock,
    author: str,
    now: int,
    policies: Mapping[str, Policy],
) -> list[Taken]:
    """Merge one block's edits into the working tree of a transaction."""
    changes: dict[NodeId, VersionId | None] = {}
    wanted: list[tuple[HandEdit, NodeId]] = []
    taken = []
    for edit in block.edits:
        seen = _preview(repository, edit)
        if seen.outcome != "pending":
            taken.append(seen)
            continue
        node = _state(repository, edit, author, now)
        node_id = node.id if node is not None else edit.node.id if edit.node is not None else None
        assert node_id is not None
        changes[node_id] = None if node is None else transaction.write_node(node)
        wanted.append((edit, node_id))
    theirs = edit_tree(repository.objects, block.base, changes)
    plan = plan_trees(repository, repository.objects, block.base, transaction.tree, theirs, policies=policies)
    carry_out(transaction, plan)
    disputed = set(plan.conflicts)
    for edit, node_id in wanted:
        outcome = "disputed" if node_id in disputed else "taken" if is_known(repository, edit) else "overruled"
        taken.append(Taken(edit, outcome, node_id))
    return sorted(taken, key=lambda item: item.edit.line)


def _state(repository: Repository, edit: HandEdit, author: str, now: int) -> Node | None:
    """The state that an edit wants of its memory; None where it is to go."""
    if edit.content is None:
        return None
    note = f"hand edit of {edit.path}:{edit.line}"
    sighting = Observation(DEFAULT_SOURCE, author, now, note=note)
    if edit.node is not None:
        return revised(edit.node, edit.content, sighting, source_confidence(DEFAULT_SOURCE), now)
    fields = {"content": edit.content, "type": edit.type, "applies_to": list(edit.scope)}
    draft = read_draft(fields, author=author, now=now)
    node = born(draft, _free_id(repository, draft.type, draft.content), (), now)
    return node._replace(observations=(sighting,))


def _free_id(repository: Repository, type_name: str, content: str) -> NodeId:
    """The id for a new memory: that of its content, unless a memory that says something else now has it."""
    counter = 0
    while True:
        node_id = birth_id(type_name, None, content, counter)
        found = find_current(repository, repository.workspace.number, node_id)
        if found is None or says_the_same(found.node, content):
            return node_id
        counter += 1
