"""The laws of erasing, over random histories of a real store: what goes, goes everywhere, and all else stays."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from random_stores import KEYS, SECRETS, histories, some, written
from seats import Seat

from memora.errors import MemoraError
from memora.history.load import load_commit, load_node
from memora.model.ids import CommitId, NodeId, TreeId, VersionId
from memora.operations.care.purge import Erased, NothingToPurge, purge
from memora.operations.history.conflicts import list_conflicts
from memora.operations.history.undo import undo
from memora.operations.look.blame import blame
from memora.operations.naming import read_named
from memora.operations.sessions.replay import replay
from memora.tree.lookup import entries


def trees(seat: Seat) -> dict[CommitId, dict[NodeId, VersionId]]:
    """What every commit of the store holds."""
    objects = seat.repository.objects
    commits = [CommitId(commit) for _, commit, _ in list(objects.rows("commit"))]
    return {commit: dict(entries(objects, load_commit(objects, commit).tree)) for commit in commits}


def without(tree: dict[NodeId, VersionId], gone: dict[VersionId, VersionId | None]) -> dict[NodeId, VersionId]:
    """A tree as it is to be when some versions went and some were replaced."""
    after = {node: gone.get(version, version) for node, version in tree.items()}
    return {node: version for node, version in after.items() if version is not None}


def erase(seat: Seat, *names: str, match: str | None = None) -> Erased | NothingToPurge:
    """What a purge gives, behind which the store is whole."""
    result: Erased | NothingToPurge = seat.do(purge, names, match=match)
    seat.sound()
    assert seat.memories is not None  # which compares the view with the tree
    return result


def holds(seat: Seat, text: str) -> bool:
    """Whether any file of the store does."""
    return any(text.encode() in path.read_bytes() for path in Path(seat.repository.path).iterdir())


@some
@given(histories, st.sampled_from(KEYS))
def test_every_commit_keeps_all_but_the_erased_memory(history: list[tuple[str, str, str]], key: str) -> None:
    with written(history) as seat:
        before = trees(seat)
        old = {commit: load_commit(seat.repository.objects, commit) for commit in before}
        blamed = blamed_by(seat, "fixed")
        result = erase(seat, key)
        assert isinstance(result, Erased)
        after = trees(seat)
        assert len(after) <= len(before)
        for commit_id, tree in before.items():
            successor = result.commits.get(commit_id, commit_id)
            assert after[successor] == without(tree, dict(result.versions))
            new = load_commit(seat.repository.objects, successor)
            assert (new.author, new.at) == (old[commit_id].author, old[commit_id].at)
            assert new.parents == tuple(
                dict.fromkeys(result.commits.get(parent, parent) for parent in old[commit_id].parents)
            )
            if successor != commit_id:
                assert not seat.repository.objects.has(commit_id)
                assert seat.repository.refs.purges.successor(commit_id) == successor
        if key != "fixed":
            kept = [node for tree in after.values() for node in tree.values()]
            assert not result.nodes & {load_node(seat.repository.objects, version).id for version in kept}
        assert blamed_by(seat, "fixed") == [result.commits.get(commit_id, commit_id) for commit_id in blamed]
        assert seat.repository.refs.purges.has(result.objects) == result.objects


def blamed_by(seat: Seat, name: str) -> list[CommitId]:
    """The commits that each part of a memory comes from."""
    found = blame(seat.repository, name, now=seat.now)
    return [value.origin.commit for value in found.values if value.origin.commit is not None]


@some
@given(histories, st.sampled_from(SECRETS))
def test_a_text_is_nowhere_and_a_second_purge_finds_nothing(history: list[tuple[str, str, str]], text: str) -> None:
    with written(history) as seat:
        expected = holds(seat, text)
        result = erase(seat, match=text)
        assert isinstance(result, Erased) or not expected
        assert not holds(seat, text)
        if isinstance(result, Erased):
            assert result.cleaned is not None and result.cleaned.finished and result.cleaned.remains == ()
        assert isinstance(erase(seat, match=text), NothingToPurge)
        for session in list(seat.repository.sessions.newest_first()):
            for _ in replay(seat.repository, session.id):
                pass
        for node in list_conflicts(seat.repository):
            assert node.ours is not None or node.theirs is not None


@some
@given(histories)
def test_the_order_of_two_purges_does_not_matter(history: list[tuple[str, str, str]]) -> None:
    with written(history) as first, written(history) as second:
        assert first.repository.workspace == second.repository.workspace
        for seat, texts in ((first, SECRETS), (second, SECRETS[::-1])):
            for text in texts:
                erase(seat, match=text)
        refs = [[ref for ref in seat.repository.refs.rows() if "refs/heads" in ref[0]] for seat in (first, second)]
        assert refs[0] == refs[1]
        assert first.repository.workspace.tree == second.repository.workspace.tree


@some
@given(histories, st.sampled_from(KEYS))
def test_undo_goes_back_to_the_purge_and_no_further(history: list[tuple[str, str, str]], key: str) -> None:
    with written(history) as seat:
        erase(seat, key)
        tree: TreeId = seat.repository.workspace.tree
        seat.revise("new", "after the purge")
        seat.do(undo)
        assert seat.repository.workspace.tree == tree
        try:
            seat.do(undo)
        except MemoraError as error:
            assert error.code == "purge_stands"
        else:
            raise AssertionError("a purge was undone")
        seat.sound()
        assert read_named(seat.repository, ["fixed"])
