"""Remove the objects that nothing leads to any more."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from memora.model.clock import check_clock
from memora.operations.care.reachable import reach
from memora.repository import Repository
from memora.storage.removal import remove_objects


class Pruned(NamedTuple):
    """What was removed, or would be: objects, how many of each kind, the bytes of their bodies, and operations."""

    objects: int
    kinds: dict[str, int]
    size_bytes: int
    kept: int
    operations: int


def prune(repository: Repository, *, now: int, older_than: int | None = None, dry_run: bool = False) -> Pruned:
    """Remove objects that no reference, workspace, operation or session leads to, and what is derived from them.

    With ``older_than`` (microseconds) operations of that age are forgotten first: they cannot be undone then, and
    keep nothing. No operation itself, so it cannot be undone. Raises Damaged, with nothing removed, where
    something that is kept cannot be read. Nothing is written on a ``dry_run``.
    """
    if dry_run:
        with repository.snapshot():
            return _find(repository, now, older_than)[0]
    with repository.exclusive():
        pruned, rows, anchor = _find(repository, now, older_than)
        if anchor:
            repository.log.drop_to(anchor)
        if rows:
            remove_objects(repository.index.database, rows)
        return pruned


def _find(repository: Repository, now: int, older_than: int | None) -> tuple[Pruned, list[int], int]:
    """What to remove, the rows of it, and the operation that the log would begin with."""
    repository.objects.forget_trees()  # of those that go, and of those that turned out damaged
    anchor = 0 if older_than is None else repository.log.find_anchor(check_clock(now) - older_than)
    reached = reach(repository, after_operation=anchor)
    kinds: Counter[str] = Counter()
    rows = []
    size_bytes = kept = 0
    for row, object_id, kind, length in repository.objects.sizes():
        if object_id in reached:
            kept += 1
            continue
        rows.append(row)
        kinds[kind or "unknown"] += 1
        size_bytes += length
    pruned = Pruned(len(rows), dict(sorted(kinds.items())), size_bytes, kept, repository.log.count_before(anchor))
    return pruned, rows, anchor
