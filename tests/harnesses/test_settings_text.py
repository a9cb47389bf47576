"""memora's hooks go into a settings file and out of it again, and nothing else in it changes by a byte."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memora.harnesses.json_text import NotJson, parse
from memora.harnesses.names import CLAUDE, CODEX, COPILOT, CURSOR, GEMINI, HARNESSES
from memora.harnesses.registration import EVENTS, entry_for, is_ours
from memora.harnesses.settings_text import install, look, uninstall

THEIRS = {"matcher": "Bash", "hooks": [{"type": "command", "command": "lint.sh"}]}

TEXTS = [
    "{}",
    "{}\n",
    "{ }",
    "{\n}\n",
    '{"model": "opus"}',
    '{"model":"opus","permissions":{"allow":["Bash(ls)"]}}',
    '{\n  "model": "opus"\n}\n',
    '{\n\t"model": "opus",\n\t"env": {\n\t\t"A": "1"\n\t}\n}',
    '{\r\n    "model": "opus"\r\n}\r\n',
    '{"hooks": {}}',
    '{"hooks": []}'.replace("[]", "{ }"),
    '{\n  "hooks": {}\n}\n',
    '{\n  "hooks": {\n  },\n  "model": "opus"\n}\n',
    '{\n  "hooks": {\n    "Stop": []\n  }\n}\n',
    '{"hooks":{"SessionStart":[],"sessionStart":[]},"version":1}',
    json.dumps({"hooks": {"SessionStart": [THEIRS], "PreToolUse": [THEIRS]}, "model": "x"}),
    json.dumps({"hooks": {"SessionStart": [THEIRS], "PreToolUse": [THEIRS]}, "model": "x"}, indent=2),
    json.dumps({"version": 1, "hooks": {"sessionStart": [{"command": "./a.sh"}]}}, indent=4) + "\n",
    '// mine\n{\n  // a model\n  "model": "opus", /* the best */\n}\n',
    '{\n  "hooks": {\n    "Stop": [\n      {"hooks": []}, // empty\n    ],\n  },\n}\n',
    '\ufeff{\n  "umlaut": "ä\\u00e4 \U0001f600"\n}\n',
    '{\n  "version": 1\n}\n',
]


def plain(text: str) -> object:
    return parse(text).value


@pytest.mark.parametrize("harness", HARNESSES)
@pytest.mark.parametrize("text", TEXTS)
def test_what_is_put_in_is_taken_out_to_the_byte(text, harness):
    installed = install(text, harness)
    assert installed != text
    assert look(installed, harness) == (EVENTS[harness], (), ())
    assert uninstall(installed, harness) == text


@pytest.mark.parametrize("harness", HARNESSES)
@pytest.mark.parametrize("text", [*TEXTS, None])
def test_putting_it_in_twice_is_putting_it_in_once(text, harness):
    installed = install(text, harness)
    assert install(installed, harness) == installed


@pytest.mark.parametrize("harness", HARNESSES)
@pytest.mark.parametrize("text", TEXTS)
def test_everything_else_stays(text, harness):
    before, after = plain(text), plain(install(text, harness))
    for key in set(before) - {"hooks"}:
        assert after[key] == before[key]
    for event, entries in before.get("hooks", {}).items():
        assert after["hooks"][event][: len(entries)] == entries
    assert [key for key in after if key in before] == list(before)


@pytest.mark.parametrize("harness", HARNESSES)
def test_a_file_that_was_not_there_goes_again(harness):
    made = install(None, harness)
    assert json.loads(made)["hooks"].keys() == set(EVENTS[harness])
    assert uninstall(made, harness) is None


def test_files_that_need_a_version_get_one_and_keep_their_own():
    assert json.loads(install(None, CURSOR))["version"] == 1
    assert json.loads(install("{}", COPILOT))["version"] == 1
    assert json.loads(install('{"version": 3}', CURSOR))["version"] == 3
    assert "version" not in json.loads(install(None, CLAUDE))


@pytest.mark.parametrize("harness", [CLAUDE, CODEX, GEMINI])
def test_the_handlers_of_others_in_our_group_stay(harness):
    data = json.loads(install(None, harness))
    data["hooks"]["SessionStart"][0]["hooks"].append({"type": "command", "command": "other"})
    left = json.loads(uninstall(json.dumps(data, indent=2), harness) or "{}")
    assert left == {"hooks": {"SessionStart": [{"hooks": [{"type": "command", "command": "other"}]}]}}


def test_hooks_that_somebody_added_later_stay():
    data = json.loads(install('{\n  "model": "x"\n}\n', CLAUDE))
    data["hooks"]["Stop"].append(THEIRS)
    data["hooks"]["Notification"] = [THEIRS]
    left = json.loads(uninstall(json.dumps(data, indent=2), CLAUDE) or "{}")
    assert left == {"model": "x", "hooks": {"Stop": [THEIRS], "Notification": [THEIRS]}}


def test_an_old_entry_is_replaced_and_one_of_no_use_goes():
    old = {"hooks": [{"type": "command", "command": "/opt/bin/memora hook claude", "timeout": 60}]}
    text = json.dumps({"hooks": {"SessionStart": [THEIRS, old], "PreToolUse": [old]}}, indent=2)
    assert look(text, CLAUDE).stale == ("SessionStart", "PreToolUse")
    hooks = json.loads(install(text, CLAUDE))["hooks"]
    assert hooks["SessionStart"] == [THEIRS, entry_for(CLAUDE, "SessionStart")]
    assert "PreToolUse" not in hooks
    assert hooks.keys() == set(EVENTS[CLAUDE])


def test_an_entry_that_stands_twice_stands_once_after():
    data = json.loads(install(None, CLAUDE))
    data["hooks"]["Stop"] *= 2
    assert json.loads(install(json.dumps(data, indent=2), CLAUDE)) == json.loads(install(None, CLAUDE))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "[]",
        '"text"',
        "{",
        '{"a": 1,, "b": 2}',
        '{"a": 1} x',
        '{"a": 01}',
        '{"a" 1}',
        "{'a': 1}",
        '{"a": "open}',
        '{"a": NaN}',
        '{"hooks": []}',
        '{"hooks": {"Stop": {}}}',
        '{"hooks": {}, "hooks": {}}',
        "[" * 2_000,
        '{"a": "\\ud8"}',
        "{/* no end",
    ],
)
def test_what_cannot_be_understood_is_refused(text):
    for change in (install, look, uninstall):
        with pytest.raises(NotJson):
            change(text, CLAUDE)


@pytest.mark.parametrize(
    ("line", "ours"),
    [
        ("memora hook claude-code", True),
        ("memora hook claude", True),
        ("/home/ada/.local/bin/memora hook codex", True),
        ('"C:\\Program Files\\memora\\memora.exe" hook cursor', True),
        ("memora hook copilot sessionStart", True),
        ("memora hook nobody", False),
        ("memora add x", False),
        ("amemora hook codex", False),
        ("memora hook codex && rm -rf build", False),
        ("notify.sh; memora hook codex", False),
    ],
)
def test_only_a_handler_that_does_nothing_else_is_ours(line, ours):
    assert is_ours({"type": "command", "command": line}) is ours


keys = st.text('abc "\\ä/*,{}[]', max_size=4)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | keys,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)
hooks = st.dictionaries(
    st.sampled_from(["SessionStart", "Stop", "sessionStart", "Other"]),
    st.lists(st.just(THEIRS) | st.just({"command": "x"}) | values, max_size=2),
    max_size=3,
)
settings = st.builds(
    lambda data, extra, first: {**extra, **data} if first else {**data, **extra},
    st.dictionaries(keys, values, max_size=3),
    st.one_of(st.just({}), st.builds(lambda found: {"hooks": found}, hooks)),
    st.booleans(),
)


def spaced(text: str, spaces: list[str]) -> str:
    """A JSON text with other white space and comments between its tokens."""
    tokens = re.findall(r'"(?:[^"\\]|\\.)*"|[^\s"]', text)
    # Letters of one word are tokens apart here; only signs take space around them.
    out = ""
    for place, token in enumerate(tokens):
        out += spaces[place % len(spaces)] + token if token in "{}[]:," else token
    return out


@given(
    settings,
    st.sampled_from([None, 1, 2, 4, "\t"]),
    st.none()
    | st.lists(st.sampled_from(["", " ", "\n", "\n  ", "\r\n\t", "// x\n", "/* { */"]), min_size=1, max_size=9),
    st.sampled_from(HARNESSES),
)
def test_any_settings_come_back_to_the_byte(data, indent, spaces, harness):
    text = json.dumps(data, indent=indent, ensure_ascii=False)
    if spaces is not None:
        text = spaced(text, spaces)
    assert plain(text) == data
    installed = install(text, harness)
    assert look(installed, harness) == (EVENTS[harness], (), ())
    assert install(installed, harness) == installed
    assert uninstall(installed, harness) == text
