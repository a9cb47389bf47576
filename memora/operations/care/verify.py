"""Look whether the evidence of memories still holds, and mark those it no longer does.

A belief is stale while it has a tag ``memora:stale:CONFIDENCE``, which keeps the confidence it had: its own is lower
meanwhile, so that everything that ranks or compares beliefs trusts it less.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import NamedTuple

from memora.evidence.anchors import Anchoring
from memora.evidence.files import Files
from memora.evidence.git import find_head
from memora.evidence.places import Place
from memora.evidence.verify import BROKEN, Finding, verify_evidence
from memora.model.belief import confirmed, doubted
from memora.model.ids import NodeId
from memora.model.node import Node, NodeVersion, dated, merge_observations
from memora.model.selection import EVERYTHING
from memora.operations.naming import read_named, read_row
from memora.repository import Repository

STALE_FACTOR = 0.5
COMMAND = "cmd:"

# Runs a command line and says whether it succeeded.
Runner = Callable[[str], bool]


class Verified(NamedTuple):
    """What became of each piece of evidence that was looked at, and the nodes that are other than before.

    ``stale`` are the nodes that are stale now, ``changed`` those of which something was written.
    """

    findings: tuple[Finding, ...]
    stale: tuple[NodeVersion, ...]
    changed: tuple[NodeVersion, ...]
    nodes: int


def verify(
    repository: Repository,
    names: Iterable[str] | None = None,
    *,
    files: Files,
    root: str,
    author: str,
    now: int,
    fix: bool = False,
    factor: float = STALE_FACTOR,
    run: Runner | None = None,
) -> Verified:
    """Look at the evidence of some nodes, or of all, and mark those stale whose evidence changed, is gone or failed.

    With ``fix`` evidence that moved points to its new place; where nodes are named, changed lines are taken as they are
    now, too: somebody looked at them. ``run`` decides about commands; without it they are not looked at. One
    transaction; nothing is written where nothing differs.
    """
    listed = None if names is None else list(names)
    with repository.transaction("verify", author=author, now=now) as transaction:
        items = _all(repository) if listed is None else list(read_named(repository, listed))
        findings = [*verify_evidence((item.node for item in items), files), *_run_commands(items, run)]
        by_node: dict[NodeId, list[Finding]] = defaultdict(list)
        for found in findings:
            by_node[found.node].append(found)
        anchoring = Anchoring(files, lambda: find_head(root))
        changed, stale = [], []
        for item in items:
            after = item.node
            seen = by_node.get(item.node.id, [])
            if fix:
                after, seen = _mended(after, seen, anchoring, by_name=listed is not None)
            broken = any(found.verdict in BROKEN for found in seen)
            if broken and not after.is_stale:
                after = doubted(after, factor)
            elif not broken and after.is_stale and _all_known(seen):
                after = confirmed(after)
            version = item.version
            if after != item.node:
                after = dated(item.node, after, now)
                version = transaction.write_node(after)
                changed.append(NodeVersion(after, version))
            if after.is_stale:
                stale.append(NodeVersion(after, version))
        if changed:
            transaction.set_nodes({item.node.id: item.version for item in changed})
        transaction.summary = f"{len(changed)} of {len(items)}"
    return Verified(tuple(findings), tuple(stale), tuple(changed), len(items))


def _all(repository: Repository) -> list[NodeVersion]:
    rows = repository.index.nodes.select(repository.workspace.number, EVERYTHING, 0)
    return [read_row(repository, row) for row in rows]


def _all_known(seen: list[Finding]) -> bool:
    """Whether something was looked at: a belief that was doubted for a command stays so until the command runs."""
    return bool(seen) and all(found.verdict != "not run" for found in seen)


def _run_commands(items: list[NodeVersion], run: Runner | None) -> list[Finding]:
    found = []
    done: dict[str, bool] = {}
    for item in items:
        for evidence in sorted({piece for seen in item.node.support for piece in seen.evidence}):
            if not evidence.startswith(COMMAND):
                continue
            line = evidence.removeprefix(COMMAND).strip()
            if run is None:
                verdict = "not run"
            else:
                done[line] = done[line] if line in done else run(line)
                verdict = "holds" if done[line] else "failed"
            found.append(Finding(item.node.id, evidence, verdict, Place(line)))
    return found


def _mended(node: Node, seen: list[Finding], anchoring: Anchoring, *, by_name: bool) -> tuple[Node, list[Finding]]:
    """The node with its evidence where it is now, and what is left to say about it."""
    renamed: dict[str, str] = {}
    left = []
    for found in seen:
        if found.verdict == "moved" and found.now is not None:
            renamed[found.evidence] = str(found.now)
        elif found.verdict == "unanchored" or (found.verdict == "changed" and by_name):
            renamed[found.evidence] = found.evidence
        else:
            left.append(found)
            continue
        left.append(found._replace(verdict="holds"))
    if not renamed:
        return node, left
    anchors = {after: anchoring.anchor_of(after) for after in renamed.values()}
    observations = []
    for item in node.observations:
        evidence = tuple(sorted({renamed.get(piece, piece) for piece in item.evidence}))
        kept = [text for text in item.anchors if text.split(" ", 3)[-1] not in renamed]
        fresh = [str(anchor) for piece, anchor in anchors.items() if anchor is not None and piece in evidence]
        observations.append(item._replace(evidence=evidence, anchors=tuple(sorted({*kept, *fresh}))))
    return node._replace(observations=merge_observations(tuple(observations))), left
