"""The laws of taking back and doing again, over random histories of a real store."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from seats import Seat

from memora.errors import Ambiguous, NotFound, Refused
from memora.history.load import load_node
from memora.operations.history.cherry_pick import cherry_pick
from memora.operations.history.commit import CommitResult, commit
from memora.operations.history.conflicts import list_conflicts
from memora.operations.history.revert import Reverted, preview_revert, revert
from memora.operations.history.revert_selection import Wanted
from memora.operations.history.switch import switch_to_commit
from memora.operations.remember.edit import edit
from memora.operations.remember.remove import remove
from memora.tree.lookup import entries

KEYS = ("a", "b", "c")
CONTENTS = ("x", "y", "z")

changes = st.one_of(
    st.tuples(st.just("say"), st.sampled_from(KEYS), st.sampled_from(CONTENTS)),
    st.tuples(st.just("remove"), st.sampled_from(KEYS), st.just("")),
    st.tuples(st.just("confidence"), st.sampled_from(KEYS), st.sampled_from(["0.2", "0.6", "1"])),
    st.tuples(st.just("tags"), st.sampled_from(KEYS), st.sampled_from(["t", "u"])),
    st.tuples(st.just("status"), st.sampled_from(KEYS), st.sampled_from(["stable", "deprecated", "ephemeral"])),
    st.tuples(st.just("key"), st.sampled_from(KEYS), st.sampled_from(KEYS)),
)
histories = st.lists(st.lists(changes, min_size=1, max_size=4), min_size=2, max_size=6)
few = settings(max_examples=25)


@contextmanager
def written(history: list[list[tuple[str, str, str]]]) -> Iterator[tuple[Seat, list[CommitResult]]]:
    """A store with a commit to begin with, and one for each list of changes that changed anything, by eve or ada."""
    with tempfile.TemporaryDirectory() as directory:
        seat = Seat(Path(directory))
        seat.remember("x", key="a")
        seat.remember("y", key="b")
        commits = [seat.commit("base")]
        for number, some in enumerate(history):
            seat.author = ("eve", "ada")[number % 2]
            for change in some:
                do(seat, *change)
            made = seat.do(commit, message=f"number {number}")
            if isinstance(made, CommitResult):
                commits.append(made)
        yield seat, commits
        seat.repository.close()


def do(seat: Seat, what: str, key: str, value: str) -> None:
    try:
        if what == "say":
            seat.revise(key, value)
        elif what == "remove":
            seat.do(remove, [key])
        else:
            seat.do(edit, key, {what: [value] if what == "tags" else value})
    except (NotFound, Refused, Ambiguous):
        pass  # there is no such memory at this point, or its key is taken


@few
@given(histories)
def test_reverting_the_last_commit_gives_the_tree_before(history: list[list[tuple[str, str, str]]]) -> None:
    with written(history) as (seat, commits):
        if len(commits) > 1:
            result = seat.do(revert, Wanted("HEAD"))
            assert isinstance(result, Reverted)
            assert (result.value.tree, result.clashes) == (commits[-2].tree, ())
            assert seat.memories is not None  # reading them compares the view with the tree


@few
@given(histories)
def test_reverting_a_revert_gives_the_tree_it_began_with(history: list[list[tuple[str, str, str]]]) -> None:
    with written(history) as (seat, commits):
        for made in commits:
            before = seat.repository.workspace.tree
            if isinstance(seat.do(revert, Wanted(made.commit.hex())), Reverted):
                seat.do(revert, Wanted("HEAD"))
            assert seat.repository.workspace.tree == before


@few
@given(histories, st.data())
def test_reverting_the_last_commits_goes_back_to_where_they_began(
    history: list[list[tuple[str, str, str]]], data: st.DataObject
) -> None:
    with written(history) as (seat, commits):
        if len(commits) > 1:
            count = data.draw(st.integers(1, len(commits) - 1))
            seat.do(revert, Wanted(f"HEAD~{count}.."))
            assert seat.repository.workspace.tree == commits[-1 - count].tree


@few
@given(histories)
def test_picking_a_commit_onto_its_parent_gives_its_tree(history: list[list[tuple[str, str, str]]]) -> None:
    with written(history) as (seat, commits):
        for before, made in pairwise(commits):
            seat.do(switch_to_commit, before.commit.hex())
            seat.do(cherry_pick, [made.commit.hex()])
            assert seat.repository.workspace.tree == made.tree


@few
@given(histories)
def test_reverting_and_picking_again_changes_nothing(history: list[list[tuple[str, str, str]]]) -> None:
    with written(history) as (seat, commits):
        seat.do(revert, Wanted("HEAD"))
        seat.do(cherry_pick, [commits[-1].commit.hex()])
        assert seat.repository.workspace.tree == commits[-1].tree


@few
@given(histories)
def test_what_others_said_last_is_never_lost(history: list[list[tuple[str, str, str]]]) -> None:
    with written(history) as (seat, _):
        tree = seat.repository.workspace.tree
        nodes = [load_node(seat.repository.objects, version) for _, version in entries(seat.repository.objects, tree)]
        by_ada = {node.content for node in nodes if {seen.author for seen in node.observations} == {"ada"}}
        planned = seat.do(preview_revert, Wanted(author="eve"))
        result = seat.do(revert, Wanted(author="eve"))
        if isinstance(result, Reverted):
            assert isinstance(planned, Reverted)
            assert planned.value.tree == result.value.tree
        disputed = {
            side.node.content
            for conflict in list_conflicts(seat.repository)
            for side in (conflict.ours, conflict.theirs)
            if side is not None
        }
        assert by_ada <= seat.memories | disputed
