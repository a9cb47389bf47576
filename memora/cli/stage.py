"""Where a story is played: a folder of its own, and commands that see nothing of the world but that folder."""

from __future__ import annotations

import io
import os
import shlex
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

from memora.cli import story
from memora.cli.commandline import run_function
from memora.cli.main import find_command
from memora.cli.world import World
from memora.errors import BadInput, Refused, Unavailable
from memora.errors.store import NoStore
from memora.errors.system import write_failure
from memora.repository.creation import discard_store
from memora.storage import place

MINUTE = 60_000_000
_WRITTEN = (story.CODE_FILE, "AGENTS.md")


class Played(NamedTuple):
    """A command that was run: its exit code, and the lines it printed. ``about`` is None behind a scene's first."""

    about: str | None
    command: str
    exit: int
    output: list[str]


@contextmanager
def open_stage(world: World, given: str | None) -> Iterator[str]:
    """The path of a folder with the project of the story: as given, else a new temporary one.

    Where an exception leaves, everything that was made is taken away. Raises BadInput for what is no folder, Refused
    for one that is not empty or lies in the project of a store, Unavailable.
    """
    path = _temporary_folder(world) if given is None else os.path.abspath(os.path.join(world.directory, given))
    made = [path] if given is None else _missing_folders(path)
    if given is not None:
        _require_fit(path, world)
    is_ours = False
    try:
        try:
            os.makedirs(path, exist_ok=True)
            with open(os.path.join(path, story.CODE_FILE), "x", encoding="utf-8") as file:
                is_ours = True
                file.write(story.CODE)
        except FileExistsError:  # somebody was quicker
            raise _not_empty(path) from None
        except OSError as error:
            raise write_failure(path, error) from None
        yield path
    except BaseException:
        if is_ours:
            _clear(path)
        for folder in made:
            with suppress(OSError):
                os.rmdir(folder)
        raise


def play(path: str, *, now: int, colour: bool) -> list[list[Played]]:
    """Run the commands of the story in a folder, act by act, a minute apart up to now. Raises what a command raises."""
    waiting = sum(len(scene.commands) for act in story.ACTS for scene in act)
    acts: list[list[Played]] = []
    for act in story.ACTS:
        acts.append([])
        for scene in act:
            for place_in_scene, command in enumerate(scene.commands):
                waiting -= 1
                about = None if place_in_scene else scene.about
                acts[-1].append(Played(about, command, *_run(path, command, now - waiting * MINUTE, colour)))
    return acts


def _run(path: str, command: str, now: int, colour: bool) -> tuple[int, list[str]]:
    """Run one command as the command line does, in a world without settings, sessions and variables of the user's."""
    screen = io.StringIO()
    world = World(
        directory=path,
        environment={
            "HOME": path,
            "MEMORA_CEILING_DIRECTORIES": os.path.dirname(path),
            "FORCE_COLOR" if colour else "NO_COLOR": "1",
        },
        stdin=io.StringIO(),
        stdout=screen,
        stderr=screen,
        now=lambda: now,
        login=lambda: story.AUTHOR,
    )
    world.options.quiet = True  # the story itself says what comes next
    name, function, rest = find_command(shlex.split(command)[1:])
    code = run_function(name, function, world, rest)
    return code, screen.getvalue().splitlines()


def _temporary_folder(world: World) -> str:
    asked = world.environment.get("TMPDIR") or ""
    try:
        return tempfile.mkdtemp(prefix="memora-demo-", dir=asked if os.path.isdir(asked) else None)
    except OSError as error:
        raise write_failure("a temporary folder", error) from None


def _missing_folders(path: str) -> list[str]:
    """The folders on the way to a path that are not there, the innermost first."""
    missing = []
    while not os.path.lexists(path):
        missing.append(path)
        path = os.path.dirname(path)
    return missing


def _require_fit(path: str, world: World) -> None:
    """Raise where a folder is none to play in."""
    if os.path.lexists(path):
        if not os.path.isdir(path):
            raise BadInput("DIR", f"{path} is not a directory")
        try:
            names = os.listdir(path)
        except OSError as error:
            raise Unavailable(f"{path} cannot be read: {error.strerror}") from None
        if names:
            raise _not_empty(path)
    ceilings = world.environment.get("MEMORA_CEILING_DIRECTORIES", "").split(os.pathsep)
    try:
        store = place.find_store(os.path.realpath(path), ceilings)
    except NoStore:
        return
    project = os.path.dirname(store)
    raise Refused(f"{path} is inside the project {project}, whose agents would read the demo's AGENTS.md as theirs")


def _not_empty(path: str) -> Refused:
    return Refused(f"{path} is not empty, and a demo writes over nothing")


def _clear(path: str) -> None:
    """Take away what the story wrote, and nothing else."""
    discard_store(os.path.join(path, place.FOLDER))
    for name in _WRITTEN:
        with suppress(OSError):
            os.unlink(os.path.join(path, name))
