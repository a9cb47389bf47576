"""The measures by name, in the order of the table. Each takes a workshop and gives figures.

To add one: a module with such a function, and a line here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from bench.figure import Figure
from bench.measures.add import measure_add
from bench.measures.bulk import measure_bulk
from bench.measures.changes import measure_changes
from bench.measures.checks import measure_checks
from bench.measures.commands import measure_commands
from bench.measures.export import measure_export
from bench.measures.hooks import measure_hooks
from bench.measures.memory import measure_memory
from bench.measures.merging import measure_merging, measure_past
from bench.measures.recall import measure_recall
from bench.measures.room import measure_room
from bench.measures.sessions import measure_sessions
from bench.measures.sharing import measure_crowds, measure_sharing
from bench.measures.start import measure_start
from bench.workshop import Workshop

MEASURES: Final[dict[str, Callable[[Workshop], Iterator[Figure]]]] = {
    "start": measure_start,
    "commands": measure_commands,
    "hooks": measure_hooks,
    "add": measure_add,
    "changes": measure_changes,
    "bulk": measure_bulk,
    "recall": measure_recall,
    "room": measure_room,
    "memory": measure_memory,
    "export": measure_export,
    "merging": measure_merging,
    "past": measure_past,
    "sessions": measure_sessions,
    "checks": measure_checks,
    "sharing": measure_sharing,
    "crowds": measure_crowds,
}
