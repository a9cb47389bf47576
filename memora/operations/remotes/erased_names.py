"""Names of references at a remote without what was erased from them."""

from __future__ import annotations

import re
from collections.abc import Collection

from memora.history.graph import is_ancestor
from memora.model.erasure import NAME_TOKEN, SHORTEST_TEXT, Erasure
from memora.model.ids import CommitId, ObjectId
from memora.model.names import fold_name
from memora.operations.revisions import REMOTES
from memora.remotes.manifest import BRANCHES
from memora.repository import Repository
from memora.storage.remotes import Remote


def name_without(ref: str, erasure: Erasure, taken: Collection[str]) -> str:
    """The name of a reference without what is erased; another one where that, or what looks like it, is taken."""
    prefix, name = _split(ref)
    clean = erasure.name(name)
    if clean == name:
        return ref
    folded = {fold_name(each) for each in taken}
    found, number = clean, 1
    while fold_name(prefix + found) in folded:
        number += 1
        found = f"{clean}-{number}"
    return prefix + found


def name_given_here(
    repository: Repository, remote: Remote, ref: str, after: ObjectId | None, taken: Collection[str]
) -> str:
    """The name that a purge here gave to a reference which a remote still has under the old one; else the old one.

    Nobody knows the text any more when a purge was killed, or did not reach the remote. What followed the remote here
    was renamed: it is what is called so but for the token, and, of a branch, is no further on. The old name stays where
    the new one, or what looks like it, is ``taken``, and where nothing or several may be meant.
    """
    prefix, name = _split(ref)
    here = f"{REMOTES}{remote.name}/" if prefix == BRANCHES else prefix
    if repository.refs.find(here + name) is not None:
        return ref
    given = [
        other
        for other, target in repository.refs.list(here)
        if _was(name, other) and (prefix != BRANCHES or _leads_to(repository, target, after))
    ]
    if len(given) != 1 or fold_name(prefix + given[0]) in {fold_name(each) for each in taken}:
        return ref
    return prefix + given[0]


def _split(ref: str) -> tuple[str, str]:
    end = ref.index("/", len("refs/")) + 1
    return ref[:end], ref[end:]


def _was(name: str, given: str) -> bool:
    """Whether a name may have become another one by a text of it being erased; what is left of it has to tell."""
    if NAME_TOKEN not in given or not given.replace(NAME_TOKEN, "").strip("-0123456789"):
        return False
    return re.fullmatch(re.escape(given).replace(NAME_TOKEN, f".{{{SHORTEST_TEXT},}}"), name) is not None


def _leads_to(repository: Repository, target: ObjectId, after: ObjectId | None) -> bool:
    graph = repository.index.commits
    if after is None or any(graph.find(CommitId(commit)) is None for commit in (target, after)):
        return False
    return is_ancestor(graph, CommitId(target), CommitId(after))
