"""Every command prints records of the shapes that programs were promised, and nothing else, under ``--json``."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, get_args

import pytest
from commandline import Result, Terminal
from pydantic import ValidationError
from record_cases import CASES, ERRORS, PRINT_NO_RECORD, Case, run_case

from memora.cli.table import COMMANDS
from memora.errors import BadInput
from memora.model import vocabulary
from memora.records.schemas import SHAPES, read_record
from memora.records.schemas.fields import NodeType, Record, Relation, Status

ALL_CASES = [(name, one) for name, cases in CASES.items() for one in cases]
IDS = [one.line for _, one in ALL_CASES]

# What design names; more may be added to each, and none of these goes away within version 1.
PROMISED = {
    "memora.node/v1": "id version type content key tags confidence status observations links applies_to pinned "
    "created_at updated_at expires_at valid_from valid_to conflict",
    "memora.change-set/v1": "outcome nodes added corroborated known",
    "memora.status/v1": "workspace branch head tree nodes changes",
    "memora.commit/v1": "commit parents tree branch author at message changes",
    "memora.change/v1": "change node fields",
    "memora.ref/v1": "name commit current",
    "memora.hit/v1": "score node",
    "memora.merge/v1": "outcome commit tree decisions conflicts",
    "memora.conflict/v1": "node base ours theirs",
    "memora.problem/v1": "rule severity message node object",
    "memora.error/v1": "code message hint exit",
}

# Values that no command can bring about yet, by shape and field.
UNSEEN: set[tuple[str, str]] = {
    ("ChangeSetRecord", "unreadable")
}  # of a damaged memory: tests/cli/test_damaged_memory.py


Run = Callable[[Case], Result]


@pytest.fixture(scope="module")
def run_once(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """What a case prints; it runs at the first question."""
    done: dict[Case, Result] = {}

    def run(one: Case) -> Result:
        if one not in done:
            done[one] = run_case(one, tmp_path_factory.mktemp("case"))
        return done[one]

    return run


@pytest.fixture
def results(run_once: Run) -> list[tuple[Case, Result]]:
    """What every case prints, errors included."""
    return [(one, run_once(one)) for one in [*(one for _, one in ALL_CASES), *ERRORS.values()]]


@pytest.fixture
def records(results: list[tuple[Case, Result]]) -> list[dict[str, Any]]:
    """Every record that is printed."""
    return [record for _, result in results for record in lines(result.out + result.err)]


def lines(text: str) -> list[dict[str, Any]]:
    """Records, one a line."""
    assert not text or text.endswith("\n")
    records = [json.loads(line) for line in text.splitlines()]
    assert all(isinstance(record, dict) for record in records), text
    return records


def command_names() -> list[str]:
    return [
        " ".join((name, *part)).strip()
        for name, command in COMMANDS.items()
        for part in ([(part,) for part, _ in command.parts] or [()])
    ]


def test_every_command_has_a_case_or_a_reason():
    """Where this fails: add the command to CASES in record_cases.py and to docs/json.md."""
    missing = [name for name in command_names() if name not in CASES and name not in PRINT_NO_RECORD]
    assert missing == []
    assert set(CASES) | set(PRINT_NO_RECORD) <= set(command_names())


@pytest.mark.parametrize("one", [one for _, one in ALL_CASES], ids=IDS)
def test_a_command_prints_its_records_and_nothing_else(one, run_once):
    result = run_once(one)
    assert result.code == one.code, result
    records = lines(result.out)
    for record in records:
        read_record(record)
    assert {record["schema"] for record in records} == one.prints
    warnings = lines(result.err)
    for warning in warnings:
        read_record(warning)
    # A command that did its work is silent, unless what it worked on is damaged.
    assert {warning["schema"] for warning in warnings} <= ({"memora.warning/v1"} if one.spoil else set())


@pytest.mark.parametrize("code", ERRORS)
def test_an_error_is_a_record_on_standard_error(code, run_once):
    one = ERRORS[code]
    result = run_once(one)
    assert (result.code, result.out) == (one.code, ""), result
    (record,) = lines(result.err)
    read_record(record)
    assert (record["schema"], record["code"], record["exit"]) == ("memora.error/v1", code, one.code)


def test_each_exit_code_of_an_error_has_its_example():
    assert {one.code for one in ERRORS.values()} == {2, 3, 4, 5, 6, 7}


@pytest.mark.parametrize("line", [["--json", "nothing"], ["nothing", "--json"], ["op", "nothing", "--json"]])
def test_an_error_before_the_options_are_read_is_a_record_too(line, tmp_path):
    result = Terminal(tmp_path).run(*line)
    assert [record["code"] for record in lines(result.err)] == ["unknown_command"]


def test_an_option_of_the_whole_that_is_not_known_is_a_record(tmp_path):
    result = Terminal(tmp_path).run("--frobnicate", "status", "--json")
    assert [(record["code"], record["exit"]) for record in lines(result.err)] == [("bad_usage", 2)]


def test_behind_two_dashes_json_is_a_word(tmp_path):
    result = Terminal(tmp_path).run("recal", "--", "--json")
    assert result.err.startswith("error: ")


class Stumbling(Terminal):
    """A terminal at which something fails as soon as a command asks who works there."""

    def __init__(self, directory: Path, failure: BaseException) -> None:
        self.failure = failure
        super().__init__(directory)

    @property
    def author(self) -> str:
        raise self.failure

    @author.setter
    def author(self, _name: str) -> None: ...


def test_an_interrupted_command_prints_no_record(tmp_path):
    terminal = Stumbling(tmp_path, KeyboardInterrupt())
    terminal.ok("init")
    assert terminal.run("add", "one", "--json") == Result(130, "", "")


def test_a_defect_is_a_record_too(tmp_path):
    terminal = Stumbling(tmp_path, ZeroDivisionError())
    terminal.ok("init")
    result = terminal.run("add", "one", "--json")
    (record,) = lines(result.err)
    read_record(record)
    assert (result.code, result.out, record["code"], record["exit"]) == (70, "", "internal", 70)


def test_a_person_is_not_asked_under_json(tmp_path):
    terminal = Terminal(tmp_path, terminal=True)
    terminal.ok("init")
    result = terminal.run("resolve", "--interactive", "--json")
    assert (result.code, result.out) == (2, "")
    assert lines(result.err)[0]["code"] == "bad_usage"


def test_every_shape_is_printed_by_some_command(records):
    shapes = {shape for shapes in SHAPES.values() for shape in shapes}
    assert shapes == {type(read_record(record)) for record in records}


def test_what_may_be_left_out_or_null_is_seen_both_ways(records):
    """So nothing is called optional that never is, and the other way round."""
    optional, there, not_there = set(), set(), set()
    for model in models_in([read_record(record) for record in records]):
        for name, field in type(model).model_fields.items():
            place = (definer(type(model), name), name)
            if not field.is_required() or type(None) in get_args(field.annotation):
                optional.add(place)
                (not_there if getattr(model, name) is None else there).add(place)
    assert optional - there == UNSEEN
    assert optional - not_there == set()


def models_in(value: Any) -> Iterator[Any]:
    """All models inside of a value."""
    if hasattr(type(value), "model_fields"):
        yield value
        yield from models_in([getattr(value, name) for name in type(value).model_fields])
    elif isinstance(value, list | tuple | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from models_in(item)


def definer(model: type, field: str) -> str:
    """The class that brought a field in."""
    return next(parent.__name__ for parent in reversed(model.__mro__) if field in getattr(parent, "model_fields", ()))


@pytest.mark.parametrize("schema", PROMISED)
def test_the_names_that_were_promised_are_there(schema):
    names = {field.alias or name for shape in SHAPES[schema] for name, field in shape.model_fields.items()}
    assert set(PROMISED[schema].split()) <= names


@pytest.mark.parametrize("schema", SHAPES)
def test_a_shape_carries_the_name_it_stands_under(schema):
    for shape in SHAPES[schema]:
        assert issubclass(shape, Record)
        assert get_args(shape.model_fields["schema_name"].annotation) == (schema,)


@pytest.mark.parametrize(
    "change",
    [
        {"surprise": 1},
        {"content": None},
        {"content": 1},
        {"confidence": 1.5},
        {"confidence": "1"},
        {"id": "3f2a"},
        {"status": "settled"},
        {"key": None},
        {"created_at": 1.5},
        {"pinned": 1},
        {"observations": []},
        {"links": [{"rel": "likes", "to": "0" * 32}]},
        {"schema": "memora.change/v1"},
    ],
    ids=str,
)
def test_what_does_not_fit_is_refused(change, run_once):
    (record,) = lines(run_once(CASES["show"][0]).out)
    read_record(record)
    with pytest.raises(ValidationError):
        read_record({**record, **change})


def test_a_field_that_is_missing_is_refused(records):
    examples = {type(read_record(record)): record for record in records}
    for shape, record in examples.items():
        for name, field in shape.model_fields.items():
            if field.is_required() and name != "schema_name":
                less = {key: value for key, value in record.items() if key != (field.alias or name)}
                with suppress(ValidationError):
                    assert type(read_record(less)) is not shape, (name, record)


def test_a_name_that_is_not_known_is_refused():
    for record in ({}, {"schema": "memora.node/v2"}, {"schema": 1}):
        with pytest.raises(BadInput):
            read_record(record)


def test_the_words_of_the_model_are_those_of_the_records():
    assert get_args(NodeType) == vocabulary.NODE_TYPES
    assert get_args(Status) == vocabulary.STATUSES
    assert get_args(Relation) == vocabulary.RELATIONS


def test_no_command_imports_the_shapes():
    code = "import sys, pkgutil, importlib, memora.cli.commands as c\n"
    code += "for m in pkgutil.iter_modules(c.__path__): importlib.import_module('memora.cli.commands.' + m.name)\n"
    code += "print([name for name in sys.modules if name.startswith(('pydantic', 'memora.records.schemas'))])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
