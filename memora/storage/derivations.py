"""What the nodes of a workspace are derived from, and which of that is out of service or no longer there.

The derived table ``gone`` holds, for each workspace, the nodes that one in its view is derived from and that the view
does not have. So what became of their dependants can be told without looking at all nodes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from memora.model.ids import NodeId
from memora.storage.database import Database

_RELATION: Final = "'derived_from'"
_AT_ONCE: Final = 5000

# CROSS JOIN keeps the order: without statistics SQLite would begin with the whole view.
_DEPENDANTS: Final = (
    "links l CROSS JOIN versions v ON v.row = l.version"
    " CROSS JOIN view w ON w.workspace = ?1 AND w.node = v.node AND w.version = v.row"
    f" WHERE l.target = {{node}} AND l.relation = {_RELATION}"
)
_SHAKEN: Final = (
    "SELECT DISTINCT v.node FROM ("
    "SELECT d.node FROM versions d CROSS JOIN view o ON o.workspace = ?1 AND o.node = d.node AND o.version = d.row"
    " WHERE d.status = 'deprecated' UNION ALL SELECT node FROM gone WHERE workspace = ?1) AS f"
    f" CROSS JOIN links l ON l.target = f.node AND l.relation = {_RELATION}"
    " CROSS JOIN versions v ON v.row = l.version AND v.status <> 'deprecated'"
    " CROSS JOIN view w ON w.workspace = ?1 AND w.node = v.node AND w.version = v.row ORDER BY 1"
)
_RETURNED: Final = "DELETE FROM gone WHERE workspace = ?1 AND node IN (SELECT unhex(value) FROM json_each(?2))"
_MISSED: Final = (
    "INSERT INTO gone(workspace, node) SELECT ?1, unhex(n.value) FROM json_each(?2) n"
    " WHERE NOT EXISTS (SELECT 1 FROM view WHERE workspace = ?1 AND node = unhex(n.value))"
    f" AND EXISTS (SELECT 1 FROM {_DEPENDANTS.format(node='unhex(n.value)')})"
)


class Derivations:
    """The ``derived_from`` links of the nodes that workspaces have. Writes need a transaction that is begun."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def exist(self) -> bool:
        """Whether any version was ever derived from something: until then there is nothing to keep up to date."""
        return self._database.one(f"SELECT 1 FROM links WHERE relation = {_RELATION} LIMIT 1") is not None

    def shaken(self, workspace: int) -> list[NodeId]:
        """Nodes in service that are derived from one that is deprecated or gone. Cost follows those, not all."""
        rows = self._database.all(_SHAKEN, (workspace,))
        return [NodeId(row[0]) for row in rows]

    def dependants(self, workspace: int, node: NodeId) -> list[NodeId]:
        """Nodes in service that are derived from a node. Cost follows the versions that ever were."""
        rows = self._database.all(
            f"SELECT v.node FROM {_DEPENDANTS.format(node='?2')} AND v.status <> 'deprecated' ORDER BY v.node",
            (workspace, node),
        )
        return [NodeId(row[0]) for row in rows]

    def holds(self, workspace: int, node: NodeId) -> bool:
        """Whether a workspace has a node, and in service."""
        row = self._database.one(
            "SELECT v.status FROM view w JOIN versions v ON v.row = w.version WHERE w.workspace = ? AND w.node = ?",
            (workspace, node),
        )
        return row is not None and row[0] != "deprecated"

    def among(self, rows: Sequence[int]) -> tuple[dict[NodeId, int], list[tuple[NodeId, NodeId]]]:
        """Of the versions in some rows, the rows of the nodes in service, and which of these is derived from which."""
        asked = str(list(rows))
        in_service = self._database.all(
            "SELECT v.node, v.row FROM json_each(?) r CROSS JOIN versions v ON v.row = r.value"
            " WHERE v.status <> 'deprecated'",
            (asked,),
        )
        derived = self._database.all(
            "SELECT v.node, l.target FROM json_each(?) r CROSS JOIN versions v ON v.row = r.value"
            f" CROSS JOIN links l ON l.version = v.row AND l.relation = {_RELATION}"
            " WHERE v.status <> 'deprecated' ORDER BY 1, 2",
            (asked,),
        )
        return dict(in_service), derived

    def parents(self, workspace: int, nodes: Iterable[NodeId]) -> set[NodeId]:
        """What some nodes are derived from in the versions that a workspace has of them."""
        return self._find(
            "SELECT DISTINCT l.target FROM json_each(?2) n"
            " CROSS JOIN view w ON w.workspace = ?1 AND w.node = unhex(n.value)"
            f" CROSS JOIN links l ON l.version = w.version AND l.relation = {_RELATION}",
            workspace,
            nodes,
        )

    def update(self, workspace: int, changed: Sequence[NodeId], parents_before: set[NodeId]) -> None:
        """Bring ``gone`` up to date with a view in which some nodes have changed, come or left."""
        asked = parents_before | self.parents(workspace, changed)
        asked |= self._find(
            "SELECT unhex(n.value) FROM json_each(?2) n WHERE EXISTS"
            f" (SELECT 1 FROM links WHERE target = unhex(n.value) AND relation = {_RELATION})",
            workspace,
            changed,
        )
        for names in _lists(asked):
            self._database.execute(_RETURNED, (workspace, names))
            self._database.execute(_MISSED, (workspace, names))

    def fill(self, workspace: int) -> None:
        """Find out what is gone for a workspace of which nothing is known yet."""
        self._database.execute(
            "INSERT INTO gone(workspace, node) SELECT DISTINCT ?1, l.target FROM view w"
            f" JOIN links l ON l.version = w.version AND l.relation = {_RELATION} WHERE w.workspace = ?1"
            " AND NOT EXISTS (SELECT 1 FROM view o WHERE o.workspace = ?1 AND o.node = l.target)",
            (workspace,),
        )

    def clear(self, workspace: int) -> None:
        """Forget what is gone for a workspace."""
        self._database.execute("DELETE FROM gone WHERE workspace = ?", (workspace,))

    def _find(self, sql: str, workspace: int, nodes: Iterable[NodeId]) -> set[NodeId]:
        found: set[NodeId] = set()
        for names in _lists(nodes):
            found.update(NodeId(row[0]) for row in self._database.all(sql, (workspace, names)))
        return found


def _lists(nodes: Iterable[NodeId]) -> Iterator[str]:
    """The nodes in hexadecimal as JSON arrays, some thousands in each."""
    left = iter(nodes)
    while some := list(islice(left, _AT_ONCE)):
        yield '["' + '","'.join([node.hex() for node in some]) + '"]'
