"""gc, prune, fsck, reindex, doctor and config as a person types them."""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path

import apsw
import pytest
from commandline import Terminal

WEEK = 7 * 86_400 * 1_000_000


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    terminal = Terminal(tmp_path)
    terminal.ok("init")
    terminal.ok("add", "Auth uses JWT RS256", "-k", "auth.jwt", "--source", "code_read")
    terminal.ok("add", "Probably uses Redis", "-t", "assumption", "--confidence", "0.2")
    terminal.ok("commit", "-m", "first")
    return terminal


def spoil(terminal: Terminal, sql: str) -> None:
    connection = apsw.Connection(str(terminal.directory / ".memora" / "memora.db"))
    connection.execute(sql)
    connection.close()


def nodes(terminal: Terminal) -> dict[str, str]:
    return {record["content"]: record["status"] for record in terminal.json("list")}


class TestGc:
    def test_nothing_to_do_is_done(self, terminal: Terminal) -> None:
        assert terminal.ok("gc") == "nothing to collect: 2 memories weighed, none expired and none below 0.30\n"
        assert terminal.json("gc") == []

    def test_every_decision_is_told_with_its_numbers(self, terminal: Terminal) -> None:
        said = terminal.ok("gc", "--threshold", "0.5")
        assert "deprecated [assumption]" in said
        assert "Probably uses Redis" in said
        assert "below 0.50; importance 0.40: confidence 0.20, recency 1.00, access 0.00 (recalled 0 times)" in said
        assert said.endswith("1 deprecated of 2 memories weighed\n")
        assert nodes(terminal)["Probably uses Redis"] == "deprecated"
        assert "removed" in terminal.ok("gc", "--threshold", "0.5")
        assert list(nodes(terminal)) == ["Auth uses JWT RS256"]

    def test_a_dry_run_says_it_and_does_not_do_it(self, terminal: Terminal) -> None:
        said = terminal.ok("gc", "--threshold", "0.5", "--dry-run", "--aggressive")
        assert said.endswith("would remove 1 of 2 memories weighed\n")
        assert len(nodes(terminal)) == 2

    def test_the_expired_leave(self, terminal: Terminal) -> None:
        terminal.now += 3 * WEEK
        assert "expired 7 days ago" in terminal.ok("gc")
        assert list(nodes(terminal)) == ["Auth uses JWT RS256"]
        terminal.ok("undo")
        assert len(nodes(terminal)) == 2

    def test_its_records(self, terminal: Terminal) -> None:
        (record,) = terminal.json("gc", "--threshold", "0.5", "--dry-run")
        assert record["schema"] == "memora.collection/v1"
        assert (record["action"], record["dry_run"], record["threshold"], record["score"]) == (
            "deprecated",
            True,
            0.5,
            pytest.approx(0.4, abs=0.001),
        )

    def test_the_threshold_comes_from_the_settings(self, terminal: Terminal) -> None:
        terminal.ok("config", "set", "gc.threshold", "0.5")
        assert len(terminal.json("gc", "--dry-run")) == 1

    @pytest.mark.parametrize("threshold", ["2", "-1", "nan", "x"])
    def test_a_bad_threshold_is_wrong_usage(self, terminal: Terminal, threshold: str) -> None:
        assert terminal.run("gc", "--threshold", threshold).code == 2


class TestPrune:
    def test_nothing_to_do_is_done(self, terminal: Terminal) -> None:
        assert terminal.ok("prune").startswith("nothing to prune: all ")

    def test_forgotten_operations_free_their_trees(self, terminal: Terminal) -> None:
        terminal.now += 10 * WEEK
        dry = terminal.json("prune", "--older-than", "4w", "--dry-run")[0]
        assert terminal.json("prune", "--older-than", "4w")[0] == {**dry, "dry_run": False}
        assert (dry["operations"], dry["kinds"]) == (2, {"tree": 2})
        assert terminal.run("undo").code == 1
        assert terminal.ok("fsck").endswith("no problems\n")

    def test_what_it_says(self, terminal: Terminal) -> None:
        terminal.now += 10 * WEEK
        said = terminal.ok("prune", "--older-than", "4w")
        assert said.startswith("removed 2 operations and 2 objects (2 trees; ")

    @pytest.mark.parametrize("age", ["x", "0d", "-1d"])
    def test_a_bad_age_is_wrong_usage(self, terminal: Terminal, age: str) -> None:
        assert terminal.run("prune", "--older-than", age).code == 2


