"""Names that people give, and those that somebody gives to confuse."""

import shutil
import subprocess
from unicodedata import is_normalized, normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memora.errors import BadInput, BadName
from memora.model.names import (
    AUTHOR_CHARACTERS,
    KEY_CHARACTERS,
    NAME_BYTES,
    TAG_CHARACTERS,
    clean_author,
    clean_key,
    clean_ref_name,
    clean_tag,
    fold_name,
)

TAKEN = [
    "main",
    "feature/auth",
    "a/b/c",
    "v1.0.0",
    "release-2026.11",
    "UPPER",
    "under_score",
    "1234",
    "deadbeef",
    "a@b",
    "a=b",
    "a+b,c;d",
    "a#b",
    "$(id)",
    "`id`",
    "it's",
    'say"so"',
    "<b>",
    "a|b&c",
    "50%",
    "größe",
    "日本語",
    "фича",
    "😀",
    "a/-b",
    "console",
    "lock",
    "a.locks",
    "nul-terminated",
    "headless",
    "x" * NAME_BYTES,
]

REFUSED = {
    "": "is empty",
    " ": "space",
    "a b": "space",
    "a\u00a0b": "space",
    "a\u3000b": "space",
    "a\tb": "control",
    "a\nb": "control",
    "a\x00b": "control",
    "a\x1b[31m": "control",
    "a\x7f": "control",
    "a~1": "~",
    "a^2": "^",
    "a:b": ":",
    "a?": "?",
    "a*": "*",
    "a[b]": "[",
    "a\\b": "\\",
    "-x": "begins with '-'",
    "--force": "begins with '-'",
    ".": "'.'",
    "..": "'..'",
    ".a": "begins with '.'",
    "a/.b": "begins with '.'",
    "a.": "ends with '.'",
    "a./b": "ends with '.'",
    "a..b": "'..'",
    "../a": "'..'",
    "a/../b": "'..'",
    "/": "empty part",
    "/a": "empty part",
    "a/": "empty part",
    "a//b": "empty part",
    "a.lock": "'.lock'",
    "a.LOCK": "'.lock'",
    "a.lock/b": "'.lock'",
    ".lock": "'.'",
    "@": "kept for revisions",
    "@{1}": "kept for revisions",
    "a@{b": "kept for revisions",
    "HEAD": "kept for revisions",
    "head": "kept for revisions",
    "ＨＥＡＤ": "kept for revisions",
    "FETCH_HEAD": "kept for revisions",
    "ORIG_HEAD": "kept for revisions",
    "MERGE_HEAD": "kept for revisions",
    "con": "devices",
    "CON": "devices",
    "ＣＯＮ": "devices",
    "a/nul": "devices",
    "aux.txt": "devices",
    "prn": "devices",
    "com1": "devices",
    "COM¹": "devices",
    "lpt9.log": "devices",
    "ma\u200bin": "invisible",
    "ma\u200din": "invisible",
    "ma\u00adin": "invisible",
    "main\u202e": "invisible",
    "main\U000e0041": "invisible",
    "main\ufe0f": "invisible",
    "main\u3164": "invisible",
    "ma\x85in": "control",
    "main\ue000": "invisible",
    "a\u2028b": "space",
    "\ud800": "Unicode",
    "x" * (NAME_BYTES + 1): "longer than 200 bytes",
    "é" * (NAME_BYTES // 2 + 1): "longer than 200 bytes",
    "\u0958" * (NAME_BYTES // 3): "longer than 200 bytes",  # longer in NFC
}

LOOK_ALIKE = [
    ("main", "Main"),
    ("main", "MAIN"),
    ("größe", "gro\u0308ße"),
    ("größe", "GRÖSSE"),
    ("main", "ｍａｉｎ"),
    ("file", "ﬁle"),
    ("K", "\u212a"),
    ("v1", "v\u00b9"),
    ("Σ", "ς"),
]


@pytest.mark.parametrize("name", TAKEN)
def test_a_name_that_is_taken(name):
    assert clean_ref_name("branch", name) == normalize("NFC", name)


@pytest.mark.parametrize(("name", "problem"), REFUSED.items(), ids=map(ascii, REFUSED))
def test_a_name_that_is_refused(name, problem):
    with pytest.raises(BadName) as caught:
        clean_ref_name("branch", name)
    assert problem in caught.value.problem
    assert (caught.value.what, caught.value.name) == ("branch", name)


def test_a_name_is_kept_in_nfc():
    assert clean_ref_name("tag", "gro\u0308ße") == "größe"


@given(st.text(max_size=30))
def test_a_name_taken_once_is_taken_again(text):
    try:
        name = clean_ref_name("branch", text)
    except BadName:
        return
    assert clean_ref_name("branch", name) == name
    assert len(name.encode()) <= NAME_BYTES


@given(st.text(st.sampled_from("ab./-@{lock~:\u200b A"), min_size=1, max_size=12))
def test_a_name_that_memora_takes_is_one_that_git_takes(text):
    """The rules of git check-ref-format, as its manual numbers them, restated."""
    try:
        name = clean_ref_name("branch", text)
    except BadName:
        return
    parts = name.split("/")
    assert all(part and not part.startswith(".") and not part.endswith(".lock") for part in parts)
    assert ".." not in name
    assert not any(ord(character) < 32 or character in "\x7f ~^:?*[\\" for character in name)
    assert not name.endswith((".", "/"))
    assert "@{" not in name
    assert name != "@"


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
@pytest.mark.parametrize("name", [name for name in TAKEN if len(name) < 100])
def test_git_takes_what_memora_takes(name):
    git = subprocess.run(["git", "check-ref-format", "--branch", name], capture_output=True, check=False)
    assert git.returncode == 0


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
@pytest.mark.parametrize(
    "name", ["a b", "a~1", "a^2", "a:b", "a?", "a*", "a[b]", "a\\b", "..", ".a", "a.", "a//b", "a.lock", "a@{b"]
)
def test_memora_refuses_what_git_refuses(name):
    git = subprocess.run(["git", "check-ref-format", f"refs/heads/{name}"], capture_output=True, check=False)
    assert git.returncode != 0
    assert name in REFUSED


@pytest.mark.parametrize(("one", "other"), LOOK_ALIKE)
def test_names_that_look_alike_clash(one, other):
    assert fold_name(one) == fold_name(other)


@pytest.mark.parametrize(("one", "other"), [("main", "maine"), ("a/b", "a.b"), ("a", "а"), ("v1", "v2")])
def test_names_that_differ_do_not(one, other):
    assert fold_name(one) != fold_name(other)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_folding_twice_is_folding_once(text):
    assert fold_name(fold_name(text)) == fold_name(text)
    assert fold_name(normalize("NFD", text)) == fold_name(normalize("NFC", text))


@pytest.mark.parametrize("key", ["auth", "auth.jwt.algorithm", "A-b_c.9", "_x", "0", "x" * KEY_CHARACTERS, " auth\n"])
def test_a_key(key):
    assert clean_key(key) == key.strip()


@pytest.mark.parametrize(
    "key",
    ["", ".", "a.", ".a", "a..b", "-a", "a.-b", "a b", "a/b", "a\nb", "größe", "a.b\x00", "x" * (KEY_CHARACTERS + 1)],
)
def test_no_key(key):
    with pytest.raises(BadInput, match=r"^key "):
        clean_key(key)


@pytest.mark.parametrize(("text", "tag"), [(" Auth ", "auth"), ("ci/cd", "ci/cd"), ("größe", "größe"), ("İ", "i̇")])
def test_a_tag(text, tag):
    assert clean_tag(text) == tag


@pytest.mark.parametrize("text", ["", "a b", "a,b", "a\u00a0b", "a\nb", "a\u200bb", "İ" * TAG_CHARACTERS])
def test_no_tag(text):
    with pytest.raises(BadInput, match=r"^tag "):
        clean_tag(text)


@given(st.text(max_size=20))
def test_a_tag_cleaned_twice_stays_as_it_is(text):
    try:
        tag = clean_tag(text)
    except BadInput:
        return
    assert clean_tag(tag) == tag
    assert is_normalized("NFC", tag)


def test_an_author():
    assert clean_author(" Ada <ada@example.org> ") == "Ada <ada@example.org>"
    for text in ("", "a\nb", "a\rb", "a\x1bb", "a\u202eb", "x" * (AUTHOR_CHARACTERS + 1)):
        with pytest.raises(BadInput, match=r"^author "):
            clean_author(text)
