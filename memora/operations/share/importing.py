"""Take in what other tools and people wrote down; again, as often as one likes."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from typing import Final, NamedTuple

from memora.errors import BadInput, SecretFound
from memora.errors.files import BadFiles, SecretFiles
from memora.importers.formats import check_format, read_found
from memora.importers.found import Problem
from memora.model.draft import read_draft
from memora.model.node import Node
from memora.model.screening import labels_of, order_reasons, screen
from memora.model.secrets import refuse_secret_labels, refuse_secrets
from memora.operations.remember.intake import Intake
from memora.operations.share.source_files import SourceFile, Wrong, read_sources
from memora.operations.share.stored import take_stored
from memora.operations.share.taking_in import (
    SOURCE,
    Outcome,
    Wanted,
    earlier_of,
    format_note,
    imported_before,
    take_file,
)
from memora.repository import Repository

_MOST_PROBLEMS: Final = 100


class Imported(NamedTuple):
    """A memory of a file and what became of it.

    ``kept`` is what the store says otherwise since, and stays. ``reasons`` say why it is held back in quarantine.
    """

    path: str
    line: int
    format: str
    outcome: Outcome
    node: Node
    reasons: tuple[str, ...] = ()


class Import(NamedTuple):
    """Everything that was found, by file and line, and the files there were with their formats."""

    items: tuple[Imported, ...]
    files: tuple[tuple[str, str], ...]
    dry_run: bool


class _Roll(Exception):
    """Ends the transaction of a dry run, which must leave nothing."""


def import_memories(
    repository: Repository,
    paths: Sequence[str],
    *,
    author: str,
    now: int,
    format_name: str | None = None,
    type_name: str | None = None,
    confidence: object = None,
    allowed_secrets: Collection[str] = (),
    dry_run: bool = False,
) -> Import:
    """Import files and folders, all or nothing, in one operation.

    A memory that was imported from there before is known; one whose line was edited gets a new version, unless the
    store says something else by now. What hides something or reads like an order is held back in quarantine. Raises
    NotFound, BadInput for a format, and for a file that is no UTF-8 or larger than 64 MiB; BadFiles that names file and
    line of what cannot be read, SecretFiles where some of it is a secret. Nothing is stored then.
    """
    if format_name is not None:
        check_format(format_name)
    project = os.path.dirname(repository.path)
    sources, wrong = read_sources(project, list(paths), format_name)
    problems = [Wrong(f"{item.path}:{item.line}: {item.problem}") for item in wrong]
    found: list[tuple[SourceFile, list[Wanted]]] = []
    for source in sources:
        drafts, bad = _drafts(source, type_name, confidence, author, now, allowed_secrets)
        found.append((source, drafts))
        problems += bad
    done: list[Imported] = []
    try:
        with repository.transaction("import", author=author, now=now) as transaction:
            earlier = imported_before(repository, now)
            intake = Intake(repository, transaction, now, allowed_secrets)
            for source, drafts in found:
                taken = take_file(intake, drafts, earlier_of(earlier, source.path))
                done += [
                    Imported(source.path, item.wanted.found.line, source.format, item.outcome, item.node, item.reasons)
                    for item in taken
                ]
            intake.finish()
            for source in sources:
                if source.format == "memora":
                    items, bad = take_stored(repository, transaction, source, allowed_secrets)
                    done += [
                        Imported(source.path, line, source.format, outcome, node, reasons)
                        for line, outcome, node, reasons in items
                    ]
                    problems += bad
            if problems:
                refused = SecretFiles if any(problem.secret for problem in problems) else BadFiles
                raise refused(tuple(problem.place for problem in problems[:_MOST_PROBLEMS]))
            counts = {name: sum(item.outcome == name for item in done) for name in ("added", "changed")}
            transaction.summary = f"{counts['added']} added, {counts['changed']} changed"
            if dry_run:
                raise _Roll
    except _Roll:
        pass
    done.sort(key=lambda item: item.line)
    order = {source.path: at for at, source in enumerate(sources)}
    done.sort(key=lambda item: order[item.path])
    return Import(tuple(done), tuple((source.path, source.format) for source in sources), dry_run)


def _drafts(
    source: SourceFile,
    type_name: str | None,
    confidence: object,
    author: str,
    now: int,
    allowed_secrets: Collection[str],
) -> tuple[list[Wanted], list[Wrong]]:
    """The checked wishes of a file, each with the reasons to hold it back, and what is wrong with others."""
    if source.format == "memora":
        return [], []
    drafts: list[Wanted] = []
    problems: list[Wrong] = []
    try:
        found = read_found(source.format, source.path, source.text, source.scope)
    except Problem as problem:
        return [], [Wrong(f"{source.path}:{problem.line}: {problem.problem}")]
    for item in found:
        try:
            content, reasons = screen(item.content.replace("\r\n", "\n"))
            fields = {
                "content": content,
                "type": type_name or item.type,
                "key": item.key,
                "tags": list(item.tags),
                "applies_to": list(item.applies_to),
                "source": SOURCE,
                "confidence": confidence,
            }
            draft = read_draft(fields, author=author, now=now)
            refuse_secrets("content", (draft.content,), allowed_secrets)
            refuse_secret_labels(draft.key, draft.tags, draft.applies_to, allowed_secrets)
            draft = draft._replace(note=format_note(source.path, item, draft.content))
            drafts.append(Wanted(item, draft, (*reasons, *order_reasons(labels_of(draft)))))
        except (BadInput, SecretFound) as error:
            problems.append(Wrong(f"{source.path}:{item.line}: {error}", isinstance(error, SecretFound)))
    return drafts, problems
