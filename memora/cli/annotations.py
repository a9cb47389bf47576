"""What ``check`` found as workflow commands, which GitHub shows beside the lines they are about.

GitHub takes ten errors, ten warnings and ten notices of a step, first come first served, so the worst come first and
the rest is printed as plain lines. No text of a memory can begin a command of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from memora.cli.output import escape
from memora.operations.care.checks.memories import Find
from memora.records.checks import shown_at

MOST_OF_EACH: Final = 10
_COMMANDS: Final = {"error": "error", "warning": "warning", "note": "notice"}


def annotation_lines(finds: Sequence[Find]) -> Iterator[str]:
    """The lines to print; the finds have to come the worst first."""
    shown: Counter[str] = Counter()
    rest = []
    for find in finds:
        severity = find.problem.severity
        if shown[severity] < MOST_OF_EACH:
            shown[severity] += 1
            yield _annotation(find, _COMMANDS[severity])
        else:
            rest.append(find)
    if rest:
        yield f"::group::{len(rest)} more that GitHub has no room for"
        for find in rest:
            place = shown_at(find)
            where = "" if place is None else f"{place}: "
            yield _plain(f"{find.problem.severity}: {find.problem.rule}: {where}{_message(find)}")
        yield "::endgroup::"


def _annotation(find: Find, command: str) -> str:
    place = shown_at(find)
    properties = [] if place is None else [f"file={_property(place.path)}"]
    if place is not None and place.first is not None:
        properties.append(f"line={place.first}")
    properties.append(f"title={_property(f'memora: {find.problem.rule}')}")
    return f"::{command} {','.join(properties)}::{_data(_message(find))}"


def _message(find: Find) -> str:
    about = "" if find.problem.node is None else f"memory {find.problem.node.hex()[:8]}: "
    return about + escape(find.problem.message)


def _plain(text: str) -> str:
    """A line in which the runner finds no command: it looks for the older form anywhere in it."""
    return text.replace("##[", "# #[").replace("\n", " ")


def _data(text: str) -> str:
    return _plain(text).replace("%", "%25").replace("\r", "%0D")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
