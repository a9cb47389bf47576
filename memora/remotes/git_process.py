"""Git as a process: with nothing of the caller's repository around it, and no more heard of it than is good."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from threading import Event, Thread
from time import monotonic
from typing import IO, Final, NamedTuple

# What an answer of git may have, and how much is kept of what it says went wrong.
_MOST_ANSWERED: Final = 64 * 1024 * 1024
_MOST_COMPLAINED: Final = 16 * 1024
_LOOK_SECONDS: Final = 0.2

SPOKEN: Final = ("file", "git", "http", "https", "ssh")

# The variables of git that say how to reach a host. All others are dropped: in a hook they name the repository that the
# hook runs in, and a trace would write passwords into what is shown.
_KEPT: Final = frozenset(
    {
        "GIT_ASKPASS",
        "GIT_CEILING_DIRECTORIES",
        "GIT_CONFIG_GLOBAL",
        "GIT_CONFIG_NOSYSTEM",
        "GIT_CONFIG_SYSTEM",
        "GIT_EXEC_PATH",
        "GIT_PROXY_COMMAND",
    }
)
_KEPT_BEGINNINGS: Final = ("GIT_SSH", "GIT_SSL_", "GIT_HTTP_")
# Settings that came with the command line of a git that started us, or from a pipeline.
_GIVEN: Final = ("GIT_CONFIG_COUNT", "GIT_CONFIG_KEY_", "GIT_CONFIG_VALUE_", "GIT_CONFIG_PARAMETERS")


class Ran(NamedTuple):
    """How git ended: its exit code, what it answered, and the end of what it complained of.

    ``stopped`` says why it was stopped, where it was.
    """

    code: int
    output: bytes
    complaint: str
    stopped: str | None = None


class Running(NamedTuple):
    """A git that is running: what it answers, and how to wait for its end."""

    output: IO[bytes]
    finish: Callable[[], Ran]


def clean_environment(environment: Mapping[str, str], *, given_settings: bool = False) -> dict[str, str]:
    """The environment that git is started in: plain English, few protocols, and no questions.

    ``given_settings`` keeps the settings that came with the environment, for reading them.
    """
    kept = (*_KEPT_BEGINNINGS, *_GIVEN) if given_settings else _KEPT_BEGINNINGS
    clean = {
        name: value
        for name, value in environment.items()
        if not name.startswith("GIT_") or name in _KEPT or name.startswith(kept)
    }
    clean.pop("LANGUAGE", None)
    allowed = environment.get("GIT_ALLOW_PROTOCOL")
    spoken = SPOKEN if allowed is None else [name for name in SPOKEN if name in allowed.split(":")]
    return clean | {
        "LC_ALL": "C",
        "GIT_ALLOW_PROTOCOL": ":".join(spoken),
        "GIT_TERMINAL_PROMPT": "0",
        "SSH_ASKPASS_REQUIRE": "never",
        "GCM_INTERACTIVE": "never",
    }


def run_git(
    arguments: Iterable[str],
    directory: str,
    environment: Mapping[str, str],
    *,
    seconds: int,
    grown: Callable[[], bool] | None = None,
) -> Ran:
    """Run git in a directory to its end. Raises OSError where there is no git."""
    with start_git(arguments, directory, environment, seconds=seconds, grown=grown) as running:
        output = running.output.read(_MOST_ANSWERED + 1)
        if len(output) > _MOST_ANSWERED:
            return Ran(-1, b"", "", "it answered without end")
        return running.finish()._replace(output=output)


@contextmanager
def start_git(
    arguments: Iterable[str],
    directory: str,
    environment: Mapping[str, str],
    *,
    seconds: int,
    said: bytes = b"",
    grown: Callable[[], bool] | None = None,
) -> Iterator[Running]:
    """Start git in a directory; it does not outlive the context. Raises OSError where there is no git.

    It is stopped after so many seconds, and when ``grown`` says that it took too much. What is ``said`` to it is short
    enough for a pipe.
    """
    process = subprocess.Popen(
        ["git", *arguments],
        cwd=directory,
        env=dict(environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,  # ssh asks at the terminal of its session, whatever its input is
    )
    assert process.stdin is not None and process.stdout is not None and process.stderr is not None
    heard = bytearray()
    stopped: list[str] = []
    ended = Event()
    listening = Thread(target=_hear, args=(process.stderr, heard), daemon=True)
    watching = Thread(target=_watch, args=(process, seconds, grown, stopped, ended), daemon=True)
    listening.start()
    watching.start()

    def finish() -> Ran:
        code = process.wait()
        listening.join(_LOOK_SECONDS)  # a process that git left behind may hold its end open
        return Ran(code, b"", heard.decode("utf-8", "replace"), stopped[0] if stopped else None)

    try:
        with suppress(BrokenPipeError):
            process.stdin.write(said)
            process.stdin.close()
        yield Running(process.stdout, finish)
    finally:
        ended.set()
        if process.poll() is None:
            _stop(process)
        process.wait()
        watching.join()
        listening.join(_LOOK_SECONDS)
        process.stdout.close()
        if not listening.is_alive():
            process.stderr.close()


def _hear(stream: IO[bytes], heard: bytearray) -> None:
    """Keep the end of what is said, and let nobody wait because nobody listens."""
    with suppress(OSError, ValueError):
        while chunk := os.read(stream.fileno(), 8192):
            heard += chunk
            del heard[:-_MOST_COMPLAINED]


def _watch(
    process: subprocess.Popen[bytes],
    seconds: int,
    grown: Callable[[], bool] | None,
    stopped: list[str],
    ended: Event,
) -> None:
    last = monotonic() + seconds
    while not ended.wait(min(_LOOK_SECONDS, seconds)) and process.poll() is None:
        if grown is not None and grown():
            stopped.append("it sent more than a file of a remote may have")
        elif monotonic() > last:
            stopped.append(f"it took longer than {seconds} seconds")
        else:
            continue
        _stop(process)
        return


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Stop git, and what it started: the program that speaks to the host."""
    with suppress(OSError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
