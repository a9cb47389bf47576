"""The bare repository of memora's own that stands between here and a git remote, for as long as one is open."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Final
from weakref import finalize

from memora.errors.remotes import RemoteNotFound, RemoteUnavailable
from memora.errors.store import DiskFull
from memora.remotes.address import shown_address
from memora.remotes.git_failures import failure_of
from memora.remotes.git_objects import ObjectFormat
from memora.remotes.git_process import Ran, Running, clean_environment, run_git, start_git
from memora.remotes.git_settings import PLACE, NoSuchName, Reach, as_environment, find_reach
from memora.remotes.temporary_folder import TemporaryFolder

# A listing is small; packs may be large and lines slow.
ASKED_SECONDS: Final = 300
SENT_SECONDS: Final = 4 * 3600
# What one fetch may bring: several times the largest pack that memora makes.
LARGEST_FETCHED_BYTES: Final = 8 * 1024**3

_CONFIG: Final = {
    "sha1": "[core]\n\trepositoryformatversion = 0\n\tbare = true\n",
    "sha256": "[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectformat = sha256\n",
}


class Relay:
    """What is pushed is taken from it, and what is fetched comes into it. It is made when it is first needed.

    Every method raises RemoteUnavailable without git, DiskFull, and RemoteNotFound for a name that the code's
    repository does not know.
    """

    def __init__(self, location: str, directory: str, environment: Mapping[str, str]) -> None:
        self.address = shown_address(f"git+{location}")
        self._location = location
        self._directory = directory
        self._given = environment
        self._path = ""
        self._reach: Reach | None = None
        self._environment: dict[str, str] = {}
        self._fetches = 0
        self._remove: Callable[[], object] = lambda: None

    @property
    def objects(self) -> str:
        """Where git keeps objects in it."""
        return os.path.join(self._path, "objects")

    @property
    def object_format(self) -> ObjectFormat:
        """By which hash its objects are named, as those of the remote are."""
        return self.open().object_format

    def open(self) -> Reach:
        """Make it, unless that was done; how the remote is reached."""
        if self._reach is not None:
            return self._reach
        with self._explained():
            folder = TemporaryFolder("memora-git-")
            self._path, self._remove = folder.path, finalize(self, folder.remove)
            reach = find_reach(self._location, self._directory, self._path, self._given)
            for inside in ("objects/pack", "refs"):
                os.makedirs(os.path.join(self._path, inside))
            for name, text in (("HEAD", "ref: refs/heads/none\n"), ("config", _CONFIG[reach.object_format])):
                with open(os.path.join(self._path, name), "w", encoding="ascii") as file:
                    file.write(text)
        self._environment = {
            **clean_environment(self._given),
            **as_environment(reach.settings),
            "GIT_DIR": self._path,
        }
        self._reach = reach
        return reach

    def close(self) -> None:
        """Remove it. Safe to call twice."""
        self._reach = None
        self._remove()

    def push(self, *arguments: str) -> Ran:
        """Push: options, and what is to be named by which reference."""
        return self._run("push", "--porcelain", "--no-verify", *_with_place(arguments), seconds=SENT_SECONDS)

    def list_references(self, pattern: str) -> Ran:
        """What references of the remote that match a pattern name, a line for each."""
        return self._run("ls-remote", "--refs", PLACE, pattern, seconds=ASKED_SECONDS)

    def fetch(self, reference: str) -> str | None:
        """Fetch what one reference names; the id of that. None where there is no such reference.

        Asked for as a pattern, so that one that is not there is no failure that must be told from others by its words.
        """
        self._fetches += 1
        into = f"refs/fetched/{self._fetches}/"
        ran = self._run(
            "fetch",
            "--no-tags",
            "--no-write-fetch-head",
            "--quiet",
            PLACE,
            f"{reference}*:{into}{reference.rpartition('/')[2]}*",
            seconds=SENT_SECONDS,
            bounded=True,
        )
        if ran.code != 0:
            raise failure_of(self.address, ran)
        with (
            suppress(FileNotFoundError),
            open(os.path.join(self._path, into, reference.rpartition("/")[2]), encoding="ascii") as file,
        ):
            return file.read().strip()
        return None

    def ask(self, *arguments: str) -> Ran:
        """What git answers about what was fetched."""
        return self._run(*arguments, seconds=ASKED_SECONDS)

    def start(self, *arguments: str, said: bytes) -> AbstractContextManager[Running]:
        """Start git on what was fetched, to be read from."""
        directory = self.open().directory
        return start_git(arguments, directory, self._environment, seconds=SENT_SECONDS, said=said)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn what went wrong here into what memora says."""
        try:
            yield
        except NoSuchName as error:
            raise RemoteNotFound(self.address, error.complaint) from None
        except (FileNotFoundError, PermissionError) as error:
            if error.filename != "git":
                raise RemoteUnavailable(self.address, f"{error.filename}: {error.strerror}") from None
            raise RemoteUnavailable(self.address, "git is not installed") from None
        except OSError as error:
            raise DiskFull(f"{self._path or tempfile.gettempdir()}: {error.strerror}") from None

    def _run(self, *arguments: str, seconds: int, bounded: bool = False) -> Ran:
        reach = self.open()
        before = self._size() if bounded else 0

        def grown() -> bool:
            return self._size() - before > LARGEST_FETCHED_BYTES

        with self._explained():
            ran = run_git(
                arguments,
                reach.directory,
                self._environment,
                seconds=seconds,
                grown=grown if bounded else None,
            )
        if bounded and ran.stopped is None and grown():
            return ran._replace(code=-1, stopped="it sent more than a file of a remote may have")
        return ran

    def _size(self) -> int:
        """How many bytes were fetched into it, or are just being."""
        folder = os.path.join(self.objects, "pack")
        size = 0
        for entry in os.scandir(folder):
            with suppress(FileNotFoundError):
                size += entry.stat().st_size
        return size


def _with_place(arguments: tuple[str, ...]) -> Iterator[str]:
    """Arguments of a push, with the remote between its options and what is pushed."""
    yield from (argument for argument in arguments if argument.startswith("--"))
    yield PLACE
    yield from (argument for argument in arguments if not argument.startswith("--"))
