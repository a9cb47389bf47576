"""Exit codes: one for each kind of error (docs/commands.md, "Exit codes")."""

from __future__ import annotations

from typing import Final

from memora.errors import Kind

DONE: Final = 0
NEGATIVE: Final = 1
USAGE: Final = 2
INTERRUPTED: Final = 130
PIPE_CLOSED: Final = 141
INTERNAL: Final = 70

EXIT_CODES: Final = {
    Kind.USAGE: USAGE,
    Kind.NO_STORE: 3,
    Kind.NOT_FOUND: 4,
    Kind.REFUSED: 5,
    Kind.DAMAGED: 6,
    Kind.UNAVAILABLE: 7,
}
