"""Who we are to object storage: variables, profiles, connection strings, and what is said where there is nothing."""

from __future__ import annotations

import json
import shlex
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("obstore", reason="obstore is not installed (extra cloud)")

from plain_object_server import PlainObjectServer, plain_object_server
from server_processes import AZURE_ACCOUNT, AZURE_CONTAINER, AZURE_KEY, azurite

from memora.errors.remotes import RemoteUnavailable
from memora.remotes.cloud import CloudFiles
from memora.remotes.cloud.aws_profile import aws_settings
from memora.remotes.cloud.azure_account import azure_settings
from memora.remotes.cloud.bucket import Bucket

S3 = "s3://memory/team"


@pytest.fixture
def server() -> Iterator[PlainObjectServer]:
    with plain_object_server() as running:
        yield running


@pytest.fixture
def home(tmp_path: Path, server: PlainObjectServer) -> Path:
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "config").write_text(
        f"[default]\nregion = eu-west-1\nendpoint_url = {server.endpoint}\n\n"
        f"[profile work]\nregion = eu-north-1\nendpoint_url = {server.endpoint}\ns3 =\n  max_bandwidth = 1MB/s\n\n"
        f"[profile single]\nsso_session = office\nendpoint_url = {server.endpoint}\n"
    )
    (tmp_path / ".aws" / "credentials").write_text(
        "[default]\naws_access_key_id = homekey\naws_secret_access_key = x\n\n"
        "[work]\naws_access_key_id = workkey\naws_secret_access_key = y\naws_session_token = z\n"
    )
    return tmp_path


@pytest.mark.parametrize(
    ("variables", "signer"),
    [
        ({}, "homekey"),
        ({"AWS_PROFILE": "work"}, "workkey"),
        ({"AWS_DEFAULT_PROFILE": "work"}, "workkey"),
        ({"AWS_PROFILE": "work", "AWS_DEFAULT_PROFILE": "default"}, "workkey"),
        ({"AWS_ACCESS_KEY_ID": "ownkey", "AWS_SECRET_ACCESS_KEY": "x", "AWS_PROFILE": "work"}, "ownkey"),
    ],
)
def test_whose_key_signs(home: Path, server: PlainObjectServer, variables: dict[str, str], signer: str) -> None:
    assert CloudFiles(S3, {"HOME": str(home), **variables}).create("format", b"x")
    assert server.signers == {signer}


