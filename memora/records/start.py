"""The records of how one begins: a store that was made, a story that was played, settings and where they are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from memora.config.settings import Origin, Value

# What a command of a story is about, if it is the first of its scene; the command, its exit code, and what it printed.
_Step = tuple[str | None, str, int, list[str]]


def store_record(path: str, branch: str) -> dict[str, Any]:
    """``memora.store/v1``: a store that was made, by its ``.memora`` folder, and its first branch."""
    return {"schema": "memora.store/v1", "path": path, "branch": branch}


def demo_record(path: str, steps: Iterable[_Step]) -> dict[str, Any]:
    """``memora.demo/v1``: the folder that a story was played in, and its commands."""
    return {"schema": "memora.demo/v1", "path": path, "steps": [_step(*step) for step in steps]}


def setting_record(name: str, value: Value, origin: Origin | None) -> dict[str, Any]:
    """``memora.setting/v1``: a setting's value, and where that is from; ``path`` where that is a file."""
    record: dict[str, Any] = {
        "schema": "memora.setting/v1",
        "name": name,
        "value": value,
        "origin": origin.name if origin else "default",
    }
    if origin is not None:
        record["path"] = origin.path
    return record


def settings_file_record(origin: Origin) -> dict[str, Any]:
    """``memora.settings-file/v1``: whose settings a file holds, and its path; it need not exist."""
    return {"schema": "memora.settings-file/v1", "origin": origin.name, "path": origin.path}


def _step(about: str | None, command: str, code: int, output: list[str]) -> dict[str, Any]:
    step: dict[str, Any] = {} if about is None else {"about": about}
    return {**step, "command": command, "exit": code, "output": output}
