"""The commits that one line of history has and another has not."""

import pytest
from commit_samples import Graph, commit_id
from hypothesis import given
from hypothesis import strategies as st

from memora.errors import MissingObject
from memora.history.ranges import commits_between

FORKED = Graph("a", "b a", "c b", "x b", "y x", "d c", "m d y", "n m")


def between(graph: Graph, excluded: str, wanted: str) -> list[str]:
    return [commit.decode() for commit in commits_between(graph, [commit_id(excluded)], commit_id(wanted))]


def test_the_newest_comes_first() -> None:
    assert between(FORKED, "a", "d") == ["d", "c", "b"]
    assert between(FORKED, "d", "y") == ["y", "x"]
    assert between(FORKED, "d", "n") == ["n", "m", "y", "x"]


def test_nothing_lies_behind_or_at_the_same_commit() -> None:
    assert between(FORKED, "d", "d") == []
    assert between(FORKED, "n", "b") == []


def test_no_further_back_than_needed() -> None:
    line = Graph("c0", *(f"c{number} c{number - 1}" for number in range(1, 200)))
    assert between(line, "c197", "c199") == ["c199", "c198"]
    assert line.looked_up < 10


def test_a_commit_that_is_not_there() -> None:
    with pytest.raises(MissingObject):
        between(Graph("a", "b a"), "a", "z")


shapes = st.lists(st.lists(st.integers(0, 9), max_size=2), min_size=2, max_size=10)


@given(shapes, st.integers(0, 9), st.integers(0, 9))
def test_as_the_difference_of_two_sets_of_ancestors(shape: list[list[int]], one: int, other: int) -> None:
    lines = [
        " ".join([f"c{number}", *(f"c{parent % number}" for parent in sorted(set(parents)) if number)])
        for number, parents in enumerate(shape)
    ]
    lines = [" ".join(dict.fromkeys(line.split())) for line in lines]
    graph = Graph(*lines)
    excluded, wanted = f"c{one % len(shape)}", f"c{other % len(shape)}"
    found = between(graph, excluded, wanted)
    assert set(found) == graph.ancestors(wanted) - graph.ancestors(excluded)
    assert found == sorted(found, key=lambda name: -int(name[1:]))
