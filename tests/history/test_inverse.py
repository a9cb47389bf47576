"""What takes the changes of some commits back."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from node_samples import AT, PLAIN, node_id, seen, version

from memora.history.changes import VersionChange
from memora.history.inverse import inverse_steps, is_stood_by, spare_later
from memora.model.ids import NodeId, VersionId

A, B = node_id(1), node_id(2)
V = [version(number) for number in range(6)]


def test_a_commit_is_turned_round() -> None:
    changes: list[VersionChange] = [(A, None, V[1]), (B, V[2], None)]
    assert inverse_steps([changes]) == [{A: (V[1], None), B: (None, V[2])}]
    assert inverse_steps([]) == []
    assert inverse_steps([[]]) == []


def test_changes_in_a_row_go_back_in_one_step() -> None:
    assert inverse_steps([[(A, V[2], V[3])], [(B, None, V[1])], [(A, V[1], V[2])]]) == [
        {A: (V[3], V[1]), B: (V[1], None)}
    ]


def test_what_cancels_out_is_left_out() -> None:
    assert inverse_steps([[(A, V[1], None)], [(A, None, V[1])]]) == []


def test_a_change_in_between_begins_a_further_step() -> None:
    assert inverse_steps([[(A, V[3], V[4]), (B, None, V[1])], [(A, V[1], V[2])]]) == [
        {A: (V[4], V[3]), B: (V[1], None)},
        {A: (V[2], V[1])},
    ]


states = st.dictionaries(st.sampled_from([A, B]), st.sampled_from(V))


@given(st.lists(states, min_size=1, max_size=6))
def test_the_steps_of_a_whole_line_lead_from_its_end_to_its_beginning(line: list[dict[NodeId, VersionId]]) -> None:
    commits = [
        [(node, before.get(node), after.get(node)) for node in (A, B) if before.get(node) != after.get(node)]
        for before, after in pairwise(line)
    ]
    steps = inverse_steps(reversed(commits))
    assert len(steps) <= 1
    state: dict[NodeId, VersionId | None] = dict(line[-1])
    for step in steps:
        for node, (start, end) in step.items():
            assert state.get(node) == start
            state[node] = end
    assert {node: found for node, found in state.items() if found is not None} == line[0]


def test_later_changes_of_quiet_fields_are_spared() -> None:
    start = PLAIN._replace(confidence=0.9, key="auth", pinned=True, tags=("b",))
    end = PLAIN._replace(confidence=0.8, tags=("a",))
    later = start._replace(confidence=0.5, expires_at=AT + 5)
    assert spare_later(start, end, later) == end._replace(confidence=0.5, expires_at=AT + 5)
    assert spare_later(start, end, start._replace(key="login", pinned=False)) == end._replace(key="login")


def test_what_a_memory_says_and_where_it_stands_are_left_to_the_merge() -> None:
    end = PLAIN._replace(content="Auth uses PASETO", status="stable")
    later = PLAIN._replace(content="Auth uses OAuth", status="deprecated", confidence=0.1, type="project")
    assert spare_later(PLAIN, end, later) == end._replace(type="project")


def test_words_are_stood_by_that_were_said_again_or_judged_anew() -> None:
    start, end = PLAIN, PLAIN._replace(content="Auth uses PASETO")
    assert not is_stood_by(start, end, start)
    assert not is_stood_by(start, end, start._replace(tags=("a",), updated_at=AT + 1))
    assert is_stood_by(start, end, start._replace(observations=(seen(author="bob"),)))
    assert is_stood_by(start, end, start._replace(confidence=0.3))
    assert is_stood_by(start, end, start._replace(status="deprecated"))


def test_words_that_stay_or_were_replaced_since_are_no_such_case() -> None:
    later = PLAIN._replace(status="stable")
    assert not is_stood_by(PLAIN, PLAIN._replace(confidence=0.1), later)
    assert not is_stood_by(PLAIN, PLAIN._replace(content="A"), later._replace(content="B"))
