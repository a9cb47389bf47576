"""Take memories out of service that lost their importance, in two steps: live, deprecated, gone (docs/gc.md)."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from memora.errors import BadInput
from memora.model.ids import NodeId, VersionId
from memora.model.importance import Importance, weigh_importance
from memora.model.node import Node
from memora.model.node_codec import decode_node
from memora.repository import Repository, Transaction
from memora.storage.node_index import Live

DEFAULT_THRESHOLD: Final = 0.3

Action = Literal["expired", "removed", "deprecated"]
_ORDER: Final[dict[Action, int]] = {"expired": 0, "removed": 1, "deprecated": 2}


class Decision(NamedTuple):
    """What becomes of one node, and the numbers it follows from. ``node`` is as it was."""

    action: Action
    node: Node
    version: VersionId
    importance: Importance
    accesses: int


class Collection(NamedTuple):
    """Everything that was decided, how many nodes were weighed, and whether it was done."""

    decisions: tuple[Decision, ...]
    weighed: int
    threshold: float
    dry_run: bool

    def count(self, action: Action) -> int:
        """How many nodes an action befell."""
        return sum(decision.action == action for decision in self.decisions)


def gc(
    repository: Repository,
    *,
    author: str,
    now: int,
    threshold: float = DEFAULT_THRESHOLD,
    aggressive: bool = False,
    dry_run: bool = False,
) -> Collection:
    """Remove what has expired and what is deprecated and below the threshold; deprecate what is live and below it.

    ``aggressive`` removes the live ones at once. Pinned and conflicted nodes stay as they are. History keeps
    everything; one operation, so ``undo`` takes it back. Decisions come in order of action, then the least important
    first. Raises BadInput for a threshold outside 0 to 1, NoWorkspace.
    """
    if not 0 <= threshold <= 1:
        raise BadInput("threshold", f"{threshold} is not a number from 0 to 1")
    if dry_run:
        with repository.snapshot():
            return _decide(repository, threshold, aggressive, now, dry_run=True)
    _ = repository.workspace  # a transaction would make one that is not there
    with repository.transaction("gc", author=author, now=now) as transaction:
        collection = _decide(repository, threshold, aggressive, now, dry_run=False)
        if collection.decisions:
            _apply(transaction, collection)
    return collection


def _decide(repository: Repository, threshold: float, aggressive: bool, now: int, *, dry_run: bool) -> Collection:
    found = []
    weighed = 0
    for live in repository.index.nodes.live(repository.workspace.number):
        if live.pinned or live.status == "conflicted":
            continue
        weighed += 1
        importance = weigh_importance(live.type, live.confidence, live.updated_at, now, accesses=live.accesses)
        action = _action(live, importance, threshold, aggressive, now)
        if action is not None:
            found.append((_ORDER[action], importance.total, live.node, live, action, importance))
    found.sort(key=lambda item: item[:3])
    decisions = []
    for *_, live, action, importance in found:
        version, body = repository.objects.read_row(live.row, "node")
        decisions.append(Decision(action, decode_node(body), VersionId(version), importance, live.accesses))
    return Collection(tuple(decisions), weighed, threshold, dry_run)


def _action(live: Live, importance: Importance, threshold: float, aggressive: bool, now: int) -> Action | None:
    if live.expires_at is not None and live.expires_at <= now:
        return "expired"
    if importance.total >= threshold:
        return None
    return "removed" if aggressive or live.status == "deprecated" else "deprecated"


def _apply(transaction: Transaction, collection: Collection) -> None:
    changes: dict[NodeId, VersionId | None] = {}
    for decision in collection.decisions:
        if decision.action == "deprecated":
            # updated_at stays: to be forgotten is no news of the belief, and would make it recent again.
            changes[decision.node.id] = transaction.write_node(decision.node._replace(status="deprecated"))
        else:
            changes[decision.node.id] = None
    transaction.set_nodes(changes)
    words = [f"{collection.count(action)} {action}" for action in _ORDER if collection.count(action)]
    transaction.summary = ", ".join(words)