class TestFsck:
    def test_a_sound_store(self, terminal: Terminal) -> None:
        assert terminal.ok("fsck").startswith("checked ")
        assert terminal.json("fsck") == []

    def test_damage_is_six_and_names_whom_it_hits(self, terminal: Terminal) -> None:
        node = terminal.json("show", "auth.jwt")[0]
        spoil(terminal, f"UPDATE objects SET body = x'00' WHERE id = x'{node['version']}'")
        result = terminal.run("fsck")
        assert result.code == 6
        assert f"error: object-id  {node['version'][:12]}: its body is not bytes" not in result.out
        assert f"hits node {node['id'][:8]} in workspace default, main" in result.out
        record = json.loads(terminal.run("fsck", "--json").out)
        assert record["schema"] == "memora.problem/v1"
        assert (record["rule"], record["severity"], record["node"]) == ("object-id", "error", node["id"])

    def test_warnings_alone_are_one(self, terminal: Terminal) -> None:
        (terminal.directory / ".memora" / "witness").unlink()
        result = terminal.run("fsck")
        assert (result.code, "warning: witness" in result.out) == (1, True)

    @pytest.mark.parametrize("content", [b"", b"no database at all" * 300])
    def test_what_is_no_database_is_said_clearly(self, terminal: Terminal, content: bytes) -> None:
        (terminal.directory / ".memora" / "memora.db").write_bytes(content)
        result = terminal.run("fsck")
        assert (result.code, result.err) == (6, "")
        assert result.out.startswith("error: database  the database ")
        assert terminal.run("status").code == 6
        assert terminal.run("fsck", "--repair").code == 6

    def test_a_repair_says_what_it_did(self, terminal: Terminal) -> None:
        spoil(terminal, "DELETE FROM versions")
        assert terminal.run("status").code == 0
        result = terminal.run("fsck", "--repair")
        assert result.code == 0, result
        assert "memora-before-repair-1.db" in result.out
        assert result.out.endswith("after the repair: 0 errors, 0 warnings\n") or "no problems" in result.out
        assert terminal.ok("fsck").endswith("no problems\n")

    def test_lost_operations_stop_every_command_until_the_loss_is_accepted(self, terminal: Terminal) -> None:
        folder = terminal.directory / ".memora"
        shutil.copy(folder / "memora.db", terminal.directory / "older.db")
        terminal.ok("add", "acknowledged")
        shutil.copy(terminal.directory / "older.db", folder / "memora.db")
        refused = terminal.run("add", "one more")
        assert (refused.code, "fsck" in refused.err) == (6, True)
        assert "operation 4 was acknowledged and is lost" in terminal.run("fsck").out
        record = json.loads(terminal.run("fsck", "--repair", "--json").out.splitlines()[-1])
        assert record["schema"] == "memora.repaired/v1"
        assert record["problems"] == []
        terminal.ok("add", "one more")

    def test_a_newer_format_is_refused(self, terminal: Terminal) -> None:
        spoil(terminal, "PRAGMA user_version = 99")
        assert terminal.run("fsck", "--repair").code == 5

    def test_a_trigger_is_found_and_taken_out(self, terminal: Terminal) -> None:
        spoil(terminal, "CREATE TRIGGER evil AFTER INSERT ON operations BEGIN DELETE FROM refs; END")
        assert terminal.run("status").code == 5
        assert terminal.run("fsck").code == 6
        assert terminal.run("fsck", "--repair").code == 0
        terminal.ok("add", "goes on")
        assert [record["name"] for record in terminal.json("branch")] == ["main"]


class TestReindex:
    def test_it_says_what_it_did(self, terminal: Terminal) -> None:
        spoil(terminal, "DELETE FROM view")
        assert terminal.ok("reindex") == "indexed 2 versions of memories, 1 commit and 2 memories in use\n"
        assert len(nodes(terminal)) == 2

    def test_its_record(self, terminal: Terminal) -> None:
        (record,) = terminal.json("reindex")
        assert (record["schema"], record["versions"], record["view"]) == ("memora.reindex/v1", 2, 2)


