"""One file's memories against what was imported from it before: what is known, what was edited, what is new."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import Final, Literal, NamedTuple

from blake3 import blake3

from memora.errors import Ambiguous, KeyTaken
from memora.importers.found import Found
from memora.model.belief import birth_id, says_the_same
from memora.model.draft import Draft
from memora.model.ids import NodeId
from memora.model.node import Node
from memora.model.screening import reveal
from memora.model.selection import NodeFilter
from memora.model.text import identity_form
from memora.operations.naming import read_row
from memora.operations.remember.intake import Intake
from memora.repository import Repository

Outcome = Literal["added", "corroborated", "known", "changed", "kept"]

SOURCE: Final = "import"
_DIGEST_DIGITS: Final = 16
_PATH_CHARACTERS: Final = 300
_MARK_CHARACTERS: Final = 100
# From which likeness on a new line is an old one that was edited.
_LIKE: Final = 0.6
_MOST_COMPARED: Final = 300
_NOTE = re.compile(r"imported from (?P<path>.+):\d+(?: \((?P<mark>.*)\))?, digest [0-9a-f]{16}")


class Wanted(NamedTuple):
    """A memory of a file, the draft of it, and the reasons to hold it back."""

    found: Found
    draft: Draft
    reasons: tuple[str, ...]


class Earlier(NamedTuple):
    """A memory that is still as it was imported from a file; ``mark`` is its name in there."""

    node: Node
    mark: str | None


class Took(NamedTuple):
    """What became of a wish."""

    wanted: Wanted
    outcome: Outcome
    node: Node
    reasons: tuple[str, ...]


def format_note(path: str, item: Found, content: str) -> str:
    """Where a memory comes from, as its observation keeps it: path, line, its name there, and a digest of its words."""
    digest = blake3(content.encode()).hexdigest()[:_DIGEST_DIGITS]
    mark = "" if item.mark is None else f" ({_kept_mark(item.mark)})"
    return f"imported from {_kept_path(path)}:{item.line}{mark}, digest {digest}"


def imported_before(repository: Repository, now: int) -> dict[str, list[Earlier]]:
    """The memories that are still as they were imported, by the file. Cost follows what was ever imported."""
    found: dict[str, list[Earlier]] = {}
    index, workspace = repository.index.nodes, repository.workspace.number
    for row in index.select(workspace, NodeFilter(sources=(SOURCE,)), now):
        node = read_row(repository, row).node
        for observation in node.support:
            match = _NOTE.fullmatch(observation.note or "") if observation.source == SOURCE else None
            if match:
                found.setdefault(match["path"], []).append(Earlier(node, match["mark"]))
    return found


def earlier_of(found: dict[str, list[Earlier]], path: str) -> list[Earlier]:
    """What was imported from a path."""
    return found.get(_kept_path(path), [])


def take_file(intake: Intake, wanted: Sequence[Wanted], earlier: Iterable[Earlier]) -> list[Took]:
    """Take a file's memories in; gives what became of each, in the order of the file.

    One that was imported under the same name, or with the same words, is the same; one that is like an earlier one that
    is not in the file any more is that one, edited. What only the store has any more stays in the store.
    """
    left = {item.node.id: item for item in earlier}
    taken: dict[int, Took] = {}
    loose: list[int] = []
    by_words = {identity_form(item.node.content): item for item in left.values()}
    by_mark = {item.mark: item for item in left.values() if item.mark is not None}
    for at, item in enumerate(wanted):
        same = by_words.get(identity_form(item.draft.content))
        if same is not None:
            left.pop(same.node.id, None)
            taken[at] = Took(item, "known", same.node, ())
    for at, item in enumerate(wanted):
        if at in taken:
            continue
        named = None if item.found.mark is None else by_mark.get(_kept_mark(item.found.mark))
        if named is not None and named.node.id in left:
            del left[named.node.id]
            taken[at] = _revise(intake, named.node, item)
        else:
            loose.append(at)
    for at in loose:
        alike = _most_alike(wanted[at].draft.content, list(left.values())[:_MOST_COMPARED])
        if alike is not None:
            del left[alike]
            found = intake.find(alike)
            assert found is not None
            taken[at] = _revise(intake, found, wanted[at])
        else:
            taken[at] = _take_new(intake, wanted[at])
    return [taken[at] for at in range(len(wanted))]


def _take_new(intake: Intake, item: Wanted) -> Took:
    draft = item.draft
    born = intake.find(birth_id(draft.type, draft.key, draft.content))
    if draft.key is None and born is not None and not says_the_same(born, draft.content):
        return Took(item, "kept", born, ())  # somebody has changed since what came from these words
    try:
        outcome, node = intake.take(draft, hold_back=bool(item.reasons))
    except (KeyTaken, Ambiguous):
        holder = born or intake.holder(draft.key or "")
        if holder is None:
            raise
        return Took(item, "kept", holder, ())
    return Took(item, "known" if outcome == "unchanged" else outcome, node, item.reasons if node.is_quarantined else ())


def _revise(intake: Intake, node: Node, item: Wanted) -> Took:
    after = intake.revise(node, item.draft, hold_back=bool(item.reasons))
    return Took(item, "changed", after, item.reasons)


def _most_alike(content: str, candidates: Sequence[Earlier]) -> NodeId | None:
    best, score = None, _LIKE
    for candidate in candidates:
        matcher = SequenceMatcher(None, candidate.node.content, content, autojunk=False)
        if matcher.real_quick_ratio() >= score and matcher.quick_ratio() >= score and matcher.ratio() >= score:
            best, score = candidate.node.id, matcher.ratio()
    return best


def _kept_path(path: str) -> str:
    return reveal(path).replace("\n", " ")[-_PATH_CHARACTERS:]


def _kept_mark(mark: str) -> str:
    return " ".join(reveal(mark).split())[:_MARK_CHARACTERS]
