"""The witness: two lines that are overwritten in turn, so that a torn write costs at most the older one."""

from __future__ import annotations

from pathlib import Path

import pytest

from memora.errors.store import UnsafeStore
from memora.storage.witness import Seen, read_witness, reset_witness, write_witness

LINE = 128


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "witness")


def seen(number: int) -> Seen:
    return Seen(number, bytes([number % 256]) * 32)


def test_no_file_saw_nothing(path: str) -> None:
    assert read_witness(path) is None


def test_a_new_store_is_seen_at_its_beginning(path: str) -> None:
    reset_witness(path, Seen(0, b""))
    assert read_witness(path) == Seen(0, b"")
    assert Path(path).stat().st_size == 2 * LINE


def test_the_newest_line_counts(path: str) -> None:
    reset_witness(path, Seen(0, b""))
    for number in range(1, 300):
        write_witness(path, seen(number))
        assert read_witness(path) == seen(number)
    assert Path(path).stat().st_size == 2 * LINE


@pytest.mark.parametrize("number", [7, 8])
def test_a_torn_write_leaves_the_line_before(path: str, number: int) -> None:
    write_witness(path, seen(number - 1))
    before = Path(path).read_bytes().ljust(2 * LINE, b" ")
    write_witness(path, seen(number))
    after = Path(path).read_bytes().ljust(2 * LINE, b" ")
    slot = (number % 2) * LINE
    for written in range(LINE - 1):
        Path(path).write_bytes(before[:slot] + after[slot : slot + written] + before[slot + written :])
        found = read_witness(path)
        assert found in (seen(number - 1), seen(number))
        if written < 90:
            assert found == seen(number - 1)


def test_no_flipped_bit_makes_it_see_what_was_not(path: str) -> None:
    write_witness(path, seen(41))
    write_witness(path, seen(42))
    whole = Path(path).read_bytes()
    for bit in range(len(whole) * 8):
        flipped = bytearray(whole)
        flipped[bit // 8] ^= 1 << bit % 8
        Path(path).write_bytes(flipped)
        assert read_witness(path) in (seen(41), seen(42))


@pytest.mark.parametrize("content", [b"", b"\0" * 256, b"x" * 300, b"1 2 3\n" * 40, b"\xff" * 256])
def test_what_is_no_witness_saw_nothing(path: str, content: bytes) -> None:
    Path(path).write_bytes(content)
    assert read_witness(path) is None


def test_a_reset_forgets_both_lines(path: str) -> None:
    write_witness(path, seen(41))
    write_witness(path, seen(42))
    reset_witness(path, seen(17))
    assert read_witness(path) == seen(17)
    write_witness(path, seen(18))
    assert read_witness(path) == seen(18)


def test_a_link_is_not_followed(path: str, tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_text("precious")
    Path(path).symlink_to(target)
    with pytest.raises(UnsafeStore):
        write_witness(path, seen(1))
    assert target.read_text() == "precious"
