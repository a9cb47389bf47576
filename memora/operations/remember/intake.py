"""Taking drafts in: which node a draft is about, and what becomes of that node.

One intake serves one transaction; it knows what was taken in before, so a batch behaves like its lines one by one.
"""

from __future__ import annotations

from memora.errors import KeyTaken, NotFound
from memora.model.belief import birth_id, born, corroborated, observation_of, says_the_same
from memora.model.draft import Draft, default_expiry
from memora.model.ids import NodeId, VersionId
from memora.model.node import Link, Node, observers
from memora.model.text import first_line
from memora.operations.naming import find_current, resolve_node
from memora.operations.remember.changes import NodeVersion, Outcome
from memora.repository import Repository, Transaction


class Intake:
    """Takes drafts into the working tree of a transaction; ``finish`` writes the tree."""

    def __init__(self, repository: Repository, transaction: Transaction, now: int) -> None:
        self._repository = repository
        self._transaction = transaction
        self._now = now
        self._taken: dict[NodeId, NodeVersion] = {}
        self._keys: dict[str, NodeId] = {}

    def take(self, draft: Draft, *, replace: bool = False) -> tuple[Outcome, NodeVersion]:
        """Remember one draft: a new node, or support for the one that says so already.

        Raises KeyTaken where the key's node says something else, unless ``replace``, which revises that node.
        """
        links = tuple(sorted({Link(relation, self._resolve(name)) for relation, name in draft.links}))
        holder = self._holder(draft.key)
        if holder is None:
            node_id, existing = self._place(draft)
            if existing is None:
                return "added", self._keep(born(draft, node_id, links, self._now))
            return self._support(existing, draft, links)
        if says_the_same(holder.node, draft.content):
            return self._support(holder, draft, links)
        if not replace:
            raise KeyTaken(draft.key or "", holder.node.id.hex(), first_line(holder.node.content, 80))
        return "changed", self._keep(self._revised(holder.node, draft, links))

    def finish(self) -> None:
        """Put everything taken into the working tree."""
        self._transaction.set_nodes({node: item.version for node, item in self._taken.items()})

    def _support(self, existing: NodeVersion, draft: Draft, links: tuple[Link, ...]) -> tuple[Outcome, NodeVersion]:
        node = corroborated(existing.node, draft, links, self._now)
        if node is existing.node:
            return "known", existing
        outcome: Outcome = "corroborated" if len(observers(node)) > len(observers(existing.node)) else "known"
        return outcome, self._keep(node)

    def _revised(self, node: Node, draft: Draft, links: tuple[Link, ...]) -> Node:
        """The node saying something else: what supported the old content does not support the new."""
        return node._replace(
            content=draft.content,
            confidence=draft.confidence,
            status="ephemeral",
            observations=(observation_of(draft, self._now),),
            updated_at=max(self._now, node.updated_at),
            tags=tuple(sorted({*node.tags, *draft.tags})),
            links=tuple(sorted({*node.links, *links})),
            applies_to=tuple(sorted({*node.applies_to, *draft.applies_to})),
            pinned=node.pinned or draft.pinned,
            expires_at=draft.expires_at if draft.type == node.type else default_expiry(node.type, self._now),
            valid_from=draft.valid_from,
            valid_to=draft.valid_to,
            dispute=None,
        )

    def _place(self, draft: Draft) -> tuple[NodeId, NodeVersion | None]:
        """The id for a draft, and the node that has it where that says the same already."""
        counter = 0
        while True:
            node_id = birth_id(draft.type, draft.key, draft.content, counter)
            existing = self._find(node_id)
            if existing is None:
                return node_id, None
            if draft.key is None and says_the_same(existing.node, draft.content):
                return node_id, existing
            counter += 1

    def _holder(self, key: str | None) -> NodeVersion | None:
        """The live node under a key."""
        if key is None:
            return None
        if key in self._keys:
            return self._taken[self._keys[key]]
        nodes = self._repository.index.nodes.nodes_with_key(self._transaction.workspace.number, key)
        return self._find(nodes[0]) if nodes else None

    def _find(self, node: NodeId) -> NodeVersion | None:
        if node in self._taken:
            return self._taken[node]
        found = find_current(self._repository, self._transaction.workspace.number, node)
        return None if found is None else NodeVersion(*found)

    def _keep(self, node: Node) -> NodeVersion:
        item = NodeVersion(node, VersionId(self._transaction.write_node(node)))
        self._taken[node.id] = item
        if node.key is not None:
            self._keys[node.key] = node.id
        return item

    def _resolve(self, name: str) -> NodeId:
        """The node a link names, which an earlier line of the batch may have made."""
        if name in self._keys:
            return self._keys[name]
        try:
            return resolve_node(self._repository, name)
        except NotFound:
            taken = [node for node in self._taken if len(name) >= 4 and node.hex().startswith(name.lower())]
            if len(taken) != 1:
                raise
            return taken[0]
