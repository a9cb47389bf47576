"""memora purge: what is erased is nowhere, all else is as it was, and nobody is surprised."""

from __future__ import annotations

import json
from pathlib import Path

import apsw
import pytest
from busy_store import TEXT, WORDS, busy_store, holding, leave_files
from commandline import Terminal

from memora.repository import Repository
from memora.storage.cleaning import MARK, mark_unfinished

NEEDLES = (TEXT.encode(), *WORDS)


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return busy_store(tmp_path)


@pytest.fixture
def store(terminal: Terminal) -> Path:
    return terminal.directory / ".memora"


def facts(terminal: Terminal, *where: str) -> dict[str, str]:
    """What the memories say that have nothing to do with the text, by version."""
    return {item["version"]: item["content"] for item in terminal.json("list", *where) if "fact" in item["content"]}


def test_no_byte_of_a_text_is_left_in_the_store(terminal: Terminal, store: Path) -> None:
    leave_files(store)
    assert {"memora.db", "memora-before-repair-1.db", "hook.log", "broken.bad"} < holding(store, TEXT.encode())
    assert holding(store, WORDS[1]) >= {"memora.db"}  # as the text index has it
    before = facts(terminal)
    result = terminal.run("purge", "--match", TEXT, "--yes")
    assert (result.code, "erased 5 versions of 4 memories; 5 commits written anew\n" in result.out) == (0, True)
    assert "removed older copies: memora-before-repair-1.db\n" in result.out
    assert "CLAUDE.md was told it: export again" in result.err
    assert "not reached: " in result.err
    assert holding(store, *NEEDLES) == set()
    assert terminal.ok("fsck").endswith("no problems\n")
    assert facts(terminal) == before
    assert not (store / MARK).exists()
    assert list((store / "incoming").iterdir()) == []
    assert len(list((store / "spool").iterdir())) == 1  # the event that waits, without the text
    assert b"[purged]" in next((store / "spool").iterdir()).read_bytes()
    assert terminal.run("purge", "--match", TEXT, "--yes").code == 1


def test_no_byte_of_a_memory_is_left_in_the_store(terminal: Terminal, store: Path) -> None:
    leave_files(store)
    said = f"the contact is {TEXT} by phone"
    assert terminal.run("purge", "contact", "--yes").code == 0
    assert holding(store, said.encode(), b"the contact is Hans now, by letter", b"the contact is somebody") == set()
    assert TEXT.encode() in (store / "memora.db").read_bytes()  # other memories say it
    assert terminal.ok("fsck").endswith("no problems\n")
    assert terminal.run("purge", "contact", "--yes").code == 4
    assert terminal.run("show", "contact").code == 4
    assert [item["key"] for item in terminal.json("list", "--key", "contact")] == ["contact.gone"]
    assert terminal.run("why", "rota").code == 0  # it rests on what is not there any more


def test_everything_works_on_what_is_left(terminal: Terminal) -> None:
    terminal.ok("purge", "--match", TEXT, "--yes")
    shown = terminal.ok("replay", "--session", "run-1")
    assert "call [purged] first" in shown
    assert "purged" in {item["event"] for item in terminal.json("replay", "--session", "run-1")}
    assert [item["message"] for item in terminal.json("log", "v1")] == ["[purged] is the contact", "the beginning"]
    assert "as [purged] wished" in terminal.ok("tag", "--json")
    assert "[purged] <e@example.org>" in terminal.ok("list", "--json")
    assert terminal.ok("bisect", "good")
    assert terminal.ok("blame", "rota")
    assert terminal.ok("session", "end")
    assert terminal.ok("--workspace", "second", "commit", "--allow-empty", "-m", "goes on")
    assert terminal.ok("commit", "-m", "and here")
    assert terminal.ok("merge", "theirs")
    assert terminal.ok("reindex")
    assert terminal.ok("fsck").endswith("no problems\n")


