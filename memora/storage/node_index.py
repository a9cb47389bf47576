"""The derived tables about nodes: ``versions`` (one row a version), ``links`` (which versions lead to a node),
``view`` (which version a workspace has now), ``gone`` (see ``memora.storage.derivations``) and ``accesses`` (how
often a node was recalled).

Everything here can be dropped and made again from the objects and the events.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from memora.errors import Damaged
from memora.model.ids import NodeId, ObjectId, VersionId
from memora.model.names import QUARANTINE, STALE
from memora.model.node import Node, sources
from memora.storage.database import Database
from memora.storage.derivations import Derivations

if TYPE_CHECKING:
    from memora.model.selection import NodeFilter

# The columns of a version's row after the first, which is the node it is of; and where it leads to, by which relation.
DerivedVersion = tuple[tuple[Any, ...], tuple[tuple[NodeId, str], ...]]


class Access(NamedTuple):
    """How often a node was handed out, and when last (microseconds)."""

    times: int
    last_at: int


class Live(NamedTuple):
    """What decides about the life of a node: the row and fields of its version, and how often it was recalled."""

    row: int
    node: NodeId
    type: str
    status: str
    confidence: float
    updated_at: int
    expires_at: int | None
    pinned: bool
    accesses: int


class NodeIndex:
    """Questions about nodes that the tree of a workspace alone would answer slowly."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.derivations = Derivations(database)

    def add_versions(self, versions: Sequence[tuple[int, DerivedVersion]]) -> None:
        """Project versions, each with its row among the objects and what ``derive_version`` made of it."""
        self._database.execute_many(
            "INSERT OR IGNORE INTO versions(row, node, type, status, key, confidence, created_at, updated_at,"
            " expires_at, pinned, length, tags, sources) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            ((row, *columns) for row, (columns, _) in versions),
        )
        links = [(target, row, relation) for row, (_, leads) in versions for target, relation in leads]
        if links:
            self._database.execute_many("INSERT OR IGNORE INTO links(target, version, relation) VALUES(?, ?, ?)", links)

    def set_view(self, workspace: int, changes: Iterable[tuple[NodeId, int | None]]) -> None:
        """Give nodes of a workspace the version in a row; None takes a node out."""
        removed = []
        present = []
        for node, row in changes:
            if row is None:
                removed.append((workspace, node))
            else:
                present.append((workspace, node, row))
        present.sort()  # neighbours go into one page
        nodes = [node for _, node in removed] + [node for _, node, _ in present]
        deriving = self.derivations.exist()
        parents = self.derivations.parents(workspace, nodes) if deriving else set()
        if removed:
            self._database.execute_many("DELETE FROM view WHERE workspace = ? AND node = ?", removed)
        self._database.execute_many(
            "INSERT INTO view(workspace, node, version) VALUES(?, ?, ?)"
            " ON CONFLICT(workspace, node) DO UPDATE SET version = excluded.version",
            present,
        )
        if deriving:
            self.derivations.update(workspace, nodes, parents)

    def clear_view(self, workspace: int) -> None:
        """Forget the view of a workspace."""
        self._database.execute("DELETE FROM view WHERE workspace = ?", (workspace,))
        self.derivations.clear(workspace)

    def version_row(self, workspace: int, node: NodeId) -> int | None:
        """The row of the version that a workspace has of a node, or None."""
        row = self._database.one("SELECT version FROM view WHERE workspace = ? AND node = ?", (workspace, node))
        return None if row is None else int(row[0])

    def node_in(self, row: int) -> NodeId | None:
        """The node that the version in a row is of, or None."""
        found = self._database.one("SELECT node FROM versions WHERE row = ?", (row,))
        return None if found is None else NodeId(found[0])

    def nodes_with_key(self, workspace: int, key: str) -> list[NodeId]:
        """Nodes of a workspace under a key: one, or two where a merge left a dispute."""
        rows = self._database.all(
            # CROSS JOIN keeps the order: without statistics SQLite would begin with the whole view.
            "SELECT v.node FROM versions v"
            " CROSS JOIN view w ON w.workspace = ? AND w.node = v.node AND w.version = v.row"
            " WHERE v.key = ? ORDER BY v.node",
            (workspace, key),
        )
        return [NodeId(row[0]) for row in rows]

    def nodes_with_prefix(self, workspace: int, prefix_hex: str, limit: int) -> list[NodeId]:
        """Nodes of a workspace whose id begins with some hexadecimal digits, in order."""
        low = bytes.fromhex(prefix_hex.ljust(32, "0"))
        high = bytes.fromhex(prefix_hex.ljust(32, "f"))
        rows = self._database.all(
            "SELECT node FROM view WHERE workspace = ? AND node BETWEEN ? AND ? ORDER BY node LIMIT ?",
            (workspace, low, high, limit),
        )
        return [NodeId(row[0]) for row in rows]

    def nodes_once_with_key(self, key: str, *, whole: bool = True) -> list[NodeId]:
        """Nodes any version of which, in whatever tree, has a key, or unless ``whole`` one that begins so."""
        highest = key if whole else key + "\U0010ffff"
        rows = self._database.all(
            "SELECT DISTINCT node FROM versions WHERE key BETWEEN ? AND ? ORDER BY node", (key, highest)
        )
        return [NodeId(row[0]) for row in rows]

    def nodes_once_with_prefix(self, prefix_hex: str, limit: int = 8) -> list[NodeId]:
        """Nodes any version of which has an id with some first digits, four at least. Reads all versions."""
        if not re.fullmatch(r"[0-9a-f]{4,32}", prefix_hex):
            return []
        low = bytes.fromhex(prefix_hex.ljust(32, "0"))
        high = bytes.fromhex(prefix_hex.ljust(32, "f"))
        rows = self._database.all(
            "SELECT DISTINCT node FROM versions WHERE node BETWEEN ? AND ? ORDER BY node LIMIT ?", (low, high, limit)
        )
        return [NodeId(row[0]) for row in rows]

    def select(
        self, workspace: int, wanted: NodeFilter, now: int, *, order: str = "v.node", limit: int | None = None
    ) -> list[int]:
        """Rows of the versions in a workspace that pass a filter, ``text`` aside.

        ``order`` is an SQL ordering of columns of ``versions`` under the name ``v``, chosen by the caller from
        a fixed list.
        """
        where, values = filter_sql(wanted, now)
        sql = (
            "SELECT v.row FROM view w JOIN versions v ON v.row = w.version"
            f" WHERE w.workspace = ?{where} ORDER BY {order}"
        )
        if limit is not None:
            sql += " LIMIT ?"
            values = (*values, limit)
        return [int(row[0]) for row in self._database.stream(sql, (workspace, *values))]

    def select_among(
        self, rows: Sequence[int], wanted: NodeFilter, now: int, *, order: str, limit: int | None = None
    ) -> list[int]:
        """Those of some versions that pass a filter, as ``select`` does it for the ones of a workspace."""
        where, values = filter_sql(wanted, now)
        sql = f"SELECT v.row FROM json_each(?) r JOIN versions v ON v.row = r.value WHERE 1{where} ORDER BY {order}"
        if limit is not None:
            sql += " LIMIT ?"
            values = (*values, limit)
        return [int(row[0]) for row in self._database.stream(sql, (str(list(rows)), *values))]

    def count_versions(self) -> int:
        """How many versions are projected."""
        row = self._database.one("SELECT count(*) FROM versions")
        return int(row[0]) if row else 0

    def count_view(self, workspace: int) -> int:
        """How many nodes a workspace has."""
        row = self._database.one("SELECT count(*) FROM view WHERE workspace = ?", (workspace,))
        return int(row[0]) if row else 0

    def owners(self, versions: Sequence[VersionId]) -> dict[VersionId, NodeId]:
        """Which node each of some versions is a version of; those that are not projected are left out."""
        rows = self._database.all(
            "SELECT o.id, v.node FROM objects o JOIN versions v ON v.row = o.row"
            f" WHERE o.id IN ({', '.join('?' * len(versions))})",
            tuple(versions),
        )
        return {VersionId(ObjectId(version)): NodeId(node) for version, node in rows}

    def live(self, workspace: int) -> Iterator[Live]:
        """What decides about the life of every node of a workspace, in order of node id."""
        for found in self._database.stream(
            "SELECT v.row, v.node, v.type, v.status, v.confidence, v.updated_at, v.expires_at, v.pinned,"
            " coalesce(a.count, 0) FROM view w JOIN versions v ON v.row = w.version"
            " LEFT JOIN accesses a ON a.node = w.node WHERE w.workspace = ? ORDER BY w.node",
            (workspace,),
        ):
            live = Live(*found)
            if type(live.confidence) is not float or type(live.updated_at) is not int or type(live.accesses) is not int:
                raise Damaged("the index of memories holds what memora never wrote; `memora reindex` makes it anew")
            yield live

    def fill_view(self, workspace: int, entries: Iterable[tuple[NodeId, VersionId]]) -> None:
        """Give a workspace whose view is empty the versions of a tree."""
        self._database.execute_many(
            "INSERT INTO view(workspace, node, version) SELECT ?, ?, row FROM objects WHERE id = ?",
            ((workspace, node, version) for node, version in entries),
        )
        self.derivations.fill(workspace)

    def links_to(self, node: NodeId) -> list[tuple[NodeId, int, str]]:
        """Every version that ever linked to a node: whose it is, its row and the relation, in order of these."""
        rows = self._database.all(
            "SELECT v.node, l.version, l.relation FROM links l JOIN versions v ON v.row = l.version"
            " WHERE l.target = ? ORDER BY 1, 2, 3",
            (node,),
        )
        return [(NodeId(source), row, relation) for source, row, relation in rows]

    def count_expired(self, workspace: int, now: int) -> int:
        """How many nodes of a workspace have outlived themselves. Cost follows the expired, not all."""
        row = self._database.one(
            # CROSS JOIN keeps the order: without statistics SQLite would begin with the whole view.
            "SELECT count(*) FROM versions v"
            " CROSS JOIN view w ON w.workspace = ? AND w.node = v.node AND w.version = v.row"
            " WHERE v.expires_at <= ? AND v.pinned = 0",
            (workspace, now),
        )
        return int(row[0]) if row else 0

    def disputed(self, workspace: int) -> list[NodeId]:
        """Nodes of a workspace that are conflicted. Cost follows the disputed, not all."""
        rows = self._database.all(
            "SELECT v.node FROM versions v"
            " CROSS JOIN view w ON w.workspace = ? AND w.node = v.node AND w.version = v.row"
            " WHERE v.status = 'conflicted' ORDER BY v.node",
            (workspace,),
        )
        return [NodeId(row[0]) for row in rows]

    def count_stale(self, workspace: int) -> int:
        """How many nodes of a workspace the code no longer bears out. Cost follows these, not all."""
        return self._count_where("instr(v.tags, ' memora:stale:')", workspace)

    def count_held(self, workspace: int) -> int:
        """How many nodes of a workspace are in quarantine. Cost follows these, not all."""
        return self._count_where("instr(v.tags, ' memora:quarantine ')", workspace)

    def held_rows(self, node: NodeId) -> list[int]:
        """The rows of the versions in which a node was ever in quarantine. Cost follows all that ever was."""
        sql = "SELECT row FROM versions WHERE instr(tags, ' memora:quarantine ') AND node = ? ORDER BY row"
        return [int(row[0]) for row in self._database.all(sql, (node,))]

    def _count_where(self, condition: str, workspace: int) -> int:
        """How many nodes of a workspace meet a condition for which there is an index."""
        row = self._database.one(
            "SELECT count(*) FROM versions v"
            " CROSS JOIN view w ON w.workspace = ? AND w.node = v.node AND w.version = v.row"
            f" WHERE {condition}",
            (workspace,),
        )
        return int(row[0]) if row else 0

    def add_access(self, nodes: Iterable[NodeId], at: int) -> None:
        """Count that nodes were handed out."""
        self._database.execute_many(
            "INSERT INTO accesses(node, count, last_at) VALUES(?, 1, ?)"
            " ON CONFLICT(node) DO UPDATE SET count = count + 1, last_at = max(last_at, excluded.last_at)",
            [(node, at) for node in nodes],
        )

    def clear_accesses(self) -> None:
        """Forget who was handed out how often, so that it can be counted again."""
        self._database.execute("DELETE FROM accesses")

    def access(self, node: NodeId) -> Access:
        """How often a node was handed out; (0, 0) for never."""
        row = self._database.one("SELECT count, last_at FROM accesses WHERE node = ?", (node,))
        return Access(0, 0) if row is None else Access(*row)


