"""Which memories an export is asked for, as pairs of words that a block can carry, and the memories themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from memora.errors import BadInput
from memora.export.choice import ranked
from memora.export.entry import Entry, marks_of
from memora.history.load import load_node
from memora.model.filter import read_filter
from memora.model.ids import TreeId
from memora.model.importance import weigh_importance
from memora.model.selection import EVERYTHING, NodeFilter
from memora.operations.naming import read_row
from memora.operations.support import unsupported_rows
from memora.repository import Repository
from memora.storage.node_figures import standings
from memora.tree.lookup import entries as tree_entries

Pairs = tuple[tuple[str, str], ...]

# What goes into files that agents read unless a status is asked for: what is out of service stays out.
_IN_SERVICE: Final = ("ephemeral", "stable", "conflicted")
_ONCE: Final = ("key", "min-confidence", "text", "expired", "unsupported", "top", "budget")
_SEVERAL: Final = ("type", "status", "tag", "source")


class Asked(NamedTuple):
    """What an export is asked for. ``pairs`` are the same in words; ``budget`` is in tokens."""

    wanted: NodeFilter = EVERYTHING
    unsupported: bool = False
    top: int | None = None
    budget: int | None = None
    pairs: Pairs = ()


ALL: Final = Asked()


class Selected(NamedTuple):
    """The memories that pass, the most important first, and how many more there are beyond the top."""

    entries: tuple[Entry, ...]
    beyond: int


def read_asked(pairs: Iterable[tuple[str, str]]) -> Asked:
    """What pairs such as ``("tag", "auth")`` and ``("top", "20")`` ask for. Raises BadInput."""
    given = tuple(pairs)
    for name, _ in given:
        if name not in (*_ONCE, *_SEVERAL):
            raise BadInput(f"option {name!r}", f"is not known; known are {', '.join((*_ONCE, *_SEVERAL))}")
    once = {name: value for name, value in given if name in _ONCE}
    several = {name: [value for found, value in given if found == name] for name in _SEVERAL}
    wanted = read_filter(
        types=several["type"],
        statuses=several["status"],
        tags=several["tag"],
        sources=several["source"],
        key=once.get("key"),
        min_confidence=once.get("min-confidence"),
        text=once.get("text"),
        expired={"yes": True, "no": False, "any": None}.get(once.get("expired", "any")),
    )
    return Asked(wanted, "unsupported" in once, _count(once, "top"), _count(once, "budget"), given)


def select(repository: Repository, tree: TreeId, asked: Asked, *, whole: bool = False) -> Selected:
    """The memories of a tree that pass, in a snapshot of the caller's; what is in quarantine does not.

    ``whole`` takes also what is out of service, has expired or is in quarantine.

    Importance is that of the moment of the newest change among them, and counts no accesses: what is written follows
    from the tree alone.
    """
    index = repository.index.nodes
    wanted = asked.wanted
    if not whole:
        wanted = wanted._replace(statuses=wanted.statuses or _IN_SERVICE, quarantined=False)
    rows = _rows(repository, tree)
    fallen = set(unsupported_rows(repository, rows)) if _may_have_fallen(repository) else set()
    if asked.unsupported:
        rows = sorted(fallen)
    found = index.select_among(rows, wanted._replace(expired=None), 0, order="v.node")
    figures = list(standings(repository.index.database, found))
    moment = max((item.updated_at for item in figures), default=0)
    expired = wanted.expired if wanted.expired is not None or whole else False
    if expired is not None:
        passing = set(index.select_among(found, NodeFilter(expired=expired), moment, order="v.node"))
        figures = [item for item in figures if item.row in passing]
    weights = {
        item.row: 1.0 if item.pinned else weigh_importance(item.type, item.confidence, item.updated_at, moment).total
        for item in figures
    }
    text = None if wanted.text is None else wanted.text.casefold()
    if asked.top is not None and text is None:
        # Only what may get in is read; those that weigh as much as the last of them decide by their ids.
        floor = sorted(weights.values(), reverse=True)[: asked.top][-1:] or [2.0]
        weights = {row: weight for row, weight in weights.items() if weight >= floor[0] - 1e-6}
    entries = ranked([_entry(repository, row, weight, row in fallen) for row, weight in weights.items()])
    if text is not None:
        entries = [entry for entry in entries if text in entry.node.content.casefold()]
    if asked.top is None:
        return Selected(tuple(entries), 0)
    passing_count = len(entries) if text is not None else len(figures)
    return Selected(tuple(entries[: asked.top]), max(passing_count - asked.top, 0))


def _rows(repository: Repository, tree: TreeId) -> Sequence[int]:
    workspace = repository.workspace
    if tree == workspace.tree:
        return repository.index.nodes.select(workspace.number, EVERYTHING, 0)
    return [repository.objects.row_of(version) for _, version in tree_entries(repository.objects, tree)]


def _may_have_fallen(repository: Repository) -> bool:
    return repository.index.nodes.derivations.exist()


def _entry(repository: Repository, row: int, weight: float, fallen: bool) -> Entry:
    node, version = read_row(repository, row)
    base, sides = node.dispute or (None, ())
    return Entry(
        node,
        version,
        weight,
        tuple(load_node(repository.objects, side) for side in sides),
        marks_of(node, unsupported=fallen),
        None if base is None else load_node(repository.objects, base),
    )


def _count(once: dict[str, str], name: str) -> int | None:
    text = once.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 10**9):
        raise BadInput(name, f"{text!r} is not a whole number above 0")
    return int(text)