def test_a_purge_is_told_and_not_undone(terminal: Terminal) -> None:
    terminal.ok("purge", "--match", TEXT, "--yes")
    [newest, *earlier] = terminal.json("op", "log")
    assert (newest["command"], newest["summary"]) == ("purge", "5 versions gone, 5 commits written anew")
    assert earlier[0]["summary"] == "[semantic] while a session is open: [purged]"
    result = terminal.run("undo")
    assert (result.code, "is a purge, which cannot be undone" in result.err) == (5, True)
    terminal.ok("add", "something new")
    terminal.ok("undo")
    assert terminal.run("undo").code == 5
    assert terminal.run("--workspace", "second", "undo").code == 1  # all that it ever did is gone
    assert terminal.ok("fsck").endswith("no problems\n")


def test_what_another_workspace_did_can_be_undone_still(terminal: Terminal) -> None:
    terminal.ok("--workspace", "second", "add", "this one has nothing to do with it")
    terminal.ok("--workspace", "second", "add", f"and {TEXT} once more")
    terminal.ok("purge", "--match", TEXT, "--yes")
    assert "nothing to do with it" in terminal.ok("--workspace", "second", "undo")
    assert terminal.ok("fsck").endswith("no problems\n")


def test_names_lose_the_text_too(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    terminal.ok("init")
    terminal.ok("add", "first")
    terminal.ok("commit", "-m", "first")
    for name in ("for-mustermann-4711", "for-purged"):
        terminal.ok("branch", name)
    terminal.ok("tag", "mustermann-4711", "-m", "wished")
    terminal.ok("--workspace", "of-mustermann-4711", "switch", "for-mustermann-4711")
    terminal.ok("--workspace", "of-mustermann-4711", "session", "start", "--id", "mustermann-4711")
    terminal.ok("--workspace", "of-mustermann-4711", "add", "second")
    terminal.ok("session", "start", "--id", "another")
    terminal.ok("session", "record", "--type", "x_mustermann_4711", "--data", '{"phone": 151123456789}')
    terminal.ok("--workspace", "of-mustermann-4711", "session", "end")
    for text in ("mustermann-4711", "mustermann_4711", "151123456789"):
        terminal.ok("purge", "--match", text, "--yes")
    assert [item["name"] for item in terminal.json("branch")] == ["for-purged", "for-purged-2", "main"]
    assert [item["name"] for item in terminal.json("tag")] == ["purged"]
    assert [item["session"] for item in terminal.json("session", "list")] == ["another", "purged"]
    last = terminal.json("replay", "--session", "another")[1]
    assert (last["event"], last["data"]) == ("x_purged", {"phone": "[purged]"})
    assert terminal.json("--workspace", "of-purged", "status")[0]["branch"] == "for-purged-2"
    assert holding(tmp_path / ".memora", b"mustermann") == set()
    assert terminal.ok("fsck").endswith("no problems\n")


def test_a_dry_run_changes_nothing(terminal: Terminal, store: Path) -> None:
    def state() -> list[str]:
        return [terminal.ok(*line, "--json") for line in (("op", "log"), ("log", "--all"), ("list",), ("branch",))]

    before = state()
    [plan] = terminal.json("purge", "--match", TEXT, "--dry-run")
    assert plan["dry_run"] and "finished" not in plan
    assert state() == before
    assert TEXT.encode() in (store / "memora.db").read_bytes()
    assert not (store / MARK).exists()
    [done] = terminal.json("purge", "--match", TEXT, "--yes")
    assert done["finished"] and done["remains"] == []
    for field in ("nodes", "versions", "commits", "objects", "refs", "tags", "sessions", "events"):
        assert done[field] == plan[field]
    assert terminal.ok("fsck").endswith("no problems\n")


def test_nothing_that_is_told_holds_the_text(terminal: Terminal) -> None:
    result = terminal.run("purge", "--match", TEXT, "--yes")
    told = terminal.run("op", "log", "-n", "1")
    record = terminal.run("purge", "--match", f"{TEXT} and more", "--dry-run", "--json")
    for said in (*result[1:], *told[1:], *record[1:]):
        assert "Mustermann" not in said


def test_the_text_is_read_from_standard_input(terminal: Terminal, store: Path) -> None:
    assert terminal.run("purge", "--match", "-", "--yes", stdin=f"{TEXT}\n").code == 0
    assert holding(store, *NEEDLES) == set()


def test_somebody_has_to_mean_it(terminal: Terminal, store: Path) -> None:
    result = terminal.run("purge", "--match", TEXT)
    assert (result.code, "--dry-run" in result.err) == (5, True)
    terminal.terminal = True
    assert terminal.run("purge", "--match", TEXT, "--no-input").code == 5
    result = terminal.run("purge", "--match", TEXT, stdin="n\n")
    assert (result.code, "would erase 5 versions" in result.out, "nothing was changed" in result.err) == (1, True, True)
    assert terminal.run("purge", "--match", TEXT, stdin="").code == 1
    assert TEXT.encode() in (store / "memora.db").read_bytes()
    assert terminal.run("purge", "--match", TEXT, stdin="y\n").code == 0
    assert holding(store, *NEEDLES) == set()
    assert terminal.run("purge", "--match", "-", stdin="Hans now, by\ny\n").code == 0


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        (["nothing.there"], 4, "no node 'nothing.there'"),
        (["ffffffff"], 4, "no node"),
        ([], 2, "name the memories"),
        (["contact", "--match", TEXT], 2, "at once"),
        (["--match", "short"], 2, "shorter than 8"),
        (["--match", ""], 2, "shorter than 8"),
        (["--match", "was purged"], 2, "'purged'"),
        (["--match", "stands nowhere at all"], 1, ""),
    ],
)
def test_what_cannot_be_purged_is_refused(terminal: Terminal, line: list[str], code: int, said: str) -> None:
    before = terminal.ok("op", "log")
    result = terminal.run("purge", *line, "--yes")
    assert (result.code, said in result.err) == (code, True)
    assert terminal.ok("op", "log") == before


