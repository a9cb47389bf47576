"""What goes wrong with object storage is said in a short sentence that holds no secrets."""

from __future__ import annotations

import base64
import socket
from collections.abc import Iterator

import pytest

pytest.importorskip("obstore", reason="obstore is not installed (extra cloud)")

from plain_object_server import Mishap, PlainObjectServer, plain_object_server
from server_processes import AZURE_CONTAINER, S3_BUCKET, azurite, reader_of, seaweedfs

from memora.errors import BadInput
from memora.errors.remotes import RemoteUnavailable
from memora.errors.store import DiskFull
from memora.remotes.cloud import CloudFiles
from memora.remotes.cloud.bucket import Bucket

SECRET = "hunter2hunter2hunter2"


@pytest.fixture
def server() -> Iterator[PlainObjectServer]:
    with plain_object_server() as running:
        yield running


def open_s3(endpoint: str, address: str = "s3://memory/team", **more: str) -> CloudFiles:
    keys = {"AWS_ACCESS_KEY_ID": "ada", "AWS_SECRET_ACCESS_KEY": SECRET, "HOME": "/nowhere"}
    return CloudFiles(address, {"AWS_ENDPOINT_URL": endpoint, **keys, **more}, answer_seconds=1, pause=lambda _: None)


def failures(files: CloudFiles) -> set[str]:
    """What each of the five ways to use a remote says."""
    said = set()
    for use in (
        lambda: files.create("format", b"x"),
        lambda: files.upload("packs/aa.pack", [b"x"]),
        lambda: list(files.read("format")),
        lambda: list(files.list("packs/")),
        lambda: files.remove("format"),
    ):
        with pytest.raises(RemoteUnavailable) as caught:
            use()
        said.add(caught.value.problem)
        assert SECRET not in str(caught.value)
        assert len(str(caught.value)) < 250
        assert caught.value.__cause__ is None
    return said


def test_no_server() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert failures(open_s3(f"http://127.0.0.1:{port}")) == {f"127.0.0.1:{port} cannot be reached"}


def test_a_server_that_says_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        host = f"127.0.0.1:{mute.getsockname()[1]}"
        with pytest.raises(RemoteUnavailable) as caught:
            open_s3(f"http://ada:{SECRET}@{host}").create("format", b"x")
    assert str(caught.value) == f"s3://memory/team: {host} does not answer"


def test_no_host() -> None:
    assert failures(open_s3("http://no-such-host.invalid")) == {"there is no host no-such-host.invalid"}


def test_a_server_that_speaks_no_tls(server: PlainObjectServer) -> None:
    host = server.endpoint.removeprefix("http://")
    [said] = failures(open_s3(f"https://{host}"))
    assert said.startswith(host)


@pytest.mark.parametrize(
    ("status", "code", "said"),
    [
        (403, "AccessDenied", "access was denied (AccessDenied)"),
        (403, "SignatureDoesNotMatch", "the credentials were refused (SignatureDoesNotMatch)"),
        (400, "ExpiredToken", "the credentials were refused (ExpiredToken)"),
        (401, "Whatever", "the credentials were refused (Whatever)"),
        (404, "NoSuchBucket", "there is no bucket 'memory'"),
        (403, "RequestTimeTooSkewed", "the clock of this machine is wrong"),
        (400, "AuthorizationHeaderMalformed", "bucket 'memory' is in another region; AWS_REGION says which"),
        (400, "KeyTooLong", "the service failed with status 400 (KeyTooLong)"),
        (503, "SlowDown", "the service failed with status 503 (SlowDown)"),
        (418, f"<{SECRET}", "the service failed with status 418"),
    ],
)
def test_what_a_service_says(server: PlainObjectServer, status: int, code: str, said: str) -> None:
    for method in ("GET", "PUT", "DELETE"):
        server.mishaps += [Mishap(method, status=status, code=code)] * 10
    assert failures(open_s3(server.endpoint)) == {said}


@pytest.mark.parametrize(("status", "code"), [(507, "InsufficientStorage"), (403, "QuotaExceeded")])
def test_a_service_without_room(server: PlainObjectServer, status: int, code: str) -> None:
    server.mishaps += [Mishap("PUT", status=status, code=code)] * 2
    with pytest.raises(DiskFull, match="s3://memory/team has no room left"):
        open_s3(server.endpoint).create("format", b"x")
    with pytest.raises(DiskFull):
        open_s3(server.endpoint).upload("packs/aa.pack", [b"x"])


def test_no_bucket_on_s3() -> None:
    environment = seaweedfs()
    with pytest.raises(RemoteUnavailable, match="there is no bucket 'nobodys'"):
        list(CloudFiles("s3://nobodys/team", environment).list("packs/"))


def test_wrong_keys_on_s3() -> None:
    environment = seaweedfs()
    assert failures(CloudFiles(f"s3://{S3_BUCKET}", environment | {"AWS_SECRET_ACCESS_KEY": SECRET})) == {
        "the credentials were refused (SignatureDoesNotMatch)"
    }
    assert failures(CloudFiles(f"s3://{S3_BUCKET}", environment | {"AWS_ACCESS_KEY_ID": "nobody"})) == {
        "the credentials were refused (InvalidAccessKeyId)"
    }


def test_who_may_only_read_on_s3() -> None:
    environment = seaweedfs()
    CloudFiles(f"s3://{S3_BUCKET}/read", environment).upload("packs/aa.pack", [b"abc"])
    files = CloudFiles(f"s3://{S3_BUCKET}/read", reader_of(environment))
    assert b"".join(files.read("packs/aa.pack")) == b"abc"
    assert [file.name for file in files.list("packs/")] == ["packs/aa.pack"]
    denied = r"access was denied \(AccessDenied\)"
    with pytest.raises(RemoteUnavailable, match=denied):
        files.create("format", b"x")
    with pytest.raises(RemoteUnavailable, match=denied):
        files.upload("packs/bb.pack", [b"x"])
    with pytest.raises(RemoteUnavailable, match=denied):
        files.upload("packs/bb.pack", [b"x" * 1024 * 1024] * 12)
    with pytest.raises(RemoteUnavailable, match=denied):
        files.remove("packs/aa.pack")


def test_no_container_on_azure() -> None:
    assert failures(CloudFiles("az://nobodys/team", azurite())) == {"there is no container 'nobodys'"}


def test_wrong_keys_on_azure() -> None:
    wrong = azurite() | {"AZURE_STORAGE_ACCOUNT_KEY": base64.b64encode(bytes(64)).decode()}
    [said] = failures(CloudFiles(f"az://{AZURE_CONTAINER}", wrong))
    assert said.startswith(("the credentials were refused", "access was denied"))
    unreadable = azurite() | {"AZURE_STORAGE_ACCOUNT_KEY": f"!{SECRET}"}
    assert failures(CloudFiles(f"az://{AZURE_CONTAINER}", unreadable)) == {"the credentials cannot be read"}


@pytest.mark.parametrize(
    "address",
    [
        "s3://",
        "s3:///folder",
        "s3://ada:hunter2@bucket/folder",
        "s3://b/folder",
        "s3://bucket/../other",
        "s3://bucket//folder",
        "s3://bucket/folder?versionId=1",
        "az://container/folder?sv=2024&sig=abc",
        "gs://bucket/fol%2Fder",
        "gs://bucket/folder#1",
    ],
)
def test_an_address_that_is_none(address: str) -> None:
    with pytest.raises(BadInput, match="address") as caught:
        Bucket(address, {})
    assert "hunter2" not in str(caught.value)
