"""A store made of what is at an address."""

from __future__ import annotations

import os
from collections.abc import Collection
from contextlib import suppress
from typing import Final, NamedTuple

from memora.config.settings import Value
from memora.config.write import write_setting
from memora.errors import BadInput, Damaged, NotFound, Refused
from memora.errors.store import StoreExists
from memora.history.load import load_commit
from memora.model.ids import CommitId
from memora.operations.history.merge import record_held
from memora.operations.remotes.fetch import Fetched, fetch, no_progress
from memora.operations.remotes.places import INCOMING, open_place
from memora.operations.remotes.trust import CAUTIOUS, Held, Trust, hold_arrivals
from memora.operations.remotes.unbundling import unbundle
from memora.operations.revisions import REMOTES
from memora.operations.share.remotes import add_remote
from memora.operations.start.init import init
from memora.remotes.address import Address, parse_address
from memora.remotes.ports import Progress
from memora.repository import Repository
from memora.repository.creation import DEFAULT_BRANCH, discard_store
from memora.storage import place
from memora.storage.place import CONFIG
from memora.storage.refs import BRANCHES, Head
from memora.storage.remotes import Upstream
from memora.storage.whole_files import replace_file

ORIGIN: Final = "origin"


class Cloned(NamedTuple):
    """The store that was made, what was fetched into it, and the branch that it is on; None for a remote without.

    ``held`` went to quarantine, in a commit on top of those that came.
    """

    path: str
    fetched: Fetched
    branch: str | None
    commit: CommitId | None
    held: tuple[Held, ...] = ()


def clone(
    address: str,
    into: str,
    *,
    directory: str,
    author: str,
    now: int,
    branch: str | None = None,
    single_branch: bool = False,
    trust: Trust = CAUTIOUS,
    trusted: Collection[str] = (),
    progress: Progress = no_progress,
) -> Cloned:
    """Make a store in a folder, with a remote ``origin`` at an address, and all that is there.

    With ``single_branch`` it brings the one branch that the workspace will be on, and no tags or sessions; the store's
    setting ``fetch.branches`` says so to later fetches. What
    ``trust`` does not let in at once goes to quarantine, as in a pull. A relative address counts from a directory. A
    bundle at the address is taken in whole, and is no remote.

    A clone that was interrupted goes on where it was; a store in which nothing was done yet is filled. Where it fails,
    no store is left, unless part of the memory came already. Raises StoreExists, NotFound for a branch that is not
    there, BadInput; else as ``fetch`` and ``unbundle``.
    """
    parsed = parse_address(address, directory)
    folder_was_there = os.path.isdir(into)
    if parsed.kind == "folder" and os.path.isfile(parsed.location):
        if single_branch:
            raise BadInput("address", "is that of a bundle, which is taken in whole")
        return _clone_bundle(parsed.location, into, author, now, branch, trust, trusted, progress)
    repository, is_new = _make(address, parsed, into, directory, trusted)
    try:
        with repository:
            fetched = _fetch(
                repository, branch if single_branch else None, single_branch, author, now, trusted, progress
            )
            name, commit, held = _check_out(repository, ORIGIN, fetched.head, branch, trust, author, now)
    except Exception as error:
        waiting = any(files for _, _, files in os.walk(os.path.join(repository.path, INCOMING)))
        if is_new and (isinstance(error, Damaged | Refused) or not waiting):
            _take_away(repository.path, into, folder_was_there)
        raise
    return Cloned(repository.path, fetched, name, commit, held)


def _fetch(
    repository: Repository,
    branch: str | None,
    single_branch: bool,
    author: str,
    now: int,
    trusted: Collection[str],
    progress: Progress,
) -> Fetched:
    """What is at the origin, or what one branch of it needs: the one that is named, else the one to begin on."""
    with open_place(repository, repository.refs.remotes.get(ORIGIN), trusted=trusted) as place:
        standing = place.look() if single_branch and branch is None else None
        if standing is not None:
            there = [ref.removeprefix(BRANCHES) for ref in standing.refs if ref.startswith(BRANCHES)]
            branch = _first_of(there, standing.head)
        branches = (branch,) if single_branch and branch is not None else ()
        fetched = fetch(repository, ORIGIN, author=author, now=now, branches=branches, progress=progress, place=place)
    if branches:
        chosen: Value = [f"{ORIGIN}/{name}" for name in branches]
        write_setting(os.path.join(repository.path, CONFIG), "fetch.branches", chosen, replace=replace_file)
    return fetched


