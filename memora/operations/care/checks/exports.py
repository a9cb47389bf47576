"""Whether the files that memora exports say what the store believes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from memora.errors import BadInput, Refused
from memora.evidence.files import Files
from memora.operations.care.problems import Problem
from memora.operations.share.export import Exported, export
from memora.operations.share.layout import read_destinations
from memora.operations.share.pull import written_destinations
from memora.repository import Repository


def inspect_exports(repository: Repository, files: Files, targets: Sequence[str], now: int) -> Iterator[Problem]:
    """Files that are out of date, or that cannot be written.

    Those of some targets, ``TARGET`` or ``TARGET=PATH``, and all that memora has written into before.
    """
    destinations = read_destinations(targets)
    said = set()
    try:
        destinations += [place for place in written_destinations(repository) if place not in destinations]
    except Refused as error:
        said.add(str(error))
        yield Problem("exports", "", str(error), path=getattr(error, "path", None))
    for destination in destinations:
        try:
            planned = export(repository, [destination], author="memora", now=now, write=False)
        except (BadInput, Refused) as error:
            if str(error) not in said:
                yield Problem("exports", "", str(error), path=getattr(error, "path", None) or destination.out)
            said.add(str(error))
            continue
        for item in planned:
            problem = _problem(item, files)
            if problem:
                yield Problem("exports", "", problem, path=item.path, line=1)


def _problem(item: Exported, files: Files) -> str:
    if item.outcome == "outdated":
        return f"does not say what the store believes: memora export --to {item.target}"
    seen = files.read(item.path)
    if seen is not None and item.before is not None and seen.decode("utf-8", "replace") != item.before:
        return "is staged otherwise than it lies on the disk"
    return ""
