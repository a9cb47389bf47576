"""A purge that goes to a folder which others share is killed at every change it makes there, and between.

Whatever was done by then, the same command does the rest: nothing holds the text in the end, and nothing else is gone.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import pytest
from breaking_disk import Call, Countdown, die, mounted
from breaking_folder import telling
from commandline import Result, Terminal
from erased_bytes import holding
from stores import in_child, needs_fork

pytestmark = [
    pytest.mark.torture,
    needs_fork,
    pytest.mark.skipif(not os.path.exists("/proc/self/fd"), reason="this system does not tell what a descriptor is"),
]

KILLED = 9
SECRET = "hunter2-and-more"
STAYS = {"Auth uses JWT RS256", "Deploys run from main", "Linting comes first", "Builds are cached"}
SAID = tuple(f"{words} {SECRET}" for words in ("The password is", "said beside", "what we know of", "it is", "with"))
# A store makes hundreds of changes, many of them one like the other.
STEP = 11


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ada's store, Bob's, and the folder they share, in which the secret stands wherever it can; Cid's is out of date.

    They know each other by absolute paths, so every round is at this place: ``renew`` lays it out again.
    """
    base = tmp_path_factory.mktemp("purged") / "scene"
    base.mkdir()
    ada = seat(base, "ada")
    ada.directory.mkdir()
    ada.ok("init")
    ada.ok("remote", "add", "origin", "../remote")
    ada.ok("add", "Auth uses JWT RS256", "--key", "auth.jwt")
    ada.ok("add", f"The password is {SECRET}", "--key", "db.password")
    ada.ok("add", "Builds are cached", "--evidence", f"said beside {SECRET}")
    ada.ok("commit", "-m", f"what we know of {SECRET}")
    ada.ok("session", "start")
    ada.ok("session", "record", "--type", "note", "--data", json.dumps({"text": f"it is {SECRET}"}))
    ada.ok("session", "end")
    ada.ok("tag", "v1", "-m", f"with {SECRET}")
    ada.ok("tag", f"is-{SECRET}", "-m", "named by it")
    ada.ok("branch", f"try-{SECRET}")
    ada.ok("push", "--all", "--tags", "--sessions")
    ada.ok("add", "Deploys run from main")
    ada.ok("commit", "-m", "more of it")
    ada.ok("push")
    for name in ("bob", "cid"):
        Terminal(base, author=name).ok("clone", "remote", name)
    bob, cid = seat(base, "bob"), seat(base, "cid")
    bob.ok("switch", "-c", "side")
    bob.ok("add", "Linting comes first")
    bob.ok("commit", "-m", "nobody else has it")
    bob.ok("push")
    cid.ok("add", "Tests run on two cores")
    cid.ok("commit", "-m", "of its own")
    for path in [*(base / "remote").glob("*/*")]:  # and a push was killed in the middle of this
        path.with_name(f".new-{path.name:.16}").write_bytes(path.read_bytes()[:-10])
    keep(base, "kept")
    return base


def keep(base: Path, name: str) -> None:
    shutil.copytree(base, base.with_name(name))


def renew(base: Path, name: str = "kept") -> Path:
    shutil.rmtree(base)
    shutil.copytree(base.with_name(name), base)
    return base


def seat(base: Path, name: str) -> Terminal:
    return Terminal(base / name, author=name)


def everywhere(base: Path, name: str) -> set[str]:
    """What the memories of a store say on all its branches and those of its remote."""
    terminal = seat(base, name)
    said = set()
    branches = [record["name"] for record in terminal.json("branch", "--list", "--all")]
    for branch in branches:
        said |= {record["content"] for record in terminal.json("list", "--at", branch)}
    return said


def by_text(base: Path) -> Result:
    return seat(base, "ada").run("purge", "--match", SECRET, "--yes")


def by_name(base: Path) -> Result:
    return seat(base, "ada").run("purge", "db.password", "--yes")


def followed(base: Path) -> Result:
    return seat(base, "cid").run("purge", "--from", "origin", "--yes")


def all_changes(before: Callable[[Call], None]) -> ExitStack:
    """What is done to the folder that is shared, and to the store."""
    stack = ExitStack()
    stack.enter_context(mounted(before))
    stack.enter_context(telling(before))
    return stack


def killed(
    work: Callable[[Path], Result], base: Path, number: int, tear: Callable[..., AbstractContextManager[None]]
) -> int:
    """Kill a command at its n-th change; the code that its process ended with."""

    def run() -> None:
        with tear(Countdown(number, die)):
            result = work(base)
            assert result.code in (0, 1), result

    ending = in_child(run)
    assert ending.code in (KILLED, 0), ending.said
    return ending.code


def is_clean(base: Path, name: str) -> None:
    assert seat(base, name).run("fsck").code == 0, seat(base, name).run("fsck")


def held(base: Path, text: str, *names: str) -> list[str]:
    """The files of the remote, and of some stores, that hold a text."""
    return [path for name in ("remote", *(f"{name}/.memora" for name in names)) for path in holding(base / name, text)]


def said_in(base: Path, name: str) -> list[str]:
    """What is said with the secret, and still is in a store."""
    return [text for text in SAID if holding(base / name / ".memora", text)]


