"""Transcripts become sessions, once, whatever state they are in."""

from __future__ import annotations

import json
import tracemalloc

import pytest
from commandline import Terminal
from hypothesis import given
from hypothesis import strategies as st

from memora.harnesses.transcripts import Transcript
from memora.operations.agents.import_transcript import import_transcript
from memora.operations.start.init import init

TOKEN = "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a"


def claude(kind: str, content: object, second: int, **fields) -> dict:
    return {
        "type": kind,
        "uuid": f"u{second}",
        "sessionId": "c1",
        "cwd": "/work",
        "timestamp": f"2026-11-01T09:00:{second:02d}.000Z",
        "message": {"role": kind, "content": content},
        **fields,
    }


CLAUDE = [
    {"type": "mode", "mode": "normal"},
    claude("user", "<system-reminder>be good</system-reminder>", 0, isMeta=True),
    claude("user", "mend the build", 1),
    claude("assistant", [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "I look."}], 2),
    claude("assistant", [{"type": "tool_use", "id": "t1", "name": "Bash", "input": {"command": "make"}}], 3),
    {"type": "api-request-blob", "sessionId": "c1", "body": "everything once more"},
    claude("user", [{"type": "tool_result", "tool_use_id": "t1", "content": "no target", "is_error": True}], 4),
    claude("assistant", [{"type": "text", "text": f"The token is {TOKEN}"}], 5, isSidechain=True, agentId="a1"),
    {"type": "attachment", "sessionId": "c1", "attachment": {"type": "hook_success", "stdout": "the memories"}},
]


def codex(kind: str, payload: dict, second: int) -> dict:
    return {"timestamp": f"2026-11-01T09:00:{second:02d}.000Z", "type": kind, "payload": payload}


def said(role: str, text: str) -> dict:
    return {"type": "message", "role": role, "content": [{"type": "input_text", "text": text}]}


CODEX = [
    codex("session_meta", {"id": "x1", "cwd": "/work", "cli_version": "0.169.0"}, 0),
    codex("response_item", said("developer", "rules"), 0),
    codex("response_item", said("user", "<environment_context>\n  <cwd>/work</cwd>\n</environment_context>"), 0),
    codex("event_msg", {"type": "user_message", "message": "mend it"}, 1),
    codex("response_item", said("user", "mend it"), 1),
    codex("response_item", {"type": "reasoning", "summary": []}, 2),
    codex("response_item", {"type": "function_call", "name": "shell", "arguments": '{"a":1}', "call_id": "k1"}, 3),
    codex("response_item", {"type": "function_call_output", "call_id": "k1", "output": "Exit code: 2\nboom"}, 4),
    codex("response_item", said("assistant", "done"), 5),
    codex("world_state", {"agents_md": "everything once more"}, 6),
]


def lines(records: list[dict]) -> list[bytes]:
    return [json.dumps(record).encode() + b"\n" for record in records]


@pytest.fixture
def terminal(tmp_path) -> Terminal:
    project = tmp_path / "project"
    project.mkdir()
    terminal = Terminal(project, {"HOME": str(tmp_path), "MEMORA_CEILING_DIRECTORIES": str(tmp_path)})
    terminal.ok("init")
    return terminal


def write(terminal: Terminal, name: str, records: list[dict], end: bytes = b"") -> str:
    path = terminal.directory / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(lines(records)) + end)
    return str(path)


def events(terminal: Terminal, session: str) -> list[tuple[str, dict]]:
    return [(record["event"], record["data"]) for record in terminal.json("replay", "--session", session)]


def test_a_transcript_of_claude_code(terminal):
    assert "imported c1: 5 events" in terminal.ok("session", "import", write(terminal, "t.jsonl", CLAUDE))
    assert events(terminal, "c1")[1:-1] == [
        ("user_prompt", {"text": "mend the build"}),
        ("note", {"from": "assistant", "text": "I look."}),
        ("tool_call", {"id": "t1", "tool": "Bash", "input": {"command": "make"}}),
        (
            "tool_result",
            {
                "id": "t1",
                "tool": "Bash",
                "error": "no target",
                "output": {"is_error": True, "content": [{"type": "text", "text": "no target"}]},
            },
        ),
        ("note", {"agent": "a1", "from": "assistant", "text": "The token is ghp_****"}),
    ]
    (record,) = terminal.json("session", "list")
    assert (record["source"], record["outcome"]) == ("claude_code", "completed")
    assert (record["ended_at"] - record["started_at"]) == 4_000_000
    assert terminal.run("fsck").code == 0


