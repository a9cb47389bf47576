"""A good remote whose bytes are changed at random: what comes of it is the right thing, or an error of memora's."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Any

import pytest
from seats import Seat
from stores import NOON

from memora.errors import MemoraError
from memora.operations.care.fsck import fsck
from memora.operations.remotes.clone import clone
from memora.operations.remotes.fetch import no_progress
from memora.operations.remotes.push import Wish, push
from memora.remotes.memory import MemoryFiles
from memora.remotes.packed import PackRemote
from memora.remotes.ports import Taken

SEED = 20260704
CASES = 150


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A remote with three packs and generations."""
    base = tmp_path_factory.mktemp("fuzzed")
    ada = Seat(base / "ada")
    with ada.repository.exclusive():
        ada.repository.refs.remotes.add("origin", str(base / "remote"))
    for number in range(3):
        for part in range(5):
            ada.remember(f"memory {part} of {number}", key=f"k{number}.p{part}", tags=["some", "tags"])
        ada.commit(f"commit {number}")
        ada.do(push, "origin", Wish())
    return base / "remote"


def bytes_of(remote: Path) -> dict[str, bytes]:
    return {str(path.relative_to(remote)): path.read_bytes() for path in remote.rglob("*") if path.is_file()}


def all_objects(files: dict[str, bytes], spool: Path) -> Any:
    remote = PackRemote(MemoryFiles(files), "there", str(spool))
    standing = remote.look()
    if standing is None:
        return None
    return standing.refs, sorted(item.id for item in remote.fetch(standing, set, Taken(), no_progress))


def test_no_bit_of_the_newest_manifest_changes_what_comes(shared: Path, tmp_path: Path) -> None:
    files = bytes_of(shared)
    right = all_objects(files, tmp_path)
    newest = max(name for name in files if name.startswith("manifests/"))
    refused = 0
    for position in range(8 * len(files[newest])):
        content = bytearray(files[newest])
        content[position // 8] ^= 1 << position % 8
        try:
            assert all_objects(files | {newest: bytes(content)}, tmp_path) == right, position
        except MemoraError:
            refused += 1
    assert refused > 4 * len(files[newest])


def test_no_byte_of_a_pack_changes_what_comes(shared: Path, tmp_path: Path) -> None:
    files = bytes_of(shared)
    right = all_objects(files, tmp_path)
    pack = min(name for name in files if name.startswith("packs/"))
    refused = 0
    for position in range(len(files[pack])):
        content = bytearray(files[pack])
        content[position] ^= 1 << position % 8
        try:
            assert all_objects(files | {pack: bytes(content)}, tmp_path) == right, position
        except MemoraError:
            refused += 1
    assert refused > 0.9 * len(files[pack])


def mutate(remote: Path, chance: random.Random) -> str:
    """Change one thing in a remote; what was done."""
    found = [path for path in remote.rglob("*") if path.is_file() and path.stat().st_size]
    files = sorted(found, key=lambda path: (path.parent.name, path.stat().st_size))  # the names of packs are random
    one, other = chance.choice(files), chance.choice(files)
    content = bytearray(one.read_bytes())
    place = chance.randrange(len(content))
    act = chance.choice(["flip", "byte", "cut", "longer", "swap", "copy", "remove", "empty", "insert", "drop", "noise"])
    if act == "flip":
        content[place] ^= 1 << chance.randrange(8)
    elif act == "byte":
        content[place] = chance.choice([0, 255, 0x7B, 0x22, chance.randrange(256)])
    elif act == "cut":
        del content[place:]
    elif act == "longer":
        content += chance.randbytes(chance.randrange(1, 2000))
    elif act == "insert":
        content[place:place] = chance.randbytes(chance.randrange(1, 20))
    elif act == "drop":
        del content[place : place + chance.randrange(1, 20)]
    elif act == "noise":
        content[place : place + 50] = chance.randbytes(50)
    elif act == "empty":
        content.clear()
    elif act == "copy":
        content[:] = other.read_bytes()
    elif act == "swap":
        content, kept = bytearray(other.read_bytes()), content
        other.write_bytes(kept)
    if act == "remove":
        one.unlink()
    else:
        one.write_bytes(content)
    return f"{act} {one.name} {place}"


def test_whatever_happens_to_a_remote_a_clone_is_right_or_refused(shared: Path, tmp_path: Path) -> None:
    chance = random.Random(SEED)
    tips = set()
    refused = 0
    for number in range(CASES):
        remote, new = tmp_path / f"remote {number}", tmp_path / f"new {number}"
        shutil.copytree(shared, remote)
        done = [mutate(remote, chance) for _ in range(chance.choice([1, 1, 1, 3]))]
        try:
            cloned = clone(str(remote), str(new), directory="", author="bob", now=NOON)
        except MemoraError as error:
            refused += 1
            assert len(str(error)) < 2000
            assert not new.exists(), (done, error)
        else:
            problems: list[Any] = []
            fsck(cloned.path, report=problems.append)
            assert problems == [], done
            tips.add(cloned.commit)
        shutil.rmtree(remote)
    assert refused > CASES // 5
    assert len(tips) <= 4  # of the three generations, or of none
