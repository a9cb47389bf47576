"""What a remote brings that nobody should trust yet: held back in the transaction that takes it in."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from memora.config.settings import Settings
from memora.errors import BadInput
from memora.history.load import load_node
from memora.model.ids import NodeId, TreeId, VersionId
from memora.model.names import QUARANTINE
from memora.model.node import Node, NodeVersion
from memora.model.screening import Texts, may_hold_order, order_reasons, texts_of
from memora.model.text import identity_form
from memora.operations.naming import read_row
from memora.operations.remember.changes import replace_nodes
from memora.remotes.address import Address, parse_address
from memora.repository import Repository, Transaction
from memora.tree.diff import diff
from memora.tree.lookup import lookup_many

_WHO: Final = re.compile(r"(?<=://)[^/@\s]*@")


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


def configured_trust(settings: Settings, places: Mapping[str, str], directory: str) -> Trust:
    """How far the settings ``pull.quarantine`` and ``pull.trusted`` believe remotes.

    ``places`` are the addresses of remotes by name; a relative one counts from a directory. One is trusted that is
    listed by its address or its name. In the list a path has to be a whole one.
    """
    listed = settings.words("pull.trusted")
    addresses = {_place(text, "") for text in listed if _is_address(text)} - {None}
    by_address = (name for name, address in places.items() if listed and _place(address, directory) in addresses)
    return Trust(bool(settings.value("pull.quarantine")), tuple(dict.fromkeys([*listed, *by_address])))


def trust_of(repository: Repository, settings: Settings) -> Trust:
    """How far the settings believe the remotes of a store."""
    places = {remote.name: remote.address for remote in repository.refs.remotes.list()}
    return configured_trust(settings, places, os.path.dirname(repository.path))


def _is_address(text: str) -> bool:
    return ":" in text or text.startswith("git+") or os.path.isabs(os.path.expanduser(text))


def _place(address: str, directory: str) -> Address | None:
    """Where an address leads, whoever it says goes there; None for what is no address."""
    try:
        kind, location = parse_address(address, directory)
    except BadInput:
        return None
    return Address(kind, _WHO.sub("", location).rstrip("/"))


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
    its place. New are nodes that were not there, and texts that a node did not have. What was made here and comes back,
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
    plain = () if trust.hold_new else repository.refs.remotes.plain
    nodes = {version: node for node, version in brought.items() if version not in plain or changed[node] != version}
    found = []
    for version, arrival, body in repository.refs.remotes.arrivals_of(list(nodes)):
        node = nodes[VersionId(version)]
        if arrival in trust.trusted:
            continue
        if not trust.hold_new and changed[node] == version and not may_hold_order(body):
            continue
        found.append(node)
    return sorted(found)


def _reasons(repository: Repository, old: VersionId | None, node: Node, remote: str, trust: Trust) -> tuple[str, ...]:
    """Why to hold a node back that was another version before, or was not there; none where nothing speaks against it.

    A dispute shows what its sides say, so they are looked at as well.
    """
    before = None if old is None else load_node(repository.objects, old)
    new = _new_texts(_said(repository, node), {} if before is None else _said(repository, before))
    found = order_reasons(new)
    if not trust.hold_new:
        return () if found and _was_let_out(repository, node, new) else found
    if before is not None and before.is_quarantined:
        return (f"let out by {remote}", *found)
    return (f"new from {remote}", *found) if "content" in new else found


def _said(repository: Repository, node: Node) -> Texts:
    """What a node says in any field, and in a dispute what each side says."""
    said = texts_of(node)
    for side in node.dispute.sides if node.dispute else ():
        more = texts_of(load_node(repository.objects, side))
        said = {field: (*said.get(field, ()), *more.get(field, ())) for field in {**said, **more}}
    return said


def _new_texts(texts: Texts, known: Texts) -> Texts:
    """The texts that were not known in their field, white space aside."""
    new = {}
    for field, items in texts.items():
        forms = {identity_form(text) for text in known.get(field, ())}
        found = tuple(text for text in items if identity_form(text) not in forms)
        if found:
            new[field] = found
    return new


def _was_let_out(repository: Repository, node: Node, texts: Texts) -> bool:
    """Whether remotes have had the node in quarantine with the same texts: then somebody there accepted it since.

    That it was held back here before does not count: the pull that did so may have been undone.
    """
    rows = filter(repository.refs.remotes.has_arrived, repository.index.nodes.held_rows(node.id))
    held = (_said(repository, read_row(repository, row).node) for row in rows)
    return any(not order_reasons(_new_texts(texts, known)) for known in held)
