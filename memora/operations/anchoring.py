"""Anchors for the evidence that a command brings: the files of the project are those around the store."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from memora.model.node import Node
from memora.repository import Repository

if TYPE_CHECKING:
    from memora.evidence.anchors import Anchoring


def has_new_evidence(node: Node, now: int) -> bool:
    """Whether somebody gave evidence now that is not anchored yet."""
    return any(item.evidence and item.at == now and not item.anchors for item in node.observations)


def anchoring_of(repository: Repository) -> Anchoring:
    """What anchors the evidence of one command; each file is read once."""
    from memora.evidence.anchors import Anchoring
    from memora.evidence.files import WorkingFiles
    from memora.evidence.git import find_head

    root = os.path.dirname(repository.path)
    return Anchoring(WorkingFiles(root), lambda: find_head(root))


def anchored(repository: Repository, node: Node, now: int) -> Node:
    """The node with what its new evidence says kept in it; the same node where that points to no lines."""
    if not has_new_evidence(node, now):
        return node
    return anchoring_of(repository).anchor(node, now)
