"""Which commit to test next: the search ends at the first bad commit, in as few tests as halving takes."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, log2

import pytest
from commit_samples import Graph, commit_id
from hypothesis import given
from hypothesis import strategies as st

from memora.errors import MissingObject
from memora.history.bisection import Search, narrow

Verdict = Callable[[str], str]


def search(graph: Graph, bad: str, goods: set[str], verdict: Verdict) -> tuple[Search, list[str]]:
    """Bisect to the end; what was left then, and the commits that were tested."""
    skipped: set[str] = set()
    tested: list[str] = []
    while True:
        found = narrow(graph, commit_id(bad), map(commit_id, sorted(goods)), set(map(commit_id, skipped)))
        assert found.candidates[0] == commit_id(bad)
        if found.test is None:
            return found, tested
        name = found.test.decode()
        assert name not in tested, "nothing is tested twice"
        tested.append(name)
        answer = verdict(name)
        if answer == "bad":
            bad = name
        elif answer == "good":
            goods = goods | {name}
        else:
            skipped.add(name)


def names(found: Search) -> list[str]:
    return [commit.decode() for commit in found.candidates]


def line(length: int) -> Graph:
    return Graph("c0", *(f"c{number} c{number - 1}" for number in range(1, length)))


@given(st.integers(2, 300), st.data())
def test_a_line_is_halved(length: int, data: st.DataObject) -> None:
    culprit = data.draw(st.integers(1, length - 1))
    graph = line(length)
    found, tested = search(graph, f"c{length - 1}", {"c0"}, lambda name: "bad" if int(name[1:]) >= culprit else "good")
    assert names(found) == [f"c{culprit}"]
    assert len(tested) <= ceil(log2(length - 1))


def test_the_steps_it_tells_are_those_it_takes() -> None:
    graph = line(101)
    found = narrow(graph, commit_id("c100"), [commit_id("c0")], ())
    assert (len(found.candidates), found.steps) == (100, 7)
    _, tested = search(graph, "c100", {"c0"}, lambda name: "good")
    assert len(tested) in (6, 7)


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Histories with forks and merges; the last commit reaches all others."""
    count = draw(st.integers(1, 24))
    lines = ["n0"]
    tips = {"n0"}
    for number in range(1, count):
        parents = draw(st.sets(st.integers(0, number - 1), min_size=1, max_size=3))
        named = {f"n{parent}" for parent in parents}
        lines.append(f"n{number} " + " ".join(sorted(named)))
        tips = tips - named | {f"n{number}"}
    return Graph(*lines, "end " + " ".join(sorted(tips)))


@given(graphs(), st.data())
def test_it_finds_the_commit_from_which_on_all_is_bad(graph: Graph, data: st.DataObject) -> None:
    everything = sorted(graph.ancestors("end"))
    culprit = data.draw(st.sampled_from(everything))
    sound = [name for name in everything if culprit not in graph.ancestors(name)]
    goods = set(data.draw(st.lists(st.sampled_from(sound), max_size=2))) if sound else set()

    def verdict(name: str) -> str:
        return "bad" if culprit in graph.ancestors(name) else "good"

    found, tested = search(graph, "end", goods, verdict)
    assert names(found) == [culprit]
    assert len(tested) <= len(everything) - 1


@given(graphs(), st.data())
def test_with_skipped_commits_the_first_bad_one_is_among_those_left(graph: Graph, data: st.DataObject) -> None:
    everything = sorted(graph.ancestors("end"))
    culprit = data.draw(st.sampled_from(everything))
    broken = data.draw(st.sets(st.sampled_from(everything)))

    def verdict(name: str) -> str:
        return "skip" if name in broken else "bad" if culprit in graph.ancestors(name) else "good"

    found, _ = search(graph, "end", set(), verdict)
    assert culprit in names(found)
    assert set(names(found)[1:]) <= broken
    if not broken:
        assert names(found) == [culprit]


@given(graphs(), st.data())
def test_it_tests_what_leaves_the_fewest_whichever_way_it_goes(graph: Graph, data: st.DataObject) -> None:
    everything = sorted(graph.ancestors("end"))
    good = data.draw(st.none() | st.sampled_from(everything))
    known = graph.ancestors(good) if good else set()
    left = {name for name in everything if name not in known}
    if "end" not in left:
        return
    found = narrow(graph, commit_id("end"), [commit_id(good)] if good else [], ())
    assert set(names(found)) == left
    sizes = {name: len(graph.ancestors(name) & left) for name in left - {"end"}}
    worst = {name: max(size, len(left) - size) for name, size in sizes.items()}
    assert (found.test is None) == (not worst)
    if found.test is not None:
        assert worst[found.test.decode()] == min(worst.values())


def test_beside_what_was_skipped_it_looks_elsewhere() -> None:
    """Commits 40 to 60 of a hundred cannot be tested: it does not try each of them."""
    found, tested = search(
        line(101),
        "c100",
        {"c0"},
        lambda name: "skip" if 40 <= int(name[1:]) <= 60 else "bad" if int(name[1:]) > 80 else "good",
    )
    assert names(found) == ["c81"]
    assert len(tested) <= 12


def test_a_long_history_is_looked_at_in_one_pass() -> None:
    """A merge every third commit; sets of commits as lists would take minutes."""
    count = 6000
    lines = ["c0"]
    for number in range(1, count):
        other = f" c{number - 3}" if number % 3 == 0 and number > 3 else ""
        lines.append(f"c{number} c{number - 1}{other}")
    graph = Graph(*lines)
    found = narrow(graph, commit_id(f"c{count - 1}"), [commit_id("c0")], ())
    assert found.test == commit_id(f"c{count // 2}")
    assert graph.looked_up <= 3 * count


def test_a_commit_that_is_missing_is_named() -> None:
    graph = Graph("a", "b a", "c b")
    del graph.entries[commit_id("b")]
    with pytest.raises(MissingObject):
        narrow(graph, commit_id("c"), [], ())
