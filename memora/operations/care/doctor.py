"""Look at the set-up of a store: what does not fit is said with what to do about it. Nothing is written."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from typing import Final, Literal, NamedTuple

from memora.errors import Damaged, MemoraError
from memora.errors.store import LostOperations, NewerFormat
from memora.model.counts import counted
from memora.operations.remotes.erasing import waiting_remotes
from memora.operations.remotes.places import is_store
from memora.repository import Repository
from memora.storage import place, spool
from memora.storage.cleaning import is_unfinished
from memora.storage.filesystem import find_synchroniser, find_type, is_shared, read_mounts
from memora.storage.hook_failures import FILE as HOOK_FAILURES
from memora.storage.hook_failures import read_failures
from memora.storage.lock import WriterLock
from memora.storage.schema import FORMAT
from memora.storage.witness import read_witness
from memora.tree.lookup import count

State = Literal["ok", "warning", "failure"]

_LEAST_FREE_BYTES: Final = 100 * 1024 * 1024
_MOST_LOG_BYTES: Final = 64 * 1024 * 1024


class Check(NamedTuple):
    """One thing that was looked at, how it is, and what to do where it is not well."""

    name: str
    state: State
    message: str
    advice: str = ""


def doctor(
    path: str,
    *,
    workspace: str = place.DEFAULT_WORKSPACE,
    trusted: Collection[str] = (),
    mounts: str | None = None,
) -> Iterator[Check]:
    """Look at the store in a ``.memora`` folder, whatever state it is in, one check after the other.

    ``mounts`` is the table of mounts to believe instead of the system's. Raises NoStore.
    """
    try:
        place.check_place(path, trusted)
    except Damaged as error:
        yield Check("store", "failure", str(error), "bring it back from a copy; `memora fsck` looks closer")
        return
    except MemoraError as error:
        if error.kind == "no_store":
            raise
        yield Check("store", "failure", str(error), "memora does not open it")
        return
    yield Check("store", "ok", path)
    yield _writable(path)
    yield _file_system(path, read_mounts() if mounts is None else mounts)
    yield _synchronised(path)
    yield _space(path)
    yield _lock(path)
    yield _log(path)
    yield _witness(path)
    yield _purging(path)
    yield _ignored(path)
    yield _hooks(path)
    yield from _contents(path, workspace, trusted)


def _writable(path: str) -> Check:
    if os.access(path, os.W_OK) and os.access(os.path.join(path, place.DATABASE), os.W_OK):
        return Check("writable", "ok", "the store can be written")
    return Check("writable", "warning", "the store can only be read", "give yourself the right to write in it")


def _file_system(path: str, mounts: str) -> Check:
    found = find_type(path, mounts)
    if found is None:
        return Check("file-system", "ok", "this system does not tell the type of the file system")
    if is_shared(found):
        advice = "use it from one host at a time, or keep the store on a local disk"
        return Check("file-system", "warning", f"the store is on {found}, which may be another host's", advice)
    return Check("file-system", "ok", found)


def _synchronised(path: str) -> Check:
    folder = find_synchroniser(path)
    if folder is None:
        return Check("synchronised", "ok", "no folder above is known to be synchronised")
    advice = "keep the store elsewhere: half-copied files are how databases break"
    return Check("synchronised", "warning", f"the folder {folder!r} seems to be synchronised by a service", advice)


def _space(path: str) -> Check:
    import shutil

    free = shutil.disk_usage(path).free
    if free < _LEAST_FREE_BYTES:
        return Check("space", "warning", f"{free // 2**20} MiB are free", "make room on this disk")
    return Check("space", "ok", f"{free // 2**30} GiB are free" if free >= 2**30 else f"{free // 2**20} MiB are free")


def _lock(path: str) -> Check:
    name = os.path.join(path, place.LOCK)
    if not os.path.exists(name):
        return Check("lock", "ok", "nobody has written yet")
    lock = WriterLock(name)
    try:
        if lock.try_acquire():
            lock.release()
            return Check("lock", "ok", "nobody is writing")
    except MemoraError as error:
        return Check("lock", "warning", str(error), "writing needs the lock")
    advice = "wait for the process that is writing; the lock ends with it"
    return Check("lock", "warning", "another process is writing at this moment", advice)


def _log(path: str) -> Check:
    try:
        size = os.path.getsize(os.path.join(path, place.DATABASE + "-wal"))
    except OSError:
        size = 0
    if size > _MOST_LOG_BYTES:
        advice = "a process that only reads keeps it from being emptied; end that, then write once"
        return Check("write-ahead-log", "warning", f"the log has grown to {size // 2**20} MiB", advice)
    return Check("write-ahead-log", "ok", f"the log has {size // 1024} KiB")


def _witness(path: str) -> Check:
    seen = read_witness(os.path.join(path, place.WITNESS))
    if seen is None:
        advice = "the next command that writes makes it anew; `memora fsck` looks closer"
        return Check("witness", "warning", "there is no witness that can be read", advice)
    return Check("witness", "ok", f"the witness has seen {counted(seen.number, 'operation')}")


def _purging(path: str) -> Check:
    if is_unfinished(path):
        message = "a purge has not cleaned up: what it erased may lie in the files still"
        return Check("purge", "warning", message, "`memora purge`, without more, goes on where it was")
    return Check("purge", "ok", "no purge waits to be finished")


def _ignored(path: str) -> Check:
    """Whether git would take the store for files of the project."""
    folder = os.path.dirname(path)
    while not os.path.lexists(os.path.join(folder, ".git")):
        folder, below = os.path.dirname(folder), folder
        if folder == below:
            return Check("git", "ok", "the store is in no git repository")
    try:
        with open(os.path.join(path, ".gitignore"), encoding="utf-8", errors="replace") as file:
            ignored = "*" in file.read().split()
    except OSError:
        ignored = False
    if ignored:
        return Check("git", "ok", "git ignores the store")
    advice = "write a line with * into .memora/.gitignore: a database in git is never merged"
    return Check("git", "warning", "git does not ignore the store", advice)


def _hooks(path: str) -> Check:
    """Whether hooks failed, or events wait that no hook has taken in since."""
    failures, waiting = read_failures(path), spool.count(path)
    if failures:
        advice = f"remove {os.path.join(path, HOOK_FAILURES)} when it is mended"
        message = f"{counted(len(failures), 'failure')} of hooks, the last: {failures[-1]}"
        return Check("hooks", "warning", message, advice)
    if aside := spool.count_aside(path):
        advice = f"they are the files .bad in {os.path.join(path, place.SPOOL)}"
        return Check("hooks", "warning", f"{counted(aside, 'event')} of agents could not be taken in", advice)
    if waiting:
        advice = "the next hook of an agent takes them in"
        return Check("hooks", "warning", f"{counted(waiting, 'event')} of agents wait beside the store", advice)
    return Check("hooks", "ok", "no hook has failed")


def _contents(path: str, workspace: str, trusted: Collection[str]) -> Iterator[Check]:
    try:
        repository = Repository.open(path, workspace=workspace, trusted=trusted)
    except NewerFormat as error:
        yield Check("format", "failure", str(error), "upgrade memora")
        return
    except LostOperations as error:
        yield Check("database", "failure", str(error), "`memora fsck` shows what is left")
        return
    except MemoraError as error:
        yield Check("database", "failure", str(error), "`memora fsck` looks closer")
        return
    with repository:
        yield Check("format", "ok", f"format {FORMAT}")
        try:
            with repository.snapshot():
                yield _index(repository)
        except MemoraError as error:
            yield Check("index", "failure", str(error), "`memora fsck` looks closer")
        for name in waiting_remotes(repository):
            own = is_store(repository, name)
            advice = "run `memora purge` in that project" if own else f"`memora purge --remote {name}` erases it there"
            yield Check(
                "remotes", "warning", f"{name} had something that was erased here, when it was seen last", advice
            )


def _index(repository: Repository) -> Check:
    """Whether the derived tables count what the objects and the working trees count."""
    index = repository.index
    stray = len(index.text.unindexed_rows()) + len(index.text.stray_rows())
    for workspace in repository.refs.workspaces.list():
        stray += abs(index.nodes.count_view(workspace.number) - count(repository.objects, workspace.tree))
    stray += abs(index.nodes.count_versions() - repository.objects.count("node"))
    if stray:
        return Check(
            "index", "failure", f"{counted(stray, 'row')} of the index missing or too many", "`memora reindex`"
        )
    return Check("index", "ok", f"the index holds {counted(index.nodes.count_versions(), 'version')} of memories")
