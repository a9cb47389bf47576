"""What people changed inside of memora's blocks, seen against what memora had written there."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Literal, NamedTuple

from memora.errors import BadInput, NotFound, SecretFound
from memora.export.block import Block, digest_of, find_block
from memora.export.read_back import Item, pair, read_items
from memora.export.rules import PREFIX
from memora.export.sheet import lay_out
from memora.export.targets import TARGETS, Limit
from memora.model.belief import birth_id, says_the_same
from memora.model.ids import TreeId
from memora.model.node import Node
from memora.model.secrets import mask, refuse_secrets
from memora.model.text import clean_content
from memora.operations.naming import find_current
from memora.operations.revisions import resolve_tree
from memora.operations.share.layout import find_layout
from memora.operations.share.project_files import ProjectFiles
from memora.operations.share.selection import read_asked, select
from memora.operations.share.templates import read_templates
from memora.repository import Repository

Change = Literal["changed", "added", "removed"]


class HandEdit(NamedTuple):
    """One change that a person made in a block.

    ``node`` is the memory as it was when the block was written, None for an addition; ``content`` what it is to say,
    None for a removal. ``problem`` says why it cannot be taken in.
    """

    change: Change
    path: str
    line: int
    node: Node | None
    content: str | None
    type: str = ""
    scope: tuple[str, ...] = ()
    problem: str | None = None


class EditedBlock(NamedTuple):
    """A block that was edited: the tree it was written from, and what became of it."""

    path: str
    base: TreeId
    edits: tuple[HandEdit, ...]


def find_blocks(repository: Repository, places: Iterable[str]) -> list[tuple[str, Block]]:
    """Every block that memora wrote, with its path: where targets lie, and in other places.

    Raises DamagedBlock; BadInput, OutsideProject and Unavailable for one of ``places`` that cannot be read.
    """
    files = ProjectFiles(os.path.dirname(repository.path))
    known = dict.fromkeys(places)
    found = []
    for path in dict.fromkeys([*_target_paths(files), *known]):
        text = files.read(path) if path in known else files.find(path)
        block = None if text is None else find_block(text, path)
        if block is not None:
            found.append((path, block))
    return found


def edited_blocks(
    repository: Repository, target: str | None, places: Iterable[str], now: int
) -> tuple[list[EditedBlock], list[str]]:
    """The blocks that memora wrote and people changed, and the paths of all that were looked at.

    ``places`` are paths that may hold one besides those that targets have; with ``target`` only its blocks count.
    Raises as ``find_blocks``, and NotFound where a block is of a revision that is not in this store.
    """
    found, looked_at = [], []
    for path, block in find_blocks(repository, places):
        if target not in (None, block.origin.target):
            continue
        looked_at.append(path)
        if block.is_edited:
            found.append(read_edits(repository, path, block, now))
    return found, looked_at


def read_edits(repository: Repository, path: str, block: Block, now: int) -> EditedBlock:
    """What a person changed in a block. Raises NotFound where its revision is not in this store."""
    origin = block.origin
    try:
        base = resolve_tree(repository, origin.revision, now)
    except NotFound:
        raise NotFound(f"revision that {path} was written from,", origin.revision) from None
    target, layout = find_layout(origin.target, read_templates(repository.path))
    asked = read_asked(origin.options)
    entries = select(repository, base, asked).entries
    if target is not None and target.rules is not None and origin.scope:
        entries = tuple(entry for entry in entries if entry.node.applies_to == origin.scope)
    unit = target.limit.unit if target is not None and target.limit is not None else "bytes"
    room = None if origin.room is None else Limit(origin.room, unit)
    sheet = lay_out(layout, origin, entries, room=room, budget=asked.budget)
    faithful = digest_of(sheet.body) == block.digest
    nodes = {entry.node.id.hex(): entry.node for entry in entries}
    written = read_items(sheet.body, origin.scope)
    pairing = pair(written, read_items(block.body, origin.scope))
    edits = [_changed(path, block, nodes, before, after) for before, after in pairing.changed]
    # Of a block that cannot be written again as it was, nobody knows what was there besides what still is.
    edits += [_added(path, block, item) for item in pairing.added if faithful or not item.prose]
    if faithful:
        edits += [
            HandEdit("removed", path, block.line + line, _node_of(item, nodes), None) for item, line in pairing.removed
        ]
    edits = [edit for edit in edits if edit.change == "added" or edit.node is not None]
    return EditedBlock(path, base, tuple(sorted(edits, key=lambda edit: edit.line)))


def is_known(repository: Repository, edit: HandEdit) -> bool:
    """Whether the working tree says already what an edit wants, be it as one side of a dispute."""
    workspace = repository.workspace.number
    node_id = birth_id(edit.type, None, edit.content or "") if edit.node is None else edit.node.id
    found = find_current(repository, workspace, node_id)
    if edit.content is None:
        return found is None
    if found is None:
        return False
    if says_the_same(found.node, edit.content):
        return True
    from memora.history.load import load_node

    sides = found.node.dispute.sides if found.node.dispute else ()
    return any(says_the_same(load_node(repository.objects, side), edit.content) for side in sides)


def _target_paths(files: ProjectFiles) -> list[str]:
    paths = []
    for target in TARGETS:
        paths += [*target.paths, *([".clinerules"] if target.name == "cline" else [])]
        folders = [target.rules.folder, ".windsurf/rules"] if target.rules else []
        for folder in folders:
            paths += [f"{folder}/{name}" for name in files.names(folder) if name.startswith(PREFIX)]
    return paths


def _changed(path: str, block: Block, nodes: dict[str, Node], before: Item, after: Item) -> HandEdit:
    node = _node_of(before, nodes)
    edit = HandEdit("changed", path, block.line + after.line, node, after.content)
    if node is not None and node.dispute is not None:
        return edit._replace(content=mask(after.content), problem="it is in dispute; `memora resolve` settles it")
    return _checked(edit)


def _added(path: str, block: Block, item: Item) -> HandEdit:
    return _checked(HandEdit("added", path, block.line + item.line, None, item.content, item.type, item.scope))


def _checked(edit: HandEdit) -> HandEdit:
    try:
        edit = edit._replace(content=clean_content(edit.content or ""))
        refuse_secrets("content", (edit.content or "",))
    except SecretFound as error:
        return edit._replace(content=mask(edit.content or ""), problem=str(error))
    except BadInput as error:
        return edit._replace(problem=str(error))
    return edit


def _node_of(item: Item, nodes: dict[str, Node]) -> Node | None:
    found = [node for name, node in nodes.items() if item.digits is not None and name.startswith(item.digits)]
    return found[0] if len(found) == 1 else None
