"""From what a person calls a revision to the commit or tree, in an opened store."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from memora.errors import Ambiguous, BadInput, NotFound
from memora.history.load import load_commit, load_tag
from memora.history.revisions import (
    LONGEST_PREFIX,
    SHORTEST_PREFIX,
    Position,
    SessionMoment,
    parse_revision,
    resolve,
)
from memora.model.ids import CommitId, ObjectId, TagId, TreeId
from memora.repository import Repository
from memora.storage.refs import BRANCHES, TAGS, parse_head

REMOTES: Final = "refs/remotes/"
_DIGITS = re.compile(r"[0-9a-f]+")


def resolve_commit(repository: Repository, text: str, now: int) -> CommitId:
    """The commit that a revision means in the repository's workspace.

    Of a moment of a session it is the commit that HEAD was on, where that is all there was. Raises BadInput for what
    is no revision, NotFound, Ambiguous for an id prefix that several share, and NotCommitted.
    """
    revision = parse_revision(text)
    if isinstance(revision, SessionMoment):
        from memora.operations.sessions.moments import commit_at  # few ask for it

        return commit_at(repository, revision)
    return resolve(revision, StoreNames(repository), repository.index.commits, now)


def resolve_tree(repository: Repository, text: str, now: int) -> TreeId:
    """The tree of a revision, or the tree that has an id or id prefix, or that a session had at an event.

    Raises as ``resolve_commit``.
    """
    if text.startswith("session:"):
        from memora.operations.sessions.moments import tree_at

        revision = parse_revision(text)
        if not isinstance(revision, SessionMoment):
            raise BadInput("revision", f"{text!r} is not session:ID@N, N being the number of an event")
        return tree_at(repository, revision)
    try:
        return load_commit(repository.objects, resolve_commit(repository, text, now)).tree
    except NotFound:
        digits = text.lower()
        if not SHORTEST_PREFIX <= len(digits) <= LONGEST_PREFIX or not _DIGITS.fullmatch(digits):
            raise
        trees = repository.objects.find_prefix(digits, "tree", 3)
        if len(trees) > 1:
            raise Ambiguous("tree", text, tuple(tree.hex()[:12] for tree in trees)) from None
        if not trees:
            raise
        return TreeId(trees[0])


class StoreNames:
    """The names of a store, seen from one workspace: the ``Names`` of ``memora.history.revisions``."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def head(self) -> tuple[str | None, CommitId | None]:
        return self._repository.workspace.head

    def find(self, ref: str) -> CommitId | None:
        target = self._repository.refs.find(ref)
        return None if target is None else peel(self._repository, target)

    def positions(self, ref: str) -> Iterator[Position]:
        if ref != "HEAD":
            for operation, move in self._repository.log.moves_of(ref):
                yield Position(operation.at, self._peeled(move.before), self._peeled(move.after))
            return
        for operation, move in self._repository.log.moves_of(f"workspace/{self._repository.workspace.name}/head"):
            yield Position(operation.at, _head_commit(move.before), _head_commit(move.after))

    def commits_with_prefix(self, digits: str, limit: int) -> list[CommitId]:
        return [CommitId(found) for found in self._repository.objects.find_prefix(digits, "commit", limit)]

    def short_names(self) -> list[str]:
        return [name for prefix in (BRANCHES, TAGS, REMOTES) for name, _ in self._repository.refs.list(prefix)]

    def _peeled(self, target: bytes | None) -> CommitId | None:
        return None if target is None else peel(self._repository, ObjectId(target))


def peel(repository: Repository, target: ObjectId) -> CommitId:
    """The commit that a reference's target stands for: itself, or the one an annotated tag names."""
    if repository.objects.kind_of(target) == "tag":
        return load_tag(repository.objects, TagId(target)).commit
    return CommitId(target)


def _head_commit(stored: bytes | None) -> CommitId | None:
    return None if stored is None else parse_head(stored.decode()).commit
