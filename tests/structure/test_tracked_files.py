"""What is kept in the repository speaks of the project alone, and of files that exist."""

from __future__ import annotations

import re

import pytest
from source_files import PACKAGE, ROOT, tracked_files

# Written apart, so that this file does not hold them.
FOREIGN = {
    "a package registry": "|".join(
        re.escape(name) for name in ("py" + "pi.org", "python" + "hosted.org", "registry.npm" + "js", "crates" + ".io")
    ),
    "a path of one machine": r"/(?:work|tmp|root)/[\w.]|(?:/home|/Users|[A-Z]:\\Users)[/\\](?!ada\b)\w",
}
TEXT = {".py", ".md", ".toml", ".sh", ".ps1", ".yml", ".yaml", ".cfg", ".ini", ".json", ".spec", ""}


@pytest.mark.parametrize("what", FOREIGN)
def test_no_file_names(what):
    found = []
    for path in tracked_files():
        if path.suffix in TEXT:
            text = path.read_text(encoding="utf-8", errors="replace")
            found += [(str(path.relative_to(ROOT)), match[0]) for match in re.finditer(FOREIGN[what], text)]
    assert found == []


def test_documents_that_are_named_exist():
    missing = set()
    for path in tracked_files():
        if path.suffix in (".py", ".md"):
            text = path.read_text(encoding="utf-8")
            for name in re.findall(r"\bdocs/[\w/.-]*\w\.md\b", text):
                if "NNNN" not in name and not (ROOT / name).is_file():
                    missing.add((str(path.relative_to(ROOT)), name))
    assert missing == set()


def test_links_between_documents_lead_somewhere():
    broken = []
    for path in tracked_files():
        if path.suffix == ".md":
            for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
                file = target.partition("#")[0]
                if file and "://" not in file and not (path.parent / file).exists():
                    broken.append((str(path.relative_to(ROOT)), target))
    assert broken == []


def test_modules_that_documents_name_exist():
    missing = set()
    for path in tracked_files():
        if path.suffix == ".md":
            for name in re.findall(r"`memora((?:/\w+)+\.py)`", path.read_text(encoding="utf-8")):
                if not (PACKAGE / name.removeprefix("/")).exists():
                    missing.add((str(path.relative_to(ROOT)), name))
    assert missing == set()


def test_the_changelog_begins_with_what_is_not_released():
    headings = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0] == "[Unreleased]"
