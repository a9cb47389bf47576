"""Commands that are evidence: run on request, without a shell, for a bounded time."""

from __future__ import annotations

import shlex
import subprocess


def run_command(line: str, directory: str, seconds: float) -> bool:
    """Whether a command ends well in time; its output is thrown away. A program that is not there fails."""
    try:
        words = shlex.split(line)
        process = subprocess.Popen(
            words,
            cwd=directory,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except (OSError, ValueError, IndexError):
        return False
    try:
        return process.wait(seconds) == 0
    except subprocess.TimeoutExpired:
        _end(process)
        return False


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and whatever it started."""
    import os
    import signal

    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (AttributeError, OSError):
        process.kill()
    process.wait()