class TestDoctor:
    def test_all_is_well(self, terminal: Terminal) -> None:
        result = terminal.run("doctor")
        assert result.code == 0, result.out
        assert "ok       memora" in result.out

    def test_a_warning_is_one(self, terminal: Terminal) -> None:
        (terminal.directory / ".memora" / "witness").unlink()
        result = terminal.run("doctor")
        assert result.code == 1
        assert "warning  witness" in result.out
        records = [json.loads(line) for line in terminal.run("doctor", "--json").out.splitlines()]
        states = {record["name"]: record["state"] for record in records}
        assert states["witness"] == "warning"
        assert states["index"] == "ok"

    def test_quiet_says_only_what_is_not_well(self, terminal: Terminal) -> None:
        assert terminal.ok("doctor", "--quiet") == ""

    def test_a_setting_that_the_store_must_not_set_is_a_warning(self, terminal: Terminal) -> None:
        (terminal.directory / ".memora" / "config.toml").write_text("core.editor = 'rm -rf'\n")
        result = terminal.run("doctor")
        assert (result.code, "core.editor, which is ignored" in result.out) == (1, True)

    @pytest.mark.parametrize(
        ("variables", "state", "words"),
        [
            ({}, "ok", "opens vi"),
            ({"EDITOR": sys.executable}, "ok", f"`memora edit` opens {sys.executable}"),
            ({"EDITOR": f"{sys.executable} --wait"}, "ok", f"`memora edit` opens {sys.executable} --wait"),
            ({"MEMORA_EDITOR": "./mine", "VISUAL": "vi"}, "warning", "./mine, which `memora edit` would open, is not"),
            ({"VISUAL": "'vi"}, "failure", "is not a command line"),
        ],
    )
    def test_the_editor_is_one_that_can_be_opened(
        self, terminal: Terminal, variables: dict[str, str], state: str, words: str
    ) -> None:
        terminal.environment |= variables
        [line] = [line for line in terminal.run("doctor").out.splitlines() if re.match(rf"{state} +editor ", line)]
        assert words in line

    def test_the_editor_is_the_one_that_edit_opens(self, terminal: Terminal) -> None:
        terminal.ok("config", "set", "--user", "core.editor", "mine")
        terminal.environment |= {"MEMORA_EDITOR": sys.executable, "EDITOR": "another"}
        assert f"opens {sys.executable}" in terminal.run("doctor").out

    def test_a_settings_file_that_does_not_read_is_a_failure(self, terminal: Terminal) -> None:
        (terminal.directory / ".memora" / "config.toml").write_text("nonsense\n")
        result = terminal.run("doctor")
        assert (result.code, "failure  settings" in result.out) == (1, True)

    def test_somebody_without_a_name_is_a_warning(self, terminal: Terminal) -> None:
        terminal.author = ""
        assert "warning  author" in terminal.run("doctor").out


class TestConfig:
    def test_get_set_list_path(self, terminal: Terminal) -> None:
        assert terminal.ok("config", "get", "gc.threshold") == "0.3\n"
        assert terminal.ok("config", "set", "gc.threshold", "0.25") == "gc.threshold = 0.25  (store)\n"
        assert terminal.ok("config", "get", "gc.threshold") == "0.25\n"
        assert "gc.threshold = 0.25  (store)\n" in terminal.ok("config", "list")
        assert "recall.limit = 5  (default)\n" in terminal.ok("config", "list")
        assert "user.name =   (not set)\n" in terminal.ok("config", "list")
        store, user = terminal.ok("config", "path").splitlines()
        assert store == f"store  {terminal.directory}/.memora/config.toml"
        assert user == f"user   {terminal.directory}/.config/memora/config.toml"

    def test_the_store_goes_before_the_user(self, terminal: Terminal) -> None:
        terminal.ok("config", "set", "user.name", "Ada", "--user")
        assert terminal.json("config", "get", "user.name")[0]["origin"] == "user"
        terminal.ok("config", "set", "user.name", "Ada of this project")
        (record,) = terminal.json("config", "get", "user.name")
        assert record == {
            "schema": "memora.setting/v1",
            "name": "user.name",
            "value": "Ada of this project",
            "origin": "store",
            "path": f"{terminal.directory}/.memora/config.toml",
        }

    def test_comments_stay(self, terminal: Terminal) -> None:
        path = terminal.directory / ".memora" / "config.toml"
        before = path.read_text()
        terminal.ok("config", "set", "recall.limit", "7")
        assert path.read_text() == before + "recall.limit = 7\n"

    def test_an_unknown_setting_is_wrong_usage_and_names_what_is_like_it(self, terminal: Terminal) -> None:
        for arguments in (("get", "gc.treshold"), ("set", "gc.treshold", "1")):
            result = terminal.run("config", *arguments)
            assert (result.code, "did you mean gc.threshold?" in result.err) == (2, True)

    @pytest.mark.parametrize(
        "name, value", [("gc.threshold", "1.5"), ("gc.threshold", "x"), ("recall.limit", "0"), ("recall.limit", "1.5")]
    )
    def test_a_value_out_of_range_is_wrong_usage(self, terminal: Terminal, name: str, value: str) -> None:
        assert terminal.run("config", "set", name, value).code == 2
        assert terminal.json("config", "get", name)[0]["origin"] == "default"

    def test_what_only_the_user_may_set_is_refused_for_the_store(self, terminal: Terminal) -> None:
        for name in ("safe.directories", "core.editor", "init.branch"):
            result = terminal.run("config", "set", name, "x")
            assert (result.code, "--user" in result.err) == (5, True)
        terminal.ok("config", "set", "safe.directories", "/a,/b", "--user")
        assert terminal.json("config", "get", "safe.directories")[0]["value"] == ["/a", "/b"]


COMMANDS = (
    "gc",
    "prune",
    "fsck",
    "reindex",
    "doctor",
    "config list",
    "config path",
    "config get gc.threshold",
    "config set gc.threshold 1",
    "config set gc.threshold 1 --user",
)


@pytest.mark.parametrize("command", COMMANDS)
def test_outside_a_store_all_say_so(tmp_path: Path, command: str) -> None:
    result = Terminal(tmp_path).run(*command.split())
    assert result.code == 3
    assert f"no memora store in {tmp_path} or above it" in result.err
    assert list(tmp_path.iterdir()) == []
