"""Let a program judge the memory of a moment: good, bad, or that it cannot tell."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from contextlib import closing
from tempfile import TemporaryDirectory
from typing import Final

from memora.cli.materialise import materialise
from memora.cli.output import escape
from memora.cli.world import World
from memora.errors.programs import CommandNotStarted, CommandStopped
from memora.operations.history.bisect import Verdict
from memora.operations.look.list import list_nodes
from memora.repository import Repository

_GOOD: Final = 0
_SKIP: Final = 125
_WORST: Final = 127


def run_trial(world: World, repository: Repository, command: Sequence[str], revision: str) -> Verdict:
    """Run a command that finds the memory of a revision in MEMORA_FILE, and its id in MEMORA_REVISION.

    What it prints goes to standard error. Raises CommandNotStarted, and CommandStopped where a signal or an exit code
    above 127 ended it. No shell is used, and its standard input is empty.
    """
    with TemporaryDirectory(prefix="memora-bisect-") as directory:
        with closing(list_nodes(repository, now=world.now, sort="type", revision=revision)) as nodes:
            path = materialise(directory, nodes)
        environment = {**world.environment, "MEMORA_FILE": path, "MEMORA_REVISION": revision}
        return _verdict(command[0], _run(world, command, environment))


def _run(world: World, command: Sequence[str], environment: dict[str, str]) -> int:
    """Run a command to its end and give its exit code; minus the number of the signal that ended it."""
    silent = world.options.quiet or world.options.json
    target = world.out.error_descriptor()
    if silent or target is None:
        target = subprocess.DEVNULL if silent else subprocess.PIPE
    try:
        done = subprocess.run(
            command,
            cwd=world.directory,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=target,
            stderr=subprocess.STDOUT,
            check=False,
        )
    except OSError as error:
        raise CommandNotStarted(command[0], error.strerror or str(error)) from None
    for line in (done.stdout or b"").decode(errors="replace").splitlines():
        world.out.note(escape(line))
    return done.returncode


def _verdict(program: str, code: int) -> Verdict:
    if code < 0:
        raise CommandStopped(program, f"was ended by signal {-code}")
    if code > _WORST:
        raise CommandStopped(program, f"ended with exit code {code}")
    if code == _SKIP:
        return "skip"
    return "good" if code == _GOOD else "bad"
