"""What a hook imports, counted: an agent waits for it at every step of its work.

As in test_start_up.py, but nothing is left out: there is no framework that a hook could hide behind.
"""

from __future__ import annotations

import json
import subprocess
import sys

from test_start_up import NEVER_AT_START, RUN, of_memora

from memora.operations.start.init import init

# (modules of memora, other modules)
EVENT = (33, 46)
START = (96, 52)


def loaded_by(directory, name: str, **fields: object) -> set[str]:
    payload = {"hook_event_name": name, "session_id": "s1", "cwd": str(directory), **fields}
    run = subprocess.run(
        [sys.executable, "-c", RUN, "hook", "claude-code"],
        cwd=directory,
        input=json.dumps(payload),
        capture_output=True,
        text=True,
        check=True,
    )
    code, loaded = json.loads(run.stderr.rpartition("\n")[2])
    assert code == 0, run.stderr
    return set(loaded)


def over(loaded: set[str], budget: tuple[int, int]) -> list[str]:
    """What is loaded where it is more than the budget; nothing where it is not."""
    assert not {name.partition(".")[0] for name in loaded} & NEVER_AT_START
    assert not {name for name in loaded if name.startswith(("memora.cli", "memora.records"))}
    own = of_memora(loaded)
    fits = len(own) <= budget[0] and len(loaded) - len(own) <= budget[1]
    return [] if fits else [f"{len(own)} and {len(loaded) - len(own)}", *sorted(loaded)]


def test_hooks_import_no_more_than_their_budget(tmp_path):
    init(str(tmp_path)).close()
    assert over(loaded_by(tmp_path, "SessionStart"), START) == []
    tool = {"tool_name": "Bash", "tool_input": {"command": "ls"}, "tool_response": {"stdout": "a"}}
    loaded = loaded_by(tmp_path, "PostToolUse", tool_use_id="t1", **tool)
    assert over(loaded, EVENT) == []
    # A step that has nothing to answer needs no repository and no settings.
    assert not {"memora.repository", "memora.config.settings", "datetime"} & loaded
