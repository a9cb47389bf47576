"""Which versions of memories go, and what is left of those that stay without a part."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator

from memora.errors import BadInput, DamagedObject
from memora.history.load import load_node
from memora.model.erasure import Erasure
from memora.model.ids import NodeId, VersionId
from memora.model.node import Dispute, Node
from memora.model.node_codec import decode_node, encode_node
from memora.storage.objects import SqliteObjects

Versions = dict[VersionId, VersionId | None]


def versions_of(objects: SqliteObjects, nodes: Iterable[NodeId]) -> Iterator[Node]:
    """Every version that is stored of some nodes. Raises DamagedObject."""
    for node in set(nodes):
        for version, body in objects.holding("node", node.hex().encode()):
            found = _decode(version, body)
            if found.id == node:
                yield found


def rewrite_versions(
    objects: SqliteObjects, erasure: Erasure, project: Callable[[int, Node], None], known: Versions
) -> Versions:
    """For each version that does not stay as it is the version in its place; None where there is none.

    What is left of a version is written, and ``project`` called with its row. A dispute loses the sides that go; of
    one side alone it is that side again. For those that are ``known`` it is what these say.
    """
    return _VersionRewriting(objects, erasure, project, known).run()


class _VersionRewriting:
    def __init__(
        self, objects: SqliteObjects, erasure: Erasure, project: Callable[[int, Node], None], known: Versions
    ) -> None:
        self._objects = objects
        self._project = project
        self._erasure = erasure
        self._done = dict(known)
        self._disputed = {VersionId(version): _decode(version, body) for version, body in objects.disputed()}

    def run(self) -> Versions:
        disputed = self._disputed
        suspects = set(self._suspects())
        for version in sorted(suspects - disputed.keys() - self._done.keys()):
            self._done[version] = self._settle(version, load_node(self._objects, version))
        # What a dispute stands between is settled before it. Ids are digests, so no dispute can lead to itself.
        for start in sorted(disputed):
            pending = [start]
            while pending:
                version = pending[-1]
                waiting = [
                    named for named in _named(disputed[version]) if named in disputed and named not in self._done
                ]
                if waiting and version not in self._done:
                    pending += waiting
                    continue
                pending.pop()
                if version not in self._done:
                    self._done[version] = self._settle_dispute(version, disputed[version])
        return {version: new for version, new in self._done.items() if new != version}

    def _suspects(self) -> Iterator[VersionId]:
        """Versions in whose bytes there is something of what is to go."""
        needles = [node.hex() for node in self._erasure.nodes]
        if self._erasure.match is not None:
            needles.append(json.dumps(self._erasure.match, ensure_ascii=False)[1:-1])
        for needle in needles:
            for version, _ in self._objects.holding("node", needle.encode()):
                yield VersionId(version)

    def _settle(self, version: VersionId, node: Node) -> VersionId | None:
        left = self._erasure.node(node)
        return version if left == node else self._write(left)

    def _settle_dispute(self, version: VersionId, node: Node) -> VersionId | None:
        assert node.dispute is not None
        if node.id in self._erasure.nodes:
            return None
        now = [self._done.get(side, side) for side in node.dispute.sides]
        sides = tuple(sorted({side for side in now if side is not None}))
        base = None if node.dispute.base is None else self._done.get(node.dispute.base, node.dispute.base)
        if not sides:
            return None
        if sides != node.dispute.sides:
            shown = load_node(self._objects, sides[0])  # as a merge shows a dispute: by the side that sorts first
            if len(sides) == 1 and shown.id == node.id:
                return sides[0]
            node = node._replace(content=shown.content, confidence=shown.confidence, observations=shown.observations)
        left = self._erasure.node(node._replace(dispute=Dispute(base, sides)))
        return version if left == self._disputed[version] else self._write(left)

    def _write(self, node: Node | None) -> VersionId | None:
        if node is None:
            return None
        version, row, is_new = self._objects.insert("node", encode_node(node))
        if is_new:
            self._project(row, node)
        return VersionId(version)


def _named(node: Node) -> list[VersionId]:
    if node.dispute is None:
        return []
    return [*node.dispute.sides, *([] if node.dispute.base is None else [node.dispute.base])]


def _decode(version: bytes, body: bytes) -> Node:
    try:
        return decode_node(body)
    except BadInput as error:
        raise DamagedObject(version.hex(), str(error)) from None
