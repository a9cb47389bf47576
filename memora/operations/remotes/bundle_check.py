"""Look at all of a bundle, with a store or without; nothing is written."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from memora.errors import DamagedObject
from memora.errors.remotes import DamagedBundle, DamagedRemote
from memora.model.ids import NODE_ID_BYTES, CommitId, NodeId, ObjectId, ObjectKind, VersionId
from memora.model.node import Node
from memora.operations.remotes.arrivals import require_kinds, sound_value
from memora.operations.remotes.fetch import no_progress
from memora.operations.remotes.unbundling import damaged_in, find_missing
from memora.remotes.bundle import Bundle, BundleHeader, open_bundle
from memora.remotes.closure import references
from memora.remotes.ports import Packable, Progress
from memora.repository import Repository
from memora.tree.encoding import is_leaf, split_leaf

_SHOWN_EVERY = 1000


class VerifiedBundle(NamedTuple):
    """A bundle in which nothing is wrong, and what it holds.

    ``missing`` are the commits that it builds on and that are not in the store; None where there was no store to look.
    """

    header: BundleHeader
    objects: int
    versions: int
    commits: int
    size_bytes: int
    missing: tuple[CommitId, ...] | None


def verify_bundle(
    path: str, repository: Repository | None = None, *, progress: Progress = no_progress
) -> VerifiedBundle:
    """Read every object of a bundle, and whether it has everything that these name, or a store has it.

    What rests on commits that are nowhere to be seen cannot be looked at. Raises NotABundle, NewerBundle,
    DamagedBundle.
    """
    with open_bundle(path) as bundle:
        contents = _Contents(path)
        for count, item in enumerate(bundle.objects(), 1):
            contents.add(item)
            if count % _SHOWN_EVERY == 0:
                progress("objects verified", count)
        missing = None if repository is None else tuple(find_missing(repository, bundle.header))
        contents.check(bundle, repository if missing == () else None)
        kinds = Counter(contents.kinds.values())
        return VerifiedBundle(bundle.header, kinds.total(), kinds["node"], kinds["commit"], bundle.size_bytes, missing)


class _Contents:
    """What a bundle has and what that names. A reader of the object that was added last."""

    def __init__(self, path: str) -> None:
        self.kinds: dict[ObjectId, ObjectKind] = {}
        self._path = path
        self._owners: dict[ObjectId, NodeId] = {}
        self._named: dict[ObjectId, ObjectKind] = {}
        self._placed: dict[ObjectId, NodeId] = {}
        self._last = b""

    def add(self, item: Packable) -> None:
        """Look at an object and remember what it names. Raises DamagedBundle."""
        self._last = item.body
        try:
            value = sound_value(item)
            self.kinds[item.id] = item.kind
            if isinstance(value, Node):
                self._owners[item.id] = value.id
            if item.kind == "tree" and is_leaf(item.body):
                for entry in split_leaf(item.body):
                    self._place(ObjectId(entry[NODE_ID_BYTES:]), NodeId(entry[:NODE_ID_BYTES]), item.id)
            elif item.kind != "session":
                for named, kind in references(self, item.id, item.kind, item.body):
                    self._name(named, kind)
        except DamagedObject as error:
            raise damaged_in(self._path, error) from None

    def check(self, bundle: Bundle, store: Repository | None) -> None:
        """Raise DamagedBundle unless what was named is there, is what it must be, and stands where it belongs."""
        try:
            require_kinds(self.kind_of, bundle.header.refs)
        except DamagedRemote as error:
            raise DamagedBundle(self._path, f"of {error.name}, {error.problem}") from None
        outside = [(named, kind) for named, kind in self._named.items() if self.kinds.get(named) != kind]
        owners: dict[VersionId, NodeId] = {}
        if store is not None:
            owners = store.index.nodes.owners([VersionId(named) for named, kind in outside if kind == "node"])
        for named, kind in outside:
            if named in self.kinds:
                self._fail(f"object {named.hex()[:12]} is named as a {kind} and is a {self.kinds[named]}")
            if kind == "commit" and named not in bundle.header.prerequisites:
                self._fail(f"commit {named.hex()[:12]} is missing, and is not said to be needed")
            if not bundle.header.prerequisites or (store is not None and store.objects.kind_of(named) != kind):
                self._fail(f"{kind} object {named.hex()[:12]} is missing")
        for version, node in self._placed.items():
            owner = self._owners.get(version) or owners.get(VersionId(version), node)
            if owner != node:
                self._fail(f"a version of node {owner.hex()[:8]} stands under {node.hex()[:8]}")

    def read(self, object_id: ObjectId, kind: ObjectKind) -> bytes:
        """The body of the object that was added last."""
        return self._last

    def has(self, object_id: ObjectId) -> bool:
        """Whether an object was added."""
        return object_id in self.kinds

    def kind_of(self, object_id: ObjectId) -> ObjectKind | None:
        """The kind of an object that was added."""
        return self.kinds.get(object_id)

    def _place(self, version: ObjectId, node: NodeId, tree: ObjectId) -> None:
        if self._placed.setdefault(version, node) != node:
            raise DamagedObject(tree.hex(), f"version {version.hex()[:12]} stands under two nodes")
        self._name(version, "node")

    def _name(self, named: ObjectId, kind: ObjectKind) -> None:
        if self._named.setdefault(named, kind) != kind:
            raise DamagedObject(named.hex(), "it is named as being of two kinds")

    def _fail(self, problem: str) -> None:
        raise DamagedBundle(self._path, problem)