def is_gone(base: Path, text: str) -> None:
    """Nothing holds the text, and all else is there, also for who comes new."""
    assert held(base, text, "ada") == []
    is_clean(base, "ada")
    ada = seat(base, "ada")
    ada.ok("remote", "prune", "origin")
    checked = ada.run("remote", "fsck", "origin")
    assert (checked.code, "warning" in checked.out) == (0, False), checked
    Terminal(base, author="new").ok("clone", "remote", "new")
    is_clean(base, "new")
    assert everywhere(base, "new") == STAYS
    new = seat(base, "new")
    assert {tag["name"] for tag in new.json("tag", "--list")} == {
        "v1",
        "is-purged" if text == SECRET else f"is-{SECRET}",
    }
    assert len(new.json("session", "list")) == 1
    shutil.rmtree(base / "new")
    ada.ok("pull")
    ada.ok("push")
    assert everywhere(base, "ada") == STAYS


TEARS: dict[str, tuple[Callable[..., AbstractContextManager[None]], int]] = {
    "there": (telling, 1),
    "all": (all_changes, STEP),
}
WORKS = {"by text": (by_text, SECRET), "by name": (by_name, f"The password is {SECRET}")}


@pytest.mark.parametrize("tear", TEARS)
@pytest.mark.parametrize("work", WORKS)
def test_a_purge_killed_at_any_change_goes_on(template: Path, work: str, tear: str) -> None:
    (erase, text), (changes, step) = WORKS[work], TEARS[tear]
    assert held(renew(template), text, "ada")
    number = 0
    while True:
        number += step
        base = renew(template)
        code = killed(erase, base, number, changes)
        left = held(base, text, "ada")
        if number % 2 and not holding(base / "ada" / ".memora", text):
            again = seat(base, "ada").run("purge", "--yes")  # what it was about is not known any more
        else:
            again = erase(base)
        assert again.code == 0 or not left, again
        is_gone(base, text)
        if code == 0:
            break
    assert number > 20


@pytest.mark.parametrize("name", ["bob", "cid"])
def test_who_is_killed_while_following_a_purge_goes_on(template: Path, name: str) -> None:
    """Cid has a commit of his own, which nobody else knows; Bob has pushed what he has.

    The list at the remote has no names: those that the text was in are still in the logs, until ``--match`` takes it.
    """

    def follow(base: Path) -> Result:
        return seat(base, name).run("purge", "--from", "origin", "--yes")

    assert by_text(renew(template)).code == 0
    keep(template, f"purged for {name}")
    number = 0
    while True:
        number += STEP
        base = renew(template, f"purged for {name}")
        terminal = seat(base, name)
        assert set(said_in(base, name)) == set(SAID)
        code = killed(follow, base, number, all_changes)
        left = said_in(base, name)
        again = follow(base)
        assert again.code == 0 or not left, again
        assert said_in(base, name) == []
        is_clean(base, name)
        terminal.ok("pull")
        terminal.ok("push")
        seat(base, "ada").ok("pull")
        assert everywhere(base, name) == STAYS | ({"Tests run on two cores"} if name == "cid" else set())
        assert everywhere(base, "ada") == everywhere(base, name)
        is_clean(base, "ada")
        assert held(base, SECRET, "ada") == said_in(base, name) == []
        if code == 0:
            break
    assert number > 20
    terminal.ok("purge", "--match", SECRET, "--yes")
    assert held(base, SECRET, name) == []


@pytest.mark.parametrize("verb", ["prune", "compact"])
def test_upkeep_killed_at_any_change_leaves_the_lists_that_are_named(template: Path, verb: str) -> None:
    """Beside what killed pushes and purges have left, and objects of a branch that is gone."""

    def work(base: Path) -> Result:
        return seat(base, "ada").run("remote", verb, "origin")

    base = renew(template)
    assert by_text(base).code == 0
    ada = seat(base, "ada")
    ada.ok("push", "origin", "--delete", "side")
    [named] = (base / "remote" / "purges").iterdir()
    named.with_name("ab" * 10).write_bytes(named.read_bytes())
    [pack, *_] = (base / "remote" / "packs").iterdir()
    pack.with_name(f"{'cd' * 10}.pack").write_bytes(pack.read_bytes())
    for number in range(3):
        ada.ok("add", f"memory {number}")
        ada.ok("commit", "-m", str(number))
        ada.ok("push")
    keep(base, verb)
    number, code = 0, KILLED
    while code:
        number += 1
        base = renew(template, verb)
        code = killed(work, base, number, telling)
        assert work(base).code == 0
        assert seat(base, "ada").run("remote", "fsck", "origin").code in (0, 1)
        assert named.exists()
        assert seat(base, "cid").run("push").code == 5
        seat(base, "ada").ok("remote", "prune", "origin")
        assert [path.name for path in (base / "remote" / "purges").iterdir() if path.name[0] != "."] == [named.name]
        Terminal(base, author="new").ok("clone", "remote", "new")
        is_clean(base, "new")
        assert held(base, SECRET) == []
    assert number > 5
