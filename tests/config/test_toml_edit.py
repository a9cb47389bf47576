"""Setting a value in a settings file: that value changes, and not one other byte."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memora.config.settings import read_file
from memora.config.toml_edit import CannotEdit, format_value, set_value
from memora.config.write import write_setting
from memora.errors import BadConfig, UnknownSetting
from memora.storage.whole_files import replace_file

COMMENTED = """\
# who I am
user.name = "Ada"   # not Lovelace

[gc] # forgetting
# less than this
threshold   =  0.3 # a share

  # for recall
[recall]
limit = 5
"""


@pytest.mark.parametrize(
    "text, name, value, expected",
    [
        ("", "gc.threshold", 0.5, "gc.threshold = 0.5\n"),
        ("# only a comment\n", "gc.threshold", 0.5, "# only a comment\ngc.threshold = 0.5\n"),
        ("# no line end", "gc.threshold", 0.5, "# no line end\ngc.threshold = 0.5\n"),
        ("gc.threshold = 0.3", "gc.threshold", 0.5, "gc.threshold = 0.5"),
        ("gc . threshold=0.3#x\n", "gc.threshold", 0.5, "gc . threshold=0.5#x\n"),
        ('"gc"."threshold" = 0.3\n', "gc.threshold", 0.5, '"gc"."threshold" = 0.5\n'),
        ("user.name = 'a # b' # c\n", "user.name", "d", 'user.name = "d" # c\n'),
        ("user.name = 'a = b'\n", "user.name", "=", 'user.name = "="\n'),
        ('[user]\nname = """\nA\n# no comment\n"""\n# end\n', "user.name", "d", '[user]\nname = "d"\n# end\n'),
        ("[user]\nname = 'x'\n", "gc.threshold", 0.5, "gc.threshold = 0.5\n[user]\nname = 'x'\n"),
        ("# mine\n\n[user]\nname = 'x'\n", "gc.threshold", 0.5, "# mine\n\ngc.threshold = 0.5\n[user]\nname = 'x'\n"),
        ("[gc]\n\n[user]\n", "gc.threshold", 0.5, "[gc]\ngc.threshold = 0.5\n\n[user]\n"),
        ("[user]\nname = 'x'\n\n# of gc\n[gc]\n", "user.name", "y", '[user]\nname = "y"\n\n# of gc\n[gc]\n'),
        ("a.b = 1\r\n[gc]\r\n", "gc.threshold", 0.5, "a.b = 1\r\n[gc]\r\nthreshold = 0.5\r\n"),
        (
            "safe.directories = [\n  '/a', # one ]\n  '/b',\n] # all\n",
            "safe.directories",
            ["/c"],
            'safe.directories = ["/c"] # all\n',
        ),
    ],
)
def test_a_value_is_set_in_its_place(text: str, name: str, value: Any, expected: str) -> None:
    if "[gc]\ngc." in expected:
        expected = expected.replace("[gc]\ngc.threshold", "[gc]\nthreshold")
    assert set_value(text, name, value) == expected


def test_comments_and_spaces_stay() -> None:
    edited = set_value(set_value(COMMENTED, "gc.threshold", 0.25), "user.name", "Grace")
    assert edited == COMMENTED.replace("0.3", "0.25").replace('"Ada"', '"Grace"')


def test_a_new_setting_joins_its_table() -> None:
    assert set_value(COMMENTED, "gc.other", 1) == COMMENTED.replace("# a share\n", "# a share\nother = 1\n")
    assert set_value(COMMENTED, "recall.other", 1) == COMMENTED + "other = 1\n"
    assert set_value(COMMENTED, "core.editor", "vi") == COMMENTED.replace(
        "# not Lovelace\n", '# not Lovelace\ncore.editor = "vi"\n'
    )


@pytest.mark.parametrize(
    "text",
    [
        "gc = {threshold = 0.3, other = 1}\n",
        "user.name = [\n",
        "[[gc]]\nthreshold = 0.3\n",
        "nonsense\n",
        "gc.threshold = 0.3\n[gc]\nthreshold = 0.4\n",
    ],
)
def test_what_a_person_must_edit_is_left_to_a_person(text: str) -> None:
    with pytest.raises(CannotEdit):
        set_value(text, "gc.threshold", 0.5)


names = st.sampled_from(["gc.threshold", "user.name", "recall.limit", "safe.directories", "core.editor"])
texts = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=20)
values = st.one_of(texts, st.lists(texts, max_size=3), st.integers(0, 99), st.floats(0, 1).map(lambda x: round(x, 3)))
comments = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=10).map(
    lambda text: f"#{text}"
)


