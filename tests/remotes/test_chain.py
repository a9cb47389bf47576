"""Manifests follow each other, whoever makes them, and a chain that was tampered with is refused."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memora.errors.remotes import DamagedRemote, NotARemote, RemoteUnavailable, UnsafeRemote
from memora.errors.store import NewerFormat
from memora.model.ids import ObjectId
from memora.remotes import chain as chains
from memora.remotes.chain import Chain, Seen
from memora.remotes.manifest import EMPTY, Manifest, Pack, decode_manifest, encode_manifest
from memora.remotes.memory import MemoryFiles
from memora.remotes.pack import pack_small, unpack_small

FIRST = "manifests/0000000000000001"
TIP = ObjectId(bytes(range(32)))

names = st.sampled_from(["refs/heads/main", "refs/heads/größe", "refs/tags/v1.0", "refs/sessions/s-1", "refs/heads/🦊"])
file_names = st.binary(min_size=10, max_size=10).map(bytes.hex)
ids = st.binary(min_size=32, max_size=32).map(ObjectId)
counts = st.integers(0, 10**12)
manifests = st.builds(
    Manifest,
    counts,
    st.none() | st.binary(min_size=32, max_size=32),
    counts,
    st.none() | st.just("main"),
    st.dictionaries(names, ids),
    st.lists(st.builds(Pack, file_names, counts, counts, counts), unique_by=lambda pack: pack.name).map(tuple),
    st.dictionaries(file_names, counts),
    st.lists(file_names).map(tuple),
)


def chain_in(files: dict[str, bytes] | None = None) -> Chain:
    return Chain(MemoryFiles(files), "team")


def seen_in(chain: Chain) -> Seen:
    seen = chain.newest()
    assert seen is not None
    return seen


def with_refs(count: int) -> Manifest:
    return EMPTY._replace(refs={f"refs/heads/b{count}": TIP})


@given(manifests)
def test_a_manifest_comes_back(manifest: Manifest) -> None:
    assert decode_manifest(FIRST, encode_manifest(manifest)) == manifest


@given(manifests, st.data())
def test_a_manifest_that_was_changed_is_another_or_none(manifest: Manifest, data: st.DataObject) -> None:
    packed = bytearray(encode_manifest(manifest))
    place = data.draw(st.integers(0, len(packed) * 8 - 1))
    packed[place // 8] ^= 1 << place % 8
    try:
        decode_manifest(FIRST, bytes(packed))
    except (DamagedRemote, NewerFormat):
        return


@pytest.mark.parametrize(
    "name",
    ["refs/heads/..", "refs/heads/a/../../b", "refs/heads/con", "refs/remotes/x/y", "HEAD", "refs/heads/-x", "refs/x"],
)
def test_a_manifest_with_a_name_that_nobody_may_have_is_refused(name: str) -> None:
    body = unpack_small(FIRST, encode_manifest(with_refs(1)), 10_000).replace(b"refs/heads/b1", name.encode())
    with pytest.raises(DamagedRemote):
        decode_manifest(FIRST, pack_small(body))


def test_names_that_look_alike_are_refused() -> None:
    with pytest.raises(DamagedRemote, match="differ only by case"):
        decode_manifest(FIRST, encode_manifest(EMPTY._replace(refs={"refs/heads/a": TIP, "refs/heads/A": TIP})))


def test_a_manifest_that_unpacks_to_gigabytes_is_refused() -> None:
    with pytest.raises(DamagedRemote, match="unpacks to more"):
        decode_manifest(FIRST, pack_small(bytes(200 << 20)))


def test_a_newer_manifest_is_refused_as_newer() -> None:
    body = unpack_small(FIRST, encode_manifest(EMPTY), 10_000).replace(b'"format":1', b'"format":2')
    with pytest.raises(NewerFormat):
        decode_manifest(FIRST, pack_small(body))


def test_nothing_is_no_remote() -> None:
    assert chain_in().newest() is None


def test_a_new_remote_is_empty_and_knows_itself() -> None:
    chain = chain_in()
    identity = chain.establish()
    assert chain.establish() == identity
    assert seen_in(chain) == (identity, EMPTY, None)


def test_generations_follow_each_other() -> None:
    chain = chain_in()
    chain.establish()
    for count in range(1, 4):
        made = chain.append(seen_in(chain), with_refs(count))
        assert made is not None and made.manifest.generation == count
        assert seen_in(chain) == made
    assert made.manifest.previous != made.digest


def test_of_those_who_saw_the_same_one_goes_on() -> None:
    chain = chain_in()
    chain.establish()
    seen = seen_in(chain)
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda count: chain.append(seen, with_refs(count)), range(8)))
    assert sum(one is not None for one in made) == 1
    assert seen_in(chain) in made


def test_old_manifests_are_trimmed() -> None:
    files: dict[str, bytes] = {}
    chain = chain_in(files)
    chain.establish()
    seen = seen_in(chain)
    for count in range(chains.KEPT_GENERATIONS + 70):
        made = chain.append(seen, with_refs(count))
        assert made is not None
        seen = made
    kept = [name for name in files if name.startswith("manifests/")]
    assert chains.KEPT_GENERATIONS <= len(kept) <= chains.KEPT_GENERATIONS + 32
    assert seen_in(chain) == seen


def test_who_slept_while_his_generation_was_made_and_trimmed_has_not_succeeded() -> None:
    chain = chain_in()
    chain.establish()
    sleepers = [seen_in(chain)]
    for count in range(chains.KEPT_GENERATIONS + 70):
        made = chain.append(seen_in(chain), with_refs(count))
        assert made is not None
        sleepers.append(made)
    for sleeper in sleepers[:-1]:
        assert chain.append(sleeper, with_refs(-1)) is None
    assert seen_in(chain) == made


class Sleeper(MemoryFiles):
    """Files of somebody who, having created a manifest, sleeps until others have done something."""

    def __init__(self, files: dict[str, bytes], act: Callable[[], object]) -> None:
        super().__init__(files)
        self.act = act

    def create(self, name: str, body: bytes) -> bool:
        made = super().create(name, body)
        act, self.act = self.act, lambda: None
        act()
        return made


def go_on(files: dict[str, bytes], count: int, *, alone: bool = False) -> Seen:
    """Make so many generations more; ``alone`` forgets all older ones then, as a purge does."""
    chain = chain_in(files)
    for _ in range(count):
        assert chain.append(seen_in(chain), seen_in(chain).manifest)
    return chain.forget_older(seen_in(chain)) if alone else seen_in(chain)


@pytest.mark.parametrize("before", [0, 1, 5])
def test_who_sleeps_after_he_created_a_generation_on_which_others_go_on_has_succeeded(before: int) -> None:
    """What is before it goes meanwhile. Were he told that he failed he would remove packs that are needed."""
    files: dict[str, bytes] = {}
    chain_in(files).establish()
    seen = go_on(files, before)

    def trim() -> None:
        go_on(files, 1)
        for number in range(before + 1):
            files.pop(f"manifests/{number:016}", None)

    made = Chain(Sleeper(files, trim), "team").append(seen, with_refs(1))
    assert made is not None
    assert made.manifest.generation == before + 1


@pytest.mark.parametrize("before", [0, 1, 5])
def test_where_a_generation_is_gone_nobody_knows_whether_it_counted(before: int) -> None:
    files: dict[str, bytes] = {}
    chain_in(files).establish()
    seen = go_on(files, before)
    with pytest.raises(RemoteUnavailable, match="whether"):
        Chain(Sleeper(files, lambda: go_on(files, 1, alone=True)), "team").append(seen, with_refs(1))


@pytest.mark.parametrize("count", [2, 3, 7])
def test_what_was_created_in_the_place_of_a_generation_that_was_forgotten_goes_again(count: int) -> None:
    """It may hold names that were erased."""
    files: dict[str, bytes] = {}
    chain = chain_in(files)
    chain.establish()
    seen = go_on(files, 1)
    newest = go_on(files, count, alone=True)
    assert chain.append(seen, with_refs(1)) is None
    assert chain.names() == [f"manifests/{newest.manifest.generation:016}"]


@pytest.mark.parametrize("content", [b"", b"hello\n", b"memora-remote\n", b"memora-remote 0\n", b"\xff" * 50])
def test_a_folder_of_somebody_else_is_no_remote(content: bytes) -> None:
    with pytest.raises(NotARemote):
        chain_in({"format": content}).newest()


def test_a_newer_remote_is_refused_untouched() -> None:
    files = {"format": b"memora-remote 2\nwho knows what\n"}
    with pytest.raises(NewerFormat):
        chain_in(files).establish()
    assert files == {"format": b"memora-remote 2\nwho knows what\n"}


def test_a_format_file_that_was_lost_is_not_made_anew() -> None:
    files: dict[str, bytes] = {}
    chain = chain_in(files)
    chain.establish()
    chain.append(seen_in(chain), with_refs(1))
    del files["format"]
    with pytest.raises(DamagedRemote, match="missing"):
        chain.establish()


def test_a_manifest_under_another_number_is_refused() -> None:
    files: dict[str, bytes] = {}
    chain = chain_in(files)
    chain.establish()
    chain.append(seen_in(chain), with_refs(1))
    files["manifests/0000000000000005"] = files[FIRST]
    with pytest.raises(DamagedRemote, match="says that it is generation 1"):
        chain.newest()


class Careless(MemoryFiles):
    """A place that lets everybody make a file, as storage without conditional writes does."""

    def create(self, name: str, body: bytes) -> bool:
        self.files[name] = body
        return True


def test_a_place_that_does_not_keep_pushes_apart_is_refused() -> None:
    with pytest.raises(UnsafeRemote):
        Chain(Careless(), "team").establish()
