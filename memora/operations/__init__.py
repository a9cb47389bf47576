"""The verbs of memora, as functions: the public Python API.

Every function takes an open ``Repository`` first, and the moment and author where it writes; each gives one
frozen result. They are imported when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from memora.operations.remember.add import add as add
    from memora.operations.remember.add import add_batch as add_batch
    from memora.operations.start.init import init as init

_MODULES: Final = {
    "init": "start.init",
    "add": "remember.add",
    "add_batch": "remember.add",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    function = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = function
    return function


def __dir__() -> list[str]:
    return sorted(_MODULES)
