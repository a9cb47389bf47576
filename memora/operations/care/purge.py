"""Erase memories, or a text, from the whole store: from every version, every commit, both logs, and the bytes."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from memora.errors import Ambiguous, BadUsage, MemoraError, NotFound
from memora.evidence.files import Files
from memora.history.load import load_node
from memora.model.clock import check_clock
from memora.model.counts import counted
from memora.model.erasure import Erasure, erase_nodes, erase_text
from memora.model.ids import CommitId, NodeId, ObjectId, VersionId
from memora.model.names import is_key
from memora.model.secrets import find_secrets
from memora.operations.care.checks.context_files import CONTEXT_FILES
from memora.operations.care.projection import Projection
from memora.operations.care.purging.cleaning import Cleaned, clean, needles_of
from memora.operations.care.purging.elsewhere import Elsewhere
from memora.operations.care.purging.pointers import MovedPointers, move_pointers
from memora.operations.care.purging.rewriting import Rewriting
from memora.operations.care.purging.sessions import restore_sessions
from memora.operations.care.purging.versions import versions_of
from memora.operations.naming import choose_node, is_node_prefix
from memora.repository import Repository
from memora.sessions.operation_events import events_of_operation
from memora.storage import cleaning
from memora.storage.operation_log import PURGE, Operation
from memora.storage.place import WITNESS
from memora.storage.removal import remove_objects
from memora.storage.rewriting import inherit_arrivals
from memora.storage.session_log import EXPORTED
from memora.storage.witness import reset_witness


class Erased(NamedTuple):
    """What a purge took out of a store, or would.

    ``objects`` are the ids of versions, commits, tags and sessions that are gone and must not come back; ``versions``
    gives for each version the one in its place, or None; ``commits`` for each commit that was written anew the new
    one. ``exports`` are files of the project that were told what is gone, or hold it; ``elsewhere`` are memories that
    say the same as one that was erased; ``rules`` are the rules for secrets that it met; ``erasure`` is what was
    erased, to be carried to remotes, and holds its words, ``named`` what stands for tags and sessions (None: nothing).
    ``strange`` are objects that a remote has erased and that were never here, which are refused from now on.
    """

    nodes: frozenset[NodeId]
    objects: frozenset[ObjectId]
    versions: Mapping[VersionId, VersionId | None]
    commits: Mapping[CommitId, CommitId]
    tags: int
    sessions: int
    pointers: MovedPointers
    copies: tuple[str, ...]
    exports: tuple[str, ...]
    elsewhere: tuple[NodeId, ...]
    rules: tuple[str, ...]
    dry_run: bool
    erasure: Erasure
    named: Mapping[ObjectId, ObjectId | None]
    cleaned: Cleaned | None = None
    strange: int = 0

    @property
    def gone(self) -> int:
        """How many versions went without another in their place."""
        return sum(new is None for new in self.versions.values())


class NothingToPurge(NamedTuple):
    """Nothing in the database is to be erased. ``cleaned`` is what came of a cleaning that was due all the same."""

    cleaned: Cleaned | None


class _OnlyLooking(Exception):
    """Ends a transaction whose changes nobody wanted."""


def purge(
    repository: Repository,
    names: Sequence[str] = (),
    *,
    match: str | None = None,
    author: str,
    now: int,
    files: Files | None = None,
    dry_run: bool = False,
) -> Erased | NothingToPurge:
    """Erase memories with all their versions, or every place where a text stands, from all of history.

    The rewriting is one transaction; the cleaning of the files follows it and can be done again by the same call.
    ``files`` are those of the project, to look for what was exported. Cannot be undone. Raises NotFound, Ambiguous,
    BadInput, BadUsage unless either names or a text are given (neither where a cleaning is due); Damaged, with nothing
    changed, where something cannot be read; DiskFull and Busy with a note where history is rewritten already.
    """
    due = cleaning.is_unfinished(repository.path)
    if names and match is not None:
        raise BadUsage("memories and a text to match cannot be purged at once")
    if not names and match is None:
        if not due:
            raise BadUsage("name the memories to erase, or a text with --match")
        return NothingToPurge(None if dry_run else clean(repository, Erasure(frozenset(), ()), ()))

    def find() -> Task:
        return Task(_erasure(repository, names, match))

    return erase(repository, find, author=author, now=now, files=files, dry_run=dry_run)


def erase(
    repository: Repository,
    find: Callable[[], Task],
    *,
    author: str,
    now: int,
    files: Files | None = None,
    dry_run: bool = False,
) -> Erased | NothingToPurge:
    """Erase what ``find`` says, which is called in the transaction and may write in it. Raises as ``purge``."""
    due = cleaning.is_unfinished(repository.path)
    head = repository.log.head()
    found: list[_Found] = []
    try:
        with repository.exclusive():
            found.append(_rewrite(repository, find, author, check_clock(now), files, dry_run))
            if dry_run or not found[0].changed:
                raise _OnlyLooking
            cleaning.mark_unfinished(repository.path)
    except _OnlyLooking:
        pass
    except MemoraError as error:
        if due and isinstance(error, NotFound):  # the same call again, after it was killed
            return NothingToPurge(None if dry_run else clean(repository, Erasure(frozenset(), ()), ()))
        if not due and repository.log.head() == head:
            cleaning.mark_finished(repository.path)
        raise
    finally:
        repository.objects.forget_trees()  # those that were written may not be there, and others gone
    erased, erasure, needles, changed = found[0]
    if dry_run:
        return erased if changed else NothingToPurge(None)
    if not changed:
        due = due or bool(cleaning.find_in_files(repository.path, needles))
        return NothingToPurge(clean(repository, erasure, needles) if due else None)
    reset_witness(os.path.join(repository.path, WITNESS), repository.log.head())
    return erased._replace(cleaned=clean(repository, erasure, needles))


class Task(NamedTuple):
    """What is to be erased: by what it says; and what was erased ``elsewhere``, by its ids.

    ``has_written`` says that the transaction is not to be taken back even where nothing is found.
    """

    erasure: Erasure
    elsewhere: Elsewhere | None = None
    has_written: bool = False


class _Found(NamedTuple):
    erased: Erased
    erasure: Erasure
    needles: set[bytes]
    changed: bool


def _rewrite(
    repository: Repository,
    find: Callable[[], Task],
    author: str,
    now: int,
    files: Files | None,
    dry_run: bool,
) -> _Found:
    """Everything that is one transaction."""
    objects, database = repository.objects, repository.index.database
    objects.forget_trees()  # what is damaged by now must not be taken for sound
    workspace = repository.workspace.name
    erasure, elsewhere, has_written = find()
    rewriting = Rewriting(repository, erasure, elsewhere)
    rewriting.run()
    told = _told(repository, rewriting)
    pointers = move_pointers(rewriting)
    versions = [load_node(objects, version) for version, new in rewriting.versions.items() if new is None]
    replaced = rewriting.replaced()
    inherit_arrivals(database, rewriting.places())
    remove_objects(database, [objects.row_of(object_id) for object_id in replaced | rewriting.hit_trees()])
    restore_sessions(rewriting)
    strange = 0
    if elsewhere is not None:
        refused = repository.refs.purges.has(elsewhere.ids)
        strange = len(elsewhere.ids - refused - replaced)
        has_written |= refused != elsewhere.ids
        repository.refs.purges.add(elsewhere.ids, now)
        repository.refs.purges.rewrite({**elsewhere.commits, **elsewhere.apart})
    repository.refs.purges.add(replaced, now)
    repository.refs.purges.rewrite(rewriting.commits)
    if pointers.events or rewriting.logs:
        repository.index.nodes.clear_accesses()
        Projection(repository).accesses()
    needles = needles_of(erasure, versions)
    others = _said_elsewhere(repository, needles) if erasure.match is None else {}
    needles -= others.keys()
    changed = bool(replaced) or not pointers.is_nothing or has_written
    if changed and not dry_run:
        repository.index.text.compact()
        summary = f"{counted(len(versions), 'version')} gone, {counted(len(rewriting.commits), 'commit')} written anew"
        _record(repository, rewriting.names.give("workspace", workspace), erasure.prose(author), now, summary)
    erased = Erased(
        frozenset(node.id for node in versions),
        frozenset(replaced),
        rewriting.versions,
        rewriting.commits,
        len(rewriting.tags),
        len(rewriting.sessions),
        pointers,
        tuple(cleaning.copies(repository.path)),
        tuple(_exports(files, told, needles)),
        tuple(sorted({node for nodes in others.values() for node in nodes})),
        _rules([node.content for node in versions] if erasure.match is None else [erasure.match]),
        dry_run,
        erasure,
        dict[ObjectId, ObjectId | None]([*rewriting.tags.items(), *rewriting.sessions.items()]),
        strange=strange,
    )
    return _Found(erased, erasure, needles, changed)


def _erasure(repository: Repository, names: Sequence[str], match: str | None) -> Erasure:
    if match is not None:
        return erase_text(match)
    nodes = {_resolve(repository, name) for name in names}
    return erase_nodes(list(versions_of(repository.objects, nodes)))


def is_known(repository: Repository, name: str) -> bool:
    """Whether any version, of whatever time, has that key, id or id prefix."""
    try:
        _resolve(repository, name)
    except NotFound:
        return False
    except Ambiguous:
        return True
    return True


def _resolve(repository: Repository, name: str) -> NodeId:
    """The node that any version, of whatever time, has under a key, id or id prefix. Raises NotFound, Ambiguous."""
    known = repository.index.nodes
    found = known.nodes_once_with_key(name) if is_key(name) else []
    if not found and is_node_prefix(name.lower()):
        found = known.nodes_once_with_prefix(name.lower())
    return choose_node(name, found)


def _told(repository: Repository, rewriting: Rewriting) -> dict[str, bool]:
    """The files that were ever exported, and whether one of the versions that go was written into each."""
    gone = {version.hex() for version, new in rewriting.versions.items() if new is None}
    told: dict[str, bool] = {}
    for event in repository.sessions.of_type(EXPORTED):
        path, nodes = event.data.get("path"), event.data.get("nodes")
        if isinstance(path, str) and isinstance(nodes, dict):
            told[path] = told.get(path, False) or not gone.isdisjoint(nodes.values())
    return told


def _exports(files: Files | None, told: Mapping[str, bool], needles: Collection[bytes]) -> Iterator[str]:
    """The files that still hold what was erased, as far as one can tell."""
    if files is None:
        yield from (path for path, was_told in told.items() if was_told)
        return
    known = [path for wanted in CONTEXT_FILES for path in files.below(wanted.path)]
    for path in sorted({*told, *known}):
        raw = files.read(path)
        if raw is not None and (told.get(path) or any(needle in raw for needle in needles)):
            yield path


def _said_elsewhere(repository: Repository, needles: Collection[bytes]) -> dict[bytes, set[NodeId]]:
    """The texts that memories hold which stay, and which these are."""
    said: dict[bytes, set[NodeId]] = {}
    for needle in needles:
        for version, _ in repository.objects.holding("node", needle):
            said.setdefault(needle, set()).add(load_node(repository.objects, VersionId(version)).id)
    return said


def _rules(texts: Collection[str]) -> tuple[str, ...]:
    return tuple(sorted({secret.rule for text in texts for secret in find_secrets(text)}))


def _record(repository: Repository, workspace: str, author: str, now: int, summary: str) -> None:
    """Append the operation, which moves nothing: the log says already that everything was always so."""
    log, head = repository.log, repository.log.head()
    number = head.number + 1
    operation = Operation(number, now, workspace, author, PURGE, summary, number, log.position_of(workspace), (), ())
    log.append(operation, head)
    session, place = repository.sessions.find_active(workspace), repository.refs.workspaces.find(workspace)
    if session is not None and place is not None:
        tree = place.tree
        events = events_of_operation(repository.objects, operation, tree, tree, place.head.branch, ())
        repository.sessions.append_many(session, [(now, event, data, tree) for event, data in events])
