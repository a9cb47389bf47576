"""Rebuild everything that is derived from objects, references and events."""

from __future__ import annotations

from memora.operations.care.projection import Progress, Projected, Projection
from memora.repository import Repository
from memora.storage.schema import create_derived, drop_derived


def reindex(repository: Repository, *, progress: Progress | None = None) -> Projected:
    """Drop the derived tables and make them anew, in one transaction: no reader sees them half done.

    Objects that are damaged are left out and counted; ``progress`` is called with what is read and how much of it.
    Safe to call twice. Raises Damaged where a reference or event cannot be read; nothing has changed then.
    """
    with repository.exclusive():
        return rebuild(repository, progress)


def rebuild(repository: Repository, progress: Progress | None = None) -> Projected:
    """What ``reindex`` does, inside a write transaction that somebody else holds."""
    repository.objects.forget_trees()  # what is damaged by now must not be taken for sound
    database = repository.index.database
    drop_derived(database)
    create_derived(database)
    projection = Projection(repository, progress)
    for _ in projection.objects():
        pass
    projection.commits()
    projection.views()
    projection.accesses()
    repository.index.text.compact()
    return projection.result()
