"""Files say in their name what they hold, hold one idea, and say what that is."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from source_files import MODULES, PACKAGE, ROOT

MOST_LINES = 400
# A table whose rows are classes: it grows by a paragraph for each error and holds no logic.
LONGER = {"errors/__init__.py": 700}
DRAWERS = {"util", "utils", "helper", "helpers", "misc", "common", "base", "core", "manager", "managers", "tools"}


def relative(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def test_no_drawer_for_everything():
    # "base" is a word where it says which side of a merge is meant.
    found = [path for path in MODULES if {path.stem, path.parent.name, *path.stem.split("_")} & (DRAWERS - {"base"})]
    assert [relative(path) for path in found] == []
    assert [relative(path) for path in MODULES if {path.stem, path.parent.name} & DRAWERS] == []


def test_modules_are_short():
    sizes = {relative(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {name: size for name, size in sizes.items() if size > LONGER.get(name, MOST_LINES)} == {}


def test_a_module_begins_with_what_it_is_for():
    trees = {relative(path): ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}
    assert [name for name, tree in trees.items() if not ast.get_docstring(tree)] == []


def test_text_leaves_through_the_output_alone():
    printing = []
    for path in MODULES:
        calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
        if "print" in {node.func.id for node in calls if isinstance(node.func, ast.Name)}:
            printing.append(relative(path))
    assert printing == []


def test_a_median_module_holds_one_idea():
    sizes = sorted(len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES if path.name != "__init__.py")
    assert sizes[len(sizes) // 2] <= 150


def test_names_of_test_files_are_used_once():
    names = [path.name for path in (ROOT / "tests").rglob("*.py")]
    assert sorted(names) == sorted(set(names))
    assert "__init__.py" not in names


def test_nothing_is_left_to_do_in_a_comment():
    pattern = re.compile("|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "PLACE" + "HOLDER")))
    found = [str(path) for path in MODULES if pattern.search(path.read_text(encoding="utf-8"))]
    assert found == []