def filter_sql(wanted: NodeFilter, now: int) -> tuple[str, tuple[Any, ...]]:
    """A filter, ``text`` aside, as SQL on ``versions v``: a condition that begins with AND, and its values."""
    parts: list[str] = []
    values: list[Any] = []
    for column, allowed in (("type", wanted.types), ("status", wanted.statuses)):
        if allowed:
            parts.append(f"v.{column} IN ({', '.join('?' * len(allowed))})")
            values.extend(allowed)
    for tag in wanted.tags:
        parts.append("instr(v.tags, ?) > 0")
        values.append(spaced((tag,)))
    if wanted.sources:
        parts.append("(" + " OR ".join(["instr(v.sources, ?) > 0"] * len(wanted.sources)) + ")")
        values.extend(spaced((source,)) for source in wanted.sources)
    if wanted.key is not None:
        parts.append("substr(v.key, 1, ?) = ?")
        values.extend((len(wanted.key), wanted.key))
    if wanted.min_confidence is not None:
        parts.append("v.confidence >= ?")
        values.append(wanted.min_confidence)
    if wanted.expired is not None:
        ended = "coalesce(v.expires_at <= ?, 0) AND v.pinned = 0"
        parts.append(ended if wanted.expired else f"NOT ({ended})")
        values.append(now)
    if wanted.stale is not None:
        parts.append(f"instr(v.tags, ?) {'>' if wanted.stale else '='} 0")
        values.append(f" {STALE}")
    if wanted.quarantined is not None:
        parts.append(f"instr(v.tags, ?) {'>' if wanted.quarantined else '='} 0")
        values.append(spaced((QUARANTINE,)))
    return "".join(f" AND {part}" for part in parts), tuple(values)


def derive_version(node: Node) -> DerivedVersion:
    """What the derived tables hold of a version."""
    columns = (
        node.id,
        node.type,
        node.status,
        node.key,
        node.confidence,
        node.created_at,
        node.updated_at,
        node.expires_at,
        node.pinned,
        len(node.content),
        spaced(node.tags),
        spaced(sources(node)),
    )
    return columns, tuple([(link.to, link.relation) for link in node.links])


def spaced(words: Iterable[str]) -> str:
    """Words as one text in which each can be found whole: every word between two spaces."""
    text = " ".join(words)
    return f" {text} " if text else ""
