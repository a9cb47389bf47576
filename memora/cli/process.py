"""This process as a world: its arguments, environment, streams, clock and user."""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from typing import NoReturn

from memora.cli import exits
from memora.cli.main import run
from memora.cli.world import World
from memora.errors import Kind


def run_process() -> int:
    """Run the command line of this process and give its exit code."""
    _open_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        directory = os.getcwd()
    except FileNotFoundError:
        sys.stderr.write("error: the current directory was removed\nhint: change to a directory that exists\n")
        return exits.EXIT_CODES[Kind.UNAVAILABLE]
    world = World(
        directory=directory,
        environment=os.environ,
        stdin=sys.stdin,
        stdout=sys.stdout,
        stderr=sys.stderr,
        now=_read_clock,
        login=_login_name,
    )
    code = run(sys.argv[1:], world)
    try:
        sys.stdout.flush()
    except OSError as error:
        code = exits.PIPE_CLOSED if isinstance(error, BrokenPipeError) else code or exits.EXIT_CODES[Kind.UNAVAILABLE]
        # The interpreter would flush once more at its end, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code


def _open_closed_streams() -> None:
    """Give a process that was started with closed streams empty ones.

    Else the next file that is opened, such as the writer lock, would be standard output to a program started later.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            # The lowest free number: the closed stream's own.
            descriptor = os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, open(descriptor, mode, encoding="utf-8", closefd=False))  # noqa: SIM115


def end_process(code: int) -> NoReturn:
    """End this process now: everything is written, and taking the interpreter apart costs a seventh of a run.

    Under MEMORA_DEBUG it ends the long way round, so that a profiler can still speak.
    """
    if os.environ.get("MEMORA_DEBUG"):
        sys.exit(code)
    with suppress(OSError):
        sys.stderr.flush()
    os._exit(code)


def _read_clock() -> int:
    """Microseconds since the epoch; beyond all times that can be stored where the clock is so far off that it breaks.

    What only reads goes on with that, what writes says that the clock is wrong.
    """
    try:
        return time.time_ns() // 1000
    except OverflowError:
        from memora.model.clock import LATEST

        return LATEST + 1


def _login_name() -> str:
    for variable in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        if os.environ.get(variable):
            return os.environ[variable]
    try:
        import pwd

        return pwd.getpwuid(os.getuid()).pw_name
    except (ImportError, KeyError, AttributeError):
        return ""
