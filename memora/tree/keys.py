"""Sorted keys, split by the digits of the node ids that they start with.

A key is a node id, or a node id and what follows it in an entry; every function here wants keys that
are sorted, of different nodes, and alike in the digits before ``depth``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

Key = TypeVar("Key", bound=bytes)


def digit_at(key: bytes, depth: int) -> int:
    """The hexadecimal digit of the node id at a depth, the high half of a byte first."""
    return key[depth >> 1] & 15 if depth & 1 else key[depth >> 1] >> 4


def split_runs(keys: list[Key], depth: int) -> Iterator[tuple[int, list[Key]]]:
    """Each digit that occurs at a depth, ascending, with its keys. The runs are found by bisection."""
    index, shift = depth >> 1, 0 if depth & 1 else 4
    start, size = 0, len(keys)
    while start < size:
        digit = keys[start][index] >> shift & 15
        end, beyond = start + 1, size
        while end < beyond:
            middle = (end + beyond) >> 1
            if keys[middle][index] >> shift & 15 == digit:
                end = middle + 1
            else:
                beyond = middle
        yield digit, keys[start:end]
        start = end
