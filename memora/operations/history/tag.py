"""List, make and delete tags."""

from __future__ import annotations

from typing import NamedTuple

from memora.errors import AlreadyExists, BadName, NotFound
from memora.history.load import load_tag
from memora.model.commit import Tag, clean_message
from memora.model.ids import CommitId, ObjectId, TagId
from memora.model.names import clean_ref_name
from memora.operations.revisions import resolve_commit
from memora.repository import Repository
from memora.storage.refs import TAGS


class TagEntry(NamedTuple):
    """A tag and its commit. ``annotation`` is what was said about it, None for a plain name."""

    name: str
    commit: CommitId
    annotation: Tag | None = None


def list_tags(repository: Repository) -> list[TagEntry]:
    """Every tag, by name."""
    with repository.snapshot():
        return [_entry(repository, name, target) for name, target in repository.refs.list(TAGS)]


def create_tag(
    repository: Repository,
    name: str,
    revision: str = "HEAD",
    *,
    message: str | None = None,
    force: bool = False,
    author: str,
    now: int,
) -> TagEntry:
    """Name a commit for good; with a message the tag also keeps who did so, when and why.

    Raises BadName, BadInput for an empty message, NotFound, and AlreadyExists unless ``force``, which moves the tag.
    """
    name = clean_ref_name("tag", name)
    text = None if message is None else clean_message(message)
    with repository.transaction("tag", author=author, now=now) as transaction:
        before = repository.refs.find(TAGS + name)
        if before is not None and not force:
            raise AlreadyExists("tag", name)
        commit = resolve_commit(repository, revision, now)
        annotation = None if text is None else Tag(name, commit, author, now, text)
        target: ObjectId = commit if annotation is None else transaction.write_tag(annotation)
        transaction.move_ref(TAGS + name, before, target)
        transaction.summary = f"{name} at {commit.hex()[:8]}"
        return TagEntry(name, commit, annotation)


def delete_tag(repository: Repository, name: str, *, author: str, now: int) -> TagEntry:
    """Remove a tag. Raises NotFound."""
    with repository.transaction("tag", author=author, now=now) as transaction:
        try:
            name = clean_ref_name("tag", name)
        except BadName:
            raise NotFound("tag", name) from None
        target = repository.refs.find(TAGS + name)
        if target is None:
            raise _unknown(repository, name)
        entry = _entry(repository, name, target)
        transaction.move_ref(TAGS + name, target, None)
        transaction.summary = f"-d {name}, which was at {entry.commit.hex()[:8]}"
        return entry


def _entry(repository: Repository, name: str, target: ObjectId) -> TagEntry:
    if repository.objects.kind_of(target) != "tag":
        return TagEntry(name, CommitId(target))
    annotation = load_tag(repository.objects, TagId(target))
    return TagEntry(name, annotation.commit, annotation)


def _unknown(repository: Repository, name: str) -> NotFound:
    from difflib import get_close_matches

    return NotFound("tag", name, tuple(get_close_matches(name, [known for known, _ in repository.refs.list(TAGS)], 3)))
