"""The user's own git, asked about the project. Without git, or outside of a repository, there is no answer."""

from __future__ import annotations

import os
from typing import Final

_SECONDS: Final = 60
_MOST_READ: Final = 64 * 1024 * 1024
# A project's own settings may not start a program when memora only asks a question.
_QUIET: Final = ("-c", "core.fsmonitor=false", "--no-optional-locks")
_NO_HOOKS: Final = ("-c", "core.hooksPath=/dev/null")


def ask_git(directory: str, *arguments: str, said: bytes | None = None, hooks: bool = False) -> bytes | None:
    """What git prints, run in a directory; None where it fails, takes a minute, or is not there.

    It runs no hooks, so that a hook of memora cannot call itself; ``hooks`` lets it know where they are.
    """
    import subprocess  # not for those who only ask for HEAD

    try:
        run = subprocess.run(
            ["git", *_QUIET, *(() if hooks else _NO_HOOKS), *arguments],
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
    """The commit that the repository around a directory is at, in hexadecimal; None where there is none.

    Read from git's files: whoever remembers something with evidence should not wait for a program to start.
    """
    place = _find_git_folder(os.path.abspath(directory))
    if place is None:
        return None
    head = _read(os.path.join(place, "HEAD"))
    if not head.startswith("ref: "):
        return head if _is_commit(head) else None
    name = head.removeprefix("ref: ")
    shared = os.path.join(place, _read(os.path.join(place, "commondir")) or ".")
    loose = _read(os.path.join(shared, name))
    if _is_commit(loose):
        return loose
    for line in _read(os.path.join(shared, "packed-refs")).splitlines():
        commit, _, packed = line.partition(" ")
        if packed == name and _is_commit(commit):
            return commit
    return None


def _find_git_folder(directory: str) -> str | None:
    while True:
        place = os.path.join(directory, ".git")
        if os.path.isdir(place):
            return place
        if os.path.isfile(place):  # a worktree or a submodule
            target = _read(place).removeprefix("gitdir: ")
            return os.path.join(directory, target) if target else None
        above = os.path.dirname(directory)
        if above == directory:
            return None
        directory = above


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(_MOST_READ).strip()
    except OSError:
        return ""


def _is_commit(text: str) -> bool:
    return len(text) in (40, 64) and all(letter in "0123456789abcdef" for letter in text)
