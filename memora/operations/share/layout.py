"""The files of one target, and what memora's part of each is to say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from memora.errors import BadInput, NotFound
from memora.export.block import Origin, find_block, is_blank, remove_block, replace_block
from memora.export.entry import Entry
from memora.export.placement import Placement, place
from memora.export.render import UserTemplate
from memora.export.rules import PREFIX, front_matter, own_scopes, rule_path
from memora.export.sheet import Layout, Sheet, lay_out, measure
from memora.export.targets import Form, Limit, RuleFiles, Target, find_target, unknown_target
from memora.model.ids import ObjectId, TreeId
from memora.operations.revisions import resolve_commit, resolve_tree
from memora.operations.share.project_files import ProjectFiles
from memora.operations.share.selection import ALL, Asked, read_asked, select
from memora.repository import Repository

REVISION_DIGITS: Final = 12


class Destination(NamedTuple):
    """A target by its name, and where to write it; None is its own place."""

    target: str
    out: str | None = None


def read_destinations(words: Iterable[str]) -> list[Destination]:
    """What is to be written where, from ``TARGET`` or ``TARGET=PATH``."""
    return [Destination(target, path or None) for target, _, path in (word.partition("=") for word in words)]


class Sheets(NamedTuple):
    """One target's files: each path with what a new file begins with, and what memora writes in it.

    ``stale`` are files of rules for paths that no memory has any more, ``beyond`` counts memories beyond the top.
    """

    form: Form
    files: tuple[tuple[str, str, Sheet], ...]
    stale: tuple[str, ...]
    beyond: int
    notes: tuple[str, ...]


def find_layout(target: str, templates: Mapping[str, UserTemplate]) -> tuple[Target | None, Layout]:
    """A target, None for a user's template of its own name, and how it is laid out. Raises BadInput for neither."""
    found, template = find_target(target), templates.get(target)
    if found is None and template is None:
        raise unknown_target(target, tuple(templates))
    if template is None:
        assert found is not None
        return found, Layout(found.template or found.name, found.form, templates)
    return found, Layout(template.file, "block" if found is None else found.form, templates)


def find_place(
    files: ProjectFiles, templates: Mapping[str, UserTemplate], destination: Destination
) -> tuple[Target | None, Layout, Placement]:
    """A target as ``find_layout`` gives it, and where it is written. Raises BadInput, OutsideProject."""
    target, layout = find_layout(destination.target, templates)
    if destination.out is not None:
        return target, layout, Placement(files.relative(destination.out), "" if target is None else target.front, None)
    if target is None:
        raise BadInput("target", f"{destination.target!r} is a template of yours and has no place: name one with --out")
    return target, layout, place(target, files.kind, files.find)


def check_apart(places: Iterable[tuple[Destination, str]]) -> None:
    """Raise BadInput where a path that somebody chose is where another target is written too.

    Targets whose own places are one file, as Zed's may be, share it.
    """
    taken: dict[str, Destination] = {}
    for destination, path in places:
        other = taken.setdefault(path, destination)
        if other.target != destination.target and (other.out or destination.out) is not None:
            raise BadInput("targets", f"{other.target!r} and {destination.target!r} would both be written to {path}")


def name_revision(repository: Repository, revision: str | None, now: int) -> tuple[TreeId, str]:
    """The tree of a revision, None for the working tree; and its name: the commit's id, else the tree's."""
    if revision is None:
        head = repository.workspace.head.commit
        tree = repository.workspace.tree
        if head is not None and resolve_tree(repository, head.hex(), now) == tree:
            return tree, _short(head)
        return tree, _short(tree)
    tree = resolve_tree(repository, revision, now)
    try:
        return tree, _short(resolve_commit(repository, revision, now))
    except NotFound:
        return tree, _short(tree)


def lay_out_target(
    repository: Repository,
    files: ProjectFiles,
    templates: Mapping[str, UserTemplate],
    destination: Destination,
    tree: TreeId,
    revision: str,
    asked: Asked | None,
) -> Sheets:
    """The files of a target and what each is to say, in a snapshot of the caller's. Raises as ``export``."""
    target, layout, placement = find_place(files, templates, destination)
    asked = asked or _as_before(files, placement.path, layout)
    selected = select(repository, tree, asked, whole=layout.form == "data")
    origin = Origin(destination.target, revision, (), asked.pairs)
    rules = placement.rules
    scopes = [] if rules is None else own_scopes((entry.node.applies_to for entry in selected.entries), rules)
    own = set(scopes)
    main = [entry for entry in selected.entries if entry.node.applies_to not in own]
    sheet = _sheet(files, layout, placement.path, placement.front, target, origin, main, asked)
    written = [(placement.path, placement.front, sheet)]
    for scope in scopes:
        assert rules is not None
        path = rule_path(scope, rules)
        scoped = [entry for entry in selected.entries if entry.node.applies_to == scope]
        front = front_matter(scope, rules)
        sheet = _sheet(files, layout, path, front, target, origin._replace(scope=scope), scoped, asked)
        written.append((path, front, sheet))
    stale = () if rules is None else _stale(files, rules, {path for path, _, _ in written}, destination.target)
    return Sheets(layout.form, tuple(written), stale, selected.beyond, placement.notes)


def _as_before(files: ProjectFiles, path: str, layout: Layout) -> Asked:
    """What a file was written with last."""
    text = files.read(path) if layout.form == "block" else None
    block = None if text is None else find_block(text, path)
    return ALL if block is None else read_asked(block.origin.options)


def _sheet(
    files: ProjectFiles,
    layout: Layout,
    path: str,
    front: str,
    target: Target | None,
    origin: Origin,
    entries: Sequence[Entry],
    asked: Asked,
) -> Sheet:
    limit = None if target is None else target.limit
    room = limit
    if limit is not None and layout.form == "block":
        text = files.read(path) or ""
        block = find_block(text, path)
        if block is not None:
            outside = remove_block(text, block)
        else:
            outside = front if is_blank(text) else replace_block(text, None, "")
        room = Limit(max(limit.most - measure(outside, limit.unit) - _markers(limit), 0), limit.unit)
    return lay_out(layout, origin, entries, room=room, budget=asked.budget)


def _markers(limit: Limit) -> int:
    """What the two lines of a block's markers come to."""
    return 2 if limit.unit == "lines" else 300


def _stale(files: ProjectFiles, rules: RuleFiles, written: set[str], target: str) -> tuple[str, ...]:
    """Files of rules that memora wrote for this target, for scopes that no memory has any more."""
    found = []
    for name in files.names(rules.folder):
        path = f"{rules.folder}/{name}"
        if name.startswith(PREFIX) and name.endswith(rules.suffix) and path not in written:
            text = files.find(path)
            block = None if text is None else find_block(text, path)
            if block is not None and block.origin.scope and block.origin.target == target:
                found.append(path)
    return tuple(found)


def _short(object_id: ObjectId) -> str:
    return object_id.hex()[:REVISION_DIGITS]
