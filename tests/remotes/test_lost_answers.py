"""Answers that get lost, come late or say the wrong thing: what is told to have been made was made, by us alone.

The server is a stand-in that has a mishap when it is told to. For each mishap the right answer is known; an error is
allowed where the client cannot know, a wrong True or False never is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

pytest.importorskip("obstore", reason="obstore is not installed (extra cloud)")

from plain_object_server import Mishap, PlainObjectServer, plain_object_server

from memora.errors.remotes import RemoteFileMissing, RemoteUnavailable, UnsafeRemote
from memora.remotes.chain import Chain
from memora.remotes.cloud import CloudFiles
from memora.remotes.ports import CHUNK_BYTES

NAME = "manifests/0000000000000001"
Open = Callable[[PlainObjectServer], CloudFiles]


def s3(server: PlainObjectServer) -> CloudFiles:
    environment = {"AWS_ENDPOINT_URL": server.endpoint, "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
    return CloudFiles("s3://memory/team", environment | {"HOME": "/nowhere"}, answer_seconds=1, pause=lambda _: None)


def gs(server: PlainObjectServer) -> CloudFiles:
    environment = {"STORAGE_EMULATOR_HOST": server.endpoint}
    return CloudFiles("gs://memory/team", environment, answer_seconds=1, pause=lambda _: None)


@pytest.fixture(params=[s3, gs], ids=["s3", "gs"])
def open_files(request: pytest.FixtureRequest) -> Open:
    found: Open = request.param
    return found


@pytest.fixture
def server() -> Iterator[PlainObjectServer]:
    with plain_object_server() as running:
        yield running


def made_by(server: PlainObjectServer, body: bytes) -> bool:
    stored = server.objects.get(f"team/{NAME}")
    return stored is not None and stored.body == body


# What goes wrong with a put, each with and without its effect.
WAYS = {
    "500": Mishap("PUT", status=500, code="InternalError"),
    "503": Mishap("PUT", status=503, code="SlowDown"),
    "429": Mishap("PUT", status=429, code="TooManyRequests"),
    "409": Mishap("PUT", status=409, code="ConditionalRequestConflict"),
    "412": Mishap("PUT", status=412, code="PreconditionFailed"),
    "cut off": Mishap("PUT"),
    "silent": Mishap("PUT", status=-1),
}


@pytest.mark.parametrize("took_effect", [True, False])
@pytest.mark.parametrize("way", WAYS)
def test_a_put_whose_answer_was_lost_is_known_as_our_own(
    server: PlainObjectServer, open_files: Open, way: str, took_effect: bool
) -> None:
    server.mishaps.append(WAYS[way]._replace(takes_effect=took_effect))
    assert open_files(server).create(NAME, b"ours")
    assert made_by(server, b"ours")
    assert server.mishaps == []


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("body", [b"theirs", b"ours"], ids=["other bytes", "the same bytes"])
def test_a_file_of_another_is_not_taken_for_our_own(
    server: PlainObjectServer, open_files: Open, way: str, body: bytes
) -> None:
    assert open_files(server).create(NAME, body)
    server.mishaps.append(WAYS[way])
    assert not open_files(server).create(NAME, b"ours")
    assert made_by(server, body)


@pytest.mark.parametrize("way", WAYS)
def test_a_put_that_fails_again_and_again_is_an_error(server: PlainObjectServer, open_files: Open, way: str) -> None:
    server.mishaps += [WAYS[way]] * 10
    with pytest.raises(RemoteUnavailable):
        open_files(server).create(NAME, b"ours")
    assert server.objects == {}
    assert 2 <= 10 - len(server.mishaps) <= 4


def test_without_words_beside_files_the_bytes_decide(open_files: Open) -> None:
    with plain_object_server(keeps_metadata=False) as server:
        assert open_files(server).create(NAME, b"ours")
        assert not open_files(server).create(NAME, b"ours")
        server.mishaps.append(WAYS["cut off"])
        assert not open_files(server).create(NAME, b"other")


def test_without_words_beside_files_the_same_bytes_leave_a_doubt(open_files: Open) -> None:
    with plain_object_server(keeps_metadata=False) as server:
        server.mishaps.append(WAYS["cut off"]._replace(takes_effect=True))
        with pytest.raises(RemoteUnavailable, match="does not say who made it"):
            open_files(server).create(NAME, b"ours")


def test_a_service_without_conditions_is_not_used(server: PlainObjectServer, open_files: Open) -> None:
    server.mishaps.append(Mishap("PUT", status=501, code="NotImplemented"))
    with pytest.raises(UnsafeRemote):
        open_files(server).create(NAME, b"ours")


def test_a_service_that_passes_over_conditions_is_found_out(open_files: Open) -> None:
    with plain_object_server(knows_conditions=False) as server, pytest.raises(UnsafeRemote):
        Chain(open_files(server), "s3://memory/team").establish()


@pytest.mark.parametrize("size", [3, CHUNK_BYTES * 5 // 2])
def test_half_a_body_is_not_the_whole(server: PlainObjectServer, open_files: Open, size: int) -> None:
    body = bytes(range(256)) * (size // 256 + 1)
    files = open_files(server)
    files.upload("packs/aa.pack", [body])
    server.mishaps += [Mishap("GET", half=True)] * 2
    assert b"".join(files.read("packs/aa.pack")) == body
    server.mishaps += [Mishap("GET", half=True), Mishap("GET", short=True)]
    assert b"".join(files.read("packs/aa.pack", 1, 100)) == body[1:101]
    assert server.mishaps == []


@pytest.mark.parametrize("mishap", [Mishap("GET", status=500), Mishap("GET"), Mishap("GET", status=-1)])
def test_what_is_read_is_asked_for_again(server: PlainObjectServer, open_files: Open, mishap: Mishap) -> None:
    files = open_files(server)
    files.upload("packs/aa.pack", [b"abc"])
    server.mishaps += [mishap]
    assert b"".join(files.read("packs/aa.pack")) == b"abc"
    server.mishaps += [mishap]
    assert [file.name for file in files.list("packs/")] == ["packs/aa.pack"]
    server.mishaps += [Mishap("DELETE", takes_effect=True, status=500)]
    files.remove("packs/aa.pack")
    with pytest.raises(RemoteFileMissing):
        b"".join(files.read("packs/aa.pack"))


def test_a_reading_that_never_ends_well_is_an_error(server: PlainObjectServer, open_files: Open) -> None:
    files = open_files(server)
    files.upload("packs/aa.pack", [b"abc"])
    server.mishaps += [Mishap("GET")] * 10
    with pytest.raises(RemoteUnavailable):
        b"".join(files.read("packs/aa.pack"))


@pytest.mark.parametrize("megabytes", [1, 12])
@pytest.mark.parametrize("way", ["500", "cut off"])
def test_an_upload_is_made_again(server: PlainObjectServer, open_files: Open, way: str, megabytes: int) -> None:
    server.mishaps.append(WAYS[way]._replace(takes_effect=True))
    chunks = [bytes([digit]) * CHUNK_BYTES for digit in range(megabytes)]
    assert open_files(server).upload("packs/aa.pack", iter(chunks)) == megabytes * CHUNK_BYTES
    assert server.objects["team/packs/aa.pack"].body == b"".join(chunks)


def test_an_upload_that_fails_leaves_nothing(server: PlainObjectServer, open_files: Open) -> None:
    server.mishaps += [Mishap("PUT", status=403, code="AccessDenied")] * 3
    with pytest.raises(RemoteUnavailable, match=r"access was denied \(AccessDenied\)"):
        open_files(server).upload("packs/aa.pack", [b"x" * CHUNK_BYTES] * 12)
    assert server.objects == {}
    assert server.uploads == {}


def test_what_the_source_of_an_upload_raises_is_passed_on(server: PlainObjectServer, open_files: Open) -> None:
    def broken() -> Iterator[bytes]:
        for _ in range(12):
            yield b"x" * CHUNK_BYTES
        raise FileNotFoundError("the source failed")

    with pytest.raises(FileNotFoundError, match="the source failed"):
        open_files(server).upload("packs/aa.pack", broken())
    assert server.objects == {}
    assert server.uploads == {}
