"""Hand the memory of a branch over to whoever goes on: a bundle with a letter that says where things stand."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

from memora.errors import BadInput, NoCommits, Uncommitted
from memora.history.changes import version_changes
from memora.model.names import clean_ref_name
from memora.operations.history.commit import commit
from memora.operations.history.standing import tree_of
from memora.operations.remotes.bundling import Bundled, Letter, create_bundle
from memora.operations.remotes.fetch import no_progress
from memora.operations.share.handoff_letter import Questions, clean_note, count_questions, write_letter
from memora.operations.start.status import status
from memora.remotes.ports import Progress
from memora.repository import Repository

_MOST_NAMED = 5


class Handoff(NamedTuple):
    """What was handed over: the branch with all its history, the letter in the header, and what is open in it."""

    bundled: Bundled
    branch: str
    questions: Questions


def hand_off(
    repository: Repository,
    to: str,
    write: Callable[[Iterator[bytes]], int],
    *,
    author: str,
    now: int,
    note: str | None = None,
    commit_first: bool = False,
    allowed_secrets: Collection[str] = (),
    progress: Progress = no_progress,
) -> Handoff:
    """Bundle the current branch for an agent, with a letter. ``write`` gets the bytes, as in ``create_bundle``.

    Raises Uncommitted, with nothing written, unless what is not committed may be committed first; BadName for no name
    of an agent, BadInput for the note or where this workspace is on no branch, NoCommits, SecretFound.
    """
    to = clean_ref_name("agent", to)
    note = None if note is None else clean_note(note)
    branch = repository.workspace.head.branch
    if branch is None:
        raise BadInput("branch", "is missing: this workspace is on none, so there is nothing to hand over")
    if commit_first:
        commit(repository, message=f"Handed over to {to}", author=author, now=now)
    with repository.snapshot():
        _require_clean(repository)
        standing = status(repository, now=now)
        if standing.head is None:
            raise NoCommits()
        questions = count_questions(repository, standing, now)
        letter = write_letter(repository, standing, questions, to=to, note=note, author=author, now=now)
        bundled = create_bundle(
            repository,
            (branch,),
            write,
            author=author,
            now=now,
            letter=Letter(to, letter),
            allowed_secrets=allowed_secrets,
            progress=progress,
        )
        assert isinstance(bundled, Bundled)  # a branch with a commit has something
    return Handoff(bundled, branch, questions)


def _require_clean(repository: Repository) -> None:
    workspace = repository.workspace
    before = tree_of(repository, workspace.head.commit)
    nodes = [node.hex() for node, _, _ in version_changes(repository.objects, before, workspace.tree)]
    if nodes:
        raise Uncommitted(len(nodes), tuple(nodes[:_MOST_NAMED]))
