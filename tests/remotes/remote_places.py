"""The places that the contract of a remote's files is tested on: a line for each transport."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from git_hosts import (
    ENVIRONMENT,
    bare_repository,
    code_repository,
    daemon_port,
    http_port,
    stand_in_for_ssh,
)

from memora.remotes.folder import FolderFiles
from memora.remotes.git import GitFiles
from memora.remotes.memory import MemoryFiles
from memora.remotes.ports import RemoteFiles

# Each gives a way to open the same new place again and again, as several machines do.
Opener = Callable[[], RemoteFiles]


def _memory(_: Path) -> Opener:
    files: dict[str, bytes] = {}
    return lambda: MemoryFiles(files)


def _folder(directory: Path) -> Opener:
    return lambda: FolderFiles(str(directory / "remote"))


def _git_file(directory: Path) -> Opener:
    repository = bare_repository(directory)
    return lambda: GitFiles(f"file://{repository}", "", environment=ENVIRONMENT)


def _git_sha256(directory: Path) -> Opener:
    repository = bare_repository(directory, "--object-format=sha256")
    code = code_repository(directory, str(repository), "--object-format=sha256")
    return lambda: GitFiles("origin", str(code), environment=ENVIRONMENT)


def _git_origin(directory: Path) -> Opener:
    bare_repository(directory)
    code = code_repository(directory, "../code.git")
    (code / "source").mkdir(exist_ok=True)
    return lambda: GitFiles("origin", str(code / "source"), environment=ENVIRONMENT)


def _git_daemon(directory: Path) -> Opener:
    url = f"git://127.0.0.1:{daemon_port()}{bare_repository(directory)}"
    return lambda: GitFiles(url, "", environment=ENVIRONMENT)


def _git_http(directory: Path) -> Opener:
    url = f"http://127.0.0.1:{http_port()}{bare_repository(directory)}"
    return lambda: GitFiles(url, "", environment=ENVIRONMENT)


def _git_ssh_stand_in(directory: Path) -> Opener:
    environment = stand_in_for_ssh(directory)
    repository = bare_repository(directory)
    return lambda: GitFiles(f"git@host.invalid:{repository}", "", environment=environment)


PLACES: Final[dict[str, Callable[[Path], Opener]]] = {
    "memory": _memory,
    "folder": _folder,
    "git+file": _git_file,
    "git+origin": _git_origin,
    "git+origin, SHA-256": _git_sha256,
    "git+git": _git_daemon,
    "git+http": _git_http,
    "git+ssh, a stand-in": _git_ssh_stand_in,
}
