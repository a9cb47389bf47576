"""Waiting for others who move a remote at the same moment. Nothing ever rests on it: it only saves tries in vain."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_FIRST_SECONDS: Final = 0.02
_LONGEST_SECONDS: Final = 2.0


@contextmanager
def pause_for_others(tries: int) -> Iterator[None]:
    """Go on at once the first time; after each try in vain wait a random while that may be twice as long."""
    if tries:
        time.sleep(random.uniform(0, min(_LONGEST_SECONDS, _FIRST_SECONDS * 2 ** min(tries, 10))))
    yield
