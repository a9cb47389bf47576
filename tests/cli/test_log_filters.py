"""``log --grep``, ``--author``, ``--since`` and ``--until`` as typed."""

import pytest
from commandline import Terminal

DAY = 86_400_000_000


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """One a day from 2027-01-15 on: One by ada, Two by Bob, Three by ada."""
    terminal = Terminal(tmp_path_factory.mktemp("filters"))
    terminal.ok("init")
    for message, author in (("One about auth", "ada"), ("Two\n\nAuth again", "Bob <b@x.org>"), ("Three", "ada")):
        terminal.ok("add", message, "-k", "thing" if message != "Three" else "other", "--replace")
        terminal.ok("commit", "-m", message, "--author", author)
        terminal.now += DAY
    return terminal


def subjects(terminal: Terminal, *arguments: str) -> list[str]:
    return [line.split(" ", 1)[1].split()[-1] for line in terminal.ok("log", "--oneline", *arguments).splitlines()]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--grep", "AUTH"), ["Two", "auth"]),
        (("--grep", "about"), ["auth"]),
        (("--author", "bob"), ["Two"]),
        (("--author", "B@X"), ["Two"]),
        (("--author", "a"), ["Three", "auth"]),
        (("--since", "2027-01-16"), ["Three", "Two"]),
        (("--until", "2027-01-17"), ["Two", "auth"]),
        (("--since", "2027-01-16", "--until", "2027-01-17"), ["Two"]),
        (("--since", "3.days.ago"), ["Three", "Two"]),
        (("--grep", "t", "-n", "1"), ["Three"]),
        (("--author", "ada", "thing"), ["auth"]),
        (("--author", "ada", "HEAD~1"), ["auth"]),
        (("--author", "ada", "--key", "other"), ["Three"]),
    ],
)
def test_only_commits_that_fit(terminal: Terminal, arguments: tuple[str, ...], expected: list[str]) -> None:
    assert subjects(terminal, *arguments) == expected


def test_as_records(terminal: Terminal) -> None:
    assert [record["author"] for record in terminal.json("log", "--grep", "again")] == ["Bob <b@x.org>"]


def test_none_fits(terminal: Terminal) -> None:
    for arguments in (("--grep", "a.th"), ("--since", "2028-01-01"), ("--until", "2026-01-01"), ("--author", "eve")):
        result = terminal.run("log", *arguments)
        assert (result.code, result.out, result.err) == (1, "", "no commit fits\n")


def test_what_does_not_go(terminal: Terminal) -> None:
    result = terminal.run("log", "--since", "soon")
    assert (result.code, result.out) == (2, "")
    assert "since 'soon' is not a time" in result.err
    assert terminal.run("log", "--graph", "--author", "ada").code == 2
