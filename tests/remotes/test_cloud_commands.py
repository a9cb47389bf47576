"""Two stores share memory through object storage, from the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from commandline import Terminal
from server_processes import AZURE_CONTAINER, S3_BUCKET, azurite, seaweedfs

pytest.importorskip("obstore", reason="obstore is not installed (extra cloud)")


def terminal(directory: Path) -> Terminal:
    directory.mkdir()
    return Terminal(directory, {"MEMORA_CEILING_DIRECTORIES": str(directory.parent)})


@pytest.mark.parametrize(
    ("bucket", "start"),
    [(f"s3://{S3_BUCKET}", seaweedfs), (f"az://{AZURE_CONTAINER}", azurite)],
    ids=["s3", "azure"],
)
def test_two_stores_share(
    bucket: str, start: Callable[[], dict[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in start().items():
        monkeypatch.setenv(name, value)
    address = f"{bucket}/share/{uuid4().hex}"
    ada, bob = terminal(tmp_path / "ada"), terminal(tmp_path / "bob")
    ada.ok("init")
    ada.ok("add", "Tokens are signed with RS256", "-k", "auth.jwt.algorithm")
    ada.ok("commit", "-m", "What was found out")
    ada.ok("remote", "add", "origin", address)
    ada.ok("push", "origin", "main")

    bob.ok("clone", address, "project")
    project = Terminal(bob.directory / "project", bob.environment)
    assert "RS256" in project.ok("list")
    project.ok("add", "The service listens on port 4711", "-k", "service.port")
    project.ok("commit", "-m", "The port")
    project.ok("push")

    ada.ok("pull", "origin", "main")
    assert "4711" in ada.ok("list")


def test_what_is_said_of_a_bucket_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in azurite().items():
        monkeypatch.setenv(name, value)
    ada = terminal(tmp_path / "ada")
    ada.ok("init")
    ada.ok("add", "Tokens are signed with RS256")
    ada.ok("commit", "-m", "What was found out")
    ada.ok("remote", "add", "origin", "az://nobodys/team")
    said = ada.run("push", "origin", "main")
    assert said.code == 7
    assert "az://nobodys/team: there is no container 'nobodys'" in said.err
