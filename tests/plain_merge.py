"""Merging by the rules of docs/merge.md, said again in the plainest way: memories in dicts, one node after the other.

It knows no trees, plans or candidates, and looks at every node there is. Tests compare the two.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from memora.model.ids import NodeId, VersionId, hash_object
from memora.model.node import Dispute, Node, Observation, merge_observations, observers, sources
from memora.model.node_codec import encode_node

Memories = dict[NodeId, Node]
# Every state that a dispute may stand between.
States = dict[VersionId, Node]

TYPES = ("episodic", "semantic", "procedural", "assumption", "project", "preference")
LADDER = ("confidence", "source", "status")
POLICIES = {
    "episodic": ("newest",),
    "semantic": LADDER,
    "procedural": ("stable",),
    "assumption": ("stable", *LADDER),
    "project": LADDER,
    "preference": ("newest_human", *LADDER),
}
SOURCE_RANKS = {"code_read": 9, "test_result": 8, "manual": 7, "model_inference": 4, "import": 3}
AGENT_RANK = 6
STANDINGS = ("deprecated", "conflicted", "ephemeral", "stable")
CERTAIN = {"code_read", "test_result", "manual"}


def version_of(node: Node) -> VersionId:
    """The id of a state."""
    return VersionId(hash_object("node", encode_node(node)))


class PlainMerge:
    """A merge with a strategy. ``states`` are known from before, and get what the merge makes.

    ``quarrels`` are the memories that it put into dispute.
    """

    def __init__(self, states: States, strategy: str = "auto") -> None:
        self.states = states
        self.strategy = strategy
        self.quarrels: set[NodeId] = set()

    def merge(self, base: Memories, ours: Memories, theirs: Memories) -> Memories:
        """What the memories are after the merge."""
        for side in (base, ours, theirs):
            self.states.update({version_of(node): node for node in side.values()})
        merged = {}
        for node_id in sorted(base.keys() | ours.keys() | theirs.keys()):
            node = self.merge_one(base.get(node_id), ours.get(node_id), theirs.get(node_id))
            if node is not None:
                merged[node_id] = node
        return self.one_for_each_key(merged)

    def merge_one(self, base: Node | None, ours: Node | None, theirs: Node | None) -> Node | None:
        if ours == theirs or theirs == base:
            return ours
        if ours == base:
            return theirs
        if ours is None or theirs is None:
            assert base is not None
            return self.edit_against_deletion(base, ours, theirs)
        return self.clash(base, ours, theirs)

    def edit_against_deletion(self, base: Node, ours: Node | None, theirs: Node | None) -> Node | None:
        edited = ours or theirs
        assert edited is not None
        if self.strategy in ("ours", "theirs"):
            return ours if self.strategy == "ours" else theirs
        if base.type == "episodic" and self.strategy == "auto":
            return edited
        self.quarrels.add(edited.id)
        return edited._replace(status="conflicted", dispute=Dispute(origin(base), self.sides(edited)))

    def clash(self, base: Node | None, ours: Node, theirs: Node) -> Node:
        """Both sides changed it, each to something else."""
        said = [None if node is None else words(node) for node in (base, ours, theirs)]
        both_spoke = said[1] != said[2] and said[0] not in said[1:]
        other_standing = base is not None and said[1] == said[2] and one_of(base, ours, theirs, "status") is None
        leader = {"ours": ours, "theirs": theirs}.get(self.strategy) or better(ours, theirs)
        if both_spoke or other_standing:
            winner = self.winner(base, ours, theirs)
            if winner is None:
                return self.dispute(base, ours, theirs)
            leader = winner
        spoken, judged_old_words = leader, False
        if base is not None and said[0] in said[1:] and said[1] != said[2]:
            spoken, silent = (theirs, ours) if said[1] == said[0] else (ours, theirs)
            judged_old_words = silent.status not in (base.status, spoken.status)
            if judged_old_words and self.strategy in ("auto", "manual"):
                leader = spoken
        fields = {name: self.field(base, ours, theirs, name, leader) for name in PLAIN_FIELDS}
        status = self.field(base, ours, theirs, "status", leader)
        if base is None and said[1] == said[2]:
            status, fields["expires_at"] = self.learnt_apart(ours, theirs)
        elif judged_old_words or (both_spoke and ours.status != theirs.status):
            fields["expires_at"] = spoken.expires_at
        if said[1] == said[2]:
            spoken = leader._replace(
                status=status,
                confidence=self.confidence(base, ours, theirs, leader),
                observations=self.observations(base, ours, theirs),
                dispute=self.field(base, ours, theirs, "dispute", leader),
            )
        node = in_order(spoken._replace(**fields, **self.always(base, ours, theirs)), leader)
        if base is None and node.status == "ephemeral" and len(observers(node)) > 1:
            node = node._replace(status="stable", expires_at=None)
        return node

    def dispute(self, base: Node | None, ours: Node, theirs: Node) -> Node:
        self.quarrels.add(ours.id)
        sides = {*self.sides(ours), *self.sides(theirs)}
        shown = self.states[min(sides)]
        fields = {name: self.field(base, ours, theirs, name, shown) for name in PLAIN_FIELDS}
        if ours.status != theirs.status and words(ours) != words(theirs) and ours.expires_at != theirs.expires_at:
            fields["expires_at"] = shown.expires_at
        node = shown._replace(
            **fields,
            **self.always(base, ours, theirs),
            id=ours.id,
            status="conflicted",
            dispute=Dispute(origin(base), tuple(sorted(sides))),
        )
        return in_order(node, shown)

    def learnt_apart(self, ours: Node, theirs: Node) -> tuple[str, int | None]:
        if ours.status == theirs.status:
            ends = (ours.expires_at, theirs.expires_at)
            return ours.status, None if None in ends else max(ends)
        stronger = max(ours, theirs, key=lambda node: STANDINGS.index(node.status))
        return stronger.status, stronger.expires_at

    def field(self, base: Node | None, ours: Node, theirs: Node, name: str, leader: Node) -> Any:
        found = one_of(base, ours, theirs, name)
        return getattr(leader, name) if found is None else found[0]

    def always(self, base: Node | None, ours: Node, theirs: Node) -> dict[str, Any]:
        """The fields that never clash."""
        fields: dict[str, Any] = {
            "created_at": min(ours.created_at, theirs.created_at),
            "updated_at": max(ours.updated_at, theirs.updated_at),
        }
        for name in ("tags", "links", "applies_to"):
            before, mine, yours = (set(getattr(node, name) if node else ()) for node in (base, ours, theirs))
            fields[name] = tuple(
                sorted(item for item in mine | yours if (item in mine and item in yours) or item not in before)
            )
        return fields

    def observations(self, base: Node | None, ours: Node, theirs: Node) -> tuple[Observation, ...]:
        before, mine, yours = (set(node.observations if node else ()) for node in (base, ours, theirs))
        kept = [item for item in mine | yours if (item in mine and item in yours) or item not in before]
        if all(item.contradicts for item in kept):
            kept += [item for item in mine | yours if not item.contradicts]
        return merge_observations(tuple(kept))

    def confidence(self, base: Node | None, ours: Node, theirs: Node, leader: Node) -> float:
        a, b = ours.confidence, theirs.confidence
        start = 0.0 if base is None else base.confidence
        if base is not None and a != b and start in (a, b):
            return b if a == start else a
        known = observers(base) if base else set()
        mine, yours = observers(ours) - known, observers(theirs) - known
        if not mine or not yours or mine & yours or (base is not None and not (a > start < b)):
            return a if a == b else leader.confidence
        together = 1.0 if start == 1 else 1 - (1 - a) * (1 - b) / (1 - start)
        if not CERTAIN & {*sources(ours), *sources(theirs)}:
            together = min(together, 0.99)
        return round(max(together, a, b), 4)

    def winner(self, base: Node | None, ours: Node, theirs: Node) -> Node | None:
        if self.strategy != "auto":
            return {"ours": ours, "theirs": theirs}.get(self.strategy)
        type_name = base.type if base else min((ours.type, theirs.type), key=TYPES.index)
        found = {
            ask(POLICIES[type_name], self.states[mine], self.states[yours])
            for mine in self.sides(ours)
            for yours in self.sides(theirs)
        }
        return {(1,): ours, (-1,): theirs}.get(tuple(found))

    def sides(self, node: Node) -> tuple[VersionId, ...]:
        return node.dispute.sides if node.dispute else (version_of(node),)

    def one_for_each_key(self, memories: Memories) -> Memories:
        """The memories with those under one key made one."""
        holders: dict[str, list[Node]] = {}
        for _, node in sorted(memories.items()):
            if node.key is not None:
                holders.setdefault(node.key, []).append(node)
        result = dict(memories)
        for nodes in holders.values():
            if len(nodes) > 1:
                assert len(nodes) == 2
                for node in nodes:
                    self.states[version_of(node)] = node
                    del result[node.id]
                result[nodes[0].id] = self.share_key(*nodes)
        return result

    def share_key(self, first: Node, second: Node) -> Node:
        links = tuple(sorted({link for link in (*first.links, *second.links) if link.to != first.id}))
        if first.dispute is None and second.dispute is None and first.content.split() == second.content.split():
            one = PlainMerge(self.states).clash(None, first, second._replace(content=first.content))
            return one._replace(id=first.id, links=links)
        self.quarrels.add(first.id)
        return first._replace(
            status="conflicted",
            dispute=Dispute(None, tuple(sorted({*self.sides(first), *self.sides(second)}))),
            created_at=min(first.created_at, second.created_at),
            updated_at=max(first.updated_at, second.updated_at),
            tags=tuple(sorted({*first.tags, *second.tags})),
            applies_to=tuple(sorted({*first.applies_to, *second.applies_to})),
            links=links,
        )


PLAIN_FIELDS = ("type", "key", "pinned", "expires_at", "valid_from", "valid_to")


def words(node: Node) -> tuple[Any, ...]:
    """What a memory says: its content, and all that it stands between."""
    return node.content, node.dispute and node.dispute.sides


def one_of(base: Node | None, ours: Node, theirs: Node, name: str) -> tuple[Any] | None:
    """What a field is where at most one side changed it; None where they clash."""
    absent = False if name == "pinned" else None
    before, mine, yours = (getattr(node, name, absent) for node in (base, ours, theirs))
    if mine == yours or yours == before:
        return (mine,)
    return (yours,) if mine == before else None


def in_order(node: Node, leader: Node) -> Node:
    """A merged memory that has the whole span of the leader where it would end before it begins."""
    if node.valid_from is None or node.valid_to is None or node.valid_from <= node.valid_to:
        return node
    return node._replace(valid_from=leader.valid_from, valid_to=leader.valid_to)


def origin(base: Node | None) -> VersionId | None:
    if base is None:
        return None
    return base.dispute.base if base.dispute else version_of(base)


def better(ours: Node, theirs: Node) -> Node:
    return ours if ask(("status", "confidence", "source", "newest"), ours, theirs) > 0 else theirs


def ask(rules: tuple[str, ...], ours: Node, theirs: Node) -> int:
    """1 where the rules are for ours, -1 for theirs, 0 where none tells."""
    for rule in rules:
        mine, yours = MEASURES[rule](ours), MEASURES[rule](theirs)
        if rule == "confidence" and abs(round(mine - yours, 4)) <= 0.001:
            continue
        if mine != yours:
            return 1 if mine > yours else -1
    return 0


def source_of(node: Node) -> int:
    ranks = [
        1 if source.startswith("unknown:") else SOURCE_RANKS.get(source, AGENT_RANK)
        for source in sources(node) or ["unknown:"]
    ]
    return max(ranks)


MEASURES: dict[str, Callable[[Node], Any]] = {
    "confidence": lambda node: node.confidence,
    "source": source_of,
    "status": lambda node: STANDINGS.index(node.status),
    "stable": lambda node: node.status == "stable",
    "newest": lambda node: (node.updated_at, version_of(node)),
    "newest_human": lambda node: max((seen.at for seen in node.observations if seen.source == "manual"), default=0),
}
