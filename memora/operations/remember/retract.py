"""Take a belief back: it goes out of service, and what rested on it alone is named, or goes with it."""

from __future__ import annotations

from typing import Literal, NamedTuple

from memora.errors.history import InDispute
from memora.history.support import Dependant, judge, walk_dependants
from memora.model.belief import retracted
from memora.model.draft import EVIDENCE_CHARACTERS
from memora.model.ids import NodeId
from memora.model.node import NodeVersion, Observation
from memora.model.secrets import refuse_secrets
from memora.model.text import clean_line, first_line
from memora.model.vocabulary import DEFAULT_SOURCE
from memora.operations.naming import read_current, read_named
from memora.operations.remember.changes import ChangeSet, replace_nodes, summarize
from memora.operations.support import WorkspaceDerivations
from memora.repository import Repository

Standing = Literal["supported", "unsupported", "deprecated"]


class Retraction(NamedTuple):
    """What a retraction changed, or under a preview nothing, and everything that rests on the node.

    ``node`` is the state of it before. ``fallen`` are those of the dependants that were deprecated with it, or would
    be. All others that have no support left are unsupported from now on.
    """

    changes: ChangeSet
    node: NodeVersion
    dependants: tuple[Dependant, ...]
    fallen: frozenset[NodeId]

    def standing(self, item: Dependant) -> Standing:
        """What becomes of a dependant."""
        if item.support.is_left:
            return "supported"
        return "deprecated" if item.support.node.id in self.fallen else "unsupported"


def retract(
    repository: Repository, name: str, *, reason: str | None = None, cascade: bool = False, author: str, now: int
) -> Retraction:
    """Deprecate a node and note who contradicts it, and why; with ``cascade`` also all that is left without support.

    Outcome ``changed``, or ``unchanged`` where the same observer retracted it before. Raises InDispute for a disputed
    node; a disputed dependant is left to be resolved.
    """
    note = None if reason is None else clean_line("reason", reason, EVIDENCE_CHARACTERS)
    if note is not None:
        refuse_secrets("reason", (note,))
    with repository.transaction("retract", author=author, now=now) as transaction:
        word = Observation(DEFAULT_SOURCE, author, now, transaction.session_id, note=note)
        plan = _plan(repository, name, cascade)
        because = f"derived from {plan.node.node.id.hex()}, which was retracted" + ("" if note is None else f": {note}")
        inherited = word._replace(note=first_line(because, EVIDENCE_CHARACTERS))
        changes = [(plan.node, retracted(plan.node.node, word))]
        for item in plan.dependants:
            if item.support.node.id in plan.fallen and not item.again:
                before = read_current(repository, item.support.node.id)
                changes.append((before, retracted(before.node, inherited)))
        more = f", and {len(plan.fallen)} derived from it" if plan.fallen else ""
        transaction.summary = summarize([plan.node.node]) + more
        return plan._replace(changes=replace_nodes(transaction, changes, now))


def preview_retract(repository: Repository, name: str, *, cascade: bool = False) -> Retraction:
    """What ``retract`` would do, without doing it. Raises as ``retract``."""
    with repository.snapshot():
        return _plan(repository, name, cascade)


def _plan(repository: Repository, name: str, cascade: bool) -> Retraction:
    [item] = read_named(repository, [name])
    if item.node.status == "conflicted":
        raise InDispute(item.node.id.hex(), "it is retracted")
    derivations = WorkspaceDerivations(repository)
    root = item.node.id
    dependants = tuple(walk_dependants(derivations, root, judge(derivations, {root})))
    fallen = frozenset(item.support.node.id for item in dependants if cascade and _falls(item))
    return Retraction(ChangeSet("unchanged", (item,)), item, dependants, fallen)


def _falls(item: Dependant) -> bool:
    return not item.support.is_left and item.support.node.status != "conflicted"