def test_what_a_person_wrote_into_the_store_is_named_and_left(terminal: Terminal, store: Path) -> None:
    (store / "templates").mkdir()
    (store / "templates" / "mine.md.j2").write_text(f"for {TEXT}")
    result = terminal.run("purge", "--match", TEXT, "--yes")
    assert result.code == 1
    assert "still holds it: .memora/templates/mine.md.j2" in result.err
    assert holding(store, *NEEDLES) == {"mine.md.j2"}


def test_a_secret_is_to_be_rotated(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    terminal.ok("init")
    key = "AKIA" + "QYLPMN5HHHFPZAM2"
    terminal.ok("add", f"the key is {key}", "--allow-secret", "aws-access-key")
    result = terminal.run("purge", "--match", key, "--yes")
    assert (result.code, "rotate it" in result.err) == (0, True)
    assert holding(tmp_path / ".memora", key.encode(), key[4:].lower().encode()) == set()


def test_a_text_that_is_longer_than_a_page_of_the_database_goes(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    terminal.ok("init")
    long = " ".join(f"line{number}of-the-letter" for number in range(1500))
    terminal.ok("add", "-", stdin=long)
    terminal.ok("session", "start")
    terminal.ok("session", "record", "--type", "note", "--data", json.dumps({"text": long}))
    assert terminal.run("purge", "--match", "-", "--yes", stdin=long).code == 0
    assert holding(tmp_path / ".memora", b"of-the-letter") == set()


def test_a_memory_that_says_the_same_is_named_and_stays(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    terminal.ok("init")
    terminal.ok("add", "the same words in two memories", "--key", "one")
    terminal.ok("add", "the same words in two memories", "--key", "two")
    other = terminal.json("show", "two")[0]["id"]
    result = terminal.run("purge", "one", "--yes")
    assert (result.code, f"memory {other[:8]} says the same and stays" in result.err) == (0, True)
    assert terminal.ok("show", "two")


def test_a_reader_keeps_the_file_from_being_clean_and_the_next_call_goes_on(terminal: Terminal, store: Path) -> None:
    with Repository.open(str(store)) as reader, Repository.open(str(store), patience_seconds=0.05) as repository:
        from memora.operations.care.purge import Erased, purge

        with reader.snapshot():
            reader.log.head()
            outcome = purge(repository, match=TEXT, author="ada", now=terminal.now)
        assert isinstance(outcome, Erased) and outcome.cleaned is not None and not outcome.cleaned.finished
    result = terminal.run("fsck")
    assert (result.code, "purging" in result.out) == (1, True)
    assert "warning  purge" in terminal.run("doctor").out
    assert terminal.run("purge").code == 0
    assert holding(store, *NEEDLES) == set()
    assert terminal.ok("fsck").endswith("no problems\n")


def test_the_same_call_goes_on_where_a_purge_was_killed(terminal: Terminal, store: Path) -> None:
    terminal.ok("purge", "contact", "--yes")
    mark_unfinished(str(store))
    assert terminal.run("purge", "contact").code == 0  # nothing is left to be erased that one could be asked about
    assert not (store / MARK).exists()
    assert terminal.run("purge", "contact", "--yes").code == 4


def test_what_was_purged_is_not_taken_in_again_as_it_was(terminal: Terminal) -> None:
    before = terminal.directory / "before.json"
    before.write_text(terminal.ok("export", "--to", "json", "--stdout"))
    terminal.ok("purge", "contact.gone", "--yes")
    result = terminal.run("import", "before.json")
    assert (result.code, "was purged here" in result.err) == (2, True)
    assert terminal.run("show", "contact.gone").code == 4
    terminal.ok("add", f"{TEXT} left the company", "--key", "contact.gone")  # somebody says so anew
    assert terminal.ok("fsck").endswith("no problems\n")


def test_a_stale_clone_cannot_bring_it_back(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    one = busy_store(tmp_path / "one")
    one.ok("remote", "add", "shared", str(tmp_path / "shared"))
    one.ok("push", "shared", "main", "--sessions")
    other = Terminal(tmp_path)
    other.ok("clone", str(tmp_path / "shared"), "two")
    two = Terminal(tmp_path / "two")
    two.ok("add", "made on top of what is gone")
    two.ok("commit", "-m", "on top")
    two.ok("push")
    one.ok("purge", "--match", TEXT, "--local", "--yes")
    result = one.run("fetch", "shared")
    assert (result.code, "`memora purge --remote" in result.err) == (5, True)
    assert "erased at shared: " in one.ok("purge", "--remote", "shared")
    assert one.ok("fetch", "shared")
    assert holding(tmp_path / "one" / ".memora", *NEEDLES) == set()
    assert one.ok("fsck").endswith("no problems\n")

    assert "`memora purge --from origin` erases it here too" in two.ok("fetch")
    assert two.run("pull").code == two.run("push").code == 5
    assert two.run("purge", "--from", "origin").code == 5
    assert holding(tmp_path / "two" / ".memora", *NEEDLES)
    assert "erased " in two.ok("purge", "--from", "origin", "--yes")
    assert holding(tmp_path / "two" / ".memora", *NEEDLES) == set()
    assert two.ok("fsck").endswith("no problems\n")
    two.ok("pull")
    two.ok("push")
    assert two.run("purge", "--from", "origin", "--yes").code == 1


def test_a_remote_that_is_not_reached_is_named(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    terminal.ok("init")
    terminal.ok("add", "the password is hidden here", "--key", "a.b")
    terminal.ok("commit", "-m", "one")
    terminal.ok("remote", "add", "good", str(tmp_path / "good"))
    terminal.ok("push", "good")
    terminal.ok("remote", "add", "bad", str(tmp_path / "bad"))
    (tmp_path / "bad").write_text("in the way")
    result = terminal.run("purge", "a.b", "--yes")
    assert (result.code, "not erased at bad: " in result.err) == (1, True)
    assert "erased at good: 1 reference moved" in result.out
    record = json.loads(terminal.run("purge", "--remote", "bad", "--remote", "good", "--json").out)
    assert [(remote["name"], remote["reached"]) for remote in record["remotes"]] == [("bad", False), ("good", True)]
    (tmp_path / "bad").unlink()
    assert terminal.ok("purge", "--remote", "bad")


def test_what_has_yet_to_go_to_a_remote_goes_there_by_the_same_call_or_by_none(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path / "one")
    (tmp_path / "one").mkdir()
    terminal.ok("init")
    for key in ("a.b", "c.d"):
        terminal.ok("add", f"the password of {key} is hidden here", "--key", key)
    terminal.ok("commit", "-m", "one")
    terminal.ok("remote", "add", "shared", str(tmp_path / "shared"))
    terminal.ok("push", "shared")
    terminal.ok("purge", "a.b", "--local", "--yes")
    assert terminal.run("purge", "c.e", "a.b", "--local", "--yes").code == 4
    assert terminal.run("purge", "c.d", "a.b", "--yes").code == 4  # one of them is there: that is another call
    assert terminal.run("purge", "a.b", "--yes")[:2] == (0, "erased at shared: 1 reference moved\n")
    assert terminal.run("purge", "a.b", "--yes").code == 4
    terminal.ok("purge", "c.d", "--local", "--yes")
    assert terminal.run("purge", "--dry-run").code == 2
    assert terminal.run("purge")[:2] == (0, "erased at shared: 1 reference moved\n")
    assert terminal.run("purge", "--yes").code == 2
    assert terminal.run("purge", "--remote", "shared")[:2] == (0, "nothing to erase at shared\n")


def test_a_branch_whose_name_was_erased_elsewhere_is_named_before_it_is_pushed_again(tmp_path: Path) -> None:
    one = busy_store(tmp_path / "one")
    one.ok("remote", "add", "origin", str(tmp_path / "shared"))
    one.ok("branch", "for-mustermann-4711")
    one.ok("push", "--all")
    Terminal(tmp_path).ok("clone", str(tmp_path / "shared"), "two")
    two = Terminal(tmp_path / "two")
    two.ok("switch", "for-mustermann-4711")
    one.ok("purge", "--match", "mustermann-4711", "--local", "--yes")
    assert "warning  remotes" not in one.run("doctor").out  # a name alone is in no object
    one.ok("purge", "contact", "--local", "--yes")
    assert "warning  remotes" in one.run("doctor").out
    one.run("purge", "--match", "mustermann-4711", "--yes")
    assert "warning  remotes" not in one.run("doctor").out
    result = two.run("purge", "--from", "origin", "--yes")
    assert (result.code, "for-mustermann-4711 follows a branch that is gone there" in result.err) == (0, True)


WRONG = (
    ("a.b", "--from", "origin"),
    ("--from", "origin", "--local"),
    ("--remote", "origin", "--local"),
    ("--remote", "origin", "--dry-run"),
)


@pytest.mark.parametrize("wrong", WRONG)
def test_options_that_say_two_things_are_refused(terminal: Terminal, wrong: tuple[str, ...]) -> None:
    assert terminal.run("purge", *wrong, "--yes").code == 2


def test_what_somebody_else_left_in_free_pages_goes(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    terminal.ok("init")
    terminal.ok("add", "something else")
    connection = apsw.Connection(str(tmp_path / ".memora" / "memora.db"))
    connection.execute("PRAGMA secure_delete=OFF").fetchall()
    row = connection.execute("SELECT max(row) + 1 FROM objects").fetchall()[0][0]
    body = TEXT.encode() * 1000
    connection.execute("INSERT INTO objects(row, id, kind, body) VALUES(?, zeroblob(32), 0, ?)", (row, body))
    connection.execute("DELETE FROM objects WHERE row = ?", (row,))
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    connection.close()
    assert holding(tmp_path / ".memora", TEXT.encode()) == {"memora.db"}
    result = terminal.run("purge", "--match", TEXT, "--yes")
    assert (result.code, result.out) == (0, "nothing found in history; the files were cleaned\n")
    assert holding(tmp_path / ".memora", *NEEDLES) == set()
    assert terminal.run("purge", "--match", TEXT, "--yes").code == 1


def test_what_is_wrong_with_a_request_is_said_before_anything_is_asked(terminal: Terminal) -> None:
    assert terminal.run("purge", "nowhere", "--no-input").code == 4
    assert terminal.run("purge", "--match", "ab", "--no-input").code == 2
    assert terminal.run("purge", "--no-input").code == 2
    assert terminal.run("purge", "contact.gone", "--no-input").code == 5


def test_a_text_that_stands_nowhere_here_is_asked_about_where_remotes_would_be_searched(tmp_path: Path) -> None:
    terminal = busy_store(tmp_path / "one")
    terminal.ok("remote", "add", "shared", str(tmp_path / "shared"))
    terminal.ok("push", "shared", "main")
    assert terminal.run("purge", "--match", "a text that is nowhere", "--no-input").code == 5
    result = terminal.run("purge", "--match", "a text that is nowhere", "--yes")
    assert "nothing to erase at shared" in result.out
