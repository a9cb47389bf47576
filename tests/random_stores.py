"""Random histories of real stores, made by the verbs that people use."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from seats import Seat

from memora.errors import Ambiguous, NotFound, Refused
from memora.operations.history.commit import commit
from memora.operations.history.conflicts import resolve
from memora.operations.history.merge import merge
from memora.operations.history.switch import switch, switch_to_new
from memora.operations.history.tag import create_tag
from memora.operations.history.undo import undo
from memora.operations.remember.edit import edit
from memora.operations.remember.remove import remove
from memora.operations.sessions.end import end_session
from memora.operations.sessions.start import start_session
from memora.storage.refs import BRANCHES

KEYS = ("a", "b", "c")
SECRETS = ("hidden words 1", "hidden words 2")
CONTENTS = ("x", "y", *(f"{text} of {key}" for key in "ab" for text in SECRETS))

changes = st.one_of(
    st.tuples(st.just("say"), st.sampled_from(KEYS), st.sampled_from(CONTENTS)),
    st.tuples(st.just("say"), st.sampled_from(KEYS), st.sampled_from(CONTENTS)),
    st.tuples(st.just("remove"), st.sampled_from(KEYS), st.just("")),
    st.tuples(st.just("tags"), st.sampled_from(KEYS), st.sampled_from(["t", "u"])),
    st.tuples(st.just("branch"), st.sampled_from(["one", "two"]), st.just("")),
    st.tuples(st.just("merge"), st.sampled_from(["main", "one", "two"]), st.just("")),
    st.tuples(st.just("resolve"), st.sampled_from(KEYS), st.sampled_from(["ours", "theirs"])),
    st.tuples(st.just("commit"), st.sampled_from(["made", *SECRETS]), st.just("")),
    st.tuples(st.just("undo"), st.just(""), st.just("")),
    st.tuples(st.just("tag"), st.sampled_from(["v1", "v2"]), st.sampled_from(["", *SECRETS])),
    st.tuples(st.just("session"), st.just(""), st.just("")),
)
histories = st.lists(changes, min_size=3, max_size=18)
some = settings(max_examples=20)

# So many operations make what every history begins with, and are not undone.
FIRST = 5


@contextmanager
def written(history: list[tuple[str, str, str]]) -> Iterator[Seat]:
    """A store with a commit to begin with, after some changes by eve and ada."""
    with tempfile.TemporaryDirectory() as directory:
        seat = Seat(Path(directory))
        for key in KEYS:
            seat.remember(f"{key} at first", key=key)
        seat.remember("always there", key="fixed")
        seat.commit("base")
        for number, change in enumerate(history):
            seat.author = ("eve", "ada")[number % 2]
            # There may be no such memory or branch at this point, or something stands in the way.
            with suppress(NotFound, Refused, Ambiguous):
                do(seat, *change)
        yield seat
        seat.repository.close()


def do(seat: Seat, what: str, name: str, value: str) -> None:
    verbs = {
        "say": lambda: seat.revise(name, value),
        "remove": lambda: seat.do(remove, [name]),
        "tags": lambda: seat.do(edit, name, {"tags": [value]}),
        "branch": lambda: go(seat, name),
        "merge": lambda: seat.do(merge, name),
        "resolve": lambda: seat.do(resolve, name, value),
        "commit": lambda: seat.do(commit, message=name),
        "undo": lambda: seat.do(undo) if seat.repository.log.position_of("default") > FIRST else None,
        "tag": lambda: seat.do(create_tag, name, message=value or None),
        "session": lambda: turn(seat),
    }
    verbs[what]()


def go(seat: Seat, branch: str) -> None:
    """Go to a branch, which is made where there is none."""
    seat.do(commit, message="before I go")
    if seat.repository.refs.find(BRANCHES + branch) is None:
        seat.do(switch_to_new, branch, None)
    else:
        seat.do(switch, branch)


def turn(seat: Seat) -> None:
    """End the session that is active, or begin one."""
    if seat.repository.sessions.find_active("default") is None:
        seat.do(start_session)
    else:
        seat.do(end_session)
