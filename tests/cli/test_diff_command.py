"""``memora diff`` as typed."""

from pathlib import Path
from shutil import copytree

import pytest
from commandline import Terminal


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """Two commits: the second changes, promotes, adds and removes."""
    terminal = Terminal(tmp_path_factory.mktemp("made"))
    terminal.ok("init")
    terminal.ok("add", "Auth uses JWT", "-k", "auth.jwt", "--source", "model_inference", "--tag", "security")
    terminal.ok("add", "Probably uses Redis", "-t", "assumption", "--source", "model_inference", "--ttl", "7d")
    terminal.ok("add", "Deploys go by hand", "-k", "deploy")
    terminal.ok("commit", "-m", "One")
    terminal.ok(
        "add", "Auth uses JWT RS256", "-k", "auth.jwt", "--source", "model_inference", "--replace", "--tag", "jwt"
    )
    terminal.ok("promote", "--type", "assumption")
    terminal.ok("rm", "deploy")
    terminal.ok("add", "Tests run in CI", "--source", "code_read", "--evidence", ".ci/run:L1", "--tag", "ci")
    terminal.ok("commit", "-m", "Two")
    return terminal


@pytest.fixture
def terminal(made: Terminal, tmp_path: Path) -> Terminal:
    """A copy of what was made."""
    copytree(made.directory, tmp_path / "copy")
    return Terminal(tmp_path / "copy", now=made.now)


DIFF = """\
~ [assumption] 368e31b9  Probably uses Redis  (confidence 0.60, model_inference)
  - status: ephemeral
  + status: stable
  - expires_at: 2027-01-22 08:00:03 UTC
~ [semantic] b1f4f329  Auth uses JWT RS256  (confidence 0.60, model_inference)
  - content: Auth uses JWT
  + content: Auth uses JWT RS256
  - observations: ada (model_inference), 2027-01-15 08:00:02 UTC
  + observations: ada (model_inference), 2027-01-15 08:00:06 UTC
  + tags: jwt
+ [semantic] ba397a10  Tests run in CI  (confidence 1.00, code_read)
  + observations: ada (code_read), 2027-01-15 08:00:09 UTC, .ci/run:L1
  + tags: ci
- [semantic] bc21a652  Deploys go by hand  (confidence 0.80, manual)
  - key: deploy
"""


def test_values_as_lines_where_nobody_watches(terminal: Terminal) -> None:
    assert terminal.ok("diff") == DIFF


def test_plain_words_below(terminal: Terminal) -> None:
    whole = terminal.ok("diff", "--semantic")
    assert whole.startswith(DIFF + "\n")
    assert whole[len(DIFF) + 1 :].splitlines() == [
        "~ [assumption] ephemeral → stable: Probably uses Redis",
        "~ [assumption] expires 2027-01-22 08:00:03 UTC → none: Probably uses Redis",
        '~ [semantic] "Auth uses JWT" → "Auth uses JWT RS256"',
        "~ [semantic] tags +jwt: Auth uses JWT RS256",
        "~ [semantic] seen by ada (model_inference), 2027-01-15 08:00:06 UTC: Auth uses JWT RS256",
        "~ [semantic] no longer seen by ada (model_inference), 2027-01-15 08:00:02 UTC: Auth uses JWT RS256",
        "+ [semantic] Tests run in CI (confidence 1.00, code_read)",
        "- [semantic] Deploys go by hand",
    ]


def test_one_line_a_memory(terminal: Terminal) -> None:
    lines = terminal.ok("diff", "--stat").splitlines()
    assert lines[-2:] == ["", "1 added, 1 changed, 1 removed, 1 promoted"]
    assert (
        "~ [assumption] 368e31b9  Probably uses Redis  (confidence 0.60, model_inference)  status, expires_at" in lines
    )
    assert len(lines) == 6


