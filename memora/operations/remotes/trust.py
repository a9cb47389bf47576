"""What a remote brings that nobody should trust yet: held back in the transaction that takes it in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from memora.config.settings import Settings
from memora.history.load import load_node
from memora.model.belief import says_the_same
from memora.model.ids import NodeId, TreeId, VersionId
from memora.model.injection import find_injections, may_hold_injection
from memora.model.names import QUARANTINE
from memora.model.node import Node, NodeVersion
from memora.model.node_codec import peek_content
from memora.model.screening import injection_reasons
from memora.model.text import identity_form
from memora.operations.naming import read_row
from memora.operations.remember.changes import replace_nodes
from memora.repository import Repository, Transaction
from memora.tree.diff import diff
from memora.tree.lookup import lookup_many


class Trust(NamedTuple):
    """How far what remotes bring is believed.

    Nothing that one of the ``trusted`` remotes brings is held back. Of the others ``hold_new`` holds back everything
    that is new, and else what reads like an order. (What hides something is not even taken in.)
    """

    hold_new: bool = False
    trusted: tuple[str, ...] = ()


# Where nothing is said: no remote is trusted, and what reads like an order waits.
CAUTIOUS: Final = Trust()


class Held(NamedTuple):
    """A node that went to quarantine, as it is there, and why."""

    item: NodeVersion
    reasons: tuple[str, ...]


def configured_trust(settings: Settings) -> Trust:
    """How far the settings ``pull.quarantine`` and ``pull.trusted`` believe remotes."""
    return Trust(bool(settings.value("pull.quarantine")), tuple(settings.words("pull.trusted")))


def hold_arrivals(
    repository: Repository,
    transaction: Transaction,
    before: TreeId,
    theirs: TreeId,
    remote: str,
    *,
    trust: Trust,
    now: int,
) -> tuple[Held, ...]:
    """Put into quarantine what a pull or clone made the working tree say for the first time, in order of node id.

    Call it when the tree that a remote has, ``theirs``, was merged into the working tree that was ``before``, or took
    its place. New are nodes that were not there, and words that a node did not say. What was made here and comes back,
    what came with a trusted remote earlier, and what somebody let out of quarantine already are not held back; words
    that are known keep their standing. Nothing but the tag changes: a node that is in dispute, retracted or stale stays
    so. Cost follows what the working tree gained; only nodes that read like orders are read whole.
    """
    if remote in trust.trusted:
        return ()
    changed = {node: (old, new) for node, old, new in diff(repository.objects, before, transaction.tree) if new}
    held: list[tuple[NodeVersion, Node, tuple[str, ...]]] = []
    for node_id in _suspects(repository, transaction.tree, theirs, {n: new for n, (_, new) in changed.items()}, trust):
        old, new = changed[node_id]
        node = load_node(repository.objects, new)
        reasons = () if node.is_quarantined else _reasons(repository, old, node, remote, trust)
        if reasons:
            held_back = node._replace(tags=tuple(sorted({*node.tags, QUARANTINE})))
            held.append((NodeVersion(node, new), held_back, reasons))
    done = replace_nodes(transaction, [(item, after) for item, after, _ in held], now)
    return tuple(Held(item, reasons) for item, (_, _, reasons) in zip(done.nodes, held, strict=True))


def _suspects(
    repository: Repository, tree: TreeId, theirs: TreeId, changed: Mapping[NodeId, VersionId], trust: Trust
) -> list[NodeId]:
    """The nodes that have to be looked at, in order: all that a plain look at the bytes does not clear.

    Cleared is what was made here or came with a trusted remote, and what came as it is and does not read like an order.
    """
    brought = changed if theirs == tree else lookup_many(repository.objects, theirs, changed)
    nodes = {version: node for node, version in brought.items()}
    found = []
    for version, arrival, body in repository.refs.remotes.arrivals_of(list(nodes)):
        node = nodes[VersionId(version)]
        if arrival in trust.trusted:
            continue
        if not trust.hold_new and changed[node] == version:
            content = peek_content(body)
            if content is not None and not (may_hold_injection(content) and find_injections(content.decode())):
                continue
        found.append(node)
    return sorted(found)


def _reasons(repository: Repository, old: VersionId | None, node: Node, remote: str, trust: Trust) -> tuple[str, ...]:
    """Why to hold a node back that was another version before, or was not there; none where nothing speaks against it.

    A dispute shows what its sides say, so they are looked at as well.
    """
    known = set() if old is None else _said(repository, load_node(repository.objects, old)).keys()
    new = [text for form, text in _said(repository, node).items() if form not in known]
    if not new:
        return ()
    found = dict.fromkeys(reason for text in new for reason in injection_reasons(text))
    if trust.hold_new:
        return (f"new from {remote}", *found)
    return () if found and _was_let_out(repository, node) else tuple(found)


def _said(repository: Repository, node: Node) -> dict[str, str]:
    """What a node says, and in a dispute what each side says, by the form in which two texts are the same."""
    sides = node.dispute.sides if node.dispute else ()
    texts = [node.content, *(load_node(repository.objects, side).content for side in sides)]
    return {identity_form(text): text for text in texts}


def _was_let_out(repository: Repository, node: Node) -> bool:
    """Whether remotes have had the node in quarantine with the same words: then somebody there accepted it since.

    That it was held back here before does not count: the pull that did so may have been undone.
    """
    rows = filter(repository.refs.remotes.has_arrived, repository.index.nodes.held_rows(node.id))
    return any(says_the_same(read_row(repository, row).node, node.content) for row in rows)
