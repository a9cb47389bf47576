"""What was acknowledged, against what is there: the two hash chains, the pointers they lead to, and the witness."""

from __future__ import annotations

import os
from collections.abc import Iterator

from memora.operations.care.problems import Problem, damage, warning
from memora.repository import Repository
from memora.storage.place import WITNESS
from memora.storage.refs import format_head
from memora.storage.session_check import broken_links, misdescribed
from memora.storage.witness import Seen

_REFS = "refs/"
_WORKSPACE = "workspace/"


def inspect_chains(repository: Repository) -> Iterator[Problem]:
    """Operations and events whose hash does not follow from the one before."""
    for number in repository.log.verify():
        yield damage("operation-chain", f"operation {number} is not what was written, or not where it was written")
    for session, number in broken_links(repository.index.database):
        where = "outside of sessions" if session is None else f"of session {session}"
        yield damage("event-chain", f"event {number} {where} is not what was written, or not where it was written")
    for session in misdescribed(repository.index.database):
        yield damage("session", f"session {session} is not what its first and last events say")


def inspect_pointers(repository: Repository) -> Iterator[Problem]:
    """References and workspaces that are not where the last operation on them left them."""
    now: dict[str, bytes] = {name: target for name, _, target in repository.refs.rows()}
    for workspace in repository.refs.workspaces.list():
        now[f"{_WORKSPACE}{workspace.name}/head"] = format_head(workspace.head).encode()
        now[f"{_WORKSPACE}{workspace.name}/tree"] = workspace.tree
    moved = set()
    for number, move in repository.log.last_moves():
        moved.add(move.pointer)
        if now.get(move.pointer) != move.after:
            yield damage("pointer", f"{move.pointer} is not where operation {number}, the last on it, left it")
    if not repository.log.is_shortened():
        for name in sorted(now.keys() - moved):
            if name.startswith(_REFS):
                yield damage("pointer", f"{name} was made by no operation")


def inspect_witness(repository: Repository, witnessed: Seen | None) -> Iterator[Problem]:
    """Operations that were acknowledged and are gone. ``witnessed`` was read before anything else."""
    path = os.path.join(repository.path, WITNESS)
    head = repository.log.head()
    if witnessed is None:
        state = "cannot be read" if os.path.lexists(path) else "is missing"
        yield warning("witness", f"the witness {state}: a loss of the newest operations would not show")
    elif head.number < witnessed.number:
        yield damage("lost-operations", describe_loss(witnessed, head))
    elif (
        witnessed.number
        and repository.log.hash_of(witnessed.number) not in (witnessed.hash, None)
        and not repository.log.was_rewritten_since(witnessed.number)
    ):
        yield damage("lost-operations", f"operation {witnessed.number} is not the one that was acknowledged")


def describe_loss(witnessed: Seen, head: Seen) -> str:
    """Which operations are lost, in words."""
    end = f"the log ends with operation {head.number}" if head.number else "the log is empty"
    if witnessed.number == head.number + 1:
        return f"operation {witnessed.number} was acknowledged and is lost; {end}"
    return f"operations {head.number + 1} to {witnessed.number} were acknowledged and are lost; {end}"