@given(value=values)
def test_every_value_survives_its_form(value: Any) -> None:
    assert tomllib.loads(f"x = {format_value(value)}\n")["x"] == value


@st.composite
def files(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A settings file with tables, dotted keys, comments and empty lines, and what it sets."""
    wanted = draw(st.dictionaries(names, values, max_size=5))
    line_end = draw(st.sampled_from(["\n", "\r\n"]))
    top, tables = [], {}
    for name, value in wanted.items():
        table, _, key = name.rpartition(".")
        comment = draw(st.sampled_from(["", " # why", "# [x] = 'y'"]))
        line = f"{draw(st.sampled_from(['', '  ']))}{{}} = {format_value(value)}{comment}"
        if draw(st.booleans()):
            top.append(line.replace("{}", name, 1))
        else:
            tables.setdefault(table, []).append(line.replace("{}", key, 1))
    lines = [*draw(st.lists(st.one_of(comments, st.just("")), max_size=2)), *top]
    for table, inside in tables.items():
        lines += [draw(st.sampled_from(["", "# about"])), f"[{table}]", *inside]
    return line_end.join(lines) + (line_end if draw(st.booleans()) else ""), wanted


def is_without(lines: list[str], at: int, expected: list[str]) -> bool:
    """Whether lines without one of them are those expected, but for a line end after the last."""
    return "\n".join(lines[:at] + lines[at + 1 :]).rstrip("\r\n") == "\n".join(expected).rstrip("\r\n")


def flat(parsed: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    found = {}
    for name, value in parsed.items():
        found.update(flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {prefix + name: value})
    return found


@given(file=files(), name=names, value=values)
def test_only_that_value_changes(file: tuple[str, dict[str, Any]], name: str, value: Any) -> None:
    text, wanted = file
    edited = set_value(text, name, value)
    assert flat(tomllib.loads(edited)) == {**wanted, name: value}
    before, after = text.split("\n"), edited.split("\n")
    if name in wanted:
        assert len(after) == len(before)
        assert sum(old != new for old, new in zip(before, after, strict=True)) <= 1
    else:
        (place,) = [at for at in range(len(after)) if is_without(after, at, before)][:1]
        assert name.rpartition(".")[2] in after[place]
    assert set_value(edited, name, value) == edited


def test_a_file_is_made_with_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "memora" / "config.toml"
    write_setting(str(path), "gc.threshold", 0.5, replace=replace_file)
    assert path.read_text() == "gc.threshold = 0.5\n"
    assert list(path.parent.iterdir()) == [path]


def test_a_link_stays_and_its_target_changes(tmp_path: Path) -> None:
    (tmp_path / "dotfiles").mkdir()
    target = tmp_path / "dotfiles" / "memora.toml"
    target.write_text("# kept\n")
    target.chmod(0o640)
    link = tmp_path / "config.toml"
    link.symlink_to(target)
    write_setting(str(link), "user.name", "Ada", replace=replace_file)
    assert link.is_symlink()
    assert target.read_text() == '# kept\nuser.name = "Ada"\n'
    assert target.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    "text",
    [
        "gc = {threshold = 0.3, x = 1}\n",
        "gc.threshold = 7\n",
        "gc.threshold = 'x'\n",
        "not toml\n",
        "no.name = 1\n",
    ],
)
def test_a_file_that_does_not_read_is_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text)
    with pytest.raises(BadConfig):
        write_setting(str(path), "gc.threshold", 0.5, replace=replace_file)
    assert path.read_text() == text
    assert list(tmp_path.iterdir()) == [path]


def test_an_unknown_setting_names_what_is_like_it(tmp_path: Path) -> None:
    with pytest.raises(UnknownSetting) as caught:
        write_setting(str(tmp_path / "config.toml"), "gc.treshold", 0.5, replace=replace_file)
    assert caught.value.similar == ("gc.threshold",)
    assert list(tmp_path.iterdir()) == []


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    path = str(tmp_path / "config.toml")
    write_setting(path, "safe.directories", ["/a b", '/"quoted"', "/ü"], replace=replace_file)
    write_setting(path, "user.name", "Ada\tΛ", replace=replace_file)
    assert read_file(path) == {"safe.directories": ["/a b", '/"quoted"', "/ü"], "user.name": "Ada\tΛ"}
