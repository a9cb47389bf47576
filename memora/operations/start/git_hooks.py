"""Scripts in a git repository's hooks folder that call memora, in front of which whatever was there still runs."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Final, Literal, NamedTuple

from memora.errors import Refused, Unavailable
from memora.evidence.git import ask_git

HOOKS: Final = ("pre-commit", "post-checkout", "post-merge")
_MARK: Final = "# memora git-hook"
_BEFORE: Final = ".before-memora"
# What was there runs first and may stop git; a project without memora on the PATH is not held up.
_SCRIPT: Final = """\
#!/bin/sh
{mark}: `memora git-hook uninstall` takes this away and puts back what was here before.
before="$(dirname "$0")/{hook}{suffix}"
if [ -x "$before" ]; then
    "$before" "$@" || exit $?
fi
command -v memora >/dev/null 2>&1 || exit 0
exec memora git-hook run {hook} "$@"
"""

Outcome = Literal["installed", "unchanged", "removed", "absent"]


class HookChange(NamedTuple):
    """What became of one hook; ``chained`` says that another one was there and runs, or is back in its place."""

    hook: str
    path: str
    outcome: Outcome
    chained: bool


def install_git_hooks(directory: str) -> list[HookChange]:
    """Put memora's hooks into the repository around a directory; calling it again changes nothing.

    A hook that is there is kept beside it and runs first. Git says where hooks are, so worktrees share theirs and
    ``core.hooksPath`` counts. Raises Refused outside of a repository, and for a folder that serves other repositories
    too; Unavailable where the disk would not take it.
    """
    folder = _hooks_folder(directory)
    return [_install(folder, hook) for hook in HOOKS]


def uninstall_git_hooks(directory: str) -> list[HookChange]:
    """Take memora's hooks away and put back what was there before. Others are left alone. Raises as install."""
    folder = _hooks_folder(directory)
    return [_uninstall(folder, hook) for hook in HOOKS]


def _hooks_folder(directory: str) -> str:
    said = ask_git(directory, "rev-parse", "--show-toplevel", "--git-common-dir", hooks=True)
    path = ask_git(directory, "rev-parse", "--git-path", "hooks", hooks=True)
    if said is None or path is None:
        raise Refused(f"{directory} is in no git repository")
    top, common = (os.path.realpath(os.path.join(directory, os.fsdecode(line))) for line in said.splitlines()[:2])
    folder = os.path.realpath(os.path.join(directory, os.fsdecode(path.rstrip(b"\n"))))
    if not any(folder.startswith(inside.rstrip(os.sep) + os.sep) for inside in (top, common)):
        raise Refused(f"core.hooksPath names {folder}, which serves other repositories too")
    return folder


def _install(folder: str, hook: str) -> HookChange:
    path = os.path.join(folder, hook)
    text = _SCRIPT.format(mark=_MARK, hook=hook, suffix=_BEFORE)
    found = _read(path)
    if found == text:
        return HookChange(hook, path, "unchanged", os.path.exists(path + _BEFORE))
    try:
        os.makedirs(folder, exist_ok=True)
        if os.path.lexists(path) and not _is_ours(found):
            if os.path.lexists(path + _BEFORE):
                raise Refused(f"{path + _BEFORE} is there already; it was not written over")
            os.rename(path, path + _BEFORE)
        _write(path, text)
    except OSError as error:
        raise Unavailable(f"cannot write {path}: {error.strerror}") from None
    return HookChange(hook, path, "installed", os.path.exists(path + _BEFORE))


def _uninstall(folder: str, hook: str) -> HookChange:
    path = os.path.join(folder, hook)
    if not _is_ours(_read(path)):
        return HookChange(hook, path, "absent", False)
    before = os.path.lexists(path + _BEFORE)
    try:
        if before:
            os.replace(path + _BEFORE, path)
        else:
            os.unlink(path)
    except OSError as error:
        raise Unavailable(f"cannot change {path}: {error.strerror}") from None
    return HookChange(hook, path, "removed", before)


def _is_ours(text: str | None) -> bool:
    return text is not None and _MARK in text


def _read(path: str) -> str | None:
    """The text of a hook; None where there is none, and for a link, which is never memora's."""
    if os.path.islink(path):
        return None
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(64 * 1024)
    except OSError:
        return None


def _write(path: str, text: str) -> None:
    """Write a script whole or not at all."""
    draft = f"{path}.{os.getpid()}.tmp"
    try:
        with open(draft, "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.chmod(draft, 0o755)
        os.replace(draft, path)
    except OSError:
        with suppress(OSError):
            os.unlink(draft)
        raise