def test_a_transcript_of_codex(terminal):
    terminal.ok("session", "import", write(terminal, "t.jsonl", CODEX))
    assert [name for name, _ in events(terminal, "x1")[1:-1]] == ["user_prompt", "tool_call", "tool_result", "note"]
    assert events(terminal, "x1")[3][1]["error"] == "Exit code: 2\nboom"
    assert events(terminal, "x1")[3][1]["tool"] == "shell"


def test_importing_again_adds_only_what_came_since(terminal):
    path = write(terminal, "t.jsonl", CLAUDE[:4])
    terminal.ok("session", "import", path)
    again = terminal.run("session", "import", path)
    assert again.code == 1 and "c1 is known" in again.out
    write(terminal, "t.jsonl", CLAUDE)
    assert "3 events that came since" in terminal.ok("session", "import", path)
    assert terminal.run("session", "import", path).code == 1
    assert [record["session"] for record in terminal.json("session", "list")] == ["c1.2", "c1"]


def test_a_half_written_line_is_passed_over(terminal):
    half = lines(CLAUDE)[-2][:-20]
    path = write(terminal, "t.jsonl", CLAUDE[:5], b"\xff\xfe\n[1]\n" + half)
    assert "3 lines could not be read" in terminal.ok("session", "import", path)


def test_the_transcripts_of_a_project_are_found(terminal, tmp_path):
    name = "".join(letter if letter.isalnum() and letter.isascii() else "-" for letter in str(terminal.directory))
    write(terminal, f"../.claude/projects/{name}/c1.jsonl", CLAUDE[:4])
    write(terminal, f"../.claude/projects/{name}/c1/subagents/agent-a1.jsonl", CLAUDE[7:8])
    here = [codex("session_meta", {"id": "x1", "cwd": str(terminal.directory)}, 0), *CODEX[1:]]
    write(terminal, "../.codex/sessions/2026/11/01/rollout-1-x1.jsonl", here)
    write(terminal, "../.codex/sessions/2026/11/01/rollout-2-x2.jsonl", CODEX)
    records = terminal.json("session", "import", "--claude", "--codex")
    assert [(record["session"], record["events"]) for record in records] == [("c1", 5), ("x1", 6)]


@pytest.mark.parametrize("raw", [b"", b"no transcript\n", b"{}\n", b'{"type": "user", "message": {}}\n', b"\x00" * 100])
def test_what_is_no_transcript_is_refused(terminal, raw):
    path = terminal.directory / "t.jsonl"
    path.write_bytes(raw)
    assert terminal.run("session", "import", str(path)).code == 2
    assert terminal.run("session", "list").out == ""


def test_wrong_usage(terminal):
    assert terminal.run("session", "import").code == 2
    assert terminal.run("session", "import", "nowhere.jsonl").code == 4
    assert terminal.run("session", "import", "--claude").code == 1


def test_a_run_that_hooks_record_is_not_imported_beside_them(terminal):
    start = {"hook_event_name": "SessionStart", "session_id": "c1", "cwd": str(terminal.directory)}
    terminal.ok("hook", "claude-code", stdin=json.dumps(start))
    path = write(terminal, "t.jsonl", CLAUDE)
    result = terminal.run("session", "import", path)
    assert result.code == 1 and "goes on" in result.out
    terminal.ok("hook", "claude-code", stdin=json.dumps({**start, "hook_event_name": "SessionEnd"}))
    assert "is known" in terminal.run("session", "import", path).out


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
FIELDS = """type payload message content role id call_id name input output text timestamp sessionId cwd
    isMeta""".split()


@given(st.lists(st.dictionaries(st.sampled_from(FIELDS), json_values, max_size=6), max_size=4))
def test_nothing_in_a_transcript_does_harm(records):
    transcript = Transcript()
    for line in lines([*CLAUDE[:3], *records, *CODEX]):
        for at, event in transcript.read(line):
            assert at is None or isinstance(at, int)
            assert event.text is None or isinstance(event.text, str)


def test_memory_does_not_grow_with_the_transcript(tmp_path):
    with init(str(tmp_path)) as repository:

        def stream(count: int, session: str):
            line = json.dumps(claude("user", "x" * 2_000, 1, sessionId=session)).encode()
            for _ in range(count):
                yield line

        peaks = []
        for count in (2_000, 8_000):
            tracemalloc.start()
            imported = import_transcript(
                repository, stream(count, f"c{count}"), author="ada", now=2_000_000_000_000_000
            )
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
            assert imported.events == count
    assert peaks[1] < peaks[0] * 2
