"""Objects from elsewhere, examined one by one and taken in whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from memora.errors import DamagedObject, MissingObject
from memora.errors.remotes import DamagedRemote, Purged
from memora.model.commit import Commit, Tag
from memora.model.ids import NODE_ID_BYTES, CommitId, NodeId, ObjectId, ObjectKind, TreeId, VersionId
from memora.model.node import Node
from memora.model.rules import find_broken_rule, find_broken_words
from memora.model.screening import may_hold_order
from memora.operations.care.inspection.objects import inspect_form
from memora.operations.care.projection import parents_first
from memora.operations.remotes.orders import Order, orders_in_commits
from memora.remotes.closure import references
from memora.remotes.ports import Packable, Progress
from memora.repository import Repository
from memora.repository.index import Projected, project
from memora.storage.refs import BRANCHES, TAGS
from memora.tree.check import Checked, check_tree
from memora.tree.encoding import ENTRY_BYTES, is_leaf

_AT_ONCE: Final = 400
_BYTES_AT_ONCE: Final = 16 * 1024 * 1024
_MOST_OWNERS: Final = 200_000  # versions whose nodes are remembered until the trees were looked at, in about 30 MB

_Owners = dict[VersionId, NodeId]


class Examined(NamedTuple):
    """Some objects of one kind that are sound: ids and bodies, and what is projected of a node, or a commit itself.

    ``plain`` are the nodes' versions among them that read like no order.
    """

    kind: ObjectKind
    objects: list[tuple[ObjectId, bytes]]
    values: list[Any]
    plain: list[ObjectId]


class Arrived(NamedTuple):
    """What was taken in: how many objects, versions and commits were new; the row that came before them all.

    ``orders`` are the first of the new commits whose words read like orders.
    """

    objects: int
    versions: int
    commits: int
    before: int
    orders: tuple[Order, ...] = ()


def examine(items: Iterable[Packable]) -> Iterator[list[Examined]]:
    """Look at objects that came from elsewhere, some at a time. Needs no store.

    Each must hash to its id (whoever unpacked it has seen to that), be in its one form and keep the model's rules.
    Raises DamagedObject.
    """
    for batch in _batches(items):
        by_kind: dict[ObjectKind, Examined] = {}
        for item in batch:
            value = sound_value(item)
            examined = by_kind.get(item.kind)
            if examined is None:
                examined = by_kind[item.kind] = Examined(item.kind, [], [], [])
            examined.objects.append((item.id, item.body))
            examined.values.append(project(value) if isinstance(value, Node) else value)
            if item.kind == "node" and not may_hold_order(item.body):
                examined.plain.append(item.id)
        yield list(by_kind.values())


def take_in(
    repository: Repository, items: Iterable[Packable], source: str, progress: Progress, *, purged_too: bool = False
) -> Arrived:
    """Store objects that came from ``source``, as ``take_in_examined``, and examine them."""
    return take_in_examined(repository, examine(items), source, progress, purged_too=purged_too)


def take_in_examined(
    repository: Repository,
    batches: Iterable[Sequence[Examined]],
    source: str,
    progress: Progress,
    *,
    purged_too: bool = False,
) -> Arrived:
    """Store objects that came from ``source``, and project them, inside a transaction that the caller holds.

    They must name nothing that is neither here nor among them. Raises DamagedObject, MissingObject, Purged; the
    caller's transaction is then to be rolled back. With ``purged_too`` what was erased here is taken in, for a caller
    who erases it again before the transaction ends.
    """
    before = repository.objects.last_row()
    counts = {"objects": 0, "node": 0, "commit": 0}
    commits: dict[ObjectId, tuple[int, Commit]] = {}
    owners: _Owners = {}
    for batch in batches:
        if not purged_too:
            _refuse_purged(repository, [object_id for part in batch for object_id, _ in part.objects], source)
        for kind, objects, values, plain in batch:
            stored = repository.objects.insert_verified(kind, objects)
            new = [(row, value) for (row, is_new), value in zip(stored, values, strict=True) if is_new]
            if kind == "node":
                repository.index.add_projected(new)
                repository.refs.remotes.remember_plain(plain)
                if len(owners) < _MOST_OWNERS:
                    owners.update(_owners(objects, values))
            elif kind == "commit":
                for (row, is_new), (object_id, _), value in zip(stored, objects, values, strict=True):
                    if is_new:
                        commits[object_id] = row, value
            counts["objects"] += len(new)
            counts[kind] = counts.get(kind, 0) + len(new)
        progress("objects taken in", counts["objects"])
    # Made on top of what was erased here, by somebody who has not heard of it: the rest of it is not sent again.
    if not purged_too:
        _refuse_purged(repository, [parent for _, commit in commits.values() for parent in commit.parents], source)
    _check_references(repository, before, owners)
    _project_commits(repository, commits)
    _check_trees(repository, [commit.tree for _, commit in commits.values()], before)
    repository.refs.remotes.mark_arrivals_after(before, source)
    orders = orders_in_commits({commit_id: commit for commit_id, (_, commit) in commits.items()})
    return Arrived(counts["objects"], counts["node"], counts["commit"], before, orders)


def require_kinds(kind_of: Callable[[ObjectId], ObjectKind | None], refs: Mapping[str, ObjectId]) -> None:
    """Raise DamagedRemote unless each reference that came from elsewhere names something that it may name."""
    for ref, target in refs.items():
        kind = kind_of(target)
        wanted = (
            ("commit",) if ref.startswith(BRANCHES) else ("commit", "tag") if ref.startswith(TAGS) else ("session",)
        )
        if kind is None:
            raise DamagedRemote(ref, f"it names object {target.hex()[:12]}, which is not there")
        if kind not in wanted:
            raise DamagedRemote(ref, f"it names a {kind}")


def _batches(items: Iterable[Packable]) -> Iterator[list[Packable]]:
    """Items, some at a time: not many, and not many bytes, for who sent them may have made each as large as can be."""
    batch: list[Packable] = []
    size = 0
    for item in items:
        batch.append(item)
        size += len(item.body)
        if len(batch) >= _AT_ONCE or size >= _BYTES_AT_ONCE:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _refuse_purged(repository: Repository, ids: Iterable[ObjectId], source: str) -> None:
    purged = repository.refs.purges.has(ids)
    if purged:
        raise Purged(source, tuple(sorted(object_id.hex() for object_id in purged)[:5]))


def sound_value(item: Packable) -> object:
    """What an object says. Raises DamagedObject where it does not say it in its one form, or breaks a rule."""
    inspected = inspect_form(item.kind, item.id, item.body)
    problem = inspected.problems[0].message if inspected.problems else None
    value = inspected.value
    if problem is None and item.kind == "node":
        assert isinstance(value, Node)
        problem = find_broken_rule(value)
    elif problem is None and isinstance(value, Commit | Tag):
        problem = find_broken_words(value)
    if problem is not None:
        raise DamagedObject(item.id.hex(), problem)
    return value


def _owners(objects: Iterable[tuple[ObjectId, bytes]], versions: Iterable[Projected]) -> _Owners:
    """Which node each version is of."""
    return {
        VersionId(object_id): columns[0] for (object_id, _), ((columns, _), _) in zip(objects, versions, strict=True)
    }


def _check_references(repository: Repository, before: int, owners: _Owners) -> None:
    """Raise unless all that the new objects name is here, and is of the kind that it must be.

    ``owners`` are the nodes of versions of which that is known already.
    """
    objects = repository.objects
    for object_id, kind, body in objects.naming_after(before):
        if kind == "tree" and is_leaf(body):
            _check_leaf(repository, object_id, body, owners)
            continue
        for named, wanted in references(objects, object_id, kind, body):
            found = objects.kind_of(named)
            if found is None:
                raise MissingObject(named.hex(), wanted)
            if found != wanted and kind != "session":
                raise DamagedObject(object_id.hex(), f"it names a {found} where a {wanted} belongs")


def _check_leaf(repository: Repository, tree: ObjectId, body: bytes, owners: _Owners) -> None:
    """Raise unless every entry of a leaf is a version of the node that it stands under."""
    raw: Any = body  # its slices are ids
    entries = [
        (raw[at : at + NODE_ID_BYTES], raw[at + NODE_ID_BYTES : at + ENTRY_BYTES])
        for at in range(1, len(body), ENTRY_BYTES)
    ]
    unknown = [(node, version) for node, version in entries if owners.get(version) != node]
    if not unknown:
        return
    stored = repository.index.nodes.owners([version for _, version in unknown])
    for node, version in unknown:
        owner = stored.get(version)
        if owner is None:
            found = repository.objects.kind_of(version)
            if found is not None:
                raise DamagedObject(tree.hex(), f"it names a {found} where a node belongs")
            raise MissingObject(version.hex(), "node")
        if owner != node:
            raise DamagedObject(tree.hex(), f"it has a version of node {owner.hex()[:8]} under {node.hex()[:8]}")


def _project_commits(repository: Repository, commits: dict[ObjectId, tuple[int, Commit]]) -> None:
    for commit in parents_first({CommitId(commit_id): found for commit_id, found in commits.items()}):
        repository.index.commits.add(*commits[commit])


def _check_trees(repository: Repository, roots: Iterable[TreeId], before: int) -> None:
    """Raise unless the trees are in the one form that their entries have; what was here before is taken to be."""
    checked: Checked = {}
    for root in roots:
        for tree, problem in check_tree(
            repository.objects, root, checked, lambda tree: repository.objects.row_of(tree) <= before
        ):
            raise DamagedObject(tree.hex(), problem)
