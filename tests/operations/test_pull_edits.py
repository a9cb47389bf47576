"""Edits that people make in exported files come back to the memories they came from."""

from __future__ import annotations

from pathlib import Path

import pytest
from seats import Seat

from memora.errors import BadInput, NotFound
from memora.errors.files import DamagedBlock
from memora.operations.history.undo import undo
from memora.operations.naming import find_key, read_current
from memora.operations.remember.remove import remove
from memora.operations.share.export import export
from memora.operations.share.layout import Destination
from memora.operations.share.pull import Pulled, pull_edits
from memora.operations.share.selection import read_asked


@pytest.fixture
def seat(tmp_path: Path) -> Seat:
    seat = Seat(tmp_path)
    seat.remember("Auth uses JWT RS256", key="auth.jwt", source="code_read", evidence="src/auth.rs:L4")
    seat.remember("Handlers answer with problem+json", applies_to=["src/api/**"])
    seat.remember("Install @acme/cli, then\nrun `acme <name>`", type="procedural", key="install")
    seat.commit("first")
    write(seat)
    return seat


def write(seat: Seat, target: str = "claude-code", **options: object) -> None:
    seat.do(export, [Destination(target)], **options)


def change(seat: Seat, old: str, new: str, file: str = "CLAUDE.md") -> None:
    path = seat.directory / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def pull(seat: Seat, **options: object) -> Pulled:
    return seat.do(pull_edits, **options)  # type: ignore[no-any-return]


def test_a_round_trip_without_edits_changes_nothing(seat):
    before = seat.state
    pulled = pull(seat)
    assert pulled.taken == ()
    assert pulled.paths == ("CLAUDE.md",)
    assert seat.state == before


def test_an_edited_line_is_a_new_version_of_its_memory(seat):
    change(seat, "RS256", "ES256")
    [taken] = pull(seat).taken
    assert (taken.edit.change, taken.outcome, taken.edit.line) == ("changed", "taken", 9)
    node = read_current(seat.repository, find_key(seat.repository, "auth.jwt")).node
    assert node.content == "Auth uses JWT ES256"
    [sighting] = node.observations
    assert (sighting.source, sighting.note) == ("manual", "hand edit of CLAUDE.md:9")


def test_what_was_neutral_in_the_file_is_itself_again(seat):
    change(seat, "run `acme <name>`", "run `acme <name> --all` for `@acme/x`")
    pull(seat)
    assert "Install @acme/cli, then\nrun `acme <name> --all` for @acme/x" in seat.memories


def test_an_addition_becomes_a_memory_of_its_heading(seat):
    change(seat, "### How it is done\n", "### How it is done\n\n- Release on Tuesdays\n")
    change(seat, "### Only for `src/api/**`\n", "### Only for `src/api/**`\n\n* Ids are ULIDs\n")
    pull(seat)
    nodes = {node.content: node for node in _nodes(seat)}
    assert nodes["Release on Tuesdays"].type == "procedural"
    assert nodes["Ids are ULIDs"].applies_to == ("src/api/**",)
    assert nodes["Ids are ULIDs"].observations[0].source == "manual"


def test_a_paragraph_that_somebody_wrote_becomes_a_memory(seat):
    change(seat, "### How it is done\n", "The database is PostgreSQL,\nversion 16.\n\n### How it is done\n")
    pull(seat)
    assert "The database is PostgreSQL,\nversion 16." in seat.memories


def test_a_deleted_line_is_a_removal(seat):
    path = seat.directory / "CLAUDE.md"
    path.write_text("".join(line for line in path.read_text().splitlines(keepends=True) if "RS256" not in line))
    [taken] = pull(seat).taken
    assert (taken.edit.change, taken.outcome) == ("removed", "taken")
    assert "Auth uses JWT RS256" not in seat.memories


def test_a_line_that_lost_its_id_is_still_known(seat):
    path = seat.directory / "CLAUDE.md"
    lines = path.read_text().splitlines()
    path.write_text("\n".join("- Auth uses JWT with RS256" if "RS256" in line else line for line in lines) + "\n")
    [taken] = pull(seat).taken
    assert taken.edit.change == "changed"
    assert read_current(seat.repository, find_key(seat.repository, "auth.jwt")).node.content.endswith("with RS256")


def test_pulling_twice_changes_nothing_more(seat):
    change(seat, "RS256", "ES256")
    change(seat, "### How it is done\n", "### How it is done\n\n- Release on Tuesdays\n")
    pull(seat)
    before = seat.state
    assert {item.outcome for item in pull(seat).taken} == {"known"}
    assert seat.state == before
    write(seat)
    assert pull(seat).taken == ()
    assert seat.state == before


def test_nothing_is_committed_unless_asked_for(seat):
    head = seat.head
    change(seat, "RS256", "ES256")
    pull(seat)
    assert seat.head == head
    undone = seat.state
    seat.do(undo)
    assert seat.state != undone
    assert "Auth uses JWT RS256" in seat.memories


