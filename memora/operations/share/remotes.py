"""The remotes that a store shares with: naming them, and what is known of them here. Nothing is asked of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from memora.errors import BadName
from memora.model.ids import CommitId, ObjectId
from memora.model.names import clean_ref_name
from memora.operations.history.tracking import Tracked, measure
from memora.operations.revisions import REMOTES
from memora.remotes.address import Address, parse_address
from memora.repository import Repository, Transaction
from memora.storage.refs import BRANCHES
from memora.storage.remotes import Remote


class Follower(NamedTuple):
    """A branch of this store that follows one of a remote."""

    branch: str
    tracked: Tracked


class RemoteDetail(NamedTuple):
    """A remote, what its references named when it was seen last, by full name, and the branches that follow it."""

    remote: Remote
    tips: dict[str, ObjectId]
    followers: tuple[Follower, ...]


def add_remote(
    repository: Repository,
    name: str,
    address: str,
    *,
    directory: str,
    shared: bool = False,
    probe: Callable[[Address], None] | None = None,
) -> Remote:
    """Name a place to share with. A relative path counts from a directory, and is kept whole.

    ``probe`` may look at the place first, and raise. No operation: ``undo`` does not take it back. Raises BadName,
    BadInput for an address, AlreadyExists and LooksAlike.
    """
    name = clean_remote_name(name)
    parsed = parse_address(address, directory)
    if probe is not None:
        probe(parsed)
    with repository.exclusive():
        return repository.refs.remotes.add(name, _kept(address, parsed), shared=shared)


def list_remotes(repository: Repository) -> list[Remote]:
    """Every remote, by name."""
    with repository.snapshot():
        return repository.refs.remotes.list()


def show_remote(repository: Repository, name: str) -> RemoteDetail:
    """What is known here of a remote. Raises NotFound."""
    with repository.snapshot():
        remotes = repository.refs.remotes
        remote = remotes.get(name)
        here = {branch: CommitId(target) for branch, target in repository.refs.list(BRANCHES)}
        here_or_begun = {*here, *(workspace.head.branch for workspace in repository.refs.workspaces.list())}
        followers = (
            Follower(branch, measure(repository, upstream, here.get(branch)))
            for branch, upstream in remotes.upstreams()
            if upstream.remote == name and branch in here_or_begun
        )
        return RemoteDetail(remote, remotes.tips(remote), tuple(followers))


def set_remote_address(repository: Repository, name: str, address: str, *, directory: str) -> Remote:
    """Give a remote another address; what was seen at the old one is forgotten. Raises as ``add_remote``, NotFound."""
    parsed = parse_address(address, directory)
    with repository.exclusive():
        repository.refs.remotes.set_address(name, _kept(address, parsed))
        return repository.refs.remotes.get(name)


def rename_remote(repository: Repository, old: str, new: str, *, author: str, now: int) -> Remote:
    """Give a remote another name; its branches here, and those that follow it, go along.

    An operation that ``undo`` passes over: rename it back instead. Raises NotFound, BadName, AlreadyExists, LooksAlike.
    """
    new = clean_remote_name(new)
    with repository.transaction("remote rename", author=author, now=now) as transaction:
        repository.refs.remotes.rename(old, new)
        tips = _drop_tips(repository, transaction, old)
        for branch, target in tips:  # The old names are gone: the new ones may differ by no more than case.
            ref = f"{REMOTES}{new}/{branch}"
            transaction.move_ref(ref, repository.refs.find(ref), target)
        transaction.summary = f"{old} {new}"
        _stay_out_of_undo(repository, transaction)
        return repository.refs.remotes.get(new)


def remove_remote(repository: Repository, name: str, *, author: str, now: int) -> Remote:
    """Forget a remote, its branches here, and what follows it. What came from it stays, and stays marked so.

    An operation that ``undo`` passes over. Nothing happens to the place itself. Raises NotFound.
    """
    with repository.transaction("remote remove", author=author, now=now) as transaction:
        remote = repository.refs.remotes.get(name)
        repository.refs.remotes.remove(name)
        _drop_tips(repository, transaction, name)
        transaction.summary = name
        _stay_out_of_undo(repository, transaction)
        return remote


def clean_remote_name(text: str) -> str:
    """The name of a remote: one word by the rules of branches. Raises BadName."""
    name = clean_ref_name("remote", text)
    if "/" in name:
        raise BadName("remote", text, "holds '/', which stands between it and its branches")
    return name


def _kept(text: str, address: Address) -> str:
    """What is stored of an address: a path whole, everything else as it was typed."""
    return address.location if address.kind == "folder" else text


def _drop_tips(repository: Repository, transaction: Transaction, name: str) -> list[tuple[str, ObjectId]]:
    tips = repository.refs.list(f"{REMOTES}{name}/")
    for branch, target in tips:
        transaction.move_ref(f"{REMOTES}{name}/{branch}", target, None)
    return tips


def _stay_out_of_undo(repository: Repository, transaction: Transaction) -> None:
    """Let the operation be none that ``undo`` comes to: it would bring back the references and not the remote."""
    log, workspace = repository.log, transaction.workspace.name
    position, last = log.position_of(workspace), log.last_of(workspace)
    transaction.stand_on(position, position, () if last is None else last.redoable)
