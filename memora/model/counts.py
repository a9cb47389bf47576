"""Numbers of things, as people read them."""

from __future__ import annotations


def counted(number: int, one: str, many: str = "") -> str:
    """``1 memory``, ``1,200 memories``; what there are several of ends in an s where nothing else is given."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def memories(number: int) -> str:
    """How many memories there are."""
    return counted(number, "memory", "memories")
