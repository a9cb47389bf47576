"""Evidence is anchored when it is given, and found again, changed or gone when it is looked for."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from seats import Seat

from memora import operations
from memora.evidence.files import WorkingFiles
from memora.evidence.git import ask_git, find_head
from memora.model.anchor import Anchor, digest_exact, digest_folded, read_anchor, split_lines
from memora.model.node import Node
from memora.model.node_codec import decode_node, encode_node
from memora.model.selection import NodeFilter
from memora.operations.care.verify import Verified
from memora.operations.naming import read_named

SOURCE = (
    "import jwt\n\n\ndef sign(claims):\n    return jwt.encode(claims, KEY, algorithm='RS256')\n\n\nKEY = load('rsa')\n"
)
LINE = "    return jwt.encode(claims, KEY, algorithm='RS256')"


@pytest.fixture
def seat(tmp_path: Path) -> Seat:
    seat = Seat(tmp_path)
    write(seat, "src/auth.py", SOURCE)
    seat.remember("Auth uses RS256", key="jwt", source="code_read", evidence=["src/auth.py:L5"])
    return seat


def write(seat: Seat, name: str, text: str) -> None:
    path = seat.directory / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")


def node(seat: Seat, key: str = "jwt") -> Node:
    [found] = read_named(seat.repository, [key])
    return found.node


def verify(seat: Seat, *names: str, **options: Any) -> Verified:
    root = str(seat.directory)
    return seat.do(operations.verify, names or None, files=WorkingFiles(root), root=root, **options)


def verdicts(seat: Seat, *names: str, **options: Any) -> list[str]:
    found = verify(seat, *names, **options).findings
    return [f"{item.evidence} {item.verdict}" + (f" {item.now}" if item.verdict == "moved" else "") for item in found]


def test_evidence_is_anchored_when_it_is_given(seat: Seat) -> None:
    [anchor] = [read_anchor(text) for text in node(seat).observations[0].anchors]
    assert anchor == Anchor("src/auth.py:L5", digest_exact([LINE]), digest_folded([LINE]))
    assert decode_node(encode_node(node(seat))) == node(seat)


def test_an_anchor_holds_the_git_commit(seat: Seat) -> None:
    run = ["git", "-c", "user.name=a", "-c", "user.email=a@b"]
    for arguments in (["init", "-q"], ["add", "src"], ["commit", "-qm", "x"]):
        subprocess.run([*run, *arguments], cwd=seat.directory, check=True, capture_output=True)
    head = find_head(str(seat.directory / "src"))
    said = ask_git(str(seat.directory), "rev-parse", "HEAD")
    assert said is not None and head == said.decode().strip()
    seat.remember("Keys are RSA", key="keys", evidence=["src/auth.py:L8"])
    anchor = read_anchor(node(seat, "keys").observations[0].anchors[0])
    assert anchor is not None and anchor.commit == head
    subprocess.run([*run, "pack-refs", "--all"], cwd=seat.directory, check=True)
    assert find_head(str(seat.directory)) == head
    worktree = seat.directory.parent / f"{seat.directory.name}-tree"
    subprocess.run([*run, "worktree", "add", "-q", str(worktree)], cwd=seat.directory, check=True, capture_output=True)
    assert find_head(str(worktree)) == head


def test_what_is_no_place_or_not_there_is_not_anchored(seat: Seat) -> None:
    seat.remember(
        "x", key="x", evidence=["https://example.org/a.py:3", "src/none.py:L1", "src/auth.py:L99", "src/auth.py"]
    )
    assert node(seat, "x").observations[0].anchors == ()


def test_what_is_there_holds(seat: Seat) -> None:
    assert verdicts(seat) == ["src/auth.py:L5 holds"]
    assert verify(seat).changed == ()


@pytest.mark.parametrize(
    "text",
    [SOURCE.replace("\n", "\r\n"), SOURCE.replace("    return", "\treturn"), SOURCE + "more\n"],
    ids=["line ends", "white space", "elsewhere"],
)
def test_white_space_and_other_lines_do_not_count(seat: Seat, text: str) -> None:
    write(seat, "src/auth.py", text)
    assert verdicts(seat) == ["src/auth.py:L5 holds"]


def test_lines_that_moved_are_found_and_with_fix_pointed_at(seat: Seat) -> None:
    write(seat, "src/auth.py", "# a\n# b\n" + SOURCE)
    assert verdicts(seat) == ["src/auth.py:L5 moved src/auth.py:L7"]
    assert node(seat).observations[0].evidence == ("src/auth.py:L5",)
    assert verdicts(seat, fix=True) == ["src/auth.py:L5 moved src/auth.py:L7"]
    assert node(seat).observations[0].evidence == ("src/auth.py:L7",)
    assert verdicts(seat) == ["src/auth.py:L7 holds"]
    assert not node(seat).is_stale


def test_lines_in_another_file_are_found_where_there_is_only_one_place(seat: Seat) -> None:
    (seat.directory / "src/auth.py").rename(seat.directory / "src/tokens.py")
    assert verdicts(seat) == ["src/auth.py:L5 moved src/tokens.py:L5"]
    write(seat, "src/copy.py", SOURCE)
    assert verdicts(seat) == ["src/auth.py:L5 gone"]


def test_changed_lines_make_a_belief_stale_until_they_are_back(seat: Seat) -> None:
    write(seat, "src/auth.py", SOURCE.replace("RS256", "ES256"))
    verified = verify(seat)
    assert [item.verdict for item in verified.findings] == ["changed"]
    assert [item.node.key for item in verified.stale] == ["jwt"]
    assert (node(seat).is_stale, node(seat).confidence) == (True, 0.5)
    assert verify(seat).changed == ()  # once is enough
    write(seat, "src/auth.py", SOURCE)
    verify(seat)
    assert (node(seat).is_stale, node(seat).confidence, node(seat).tags) == (False, 1.0, ())


def test_the_confidence_of_a_stale_belief_is_as_configured(seat: Seat) -> None:
    (seat.directory / "src/auth.py").unlink()
    verify(seat, factor=0.25)
    assert node(seat).confidence == 0.25


def test_a_stale_belief_ranks_lower_and_can_be_listed(seat: Seat) -> None:
    seat.remember("Auth uses RS256", key="edge", type="project")
    before = [answer.item.node.key for answer in operations.recall(seat.repository, "auth RS256", now=seat.now)]
    (seat.directory / "src/auth.py").unlink()
    verify(seat)
    after = [answer.item.node.key for answer in operations.recall(seat.repository, "auth RS256", now=seat.now)]
    assert (before, after) == (["jwt", "edge"], ["edge", "jwt"])
    for stale, keys in ((True, ["jwt"]), (False, ["edge"])):
        found = operations.list_nodes(seat.repository, NodeFilter(stale=stale), now=seat.now)
        assert [item.node.key for item in found] == keys


def test_who_looked_may_take_changed_lines_as_they_are(seat: Seat) -> None:
    write(seat, "src/auth.py", SOURCE.replace("KEY, a", "SECRET, a"))
    verify(seat, fix=True)
    assert node(seat).is_stale
    verify(seat, "jwt", fix=True)
    assert not node(seat).is_stale
    assert verdicts(seat) == ["src/auth.py:L5 holds"]


def test_looking_again_counts_from_the_newest_anchor(seat: Seat) -> None:
    write(seat, "src/auth.py", SOURCE.replace("RS256", "ES256"))
    seat.do(
        operations.add, {"content": "Auth uses RS256", "key": "jwt", "evidence": ["src/auth.py:L5"], "author": "bob"}
    )
    assert verdicts(seat) == ["src/auth.py:L5 holds"]


def test_a_revision_is_not_stale(seat: Seat) -> None:
    write(seat, "src/auth.py", SOURCE.replace("RS256", "ES256"))
    verify(seat)
    seat.do(operations.edit, "jwt", {"content": "Auth uses ES256", "source": "code_read", "evidence": "src/auth.py:L5"})
    assert (node(seat).is_stale, node(seat).confidence) == (False, 1.0)
    assert verdicts(seat) == ["src/auth.py:L5 holds"]


def test_lines_that_say_little_are_not_looked_for(seat: Seat) -> None:
    write(seat, "a.py", "}\n")
    seat.remember("There is a brace", key="brace", evidence=["a.py:L1"])
    write(seat, "a.py", "x\n}\n")
    assert "a.py:L1 changed" in verdicts(seat)


def test_whole_files_are_only_looked_for(seat: Seat) -> None:
    seat.remember("There is a source folder", key="src", evidence=["src/auth.py", "src/"])
    write(seat, "src/auth.py", "other\n" + SOURCE)
    assert "src/auth.py holds" in verdicts(seat)


def test_evidence_from_before_anchors_is_said_to_be_so_and_anchored_with_fix(seat: Seat) -> None:
    seat.remember("Later", key="later", evidence=["src/later.py:L1"])
    write(seat, "src/later.py", "something that came later\n")
    assert "src/later.py:L1 unanchored" in verdicts(seat)
    verify(seat, fix=True)
    assert "src/later.py:L1 holds" in verdicts(seat)


def test_commands_run_only_on_request(seat: Seat) -> None:
    seat.remember("The build is green", key="build", evidence=["cmd: make test", "cmd: make lint"])
    ran: list[str] = []

    def run(line: str) -> bool:
        ran.append(line)
        return line != "make lint"

    assert verdicts(seat, "build") == ["cmd: make lint not run", "cmd: make test not run"]
    assert (ran, node(seat, "build").is_stale) == ([], False)
    assert verdicts(seat, "build", run=run) == ["cmd: make lint failed", "cmd: make test holds"]
    assert (ran, node(seat, "build").is_stale) == (["make lint", "make test"], True)
    verify(seat, "build")
    assert node(seat, "build").is_stale  # nobody ran it again
    verify(seat, "build", run=lambda _: True)
    assert not node(seat, "build").is_stale


def test_nothing_is_written_where_nothing_differs_and_undo_takes_all_back(seat: Seat) -> None:
    before = len(list(operations.op_log(seat.repository)))
    verify(seat)
    assert len(list(operations.op_log(seat.repository))) == before
    (seat.directory / "src/auth.py").unlink()
    verify(seat)
    assert node(seat).is_stale
    seat.do(operations.undo)
    assert not node(seat).is_stale


def test_a_file_that_is_no_text_is_no_evidence_of_lines(seat: Seat) -> None:
    (seat.directory / "src/auth.py").write_bytes(b"\0\1\2\n" * 10)
    assert verdicts(seat) == ["src/auth.py:L5 gone"]


def test_texts_that_are_no_anchors_mean_nothing() -> None:
    assert read_anchor("one two") is None
    assert split_lines("a\r\nb\rc") == ["a", "b", "c"]
    anchor = Anchor("docs/a file.md:L3", "1" * 16, "2" * 16, "3" * 40)
    assert read_anchor(str(anchor)) == anchor
