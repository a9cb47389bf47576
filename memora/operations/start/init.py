"""Make a store."""

from __future__ import annotations

from collections.abc import Collection

from memora.repository import Repository
from memora.repository.creation import DEFAULT_BRANCH, create_store


def init(directory: str, *, branch: str = DEFAULT_BRANCH, trusted: Collection[str] = ()) -> Repository:
    """Make a store in a directory and open it. Raises StoreExists; what is there is not touched.

    ``trusted`` are projects whose folder may belong to another user.
    """
    return create_store(directory, branch=branch, trusted=trusted)
