"""memora: git for what coding agents believe.

>>> from memora import Repository, operations

``Repository`` opens a store, ``operations`` holds the verbs; both are imported when first used.
"""

from __future__ import annotations

from memora.version import __version__

TYPE_CHECKING = False  # Type checkers take it for typing's; importing typing would be felt at every start.
if TYPE_CHECKING:
    from memora import operations as operations
    from memora.repository import Repository as Repository

__all__ = ["Repository", "__version__", "operations"]


def __getattr__(name: str) -> object:
    if name == "Repository":
        from memora.repository import Repository

        return Repository
    if name == "operations":
        from importlib import import_module

        return import_module("memora.operations")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
