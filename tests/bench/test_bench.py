"""The measuring itself: at a tiny scale every measure gives its figures. No time is asserted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.corpus import memories, memory, questions
from bench.figure import Figure, ratio
from bench.measures import MEASURES
from bench.process import NOTHING, Runner, quiet_environment
from bench.report import format_table, to_json
from bench.store import build_store, lines, open_store
from bench.timing import medians
from bench.workshop import QUICK, Workshop
from memora import operations

TINY = QUICK._replace(
    commands=(3, 5),
    hooks=5,
    changes=(400, 500),
    bulk=20,
    recall=(5,),
    log=(3, 6),
    git_most=500,
    rounds=1,
    adds=2,
    questions=2,
    crowds=(2, 3),
)
OWN = (
    "start",
    "commands",
    "hooks",
    "add",
    "changes",
    "bulk",
    "recall",
    "room",
    "memory",
    "sessions",
    "checks",
    "sharing",
    "crowds",
)
UNMEASURED: set[str] = set()
UNKNOWN_TO_GIT = {
    "hooks.event",
    "hooks.start",
    "hooks.prompt",
    "memory.list",
    "sessions.record",
    "sessions.replay",
    "sessions.replay.text",
    "sessions.memory",
    "sharing.clone",
    "sharing.room",
    "sharing.push",
    "sharing.bytes",
    "crowds.folder",
    "crowds.many",
    "crowds.sync",
    "crowds.server",
    "checks.check",
    "checks.secrets",
    "checks.verify",
    "checks.moved",
}
FIRST_CONTENT = (
    "Auth opens adapterinvoice webcam before the refund mirrors; see TimeEndpoint.store for the menu of each keyboard"
)


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    yield Workshop(tmp_path_factory.mktemp("workshop"), TINY)


@pytest.mark.parametrize("name", OWN)
def test_a_measure_gives_figures(workshop: Workshop, name: str) -> None:
    figures = list(MEASURES[name](workshop))
    assert figures
    for figure in figures:
        assert figure.name.split(".")[0] == name
        if figure.name not in UNMEASURED:
            assert figure.measured is not None and figure.measured > 0, figure
        if figure.name not in UNMEASURED | UNKNOWN_TO_GIT:
            assert figure.git is not None and figure.git > 0, figure


def test_a_copy_may_be_written_to_and_is_removed(workshop: Workshop) -> None:
    with workshop.copy_of_store(3) as copy, open_store(copy) as repository:
        operations.add(repository, {"content": "Only in the copy"}, author="bench", now=1)
    assert not copy.exists()
    with open_store(workshop.store(3)) as repository:
        assert operations.status(repository, now=1).nodes == 3


def test_a_store_holds_the_corpus_in_one_commit(tmp_path: Path) -> None:
    build_store(tmp_path, 7)
    with open_store(tmp_path) as repository:
        held = {item.node.content for item in operations.list_nodes(repository, now=1)}
        assert held == {memory.content for memory in memories(7)}
        assert len(list(operations.log(repository, now=1))) == 1


def test_a_corpus_is_always_the_same() -> None:
    assert list(memories(50)) == list(memories(50))
    assert list(memories(10, first=40)) == list(memories(50))[40:]
    assert list(questions(20, 50)) == list(questions(20, 50))
    assert memory(3, seed=1) != memory(3, seed=2)
    # A figure can be compared with an older one only while the corpus stays what it was.
    assert memory(0).content == FIRST_CONTENT
    assert [json.loads(line)["content"] for line in lines(2, first=1)] == [memory(1).content, memory(2).content]


def test_every_question_has_an_answer() -> None:
    corpus = list(memories(50))
    for question in questions(30, 50):
        assert question.answered_by(corpus[question.answer])


@pytest.mark.parametrize(
    "figure, verdict",
    [
        (Figure("a", "a", 2.0, "x", 2.0), "holds"),
        (Figure("a", "a", 2.1, "x", 2.0), "misses"),
        (Figure("a", "a", 999.0, "/s", 1000, at_least=True), "misses"),
        (Figure("a", "a", 1000.0, "/s", 1000, at_least=True), "holds"),
        (Figure("a", "a", 2.0, "x"), ""),
        (Figure("a", "a", None, "x", 2.0), ""),
    ],
)
def test_a_verdict_is_about_the_bound(figure: Figure, verdict: str) -> None:
    assert figure.verdict == verdict


def test_a_table_shows_bound_verdict_and_git() -> None:
    figures = [
        ratio("one", "CPU of `add`", 6.512, 7.0, 0.1934),
        Figure("two", "durable `add`", 1234.5, "/s", 1000, at_least=True, note="on a good day"),
        Figure("three", "`hook`", None, "x", 2.5),
    ]
    assert format_table(figures).splitlines()[2:] == [
        "| CPU of `add` | 6.51× | ≤ 7× | holds | 0.193× |",
        "| durable `add` | 1,234 /s | ≥ 1,000 /s | holds |  |",
        "| `hook` | – | ≤ 2.5× |  |  |",
        "",
        "- durable `add`: on a good day",
    ]


def test_json_has_every_figure_and_what_measured_it() -> None:
    record = json.loads(to_json([ratio("one", "CPU of `add`", 6.5, 7.0, 0.25)], quick=True, yardstick=0.5))
    assert record["quick"] is True
    assert record.keys() >= {"memora", "python", "sqlite", "git", "system", "cores"}
    (figure,) = record["figures"]
    assert figure["name"] == "one"
    assert (figure["measured"], figure["bound"], figure["git"], figure["verdict"]) == (6.5, 7.0, 0.25, "holds")


def test_measures_take_turns() -> None:
    order: list[str] = []
    counts = iter(range(100))

    def take(name: str) -> float:
        order.append(name)
        return float(next(counts))

    found = medians({"a": lambda: take("a"), "b": lambda: take("b")}, 3)
    assert order == ["a", "b", "a", "b", "a", "b"]
    assert found == {"a": 2.0, "b": 3.0}


def test_a_process_that_fails_is_no_measurement(tmp_path: Path) -> None:
    runner = Runner(quiet_environment(tmp_path))
    assert runner.cpu_seconds(NOTHING, tmp_path) > 0
    with pytest.raises(RuntimeError, match="ended with 3"):
        runner.cpu_seconds([NOTHING[0], "-c", "raise SystemExit(3)"], tmp_path)


def test_a_measured_process_finds_no_settings_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MEMORA_DIR", "GIT_DIR", "XDG_CONFIG_HOME", "PYTHONDONTWRITEBYTECODE"):
        monkeypatch.setenv(name, "from the user")
    environment = quiet_environment(tmp_path)
    assert "from the user" not in environment.values()
    assert environment["HOME"] == str(tmp_path)
