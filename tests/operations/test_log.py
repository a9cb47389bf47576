"""The history of a revision, of every branch, and of a node."""

from pathlib import Path

import pytest
from seats import Seat

from memora.errors import BadInput, MissingObject, NoCommits, NotFound
from memora.history.changes import ChangeCounts
from memora.model.ids import CommitId
from memora.operations.history.switch import switch, switch_to_commit, switch_to_new
from memora.operations.history.tag import create_tag
from memora.operations.look.log import branch_tips, decorations, find_node, find_nodes, find_subject, log
from memora.operations.remember.remove import remove
from memora.repository import Repository


@pytest.fixture
def seat(tmp_path: Path) -> Seat:
    """On main with commits One, Two, Three; Side, on side, came after Two."""
    seat = Seat(tmp_path)
    seat.remember("a 1", key="a.one")
    seat.commit("One")
    seat.remember("b 1", key="b")
    seat.commit("Two")
    seat.do(switch_to_new, "side", None)
    seat.remember("on the side")
    seat.commit("Side")
    seat.do(switch, "main")
    seat.revise("a.one", "a 2")
    seat.commit("Three")
    return seat


def subjects(seat: Seat, revision: str | None = None, **options: object) -> list[str]:
    return [entry.commit.subject for entry in log(seat.repository, revision, now=seat.now, **options)]  # type: ignore[arg-type]


def test_the_history_of_the_head_newest_first(seat: Seat) -> None:
    assert subjects(seat) == ["Three", "Two", "One"]


def test_the_history_of_a_revision(seat: Seat) -> None:
    assert subjects(seat, "side") == ["Side", "Two", "One"]
    assert subjects(seat, "HEAD~1") == ["Two", "One"]
    with pytest.raises(NotFound):
        subjects(seat, "nothing")


def test_the_history_of_everything(seat: Seat) -> None:
    assert subjects(seat, everything=True) == ["Three", "Side", "Two", "One"]
    seat.do(switch_to_commit, "HEAD")
    seat.remember("detached")
    seat.commit("Detached")
    assert subjects(seat, everything=True)[0] == "Detached"


def test_a_tag_holds_history_that_no_branch_has(seat: Seat) -> None:
    seat.do(switch_to_commit, "HEAD")
    seat.remember("detached")
    seat.commit("Detached")
    seat.do(create_tag, "v1", "HEAD", message="kept")
    seat.do(switch, "main")
    assert subjects(seat) == ["Three", "Two", "One"]
    assert "Detached" in subjects(seat, everything=True)


def test_a_store_without_commits_has_no_history(tmp_path: Path) -> None:
    empty = Seat(tmp_path)
    assert subjects(empty) == []
    assert subjects(empty, everything=True) == []
    with pytest.raises(NoCommits):
        subjects(empty, "HEAD")


def test_counts_if_asked_for(seat: Seat) -> None:
    entries = log(seat.repository, now=seat.now, count=True)
    assert [entry.changes for entry in entries] == [
        ChangeCounts(changed=1),
        ChangeCounts(added=1),
        ChangeCounts(added=1),
    ]
    assert next(log(seat.repository, now=seat.now)).changes is None


def test_the_commits_that_changed_a_node(seat: Seat) -> None:
    node = find_node(seat.repository, "a.one")
    assert subjects(seat, nodes=[node]) == ["Three", "One"]
    assert subjects(seat, "side", nodes=[node]) == ["One"]
    assert subjects(seat, nodes=[node, find_node(seat.repository, "b")]) == ["Three", "Two", "One"]


def test_a_node_that_is_gone_still_has_a_history(seat: Seat) -> None:
    node = find_node(seat.repository, "b")
    seat.do(remove, ["b"])
    seat.commit("Four")
    assert find_node(seat.repository, "b") == node
    assert find_node(seat.repository, node.hex()[:8].upper()) == node
    assert subjects(seat, nodes=[node]) == ["Four", "Two"]


def test_a_key_filter_is_a_prefix(seat: Seat) -> None:
    seat.remember("another", key="a.two")
    assert find_nodes(seat.repository, "a.") == sorted(find_node(seat.repository, key) for key in ("a.one", "a.two"))
    with pytest.raises(NotFound):
        find_nodes(seat.repository, "c")
    with pytest.raises(BadInput):
        find_nodes(seat.repository, "\udcff")


def test_one_name_is_a_revision_or_else_a_node(seat: Seat) -> None:
    node = find_node(seat.repository, "b")
    assert find_subject(seat.repository, "side", seat.now) == ("side", None)
    assert find_subject(seat.repository, "b", seat.now) == (None, [node])
    assert find_subject(seat.repository, node.hex()[:6], seat.now) == (None, [node])


@pytest.mark.parametrize(
    ("name", "error", "what"),
    [
        ("sidde", NotFound, "revision or node"),
        ("HEAD~9", NotFound, "revision"),
        ("session:x@1", NotFound, "session"),
    ],
)
def test_a_name_that_is_neither(seat: Seat, name: str, error: type[NotFound], what: str) -> None:
    with pytest.raises(error) as caught:
        find_subject(seat.repository, name, seat.now)
    assert caught.value.what == what


def test_text_that_can_be_neither(seat: Seat) -> None:
    for name in ("", "a..b", "\udcff", "two words"):
        with pytest.raises(BadInput):
            find_subject(seat.repository, name, seat.now)


def test_the_names_at_commits(seat: Seat) -> None:
    seat.do(create_tag, "v1", "HEAD~1")
    seat.do(create_tag, "v2", "HEAD~1", message="annotated")
    seat.do(switch_to_new, "twin", None)
    tips = {name: CommitId(commit) for name, commit in seat.branches.items()}  # type: ignore[arg-type]
    [_, two, _] = [entry.id for entry in log(seat.repository, now=seat.now)]
    assert decorations(seat.repository) == {
        tips["main"]: ["HEAD -> twin", "main"],
        tips["side"]: ["side"],
        two: ["tag: v1", "tag: v2"],
    }
    assert branch_tips(seat.repository) == {tips["main"]: "main", tips["side"]: "side"}


def test_a_head_behind_its_branch_is_not_called_its_tip(seat: Seat) -> None:
    other = seat.at("other")
    other.remember("more")
    other.commit("Four")
    here = seat.head.commit
    assert here is not None
    assert decorations(seat.repository)[here] == ["HEAD"]


def test_a_log_streams(seat: Seat) -> None:
    [_, _, one] = [entry.id for entry in log(seat.repository, now=seat.now)]
    with seat.repository.exclusive():
        seat.repository.index.database.execute("DELETE FROM objects WHERE id = ?", (one,))
    with Repository.open(seat.repository.path) as repository:
        entries = log(repository, now=seat.now)
        assert next(entries).commit.subject == "Three"
        with pytest.raises(MissingObject):
            list(entries)
