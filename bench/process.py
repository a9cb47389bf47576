"""What a whole process costs: CPU time, time by the clock and memory at its largest."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
NOTHING: Final = (sys.executable, "-c", "pass")

# What pip writes as the command `memora`. Running `python -m memora` would pay for runpy as well.
_LAUNCHER: Final = """\
import sys
from memora.__main__ import main
sys.exit(main())
"""

# A process inherits its parent's record of memory, so the one that is measured gets a small parent.
_WATCHER: Final = """\
import os, sys
silent = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=silent)
_, status, usage = os.wait4(child, 0)
print(usage.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
"""

_NOT_OURS: Final = ("MEMORA_", "GIT_", "XDG_", "PYTHON")


def write_launcher(folder: Path) -> tuple[str, str]:
    """The words that start memora as its installed command does."""
    path = folder / "memora"
    path.write_text(_LAUNCHER)
    return sys.executable, str(path)


def quiet_environment(home: Path) -> dict[str, str]:
    """An environment in which neither memora nor git finds settings of the user, and compiled modules are kept."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_NOT_OURS)}
    who = {f"GIT_{role}_{what}": "bench@example.org" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    return kept | who | {"HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1", "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}


class Runner:
    """Runs processes in an environment and says what they cost. Raises where one fails."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = dict(environment)

    def cpu_seconds(
        self, command: Sequence[str], directory: Path, good: Collection[int] = (0,), stdin: str = ""
    ) -> float:
        """CPU time of a process from its start to its end, in user and in kernel code. ``good`` are its exit codes."""
        with TemporaryFile() as given:
            given.write(stdin.encode())
            given.seek(0)
            process = subprocess.Popen(
                command, cwd=directory, env=self._environment, stdin=given, stdout=subprocess.DEVNULL
            )
            _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        _require_success(command, process.returncode, good)
        return usage.ru_utime + usage.ru_stime

    def peak_memory(self, command: Sequence[str], directory: Path) -> int:
        """The most memory a process held, in the system's unit; not less than that of an empty Python."""
        return int(self.output([sys.executable, "-c", _WATCHER, *command], directory))

    def output(self, command: Sequence[str], directory: Path, stdin: str = "") -> str:
        """Standard output of a process."""
        done = subprocess.run(
            command, cwd=directory, env=self._environment, input=stdin, stdout=subprocess.PIPE, text=True, check=False
        )
        _require_success(command, done.returncode)
        return done.stdout


def _require_success(command: Sequence[str], code: int, good: Collection[int] = (0,)) -> None:
    if code not in good:
        raise RuntimeError(f"{' '.join(command)} ended with {code}")