def test_old_beside_new_on_a_wide_terminal(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    terminal.terminal = True
    terminal.environment = {**terminal.environment, "NO_COLOR": "1"}
    lines = terminal.ok("diff").splitlines()
    [content] = [line for line in lines if line.lstrip().startswith("content")]
    left, right = content.split("│")
    assert left.split(None, 1)[1].strip() == "Auth uses JWT"
    assert right.strip() == "Auth uses JWT RS256"
    assert all(len(line) <= 120 for line in lines)
    monkeypatch.setenv("COLUMNS", "80")
    assert "  - content: Auth uses JWT\n  + content: Auth uses JWT RS256\n" in terminal.ok("diff")


def test_long_and_wide_text_stays_in_its_column(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "110")
    terminal.ok("add", "漢字" * 60 + "\nsecond\tline", "-k", "auth.jwt", "--replace")
    terminal.terminal = True
    terminal.environment = {**terminal.environment, "NO_COLOR": "1"}
    from rich.cells import cell_len

    lines = [line for line in terminal.ok("diff", "--working").splitlines()[1:] if "│" in line]
    assert len(lines) >= 6
    assert len({cell_len(line.partition("│")[0]) for line in lines}) == 1
    assert all(cell_len(line) <= 110 for line in lines)


def test_records(terminal: Terminal) -> None:
    records = {record["node"][:8]: record for record in terminal.json("diff", "--semantic")}
    assert {record["schema"] for record in records.values()} == {"memora.change/v1"}
    assert [records[node]["change"] for node in ("368e31b9", "bc21a652", "b1f4f329", "ba397a10")] == [
        "modified",
        "removed",
        "modified",
        "added",
    ]
    fields = records["368e31b9"]["fields"]
    assert fields["status"] == {"from": "ephemeral", "to": "stable"}
    assert fields["expires_at"]["to"] is None
    assert records["ba397a10"]["fields"]["content"] == {"from": None, "to": "Tests run in CI"}
    assert records["bc21a652"]["fields"]["key"] == {"from": "deploy", "to": None}
    assert records["b1f4f329"]["fields"]["tags"] == {"from": ["security"], "to": ["jwt", "security"]}
    assert records["bc21a652"]["summary"] == ["- [semantic] Deploys go by hand"]
    assert "summary" not in terminal.json("diff")[0]


def test_the_working_tree(terminal: Terminal) -> None:
    result = terminal.run("diff", "--working", "--exit-code")
    assert (result.code, result.out, result.err) == (0, "", "no differences\n")
    terminal.ok("add", "Uncommitted")
    assert terminal.ok("diff", "--working").startswith("+ [semantic] ")
    assert terminal.run("diff", "--working", "--exit-code").code == 1
    assert len(terminal.json("diff", "HEAD~1", "--working")) == 5


def test_two_revisions(terminal: Terminal) -> None:
    assert terminal.json("diff", "HEAD", "HEAD") == []
    assert {record["change"] for record in terminal.json("diff", "main", "HEAD~1")} == {"added", "removed", "modified"}
    assert terminal.run("diff", "HEAD~1", "--exit-code", "--quiet").code == 1


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("nothing",), 4, "no revision 'nothing'"),
        (("HEAD", "nothing"), 4, "no revision 'nothing'"),
        (("HEAD~2",), 4, "no revision 'HEAD~2'"),
        (("a..b",), 2, "is not a name such as"),
        (("\udcff",), 2, "is not a name such as"),
        (("a", "b", "c"), 2, "two revisions"),
        (("--working", "HEAD~1", "HEAD"), 2, "the working tree takes the place"),
    ],
)
def test_bad_input(terminal: Terminal, arguments: tuple[str, ...], code: int, sentence: str) -> None:
    result = terminal.run("diff", *arguments)
    assert (result.code, result.out) == (code, "")
    assert sentence in result.err


def test_before_the_first_commit(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    terminal.ok("init")
    terminal.ok("add", "First")
    assert terminal.run("diff").code == 4
    assert terminal.ok("diff", "--working").startswith("+ ")
    terminal.ok("commit", "-m", "One")
    assert terminal.ok("diff").startswith("+ ")