def test_what_was_taken_can_be_committed_and_nothing_else(seat):
    seat.remember("Not yet sure of this")
    change(seat, "RS256", "ES256")
    pulled = pull(seat, message="Take in hand edits")
    assert pulled.commit is not None
    assert pulled.commit.changes.changed == 1
    assert pulled.commit.changes.added == 0


def test_looking_changes_nothing(seat):
    change(seat, "RS256", "ES256")
    before = seat.state
    assert [item.outcome for item in pull(seat, write=False).taken] == ["pending"]
    assert seat.state == before


def test_edits_merge_with_what_the_store_has_learnt_since(seat):
    seat.revise("install", "Install with brew")
    seat.remember("New since")
    change(seat, "RS256", "ES256")
    pull(seat)
    assert {"Auth uses JWT ES256", "Install with brew", "New since"} <= seat.memories


def test_an_edit_of_what_was_changed_meanwhile_is_a_dispute(seat):
    seat.revise("install", "Install with brew")
    change(seat, "run `acme <name>`", "run `acme`")
    [taken] = pull(seat).taken
    assert taken.outcome == "disputed"
    node = read_current(seat.repository, find_key(seat.repository, "install")).node
    assert node.status == "conflicted"
    write(seat)
    assert "it is not settled which" in (seat.directory / "CLAUDE.md").read_text()


def test_an_edit_of_what_was_removed_meanwhile_is_not_lost(seat):
    seat.do(remove, ["auth.jwt"])
    change(seat, "RS256", "ES256")
    [taken] = pull(seat).taken
    assert taken.outcome == "disputed"


def test_a_file_of_rules_gives_its_paths_to_what_is_added(seat):
    write(seat, "cursor")
    [rules] = (path for path in (seat.directory / ".cursor" / "rules").iterdir() if "api" in path.name)
    name = f".cursor/rules/{rules.name}"
    change(seat, "### What is so\n", "### What is so\n\n- Ids are ULIDs\n", name)
    pull(seat, target="cursor")
    [node] = [node for node in _nodes(seat) if node.content == "Ids are ULIDs"]
    assert node.applies_to == ("src/api/**",)


def test_a_block_with_filters_is_compared_with_what_was_in_it(seat):
    write(seat, "gemini", asked=read_asked((("type", "procedural"),)))
    change(seat, "run `acme <name>`", "run `acme`", "GEMINI.md")
    pulled = pull(seat, target="gemini")
    assert [item.edit.change for item in pulled.taken] == ["changed"]
    assert "Auth uses JWT RS256" in seat.memories


def test_files_that_lie_elsewhere_are_found_again(seat):
    seat.do(export, [Destination("claude-code", "notes/NOTES.md")])
    change(seat, "RS256", "ES256", "notes/NOTES.md")
    assert "notes/NOTES.md" in pull(seat).paths
    assert "Auth uses JWT ES256" in seat.memories


def test_what_cannot_be_kept_is_said_and_the_rest_is_taken(seat):
    change(seat, "RS256", "ES256\u202e")
    change(seat, "problem+json", "problem details")
    outcomes = {item.edit.change: (item.outcome, item.edit.problem) for item in pull(seat).taken if item.edit.problem}
    assert outcomes["changed"][0] == "skipped"
    assert "invisible" in (outcomes["changed"][1] or "")
    assert "Handlers answer with problem details" in seat.memories


def test_the_block_of_another_store_is_not_guessed_at(seat, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    stranger = Seat(other)
    stranger.remember("Elsewhere")
    text = (seat.directory / "CLAUDE.md").read_text()
    (other / "CLAUDE.md").write_text(text.replace("RS256", "ES256"))
    with pytest.raises(NotFound, match=r"revision that CLAUDE\.md was written from"):
        pull(stranger)


def test_a_secret_in_an_edit_is_skipped_and_not_repeated(seat):
    token = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    write(seat)
    change(seat, "<!-- memora:end -->", f"- Deploys use {token}\n<!-- memora:end -->")
    pulled = pull(seat)
    assert [item.outcome for item in pulled.taken] == ["skipped"]
    assert pulled.skipped
    assert token not in repr(pulled)


def test_a_file_that_memora_wrote_and_cannot_read_is_named(seat):
    write(seat)
    path = seat.directory / "CLAUDE.md"
    path.write_bytes(path.read_bytes() + b"caf\xe9\n")
    with pytest.raises(BadInput, match=r"CLAUDE\.md is not valid UTF-8"):
        pull(seat)


def test_damaged_markers_stop_everything(seat):
    change(seat, "<!-- memora:end -->", "")
    with pytest.raises(DamagedBlock):
        pull(seat)


def _nodes(seat: Seat) -> list:
    from memora.history.load import load_node
    from memora.tree.lookup import entries

    tree = seat.repository.workspace.tree
    return [load_node(seat.repository.objects, version) for _, version in entries(seat.repository.objects, tree)]
