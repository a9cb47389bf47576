"""Taking drafts in: which node a draft is about, and what becomes of that node.

One intake serves one transaction; it knows what was taken in before, so a batch behaves like its lines one by one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Final

from memora.errors import Ambiguous, BadInput, DamagedObject, KeyTaken, NotFound
from memora.model.belief import birth_id, born, corroborated, observation_of, revised, says_the_same
from memora.model.draft import Draft, default_expiry
from memora.model.ids import NODE_ID_BYTES, NodeId, VersionId
from memora.model.names import QUARANTINE
from memora.model.node import Link, Node, observers
from memora.model.secrets import find_secrets, refuse_secret_labels, refuse_secrets
from memora.model.text import first_line
from memora.operations.anchoring import anchoring_of, has_new_evidence
from memora.operations.naming import find_current, is_node_prefix, resolve_node
from memora.operations.remember.changes import Outcome
from memora.repository import Repository, Transaction
from memora.repository.transaction import EMPTY_TREE, Prepared, prepare

if TYPE_CHECKING:
    from memora.evidence.anchors import Anchoring

_MANY: Final = 400  # so many are written at a time


class Intake:
    """Takes drafts in; ``finish`` writes what became of them, each node once.

    ``promoted`` are the nodes that a second observer made stable, ``settled`` those whose dispute new words ended.
    """

    def __init__(
        self, repository: Repository, transaction: Transaction, now: int, allowed_secrets: Collection[str] = ()
    ) -> None:
        self._repository = repository
        self._transaction = transaction
        self._now = now
        self._allowed_secrets = allowed_secrets
        self._anchoring: Anchoring | None = None
        self._taken: dict[NodeId, Node] = {}
        self._keys: dict[str, NodeId] = {}
        self._is_first = transaction.tree == EMPTY_TREE  # nothing is there to be looked for
        self.promoted: set[NodeId] = set()
        self.settled: set[NodeId] = set()

    def take(self, draft: Draft, *, replace: bool = False, hold_back: bool = False) -> tuple[Outcome, Node]:
        """Remember one draft: a new node, or support for the one that says so already.

        With ``hold_back`` what it says that is new goes to quarantine. Raises SecretFound; KeyTaken where the key's
        node says something else, unless ``replace``, which revises that node.
        """
        self._refuse_secrets(draft)
        links: tuple[Link, ...] = ()
        if draft.links:
            links = tuple(sorted({Link(relation, self._resolve(name)) for relation, name in draft.links}))
        holder = self._holder(draft)
        node_id, existing = self._place(draft) if holder is None else (holder.id, holder)
        if any(link.to == node_id for link in links):
            raise BadInput("link", "leads from a memory to itself")
        if hold_back and not (existing and says_the_same(existing, draft.content)):
            draft = draft._replace(tags=tuple(sorted({*draft.tags, QUARANTINE})))
        if existing is None:
            return "added", self._keep(born(draft, node_id, links, self._now, self._transaction.session_id))
        if says_the_same(existing, draft.content):
            return self._support(existing, draft, links)
        if not replace:
            raise KeyTaken(draft.key or "", existing.id.hex(), first_line(existing.content, 80))
        if existing.dispute is not None:
            self.settled.add(existing.id)
        return "changed", self._keep(self._revised(existing, draft, links))

    def revise(self, node: Node, draft: Draft, *, hold_back: bool = False) -> Node:
        """Let a node say what a draft does, whatever stands under the draft's key. Raises SecretFound."""
        self._refuse_secrets(draft)
        if hold_back:
            draft = draft._replace(tags=tuple(sorted({*draft.tags, QUARANTINE})))
        return self._keep(self._revised(node, draft, ()))

    def find(self, node: NodeId) -> Node | None:
        """A node as it is with everything that was taken in; None where there is none."""
        return self._find(node)

    def holder(self, key: str) -> Node | None:
        """A node that has a key, with everything that was taken in; None where none has."""
        if key in self._keys:
            return self._taken[self._keys[key]]
        ids = self._repository.index.nodes.nodes_with_key(self._transaction.workspace.number, key)
        return next((node for node in map(self._find, ids) if node is not None), None)

    def finish(self) -> dict[NodeId, VersionId]:
        """Put everything taken into the working tree; give the version of each node that changed."""
        if len(self._taken) < _MANY:
            written = self._transaction.write_nodes(self._taken.values())
        else:
            written = self._write_many()
        self._transaction.set_nodes(written)
        return written

    def _refuse_secrets(self, draft: Draft) -> None:
        named = () if draft.key is None else (draft.key, *draft.key.split("."))
        if not find_secrets("\n".join((draft.content, *draft.evidence, *named, *draft.tags, *draft.applies_to))):
            return  # each text by itself holds no more than all together
        refuse_secrets("content", (draft.content,), self._allowed_secrets)
        if draft.evidence:
            refuse_secrets("evidence", draft.evidence, self._allowed_secrets)
        if draft.key is not None or draft.tags or draft.applies_to:
            refuse_secret_labels(draft.key, draft.tags, draft.applies_to, self._allowed_secrets)

    def _write_many(self) -> dict[NodeId, VersionId]:
        from memora.operations.second_process import apart  # only much work needs it

        written: dict[NodeId, VersionId] = {}
        with apart(_prepared(self._taken.values()), len(self._taken)) as parts:
            for part in parts:
                written |= self._transaction.write_prepared(part)
        return written

    def _support(self, existing: Node, draft: Draft, links: tuple[Link, ...]) -> tuple[Outcome, Node]:
        node = corroborated(existing, draft, links, self._now, self._transaction.session_id)
        if node is existing:
            return "known", existing
        if existing.status != node.status == "stable":
            self.promoted.add(node.id)
        outcome: Outcome = "corroborated" if len(observers(node)) > len(observers(existing)) else "known"
        return outcome, self._keep(node)

    def _revised(self, node: Node, draft: Draft, links: tuple[Link, ...]) -> Node:
        sighting = observation_of(draft, self._now, self._transaction.session_id)
        type_name = draft.type if draft.says_type else node.type
        after = revised(node, draft.content, sighting, draft.confidence, self._now)
        return after._replace(
            type=type_name,
            tags=tuple(sorted({*after.tags, *draft.tags})),
            links=tuple(sorted({*node.links, *links})),
            applies_to=tuple(sorted({*node.applies_to, *draft.applies_to})),
            pinned=node.pinned or draft.pinned,
            expires_at=draft.expires_at if draft.says_end else default_expiry(type_name, self._now),
            valid_from=draft.valid_from,
            valid_to=draft.valid_to,
        )

    def _place(self, draft: Draft) -> tuple[NodeId, Node | None]:
        """The id for a draft, and the node that has it where that says the same already."""
        counter = 0
        while True:
            node_id = birth_id(draft.type, draft.key, draft.content, counter)
            try:
                existing = self._find(node_id)
            except DamagedObject:
                # Nobody can say what stands there. Without a key it was born of these words, so they may stand anew.
                if draft.key is not None:
                    raise
                return node_id, None
            if existing is None:
                return node_id, None
            if draft.key is None and says_the_same(existing, draft.content):
                return node_id, existing
            counter += 1

    def _holder(self, draft: Draft) -> Node | None:
        """The live node under the key of a draft; of two that a merge left, the one that says the same."""
        key = draft.key
        if key is None:
            return None
        if key in self._keys:
            return self._taken[self._keys[key]]
        if self._is_first:
            return None
        ids = self._repository.index.nodes.nodes_with_key(self._transaction.workspace.number, key)
        found = [node for node in map(self._find, ids) if node is not None]
        same = [node for node in found if says_the_same(node, draft.content)]
        if len(found) > 1 and not same:
            raise Ambiguous("key", key, tuple(node.id.hex()[:12] for node in found))
        return next(iter(same or found), None)

    def _find(self, node: NodeId) -> Node | None:
        """The state of a live node. Raises DamagedObject."""
        if self._is_first or node in self._taken:
            return self._taken.get(node)
        found = find_current(self._repository, self._transaction.workspace.number, node)
        return None if found is None else found.node

    def _keep(self, node: Node) -> Node:
        if has_new_evidence(node, self._now):
            if self._anchoring is None:
                self._anchoring = anchoring_of(self._repository)
            node = self._anchoring.anchor(node, self._now)
        self._taken[node.id] = node
        if node.key is not None:
            self._keys[node.key] = node.id
        return node

    def _resolve(self, name: str) -> NodeId:
        """The node a link names, which an earlier line of the batch may have made."""
        if name in self._keys:
            return self._keys[name]
        try:
            return resolve_node(self._repository, name)
        except NotFound:
            taken = self._taken_under(name.lower())
            if len(taken) != 1:
                raise
            return taken[0]

    def _taken_under(self, digits: str) -> list[NodeId]:
        if not is_node_prefix(digits):
            return []
        if len(digits) == 2 * NODE_ID_BYTES:  # else a batch of links, written by a program, would cost its square
            node = NodeId(bytes.fromhex(digits))
            return [node] if node in self._taken else []
        return [node for node in self._taken if node.hex().startswith(digits)]


def _prepared(nodes: Iterable[Node]) -> Iterator[list[Prepared]]:
    """Versions ready to be stored, some at a time."""
    left = iter(nodes)
    while part := list(islice(left, _MANY)):
        yield [prepare(node) for node in part]
