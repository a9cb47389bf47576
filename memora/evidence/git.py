"""The user's own git, asked about the project. Without git, or outside of a repository, there is no answer."""

from __future__ import annotations

import subprocess
from typing import Final

_SECONDS: Final = 60
# A project's own settings may not start a program when memora only asks a question.
_QUIET: Final = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "--no-optional-locks")


def ask_git(directory: str, *arguments: str, said: bytes | None = None) -> bytes | None:
    """What git prints, run in a directory; None where it fails, takes a minute, or is not there."""
    try:
        run = subprocess.run(
            ["git", *_QUIET, *arguments],
            cwd=directory,
            input=b"" if said is None else said,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return run.stdout if run.returncode == 0 else None


def find_head(directory: str) -> str | None:
    """The commit that the repository around a directory is at, in hexadecimal; None where there is none."""
    said = ask_git(directory, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    return None if said is None else said.decode("ascii", "replace").strip() or None
