"""Letting a person write text in an editor, without ever losing what was written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from memora.cli.world import World, decode_input
from memora.errors import BadInput
from memora.errors.programs import EditorFailed, NoEditor

_FALLBACK: Final = "vi"


@contextmanager
def open_editor(world: World, text: str, *, suffix: str = ".md") -> Iterator[str]:
    """The text as a person leaves it in an editor that begins with ``text``.

    When the body of the ``with`` raises, the file stays and a warning says where, so nothing typed is lost.
    Raises NoEditor where nobody can type, EditorFailed where the editor cannot start or fails, BadInput where what
    names it is no command line, and for text that is not UTF-8.
    """
    command = find_editor(world)
    path = _write_file(text, suffix)
    done = False
    try:
        _run(world, command, path)
        written = _read_file(path)
        if written is None:
            raise EditorFailed(command, "left no file behind")
        yield decode_input("the text", written)
        done = True
    finally:
        written = _read_file(path)
        if not done and written not in (None, text.encode()):
            world.out.warn(f"what was written is kept in {path}")
        elif written is not None:
            os.unlink(path)


def find_editor(world: World) -> str:
    """The command line of the editor: MEMORA_EDITOR, ``core.editor``, VISUAL, EDITOR, or vi.

    A dumb terminal shows no full-screen editor, so there only one that was named without VISUAL counts.
    Raises NoEditor.
    """
    if not world.stdin_is_terminal():
        raise NoEditor("an editor needs a terminal to type at")
    named = named_editor(world)
    if not named and _is_dumb(world):
        raise NoEditor("the terminal is dumb and no EDITOR is named")
    return named or _FALLBACK


def named_editor(world: World) -> str:
    """The command line that names an editor, as ``find_editor`` looks for it; empty where none does."""
    get = world.environment.get
    visual = "" if _is_dumb(world) else get("VISUAL")
    return get("MEMORA_EDITOR") or world.settings.text("core.editor") or visual or get("EDITOR") or ""


def _is_dumb(world: World) -> bool:
    return world.environment.get("TERM") == "dumb"


def split_command(command: str) -> list[str]:
    """The program and arguments of an editor's command line. Raises BadInput."""
    import shlex

    try:
        words = shlex.split(command)
    except ValueError as error:
        raise BadInput("editor", f"{command!r} is not a command line: {error}") from None
    if not words:
        raise BadInput("editor", f"{command!r} names no program")
    return words


def _run(world: World, command: str, path: str) -> None:
    """Run the editor and wait for it; an interrupt is for the editor alone. Raises BadInput, EditorFailed."""
    import signal
    import subprocess

    words = split_command(command)
    world.out.flush()
    try:
        process = subprocess.Popen([*words, path], cwd=world.directory, env=dict(world.environment))
    except OSError as error:
        raise EditorFailed(command, f"cannot be started: {error.strerror}") from None
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        code = process.wait()
    finally:
        signal.signal(signal.SIGINT, before)
    if code:
        raise EditorFailed(command, f"ended with {f'signal {-code}' if code < 0 else f'exit code {code}'}")


def _write_file(text: str, suffix: str) -> str:
    """A new file only this user can read, with the text in it."""
    import tempfile

    try:
        handle, path = tempfile.mkstemp(prefix="memora-", suffix=suffix)
        with open(handle, "wb") as file:
            file.write(text.encode())
    except OSError as error:
        raise EditorFailed("the editor", f"has no file to work on: {error.strerror}") from None
    return path


def _read_file(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return None
