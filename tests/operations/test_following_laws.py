"""The laws of purges that are shared, over random histories: all come to one history, and nobody brings it back."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st
from members import Member, holds, join
from random_stores import KEYS, SECRETS, histories, some, written

from memora.operations.care.problems import Problem
from memora.operations.care.purge import Erased, purge
from memora.operations.history.commit import commit
from memora.operations.remotes.inspection import fsck_remote
from memora.operations.remotes.pull import sync
from memora.operations.remotes.push import Wish, push
from memora.storage.refs import BRANCHES

Change = tuple[str, str, str]


@contextmanager
def shared(history: list[Change], *names: str) -> Iterator[tuple[Path, list[Member]]]:
    """A remote with a random history, and clones of it; the first member made it."""
    with written(history) as seat, tempfile.TemporaryDirectory() as directory:
        base = Path(directory)
        remote = base / "shared"
        shutil.copytree(seat.directory / ".memora", base / "ada" / ".memora")
        ada = Member(base / "ada")
        ada.now = seat.now
        with ada.repository.exclusive():
            ada.repository.refs.remotes.add("origin", str(remote))
        ada.do(commit, message="all of it")
        ada.do(push, "origin", Wish(all_branches=True, tags=True, sessions=True))
        members = [ada, *(join(base, remote, name) for name in names)]
        for member in members:
            member.now = ada.now
        yield remote, members
        for member in members:
            member.repository.close()


def is_sound(member: Member) -> None:
    member.sound()
    problems: list[Problem] = []
    fsck_remote(member.repository, "origin", report=problems.append)
    assert [problem for problem in problems if problem.severity == "error"] == []


def branches(member: Member) -> dict[str, bytes]:
    """Where the branches of the remote are, as a member knows it."""
    return dict(member.repository.refs.list("refs/remotes/origin/"))


@some
@given(histories, st.sampled_from([*KEYS, *SECRETS]))
def test_who_follows_has_the_same_history(history: list[Change], what: str) -> None:
    with shared(history, "stale") as (remote, [ada, stale]):
        before = ada.repository.refs.list(BRANCHES)
        erased = ada.do(purge, [what]) if what in KEYS else ada.do(purge, match=what)
        if not isinstance(erased, Erased):
            return
        assert ada.carry(erased=erased, match=None if what in KEYS else what).problem is None
        stale.follow()
        assert what in KEYS or not holds(remote, what)
        is_sound(stale)
        is_sound(ada)
        assert branches(stale) == branches(ada)
        own = dict(stale.repository.refs.list(BRANCHES))
        assert own == {name: target for name, target in ada.repository.refs.list(BRANCHES) if name in own}
        assert len(before) == len(branches(ada))


@some
@given(histories, st.permutations(SECRETS))
@example(
    history=[("say", "a", f"{SECRETS[1]} of a"), ("say", "a", "x"), ("undo", "", ""), ("commit", SECRETS[0], "")],
    texts=[SECRETS[1], SECRETS[0]],
)
def test_two_who_erase_at_once_come_to_one_history(history: list[Change], texts: list[str]) -> None:
    with shared(history, "other", "late") as (remote, [ada, other, late]):
        other.remember("of its own", key="own")
        other.do(commit, message="of its own")
        first, second = ada.do(purge, match=texts[0]), other.do(purge, match=texts[1])
        for member, erased, text in ((ada, first, texts[0]), (other, second, texts[1])):
            assert member.carry(erased=erased if isinstance(erased, Erased) else None, match=text).problem is None
        for member in (other, ada, late, other, ada):
            member.follow()
            member.do(sync, "origin")
            assert not any(holds(remote, text) for text in texts)
        for member in (ada, other, late):
            is_sound(member)
            member.fetch()
        assert branches(ada) == branches(other) == branches(late)