def _first_of(there: Collection[str], *wanted: str | None) -> str | None:
    """The branch to begin on: the first of those wanted that is there, else the usual one, else any."""
    candidates = (*wanted, DEFAULT_BRANCH, *sorted(there))
    return next((candidate for candidate in candidates if candidate is not None and candidate in there), None)


def _clone_bundle(
    path: str,
    into: str,
    author: str,
    now: int,
    branch: str | None,
    trust: Trust,
    trusted: Collection[str],
    progress: Progress,
) -> Cloned:
    """A new store with what a bundle brings."""
    folder_was_there = os.path.isdir(into)
    repository = init(into, trusted=trusted)
    try:
        with repository:
            done = unbundle(repository, path, author=author, now=now, progress=progress)
            name, commit, held = _check_out(repository, done.name, done.header.head, branch, trust, author, now)
    except Exception:
        _take_away(repository.path, into, folder_was_there)
        raise
    fetched = Fetched(
        done.name, done.changes, done.objects, done.versions, done.commits, done.header.head, orders=done.orders
    )
    return Cloned(repository.path, fetched, name, commit, held)


def _take_away(path: str, into: str, folder_was_there: bool) -> None:
    """Remove a store that came to nothing, and the folder that was made for it, as far as that can be done."""
    discard_store(path)
    if not folder_was_there:
        with suppress(OSError):
            os.rmdir(into)


def _make(
    address: str, parsed: Address, into: str, directory: str, trusted: Collection[str]
) -> tuple[Repository, bool]:
    """A new store with its remote, or the one that an interrupted clone of the same address left; whether it is new."""
    try:
        repository = init(into, trusted=trusted)
    except StoreExists:
        repository = Repository.open(os.path.join(os.path.abspath(into), place.FOLDER), trusted=trusted)
        if not _is_unfinished(repository, parsed):
            repository.close()
            raise
        if not repository.refs.remotes.list():
            add_remote(repository, ORIGIN, address, directory=directory)
        return repository, False
    add_remote(repository, ORIGIN, address, directory=directory)
    return repository, True


def _is_unfinished(repository: Repository, parsed: Address) -> bool:
    """Whether a store is one that a clone of an address made and did not fill, or in which nothing was done at all."""
    if repository.refs.list(BRANCHES) or not _is_empty(repository):
        return False
    if repository.log.head().number == 0 and not repository.refs.remotes.list():
        return True  # a clone was killed before it had named the remote; or it is a new one, which loses nothing
    origin = repository.refs.remotes.find(ORIGIN)
    if origin is None:
        return False
    return parse_address(origin.address, os.path.dirname(repository.path)) == parsed


def _is_empty(repository: Repository) -> bool:
    return repository.index.nodes.count_view(repository.workspace.number) == 0


def _check_out(
    repository: Repository, remote: str, head: str | None, wanted: str | None, trust: Trust, author: str, now: int
) -> tuple[str | None, CommitId | None, tuple[Held, ...]]:
    """Put the workspace on a branch where one of the remote is, which it follows from now on, but for what is held."""
    there = dict(repository.refs.list(f"{REMOTES}{remote}/"))
    if wanted is not None and wanted not in there:
        raise NotFound("branch", wanted, tuple(sorted(there))[:3])
    name = _first_of(there, wanted, head)
    if name is None:
        return None, None, ()
    theirs = CommitId(there[name])
    tree = load_commit(repository.objects, theirs).tree
    with repository.transaction("clone", author=author, now=now) as transaction:
        before = transaction.tree
        transaction.set_tree(tree)
        held = hold_arrivals(repository, transaction, before, tree, remote, trust=trust, now=now)
        commit = record_held(transaction, theirs, len(held), f"{remote}/{name}", author=author, now=now)
        transaction.move_ref(BRANCHES + name, None, commit)
        transaction.set_head(Head(name, commit))
        if repository.refs.remotes.find(remote) is not None:  # a bundle is no place that one could follow
            repository.refs.remotes.set_upstream(name, Upstream(remote, name))
        transaction.summary = name
    return name, commit, held
