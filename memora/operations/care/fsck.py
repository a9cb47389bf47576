"""Check everything in a store: bytes against ids, names against objects, what is there against what was acknowledged.

SQLite's own check sees next to nothing of a flipped bit; what finds it are the hashes of objects, of operations and
of events, and the comparison of the rest with what these say (docs/reliability.md).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from typing import Final, NamedTuple

from memora.errors import Damaged
from memora.errors.store import UnsafeStore
from memora.model.ids import ObjectId
from memora.model.node import Node
from memora.operations.care.inspection.hits import Hits
from memora.operations.care.inspection.index import inspect_index
from memora.operations.care.inspection.log import inspect_chains, inspect_pointers, inspect_witness
from memora.operations.care.inspection.references import ReferenceInspection
from memora.operations.care.problems import ERROR, Problem, damage, warning
from memora.operations.care.projection import Progress, Projection
from memora.operations.care.reachable import Root
from memora.repository import Repository
from memora.storage import place
from memora.storage.cleaning import is_unfinished
from memora.storage.database import Database
from memora.storage.refs import SESSIONS
from memora.storage.schema import check_schema, create_derived
from memora.storage.witness import Seen, read_witness

_MOST_MESSAGES: Final = 20

Report = Callable[[Problem], None]


class Checked(NamedTuple):
    """How much was checked, how many problems of each severity were reported, and what reads without a stumble.

    ``whole`` names workspaces, branches and tags; it is only filled where an object is damaged or missing.
    """

    counts: dict[str, int]
    errors: int
    warnings: int
    rules: frozenset[str]
    whole: tuple[str, ...]


def fsck(
    path: str,
    *,
    report: Report,
    workspace: str = place.DEFAULT_WORKSPACE,
    trusted: Collection[str] = (),
    progress: Progress | None = None,
) -> Checked:
    """Check the store in a ``.memora`` folder, also one that would not open. Nothing is written.

    ``report`` is called with each problem as it is found. Raises NoStore, UnsafeStore for a place that is not
    memora's or this user's, and NewerFormat.
    """
    examination = _Examination(report, progress)
    try:
        place.check_place(path, trusted)
        if is_unfinished(path):
            examination.tell(
                warning("purging", "a purge has not cleaned up: what it erased may lie in the files still")
            )
        witnessed = read_witness(os.path.join(path, place.WITNESS))
        database = Database(os.path.join(path, place.DATABASE))
    except Damaged as error:
        examination.tell(damage("database", str(error)))
        return examination.result()
    try:
        database.execute("BEGIN")
        examination.run(Repository(path, database, workspace), witnessed)
    except Damaged as error:
        examination.tell(damage("database", str(error)))
    finally:
        database.close()
    return examination.result()


class _Examination:
    """One run of all checks, in one read transaction, with derived tables of its own that only it sees."""

    def __init__(self, report: Report, progress: Progress | None) -> None:
        self._report = report
        self._progress = progress
        self._counts: dict[str, int] = {}
        self._problems = {ERROR: 0}
        self._rules: set[str] = set()
        self._told: set[Problem] = set()
        self._whole: tuple[str, ...] = ()

    def tell(self, problem: Problem) -> None:
        """Count a problem and hand it on, each once."""
        if problem not in self._told:
            self._told.add(problem)
            self._problems[problem.severity] = self._problems.get(problem.severity, 0) + 1
            self._rules.add(problem.rule)
            self._report(problem)

    def result(self) -> Checked:
        errors = self._problems[ERROR]
        warnings = sum(self._problems.values()) - errors
        return Checked(self._counts, errors, warnings, frozenset(self._rules), self._whole)

    def run(self, repository: Repository, witnessed: Seen | None) -> None:
        database = repository.index.database
        repository.objects.forget_trees()
        try:
            check_schema(database)
        except (UnsafeStore, Damaged) as error:
            # Nothing is known of what its tables mean, so nothing below would be either.
            self.tell(damage("schema", str(error)))
            return
        self._each(_inspect_file(database), "the database")
        self._each(inspect_chains(repository), "the logs")
        self._each(inspect_pointers(repository), "references and workspaces")
        self._each(inspect_witness(repository, witnessed), "the witness")
        create_derived(database, temporary=True)
        self._inspect_objects(repository)
        self._counts["operations"] = repository.log.count()

    def _inspect_objects(self, repository: Repository) -> None:
        projection = Projection(repository, self._progress)
        damaged: list[Problem] = []
        rows: list[int] = []
        disputes: list[tuple[ObjectId, Node]] = []
        try:
            for row, object_id, _, inspected in projection.objects():
                if inspected.problems:
                    damaged += inspected.problems
                    rows.append(row)
                elif isinstance(inspected.value, Node) and inspected.value.dispute is not None:
                    disputes.append((object_id, inspected.value))
        except Damaged as error:
            self.tell(damage("database", f"the objects cannot be read to the end: {error}"))
            for problem in damaged:
                self.tell(problem)
            return
        known = {problem.object for problem in damaged if problem.object is not None}
        references = ReferenceInspection(repository, known)
        for check, what in (
            (references.references(), "references"),
            (references.workspaces(), "workspaces"),
            (references.operations(), "the operation log"),
            (references.sessions(), "sessions"),
            (references.disputes(disputes), "disputes"),
            (references.trees(), "trees"),
        ):
            damaged += _with_failure(check, what)
        self._name_hits(repository, damaged, known | references.missing)
        self._each(self._inspect_derived(repository, projection, rows), "the derived tables")
        self._counts = {"objects": projection.result().objects, **references.counts}

    def _inspect_derived(
        self, repository: Repository, projection: Projection, damaged_rows: list[int]
    ) -> Iterator[Problem]:
        projection.commits()
        projection.views()
        projection.accesses()
        yield from inspect_index(repository.index.database, damaged_rows)

    def _name_hits(self, repository: Repository, problems: list[Problem], bad: set[ObjectId]) -> None:
        """Tell of damaged and missing objects, and whom each of them hits."""
        hits = Hits(repository, bad)
        if bad:
            try:
                hits.find(_places(repository))
            except Damaged as error:
                self.tell(damage("database", f"it could not be found out what else is hit: {error}"))
            self._whole = tuple(hits.whole)
        for problem in problems:
            if problem.object in bad:
                node, revisions = hits.of(problem.object)
                self.tell(problem._replace(node=node or problem.node, revisions=revisions))
            else:
                self.tell(problem)

    def _each(self, check: Iterator[Problem], what: str) -> None:
        for problem in _with_failure(check, what):
            self.tell(problem)


def _with_failure(check: Iterator[Problem], what: str) -> Iterator[Problem]:
    """What a check finds, and the failure to read that ends it, if any, as one more problem."""
    try:
        yield from check
    except Damaged as error:
        yield damage("database", f"{what} cannot be checked to the end: {error}")


def _inspect_file(database: Database) -> Iterator[Problem]:
    """What SQLite itself finds wrong with its file."""
    for (message,) in database.all(f"PRAGMA integrity_check({_MOST_MESSAGES})"):
        if message != "ok":
            yield damage("database", f"SQLite finds: {message}")
    mode = database.one("PRAGMA journal_mode")
    if mode != ("wal",) and not database.read_only:
        yield warning("journal", "the database has no write-ahead log: a power cut could lose the last change")


def _places(repository: Repository) -> list[Root]:
    """Where people read: workspaces, branches and tags, by the names they know."""
    found = []
    for workspace in repository.refs.workspaces.list():
        name = f"workspace {workspace.name}"
        found.append(Root(name, workspace.tree))
        if workspace.head.commit is not None:
            found.append(Root(name, workspace.head.commit))
    rows = repository.refs.rows()
    found += [Root(name.split("/", 2)[-1], target) for name, _, target in rows if not name.startswith(SESSIONS)]
    return found
