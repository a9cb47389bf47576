"""Search one commit for the change of a memory that made something bad."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from memora.history.changes import NodeChange, VersionChange, load_change, version_changes
from memora.history.culprits import find_culprits
from memora.history.load import load_commit
from memora.model.ids import CommitId, TreeId
from memora.operations.history.bisect import Verdict
from memora.operations.history.standing import tree_of
from memora.repository import Repository
from memora.tree.edit import edit, write_empty


class Culprit(NamedTuple):
    """The changes of a commit that make a test fail, out of ``total``, against its first parent.

    ``sufficient`` says that these alone do; else others are needed, too. ``undecided`` are changes of which one belongs
    to them, where the test could not tell. ``fails_without`` says that it fails with no change of the commit at all.
    """

    changes: tuple[NodeChange, ...]
    total: int
    sufficient: bool
    undecided: tuple[NodeChange, ...] = ()
    fails_without: bool = False


def bisect_nodes(repository: Repository, commit: CommitId, test: Callable[[TreeId], Verdict]) -> Culprit:
    """Apply parts of what a bad commit changed to the tree of its first parent, until the least that fails is found.

    About log2(changes) tests for each change that is needed. The trees are stored, so that the test can read them;
    nothing refers to them, and the next ``prune`` removes them.
    """
    recorded = load_commit(repository.objects, commit)
    before = tree_of(repository, recorded.parents[0]) if recorded.parents else None
    changes = list(version_changes(repository.objects, before, recorded.tree))

    def ask(tree: TreeId) -> bool | None:
        verdict = test(tree)
        return None if verdict == "skip" else verdict == "bad"

    if before is None:
        # Of any other commit the parent is known to be good, or taken to be because a later one is.
        with repository.exclusive():
            before = write_empty(repository.objects)
        if ask(before):
            return Culprit((), len(changes), False, fails_without=True)
    base = before
    found = find_culprits(
        len(changes), lambda numbers: ask(_write_tree(repository, base, [changes[number] for number in numbers]))
    )
    members, undecided = (
        tuple(load_change(repository.objects, changes[number]) for number in numbers)
        for numbers in (found.members, found.undecided)
    )
    return Culprit(members, len(changes), found.sufficient, undecided)


def _write_tree(repository: Repository, before: TreeId, changes: list[VersionChange]) -> TreeId:
    with repository.exclusive():
        return edit(repository.objects, before, {node: after for node, _, after in changes})
