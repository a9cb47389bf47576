"""Many who create one file in object storage at once, without and with answers that get lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

pytest.importorskip("obstore", reason="obstore is not installed (extra cloud)")

from plain_object_server import Mishap, plain_object_server
from remote_places import PLACES

from memora.errors.remotes import RemoteUnavailable
from memora.remotes.cloud import CloudFiles

RIVALS = 16


@pytest.mark.parametrize("service", ["s3", "azure", "google"])
def test_of_sixteen_one_creates(service: str, tmp_path: Path) -> None:
    place = PLACES[service](tmp_path)
    rivals = [place() for _ in range(RIVALS)]

    def make(number: int) -> bool:
        return rivals[number].create("format", b"%d" % number)

    with ThreadPoolExecutor(RIVALS) as pool:
        made = list(pool.map(make, range(RIVALS)))
    assert sum(made) == 1
    assert b"".join(place().read("format")) == b"%d" % made.index(True)


@pytest.mark.parametrize("same", [False, True], ids=["each its own bytes", "all the same bytes"])
@pytest.mark.parametrize("round", range(3))
def test_of_sixteen_with_lost_answers_none_is_told_wrong(round: int, same: bool) -> None:
    troubles = [
        Mishap("PUT", takes_effect=True),
        Mishap("PUT"),
        Mishap("PUT", takes_effect=True, status=500),
        Mishap("PUT", status=409, code="ConditionalRequestConflict"),
        Mishap("PUT", takes_effect=True, status=412, code="PreconditionFailed"),
        Mishap("HEAD"),
        Mishap("PUT", status=503, code="SlowDown"),
        Mishap("HEAD", status=500),
    ]
    with plain_object_server() as server:
        server.mishaps = (troubles[round:] + troubles[:round]) * 2
        environment = {"AWS_ENDPOINT_URL": server.endpoint, "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
        rivals = [CloudFiles("s3://memory/team", environment, pause=lambda _: None) for _ in range(RIVALS)]

        def make(number: int) -> bool | None:
            try:
                return rivals[number].create("format", b"same" if same else b"%d" % number)
            except RemoteUnavailable:
                return None  # it may have been made or not: that is what the error says

        with ThreadPoolExecutor(RIVALS) as pool:
            made = list(pool.map(make, range(RIVALS)))
        [stored] = server.objects.values()
        assert made.count(True) <= 1
        assert made.count(True) == 1 or None in made
        if True in made and not same:
            assert stored.body == b"%d" % made.index(True)
