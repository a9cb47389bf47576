"""Put memory into one file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from difflib import get_close_matches
from typing import Final, NamedTuple

from memora.errors import BadInput, BadUsage, NoCommits, NotFound
from memora.history.load import load_commit
from memora.history.ranges import commits_between
from memora.model.ids import CommitId, ObjectId
from memora.model.names import clean_ref_name
from memora.model.secrets import refuse_secrets
from memora.model.text import clean_content
from memora.operations.remotes.fetch import no_progress
from memora.operations.remotes.outgoing import checked
from memora.operations.revisions import peel, resolve_commit
from memora.remotes.bundle import BundleHeader, bundle_chunks
from memora.remotes.closure import closure
from memora.remotes.pack import PackWriter
from memora.remotes.ports import Packable, Progress
from memora.repository import Repository
from memora.storage.refs import BRANCHES, SESSIONS, TAGS
from memora.tree.walk import versions, walk

_BETWEEN: Final = ".."
_SHOWN_EVERY: Final = 1000


class Bundled(NamedTuple):
    """What was put into a bundle: how many objects, versions and commits, and the bytes of the file."""

    header: BundleHeader
    objects: int
    versions: int
    commits: int
    size_bytes: int


class NothingNew(NamedTuple):
    """Nothing was asked for that is not excluded at the same time, so no bundle was made."""


class Letter(NamedTuple):
    """Who a bundle is for, and what is said to them in Markdown."""

    to: str | None = None
    note: str | None = None


NO_LETTER: Final = Letter()


def create_bundle(
    repository: Repository,
    ranges: Sequence[str],
    write: Callable[[Iterator[bytes]], int],
    *,
    author: str,
    now: int,
    everything: bool = False,
    letter: Letter = NO_LETTER,
    allowed_secrets: Collection[str] = (),
    progress: Progress = no_progress,
) -> Bundled | NothingNew:
    """Bundle branches and tags with all that they need, or ``A..B``: B without what A has.

    Without ranges it is the current branch; ``everything`` is all branches, tags and sessions. ``write`` gets the bytes
    one after the other and says how many there were. Nothing is written here. Raises NotFound, BadInput for what is no
    name of a branch or tag, NoCommits, Purged, SecretFound unless its rule is allowed.
    """
    if everything and ranges:
        raise BadUsage("--all and ranges exclude each other")
    with repository.snapshot():
        refs, excluded = _everything(repository) if everything else _asked(repository, ranges, now)
        included, boundary = _split(repository, refs, excluded)
        refs = {ref: target for ref, target in refs.items() if _is_included(repository, ref, target, included)}
        header = BundleHeader(
            refs,
            tuple(sorted(boundary)),
            _head(repository, refs),
            author,
            now,
            None if letter.to is None else clean_ref_name("agent", letter.to),
            None if letter.note is None else _clean_note(letter.note),
        )
        refuse_secrets("note", [header.note or ""], allowed_secrets)
        held = _held(repository, boundary)
        kinds: Counter[str] = Counter()
        items = closure(repository.objects, refs.values(), held.__contains__)
        writer = PackWriter(_counted(checked(repository, items, allowed_secrets, "this bundle"), kinds, progress))
        if writer.is_empty:
            return NothingNew()
        size_bytes = write(bundle_chunks(header, writer))
        return Bundled(header, kinds.total(), kinds["node"], kinds["commit"], size_bytes)


def _clean_note(text: str) -> str:
    try:
        return clean_content(text)
    except BadInput as error:
        raise BadInput("note", error.problem) from None


def _everything(repository: Repository) -> tuple[dict[str, ObjectId], list[CommitId]]:
    refs = repository.refs
    return {prefix + name: target for prefix in (BRANCHES, TAGS, SESSIONS) for name, target in refs.list(prefix)}, []


def _asked(repository: Repository, ranges: Sequence[str], now: int) -> tuple[dict[str, ObjectId], list[CommitId]]:
    """The references that ranges end at, and the commits that they leave out."""
    refs: dict[str, ObjectId] = {}
    excluded = []
    for text in ranges or ("HEAD",):
        start, between, end = text.rpartition(_BETWEEN)
        if between:
            excluded.append(resolve_commit(repository, start or "HEAD", now))
        ref, target = _find(repository, end or "HEAD")
        refs[ref] = target
    return refs, excluded


def _find(repository: Repository, name: str) -> tuple[str, ObjectId]:
    """The branch or tag of a name; HEAD is the branch that the workspace is on."""
    if name == "HEAD":
        branch = repository.workspace.head.branch
        if branch is None:
            raise BadInput("range", "has to name a branch: this workspace is on none")
        target = repository.refs.find(BRANCHES + branch)
        if target is None:
            raise NoCommits()
        return BRANCHES + branch, target
    for prefix in (BRANCHES, TAGS):
        target = repository.refs.find(prefix + name)
        if target is not None:
            return prefix + name, target
    names = [known for prefix in (BRANCHES, TAGS) for known, _ in repository.refs.list(prefix)]
    raise NotFound("branch", name, tuple(get_close_matches(name, names, 3)))


def _split(
    repository: Repository, refs: dict[str, ObjectId], excluded: list[CommitId]
) -> tuple[set[CommitId], set[CommitId]]:
    """The commits to bundle, and those that must be there already: the parents of these that are not among them."""
    graph = repository.index.commits
    tips = {peel(repository, target) for ref, target in refs.items() if not ref.startswith(SESSIONS)}
    included = {commit for tip in tips for commit in commits_between(graph, excluded, tip)} if excluded else set()
    if not excluded:
        return tips, set()
    found = (graph.find(commit) for commit in included)
    parents = {parent for entry in found if entry is not None for parent in entry.parents}
    return included, parents - included


def _is_included(repository: Repository, ref: str, target: ObjectId, included: set[CommitId]) -> bool:
    return ref.startswith(SESSIONS) or peel(repository, target) in included


def _head(repository: Repository, refs: dict[str, ObjectId]) -> str | None:
    """The branch that a bundle is about: the current one, if it is in it, else the only one."""
    branches = [ref.removeprefix(BRANCHES) for ref in refs if ref.startswith(BRANCHES)]
    current = repository.workspace.head.branch
    return current if current in branches else branches[0] if len(branches) == 1 else None


def _held(repository: Repository, commits: set[CommitId]) -> set[ObjectId]:
    """Some commits, and what their trees hold: whoever has them has this."""
    held: set[ObjectId] = set()
    for commit in commits:
        for _, body in walk(repository.objects, load_commit(repository.objects, commit).tree, held):
            held.update(versions(body))
    return held | commits


def _counted(items: Iterator[Packable], kinds: Counter[str], progress: Progress) -> Iterator[Packable]:
    for count, item in enumerate(items, 1):
        kinds[item.kind] += 1
        if count % _SHOWN_EVERY == 0:
            progress("objects bundled", count)
        yield item
