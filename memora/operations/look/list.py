"""The memories of the working tree or of a revision, filtered and in order."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Final

from memora.errors import BadInput, DamagedObject
from memora.model.importance import weigh_importance
from memora.model.node import NodeVersion
from memora.model.selection import EVERYTHING, NodeFilter
from memora.operations.naming import read_row
from memora.operations.revisions import resolve_tree
from memora.operations.support import unsupported_nodes, unsupported_rows
from memora.repository import Repository
from memora.storage.node_figures import standings
from memora.tree.lookup import entries

# Columns of an order and whether the highest comes first; equals follow each other by id.
_ORDERS: Final[dict[str, tuple[tuple[str, bool], ...]]] = {
    "updated": (("v.updated_at", True),),
    "created": (("v.created_at", True),),
    "confidence": (("v.confidence", True), ("v.updated_at", True)),
    "type": (("v.type", False), ("v.updated_at", True)),
    "key": (("v.key IS NULL", False), ("v.key", False)),
    "importance": (),
}
SORTS: Final = tuple(_ORDERS)


def list_nodes(
    repository: Repository,
    wanted: NodeFilter = EVERYTHING,
    *,
    now: int,
    sort: str = "updated",
    reverse: bool = False,
    limit: int | None = None,
    revision: str | None = None,
    unsupported: bool = False,
    remote: str | None = None,
    damaged: Callable[[DamagedObject], None] | None = None,
) -> Generator[NodeVersion, None, None]:
    """The nodes that pass a filter, streaming; only their row numbers are held. Close it before the repository.

    ``unsupported`` gives only those that nothing holds up any more (``memora.history.support``), ``remote`` only those
    that are as that remote brought them. By ``sort`` the
    newest, the most certain or the most important come first, types and keys in order of their names; ``reverse``
    turns that round. A node whose version is ``damaged`` is passed to that and left
    out. Raises BadInput for an unknown order, as ``resolve_tree``, and DamagedObject where nothing takes it.
    """
    if sort not in _ORDERS:
        raise BadInput("sort", f"{sort!r} is none of {', '.join(SORTS)}")
    # What cannot be said in SQL is left for afterwards, and then the limit is too.
    early = limit if wanted.text is None and sort != "importance" and remote is None else None
    with repository.snapshot():
        order = _order(sort, reverse)
        rows = _select(repository, wanted, now, order, early, revision, unsupported)
        if remote is not None:
            arrived = _arrived(repository, remote)
            rows = [row for row in rows if row in arrived]
        if sort == "importance":
            rows = _by_importance(repository, rows, now, reverse)
    return _stream(repository, rows, wanted.text, limit, damaged)


def _select(
    repository: Repository,
    wanted: NodeFilter,
    now: int,
    order: str,
    limit: int | None,
    revision: str | None,
    unsupported: bool,
) -> list[int]:
    workspace, index = repository.workspace, repository.index.nodes
    tree = workspace.tree if revision is None else resolve_tree(repository, revision, now)
    if tree == workspace.tree and not unsupported:
        return index.select(workspace.number, wanted, now, order=order, limit=limit)
    if tree == workspace.tree:
        nodes = [node.id for node in unsupported_nodes(repository)]
        rows = [row for row in (index.version_row(workspace.number, node) for node in nodes) if row is not None]
    else:
        rows = [repository.objects.row_of(version) for _, version in entries(repository.objects, tree)]
        if unsupported:
            rows = unsupported_rows(repository, rows)
    return index.select_among(rows, wanted, now, order=order, limit=limit)


def _arrived(repository: Repository, remote: str) -> set[int]:
    """The rows of what a remote brought, which may have been removed since. Raises NotFound for one never known."""
    rows = repository.refs.remotes.arrived_rows(remote)
    if not rows:
        repository.refs.remotes.get(remote)
    return rows


def _stream(
    repository: Repository,
    rows: list[int],
    text: str | None,
    limit: int | None,
    damaged: Callable[[DamagedObject], None] | None,
) -> Generator[NodeVersion, None, None]:
    part = "" if text is None else text.casefold()
    left = len(rows) if limit is None else limit
    with repository.snapshot():
        for row in rows:
            if not left:
                return
            try:
                item = read_row(repository, row)
            except DamagedObject as error:
                node = repository.index.nodes.node_in(row)
                named = DamagedObject(error.object_id, error.problem, None if node is None else node.hex())
                if damaged is None:
                    raise named from None
                damaged(named)
                continue
            if not part or part in item.node.content.casefold():
                left -= 1
                yield item


def _by_importance(repository: Repository, rows: list[int], now: int, reverse: bool) -> list[int]:
    weights = {
        row: weigh_importance(kind, confidence, updated_at, now, accesses=accesses, pinned=bool(pinned)).total
        for row, kind, confidence, updated_at, pinned, accesses in standings(repository.index.database, rows)
    }
    return sorted(rows, key=weights.__getitem__, reverse=not reverse)


def _order(sort: str, reverse: bool) -> str:
    columns = [*_ORDERS[sort], ("v.node", False)]
    return ", ".join(f"{column} DESC" if falls != reverse else column for column, falls in columns)
