"""What came from elsewhere, is no memory that could be held back, and reads like an order to an agent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Final, NamedTuple

from memora.model.commit import Commit
from memora.model.ids import ObjectId
from memora.model.screening import order_reasons

MOST_ORDERS: Final = 20


class Order(NamedTuple):
    """Something that came and reads like an order: the id of a commit or the full name of a reference, and why."""

    name: str
    reason: str


def orders_in_commits(commits: Mapping[ObjectId, Commit]) -> tuple[Order, ...]:
    """The first of some commits whose words read like orders."""
    found = (
        Order(commit_id.hex(), reason)
        for commit_id, commit in commits.items()
        for reason in order_reasons({"content": (commit.message,), "author": (commit.author,)})
    )
    return tuple(islice(found, MOST_ORDERS))


def orders_with_names(names: Iterable[str], in_commits: Sequence[Order]) -> tuple[Order, ...]:
    """Those of some names of references that read like orders, and then those in commits; the first of them all."""
    return tuple(islice(chain(_orders_in_names(names), in_commits), MOST_ORDERS))


def _orders_in_names(names: Iterable[str]) -> Iterator[Order]:
    for name in names:
        for reason in order_reasons({"name": (name,)}):
            yield Order(name, reason)
