"""What times can be stored, for those who store them and read none."""

from __future__ import annotations

from memora.errors import Unavailable

TYPE_CHECKING = False  # importing typing would be felt at every hook
if TYPE_CHECKING:
    from typing import Final

# What canonical JSON can hold as an integer: from the year 1684 to 2255.
LATEST: Final = 2**53 - 1
EARLIEST: Final = -LATEST


def check_clock(now: int) -> int:
    """The present, which is about to be stored. Raises Unavailable for a clock that no stored time could follow."""
    if not EARLIEST <= now <= LATEST:
        raise Unavailable("the clock is outside of the years 1684 to 2255, which no memory can hold")
    return now
