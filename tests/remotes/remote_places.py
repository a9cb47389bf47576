"""The places that the contract of a remote's files is tested on: a line for each transport."""

from __future__ import annotations

import atexit
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Final
from uuid import uuid4

import pytest
from git_hosts import (
    ENVIRONMENT,
    bare_repository,
    code_repository,
    daemon_port,
    http_port,
    stand_in_for_ssh,
)
from plain_object_server import plain_object_server
from server_processes import AZURE_CONTAINER, S3_BUCKET, azurite, seaweedfs

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


def _s3(_: Path) -> Opener:
    return _cloud(f"s3://{S3_BUCKET}", seaweedfs)


def _azure(_: Path) -> Opener:
    return _cloud(f"az://{AZURE_CONTAINER}", azurite)


def _google(_: Path) -> Opener:
    return _cloud("gs://memory", _stand_in_for_google)


def _cloud(bucket: str, start: Callable[[], dict[str, str]]) -> Opener:
    """A new folder in a bucket."""
    pytest.importorskip("obstore", reason="obstore is not installed (extra cloud)")
    from memora.remotes.cloud import CloudFiles

    address, environment = f"{bucket}/team/{uuid4().hex}", start()
    return lambda: CloudFiles(address, environment)


@lru_cache(maxsize=1)
def _stand_in_for_google() -> dict[str, str]:
    opened = plain_object_server()
    server = opened.__enter__()
    atexit.register(opened.__exit__, None, None, None)
    return {"STORAGE_EMULATOR_HOST": server.endpoint, "HOME": "/nowhere"}


PLACES: Final[dict[str, Callable[[Path], Opener]]] = {
    "memory": _memory,
    "folder": _folder,
    "git+file": _git_file,
    "git+origin": _git_origin,
    "git+origin, SHA-256": _git_sha256,
    "git+git": _git_daemon,
    "git+http": _git_http,
    "git+ssh, a stand-in": _git_ssh_stand_in,
    "s3": _s3,
    "azure": _azure,
    "google": _google,
}
