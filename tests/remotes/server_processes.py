"""Real servers of object storage, on loopback: SeaweedFS for S3, Azurite for Azure.

Each is started once for a test process, on ports of its own, and ends with that process however it ends. SeaweedFS
comes with the dependency group ``interop``, Azurite by ``scripts/interop``; without them the tests that ask for them
are skipped. The secrets below are no secrets.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from email.utils import formatdate
from functools import lru_cache
from pathlib import Path
from typing import Final

import pytest

INTEROP: Final = Path(__file__).parents[2] / ".interop" / "node_modules" / ".bin"
PATIENCE_SECONDS: Final = 60

S3_BUCKET: Final = "memory"
AZURE_CONTAINER: Final = "memory"
AZURE_ACCOUNT: Final = "devstoreaccount1"
AZURE_KEY: Final = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="

# Ends the program when the other end of its standard input is closed, which nobody can forget to do, and clears up.
_LEASH: Final = """
folder=$1; shift; "$@" & program=$!
cat >/dev/null
kill -9 "$program"; wait "$program" 2>/dev/null; rm -rf "$folder" $LEAVINGS
"""


@lru_cache(maxsize=1)
def seaweedfs() -> dict[str, str]:
    """The environment for an S3 server, as somebody who may do everything; ``reader_of`` it may only read."""
    weed = shutil.which("weed", path=os.path.dirname(sys.executable)) or shutil.which("weed")
    if weed is None:
        pytest.skip("SeaweedFS is not installed (dependency group interop)")
    pytest.importorskip("obstore", reason="obstore is not installed (extra cloud)")
    identities = [
        _identity("writer", ["Admin", "Read", "Write", "List"]),
        _identity("reader", [f"Read:{S3_BUCKET}", f"List:{S3_BUCKET}"]),
    ]

    def command(folder: str, ports: list[int]) -> list[str]:
        Path(folder, "identities.json").write_text(json.dumps({"identities": identities}))
        names = ("master.port", "master.port.grpc", "volume.port", "volume.port.grpc", "filer.port", "filer.port.grpc")
        options = [f"-{name}={port}" for name, port in zip((*names, "s3.port", "s3.port.grpc"), ports, strict=True)]
        return [
            *(weed, "-logdir", folder, "server", "-dir", folder, "-ip=127.0.0.1", "-ip.bind=127.0.0.1"),
            *("-master.volumeSizeLimitMB=64", "-master.telemetry=false", "-volume.max=16", "-volume.preStopSeconds=0"),
            *("-filer", f"-filer.localSocket={folder}/filer.sock", "-s3", f"-s3.localSocket={folder}/s3.sock"),
            *(f"-s3.config={folder}/identities.json", "-s3.port.iceberg=0", "-s3.port.lance=0", *options),
        ]

    def answers(ports: list[int]) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{ports[6]}/healthz", timeout=1) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False

    ports = _start(command, 8, answers)
    environment = s3_environment(f"http://127.0.0.1:{ports[6]}", "writer")
    from memora.remotes.cloud import CloudFiles

    # It makes a bucket for the first file that is written to it, when somebody writes it who may.
    CloudFiles(f"s3://{S3_BUCKET}", environment).create("begun", b"")
    return environment


def s3_environment(endpoint: str, who: str) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": who,
        "AWS_SECRET_ACCESS_KEY": f"{who}-secret",
        "AWS_REGION": "us-east-1",
        "HOME": "/nowhere",
    }


def reader_of(environment: dict[str, str]) -> dict[str, str]:
    return s3_environment(environment["AWS_ENDPOINT_URL"], "reader")


@lru_cache(maxsize=1)
def azurite() -> dict[str, str]:
    """The environment for an Azure server with one container."""
    found = INTEROP / "azurite-blob"
    program = str(found) if found.exists() else shutil.which("azurite-blob")
    if program is None or shutil.which("node") is None:
        pytest.skip("Azurite is not installed (scripts/interop)")

    def command(_: str, ports: list[int]) -> list[str]:
        options = ["--silent", "--disableTelemetry", "--inMemoryPersistence", "--skipApiVersionCheck"]
        return [program, "--blobHost", "127.0.0.1", "--blobPort", str(ports[0]), *options]

    def answers(ports: list[int]) -> bool:
        try:
            socket.create_connection(("127.0.0.1", ports[0]), 1).close()
        except OSError:
            return False
        return True

    [port] = _start(command, 1, answers)
    _make_container(port)
    return {
        "AZURE_STORAGE_ACCOUNT_NAME": AZURE_ACCOUNT,
        "AZURE_STORAGE_ACCOUNT_KEY": AZURE_KEY,
        "AZURE_STORAGE_ENDPOINT": f"http://127.0.0.1:{port}/{AZURE_ACCOUNT}",
        "HOME": "/nowhere",
    }


def _identity(name: str, actions: list[str]) -> dict[str, object]:
    return {"name": name, "credentials": [{"accessKey": name, "secretKey": f"{name}-secret"}], "actions": actions}


def _start(
    command: Callable[[str, list[int]], list[str]], ports_needed: int, answers: Callable[[list[int]], bool]
) -> list[int]:
    """Start a server and wait until it answers; the ports that it was given.

    Somebody else may take a port between its being found free and the server's taking it: then others are tried.
    """
    for _ in range(3):
        ports = _free_ports(ports_needed)
        folder = tempfile.mkdtemp(prefix="memora-server-")
        program = command(folder, ports)
        leavings = [f"{tempfile.gettempdir()}/seaweedfs-*-grpc-{port}.sock" for port in ports]
        leash = subprocess.Popen(
            ["sh", "-c", _LEASH, "sh", folder, *program],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": folder, "LEAVINGS": " ".join(leavings)},
        )
        deadline = time.monotonic() + PATIENCE_SECONDS / 3
        while time.monotonic() < deadline:
            if answers(ports):
                _leashes.append(leash)
                return ports
            time.sleep(0.05)
        leash.communicate()
    pytest.skip(f"{program[0]} does not start")


_leashes: list[subprocess.Popen[bytes]] = []


def _free_ports(count: int) -> list[int]:
    found = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in found]
    for one in found:
        one.close()
    return ports


def _make_container(port: int) -> None:
    headers = {"x-ms-date": formatdate(usegmt=True), "x-ms-version": "2021-08-06"}
    named = "".join(f"{name}:{value}\n" for name, value in sorted(headers.items()))
    path = f"/{AZURE_ACCOUNT}/{AZURE_CONTAINER}"
    text = "PUT" + "\n" * 12 + f"{named}/{AZURE_ACCOUNT}{path}\nrestype:container"
    signature = hmac.new(base64.b64decode(AZURE_KEY), text.encode(), hashlib.sha256).digest()
    headers["Authorization"] = f"SharedKey {AZURE_ACCOUNT}:{base64.b64encode(signature).decode()}"
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("PUT", f"{path}?restype=container", headers={**headers, "Content-Length": "0"})
    assert connection.getresponse().status == 201
    connection.close()
