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


def run_process() -> int:
    """Run the command line of this process and give its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        directory = os.getcwd()
    except FileNotFoundError:
        sys.stderr.write("error: the current directory was removed\nhint: change to a directory that exists\n")
        return exits.EXIT_CODES["unavailable"]
    world = World(
        directory=directory,
        environment=os.environ,
        stdin=sys.stdin,
        stdout=sys.stdout,
        stderr=sys.stderr,
        now=lambda: time.time_ns() // 1000,
        login=_login_name,
    )
    code = run(sys.argv[1:], world)
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        code = exits.PIPE_CLOSED
    if code == exits.PIPE_CLOSED:
        # The interpreter would flush once more at its end, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code


def end_process(code: int) -> NoReturn:
    """End this process now: everything is written, and taking the interpreter apart costs a seventh of a run.

    Under MEMORA_DEBUG it ends the long way round, so that a profiler can still speak.
    """
    if os.environ.get("MEMORA_DEBUG"):
        sys.exit(code)
    with suppress(OSError):
        sys.stderr.flush()
    os._exit(code)


def _login_name() -> str:
    for variable in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        if os.environ.get(variable):
            return os.environ[variable]
    try:
        import pwd

        return pwd.getpwuid(os.getuid()).pw_name
    except (ImportError, KeyError, AttributeError):
        return ""
