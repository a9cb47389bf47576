"""What the README promises is there: its links, its picture, its first minute."""

from __future__ import annotations

import importlib.util
import re
import shlex
from pathlib import Path
from types import ModuleType

import pytest
from commandline import Terminal

from memora.cli.table import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
PAGES = sorted([README, *(ROOT / "docs").rglob("*.md")])
README_TEXT = README.read_text(encoding="utf-8")

_CODE = re.compile(r"^(```|~~~).*?^\1|`[^`\n]*`", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def anchors(page: Path) -> set[str]:
    """The names under which the headings of a page can be linked to, as hosts of repositories make them."""
    names: list[str] = []
    fenced = re.sub(r"^(```|~~~).*?^\1", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for heading in re.findall(r"^#{1,6} +(.*?) *#*$", fenced, re.MULTILINE):
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        name = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
        seen = names.count(name)
        names.append(name)
        if seen:
            names.append(f"{name}-{seen}")
    return set(names)


def broken_links(page: Path) -> list[str]:
    """The links of a page that lead to no file, or to no heading of one."""
    broken = []
    for target in _LINK.findall(_CODE.sub("", page.read_text(encoding="utf-8"))):
        file, _, name = target.partition("#")
        if "://" in file:
            continue
        path = (page.parent / file).resolve() if file else page
        if not path.exists() or (name and path.suffix == ".md" and name not in anchors(path)):
            broken.append(target)
    return broken


def load_script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def block_below(heading: str) -> list[str]:
    """The lines of the first indented block below a heading of the README."""
    section = README_TEXT.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    block = re.search(r"(?:^    .*\n)+", section, re.MULTILINE)
    assert block is not None, heading
    return [line.strip() for line in block[0].splitlines()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_to_files_and_headings_that_are_there(page):
    assert broken_links(page) == []


def test_a_broken_link_would_be_found(tmp_path):
    (tmp_path / "other.md").write_text("# One word\n\n## The `second`, *heading*\n\n## One word\n", encoding="utf-8")
    page = tmp_path / "page.md"
    links = "other.md other.md#one-word other.md#one-word-1 other.md#the-second-heading #title https://example.org/x"
    wrong = "gone.md other.md#third #nothing"
    page.write_text("# Title\n" + "".join(f"[x]({link})\n" for link in f"{links} {wrong}".split()), encoding="utf-8")
    assert broken_links(page) == wrong.split()


def test_every_page_is_linked_from_the_readme_or_a_page_it_links():
    reached: set[Path] = set()
    waiting = [README]
    while waiting:
        page = waiting.pop()
        if page in reached or not page.is_file():
            continue
        reached.add(page)
        for target in _LINK.findall(page.read_text(encoding="utf-8")):
            path = (page.parent / target.partition("#")[0]).resolve()
            # A folder stands for the page that introduces it.
            waiting.append(path / "README.md" if path.is_dir() else path)
            if path.suffix not in (".md", "") or "://" in target:
                waiting.pop()
    assert [page.relative_to(ROOT).as_posix() for page in PAGES if page not in reached] == []


def test_the_picture_shows_what_the_commands_print_today():
    script = load_script("draw_terminal")
    drawn = script.draw(script.record_session())
    shown = (ROOT / "docs" / "terminal.svg").read_text(encoding="utf-8")
    if drawn != shown:  # an assertion would print both
        pytest.fail("python scripts/draw_terminal.py draws the picture anew")


def test_the_picture_is_the_same_each_time():
    script = load_script("draw_terminal")
    assert script.record_session() == script.record_session()


def test_the_first_minute_works(tmp_path):
    terminal = Terminal(tmp_path)
    lines = block_below("The first minute")
    assert len(lines) >= 4
    shown = ""
    for line in lines:
        program, *words = shlex.split(line, comments=True)
        assert program == "memora"
        shown = terminal.ok(*words)
    assert "Auth uses JWT RS256" in shown, "the last command of the block asks for it"


def test_the_readme_shows_no_command_that_is_not_there():
    code = [line for line in README_TEXT.splitlines() if line.startswith("    memora ")]
    named = [line.split()[1] for line in code] + re.findall(r"`memora ([a-z-]+)", README_TEXT)
    assert len(named) > 8
    assert [name for name in named if name not in COMMANDS] == []


def test_the_scripts_that_the_readme_begins_with_can_be_run():
    for line in block_below("Try it"):
        path = ROOT / line.split()[0]
        assert path.is_file(), line
        assert path.stat().st_mode & 0o111, f"{line} is not executable"
