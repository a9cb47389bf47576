"""What a memory rests on."""

from __future__ import annotations

from memora.history.grounds import SUPPORTS, Ground, find_grounds
from memora.model.ids import NodeId, TreeId
from memora.operations.naming import find_node_at, resolve_node
from memora.operations.revisions import resolve_tree
from memora.repository import Repository
from memora.tree.lookup import lookup_many


def why(repository: Repository, name: str, *, now: int, revision: str | None = None) -> Ground:
    """The tree of what a node rests on and the trust that leaves, now or in a revision. Raises NotFound, Ambiguous."""
    with repository.snapshot():
        if revision is None:
            tree, node = repository.workspace.tree, resolve_node(repository, name)
        else:
            tree = resolve_tree(repository, revision, now)
            node = find_node_at(repository, tree, name)
        return find_grounds(
            repository.objects, tree, node, lambda supported: _supporters(repository, tree, supported), now
        )


def _supporters(repository: Repository, tree: TreeId, node: NodeId) -> list[NodeId]:
    """The nodes of a tree that support one. Cost follows the versions that ever did."""
    objects = repository.objects
    ever = {(source, row) for source, row, relation in repository.index.nodes.links_to(node) if relation == SUPPORTS}
    present = lookup_many(objects, tree, {source for source, _ in ever})
    return [source for source, version in present.items() if (source, objects.row_of(version)) in ever]
