"""Whether the files that memora exports say what the store believes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from memora.errors import BadInput, Refused
from memora.evidence.files import Files
from memora.operations.care.problems import Problem
from memora.operations.share.export import Exported, export
from memora.operations.share.layout import Destination
from memora.repository import Repository


def inspect_exports(repository: Repository, files: Files, targets: Sequence[str], now: int) -> Iterator[Problem]:
    """The files of some targets, ``TARGET`` or ``TARGET=PATH``, that are out of date, or that cannot be written."""
    for word in targets:
        target, _, path = word.partition("=")
        destination = Destination(target, path or None)
        try:
            planned = export(repository, [destination], author="memora", now=now, write=False)
        except (BadInput, Refused) as error:
            yield Problem("exports", "", str(error), path=getattr(error, "path", None) or path or None)
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