def test_files_elsewhere(home: Path, tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("[default]\naws_access_key_id = otherkey\naws_secret_access_key = x\n")
    environment = {"HOME": str(home), "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "keys"), "AWS_CONFIG_FILE": "/none"}
    assert aws_settings(S3, environment)[0] == {"access_key_id": "otherkey", "secret_access_key": "x"}


def test_a_region_and_an_endpoint_of_a_profile_yield_to_variables(home: Path) -> None:
    environment = {"HOME": str(home), "AWS_REGION": "us-west-2", "AWS_ENDPOINT_URL_S3": "https://s3.example.org"}
    settings, _ = aws_settings(S3, environment)
    assert settings["region"] == "us-west-2"
    assert "endpoint" not in settings
    assert aws_settings(S3, {"HOME": str(home), "AWS_PROFILE": "work"})[0]["region"] == "eu-north-1"


def test_a_profile_that_is_not_there(home: Path) -> None:
    with pytest.raises(RemoteUnavailable, match="there is no AWS profile 'nobody'"):
        CloudFiles(S3, {"HOME": str(home), "AWS_PROFILE": "nobody"}).create("format", b"x")


def test_a_profile_that_cannot_be_read(home: Path) -> None:
    (home / ".aws" / "config").write_bytes(b"no section\nhere = x\n")
    with pytest.raises(RemoteUnavailable, match="config cannot be read"):
        CloudFiles(S3, {"HOME": str(home)}).create("format", b"x")


def test_a_profile_that_signs_in_elsewhere_needs_boto(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(RemoteUnavailable, match="'single' signs in by sso_session, for which boto3 has to be"):
        CloudFiles(S3, {"HOME": str(home), "AWS_PROFILE": "single"}).create("format", b"x")


def test_a_profile_whose_keys_a_program_gives(
    home: Path, server: PlainObjectServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("boto3", reason="boto3 is not installed (dependency group interop)")
    keys = json.dumps({"Version": 1, "AccessKeyId": "programkey", "SecretAccessKey": "x"})
    program = shlex.join([sys.executable, "-c", f"print({keys!r})"])
    with open(home / ".aws" / "config", "a") as config:
        config.write(f"\n[profile program]\nendpoint_url = {server.endpoint}\ncredential_process = {program}\n")
    for name, value in {"HOME": str(home), "AWS_PROFILE": "program"}.items():
        monkeypatch.setenv(name, value)  # boto3 reads nothing else
    assert CloudFiles(S3).create("format", b"x")
    assert server.signers == {"programkey"}


@pytest.mark.parametrize("service", ["s3", "az"])
def test_nothing_to_sign_in_with(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        nobody = f"http://127.0.0.1:{taken.getsockname()[1]}"
    monkeypatch.setenv("AWS_METADATA_ENDPOINT", nobody)
    monkeypatch.setenv("AZURE_MSI_ENDPOINT", f"{nobody}/metadata/identity/oauth2/token")
    environment = {"HOME": "/nowhere", "AZURE_STORAGE_ACCOUNT_NAME": "team"}
    with pytest.raises(RemoteUnavailable, match="no credentials were found: A"):
        CloudFiles(f"{service}://memory/team", environment, answer_seconds=1).create("format", b"x")


def test_an_account_has_to_be_named() -> None:
    with pytest.raises(RemoteUnavailable, match="AZURE_STORAGE_ACCOUNT_NAME names no account"):
        CloudFiles("az://memory/team", {"HOME": "/nowhere"}).create("format", b"x")


def test_a_connection_string_signs_in() -> None:
    endpoint = azurite()["AZURE_STORAGE_ENDPOINT"]
    text = f"DefaultEndpointsProtocol=http;AccountName={AZURE_ACCOUNT};AccountKey={AZURE_KEY};BlobEndpoint={endpoint};"
    environment = {"AZURE_STORAGE_CONNECTION_STRING": text, "HOME": "/nowhere"}
    files = CloudFiles(f"az://{AZURE_CONTAINER}/connection", environment)
    assert files.create("format", b"x")
    files.remove("format")


def test_the_variables_of_the_azure_command_line() -> None:
    assert azure_settings({"AZURE_STORAGE_ACCOUNT": "team", "AZURE_STORAGE_KEY": "k", "HOME": "/nowhere"}) == {
        "account_name": "team",
        "account_key": "k",
    }
    text = "AccountName=team;AccountKey=a==;EndpointSuffix=core.example.org;SharedAccessSignature=sv=1&sig=b%3D"
    assert azure_settings({"AZURE_STORAGE_CONNECTION_STRING": text, "HOME": "/nowhere"}) == {
        "account_name": "team",
        "account_key": "a==",
        "sas_key": "sv=1&sig=b%3D",
        "endpoint": "https://team.blob.core.example.org",
    }


@pytest.mark.parametrize("address", ["s3://memory/team", "az://memory/team", "gs://memory/team"])
def test_every_variable_is_one_that_the_client_knows(address: str) -> None:
    from memora.remotes.cloud import aws_profile, azure_account, bucket

    names = [*aws_profile._VARIABLES, *bucket._GOOGLE, *(names[0] for names in azure_account._VARIABLES.values())]
    files = {"GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_SERVICE_ACCOUNT", "GOOGLE_SERVICE_ACCOUNT_KEY"}
    said = {name: "true" for name in names if name not in files} | {"HOME": "/nowhere"}
    said |= {"AWS_ENDPOINT": "https://s3.example.org", "AZURE_STORAGE_ENDPOINT": "https://a.example.org"}
    assert Bucket(address, said | {"AZURE_STORAGE_ACCOUNT_KEY": AZURE_KEY}).client()
