"""What every command that merges shares: the policies in force, the plan, and carrying it out in a transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from memora.config.settings import Settings
from memora.history.load import load_node
from memora.merge.decisions import Decision, Holders, MergePlan
from memora.merge.plan import plan_merge
from memora.merge.policy import DEFAULT_POLICIES, Policy, Strategy, check_policy
from memora.merge.remembered import settle_remembered
from memora.merge.result import virtual_states
from memora.model.commit import Decision as RecordedDecision
from memora.model.ids import NodeId, TreeId, VersionId
from memora.model.node import Node
from memora.model.node_codec import encode_node
from memora.model.ports import ObjectWriter
from memora.model.vocabulary import NODE_TYPES
from memora.operations.naming import find_current
from memora.repository import Repository, Transaction

RESOLUTIONS: Final = "refs/resolutions/"


def configured_policies(settings: Settings) -> Mapping[str, Policy]:
    """The policies of the types, as far as settings name them. Raises BadInput for a rule that there is not."""
    policies = dict(DEFAULT_POLICIES)
    for type_name in NODE_TYPES:
        name = f"merge.{type_name}"
        rules = settings.words(name)
        if rules:
            policies[type_name] = check_policy(name, tuple(rules))
    return policies


def plan_trees(
    repository: Repository,
    objects: ObjectWriter,
    base: TreeId,
    ours: TreeId,
    theirs: TreeId,
    *,
    policies: Mapping[str, Policy] = DEFAULT_POLICIES,
    strategy: Strategy = "auto",
    holders: Holders | None = None,
) -> MergePlan:
    """The plan of a merge into this workspace, remembered resolutions considered.

    ``holders`` as in ``plan_merge``. States that disputes point at are written to ``objects``.
    """
    plan = plan_merge(objects, base, ours, theirs, policies=policies, strategy=strategy, holders=holders)
    for node in plan.kept:
        objects.write("node", encode_node(node))
    plan = plan._replace(kept=(*plan.kept, *virtual_states(objects, repository.objects, plan)))
    return settle_remembered(objects, plan, lambda signature: find_resolution(repository, signature))


def carry_out(transaction: Transaction, plan: MergePlan) -> None:
    """Make a plan's changes to the working tree of a transaction, which must be the plan's ours."""
    for node in plan.kept:
        transaction.write_node(node)
    changes: dict[NodeId, VersionId | None] = {**plan.taken, **dict.fromkeys(plan.removed)}
    for node_id, node in plan.written.items():
        changes[node_id] = transaction.write_node(node)
    transaction.set_nodes(changes)


def recorded_decisions(decisions: tuple[Decision, ...]) -> tuple[RecordedDecision, ...]:
    """The clashes that a merge decided, as its commit keeps them."""
    return tuple(
        RecordedDecision(decision.node, decision.verdict.rule, decision.overruled)
        for decision in decisions
        if not decision.is_disputed
    )


def find_resolution(repository: Repository, signature: str) -> Node | None:
    """How a dispute was settled before, or None."""
    target = repository.refs.find(RESOLUTIONS + signature)
    return None if target is None else load_node(repository.objects, VersionId(target))


def current_holders(repository: Repository, key: str) -> Iterator[tuple[NodeId, VersionId]]:
    """The nodes of this workspace's working tree under a key, with their versions."""
    workspace = repository.workspace.number
    for node in repository.index.nodes.nodes_with_key(workspace, key):
        found = find_current(repository, workspace, node)
        if found is not None:
            yield node, found[1]
