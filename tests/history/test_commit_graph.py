"""Walking the commit graph: the order of a log, ancestry and distance."""

from itertools import islice

import pytest
from commit_samples import Graph, commit_id
from hypothesis import given
from hypothesis import strategies as st

from memora.errors import MissingObject
from memora.history.graph import Distance, distance, is_ancestor, walk
from memora.model.ids import CommitId

FORK = Graph("a", "b a", "x a", "c b", "y x", "m c y", "d m", "z y")


def names(graph: Graph, *starts: str) -> str:
    return "".join(commit.decode() for commit, _ in walk(graph, map(commit_id, starts)))


@st.composite
def graphs(draw: st.DrawFn) -> tuple[Graph, list[str]]:
    """Random histories: each commit has up to three of the earlier ones as parents."""
    commits: list[str] = []
    lines = []
    for name in "abcdefghij"[: draw(st.integers(1, 10))]:
        parents = draw(st.lists(st.sampled_from(commits), max_size=3, unique=True)) if commits else []
        lines.append(" ".join([name, *parents]))
        commits.append(name)
    return Graph(*lines), commits


def test_the_newest_comes_first_and_each_commit_once() -> None:
    assert names(FORK, "d") == "dmycxba"
    assert names(FORK, "d", "z", "m") == "zdmycxba"
    assert names(FORK, "a") == "a"
    assert names(FORK) == ""


def test_only_what_a_start_reaches_is_given() -> None:
    assert names(FORK, "z") == "zyxa"


def test_a_walk_looks_no_further_than_it_is_asked() -> None:
    long = Graph("0", *(f"{number} {number - 1}" for number in range(1, 1000)))
    list(islice(walk(long, [commit_id("999")]), 10))
    assert long.looked_up < 15


def test_a_parent_that_is_missing_is_named() -> None:
    broken = Graph("a", "b a")
    del broken.entries[commit_id("a")]
    with pytest.raises(MissingObject) as caught:
        names(broken, "b")
    assert caught.value.object_id == commit_id("a").hex()


@given(graphs(), st.data())
def test_no_commit_comes_before_its_children(drawn: tuple[Graph, list[str]], data: st.DataObject) -> None:
    graph, commits = drawn
    starts = data.draw(st.lists(st.sampled_from(commits), min_size=1))
    walked = names(graph, *starts)
    assert set(walked) == set().union(*map(graph.ancestors, starts))
    assert len(walked) == len(set(walked))
    seen: set[CommitId] = set()
    for name in walked:
        assert not seen & set(graph.entries[commit_id(name)].parents)
        seen.add(commit_id(name))


@given(graphs(), st.data())
def test_ancestry_and_distance_agree_with_the_plain_way(drawn: tuple[Graph, list[str]], data: st.DataObject) -> None:
    graph, commits = drawn
    ours, theirs = data.draw(st.sampled_from(commits)), data.draw(st.sampled_from(commits))
    mine, yours = graph.ancestors(ours), graph.ancestors(theirs)
    assert is_ancestor(graph, commit_id(theirs), commit_id(ours)) == (theirs in mine)
    assert distance(graph, commit_id(ours), commit_id(theirs)) == Distance(len(mine - yours), len(yours - mine))


def test_the_distance_to_nothing() -> None:
    assert distance(FORK, commit_id("c"), None) == Distance(3, 0)
    assert distance(FORK, None, commit_id("c")) == Distance(0, 3)
    assert distance(FORK, None, None) == Distance(0, 0)


def test_near_commits_are_told_apart_without_walking_to_the_root() -> None:
    long = Graph("0", *(f"{number} {number - 1}" for number in range(1, 1000)))
    assert distance(long, commit_id("999"), commit_id("997")) == Distance(2, 0)
    assert is_ancestor(long, commit_id("997"), commit_id("999"))
    assert not is_ancestor(long, commit_id("999"), commit_id("997"))
    assert long.looked_up < 20
