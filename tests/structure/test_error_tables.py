"""Every error has its own code, a hint and an exit code; the tables hold nothing else."""

from __future__ import annotations

import importlib
import inspect
import re
from collections import Counter

import pytest
from source_files import MODULES, PACKAGE

from memora import errors
from memora.cli.exits import EXIT_CODES
from memora.cli.hints import HINTS, hint_for
from memora.errors import Kind, MemoraError


def all_below(cls: type[MemoraError]) -> list[type[MemoraError]]:
    return [found for child in cls.__subclasses__() for found in (child, *all_below(child))]


for path in (PACKAGE / "errors").glob("[a-z]*.py"):  # an error is known once its module is imported
    importlib.import_module(f"memora.errors.{path.stem}")
ERRORS = all_below(MemoraError)
KINDS = {value for name, value in vars(Kind).items() if name.isupper()}


def test_errors_are_found():
    assert len(ERRORS) > 20
    assert {error.__module__.rpartition(".")[0] for error in ERRORS} == {"memora", "memora.errors"}


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_every_error_is_had_from_the_package(error):
    assert getattr(errors, error.__name__) is error


def test_what_is_no_error_is_not_had_from_the_package():
    with pytest.raises(ImportError):
        from memora.errors import NoSuchError  # noqa: F401
    assert not hasattr(errors, "__wrapped__")


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_an_error_says_what_it_is(error):
    assert "code" in vars(error), "an error has a code of its own"
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", error.code)
    assert error.kind in KINDS
    assert error.__doc__


SAMPLES = {"str": "ab" * 16, "int": 3, "float": 1.5, "tuple": ("ab" * 16,), "list": [(1, "is wrong")]}


def sample(error: type[MemoraError]) -> MemoraError:
    """An error with something in each field."""
    if error.__init__ is MemoraError.__init__:
        return error("something is wrong")
    parameters = list(inspect.signature(error).parameters.values())
    return error(*(SAMPLES[re.split(r"\W", str(parameter.annotation))[0]] for parameter in parameters))


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_an_error_has_a_sentence_and_a_hint(error):
    found = sample(error)
    hint = hint_for(found, "commit")
    for words in (str(found), hint):
        assert words.strip() == words != ""
        assert not words.endswith(".")
        assert "{" not in words


def test_no_two_errors_share_a_code():
    codes = Counter(error.code for error in ERRORS)
    assert [code for code, count in codes.items() if count > 1] == []


def test_every_hint_is_for_an_error():
    assert set(HINTS) == {error.code for error in ERRORS}


def test_every_kind_has_the_exit_code_of_the_documents():
    assert set(EXIT_CODES) == KINDS
    assert EXIT_CODES == {
        Kind.USAGE: 2,
        Kind.NO_STORE: 3,
        Kind.NOT_FOUND: 4,
        Kind.REFUSED: 5,
        Kind.DAMAGED: 6,
        Kind.UNAVAILABLE: 7,
    }


def test_every_error_is_raised_or_caught_somewhere():
    source = "".join(path.read_text(encoding="utf-8") for path in MODULES if path.parent != PACKAGE / "errors")
    assert [error.__name__ for error in ERRORS if not re.search(rf"\b{error.__name__}\b", source)] == []


def test_errors_import_nothing_of_memora():
    for path in (PACKAGE / "errors").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"^\s*(from|import) memora(?!\.errors[. ])", text, re.MULTILINE)
