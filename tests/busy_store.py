"""A store in which one text stands wherever a text can stand, and beside it what has nothing to do with it."""

from __future__ import annotations

import json
from pathlib import Path

from commandline import Terminal

from memora.storage.spool import put

# Of words that no other memory has; the last is how the text index writes one of them.
TEXT = "Erika Mustermann-4711"
WORDS = (b"Mustermann", b"mustermann")
OTHERS = 90


def busy_store(directory: Path) -> Terminal:
    """A terminal in a project whose store has branches, disputes, sessions, tags and workspaces that hold the text."""
    terminal = Terminal(directory)
    terminal.ok("init")
    lines = [json.dumps({"content": f"fact number {number}", "key": f"fact.{number}"}) for number in range(OTHERS)]
    terminal.ok("add", "--batch", "-", stdin="\n".join(lines))
    terminal.ok("add", "the contact is somebody", "--key", "contact")
    terminal.ok("add", "who is called first", "--key", "rota", "--link", "derived_from:contact")
    terminal.ok("commit", "-m", "the beginning")
    terminal.ok("session", "start", "--id", "run-1")
    terminal.ok("session", "record", "--type", "user_prompt", "--data", json.dumps({"prompt": f"call {TEXT} first"}))
    terminal.ok("session", "record", "--type", "tool_result", "--data", json.dumps({"output": f'{{"who": "{TEXT}"}}'}))
    terminal.ok("edit", "contact", "--content", f"the contact is {TEXT} by phone")
    terminal.ok("edit", "rota", "--add-tag", "phone")
    terminal.ok("recall", f"who is the contact, {TEXT}")
    terminal.ok("commit", "-m", f"{TEXT} is the contact")
    terminal.ok("session", "end")
    terminal.ok("tag", "v1", "-m", f"as {TEXT} wished")
    terminal.ok("switch", "-c", "theirs")
    terminal.ok("edit", "contact", "--content", f"the contact is {TEXT} by mail")
    terminal.ok("commit", "-m", "by mail")
    terminal.ok("switch", "main")
    terminal.ok("edit", "contact", "--content", "the contact is Hans now, by letter")
    terminal.ok("add", f"{TEXT} left the company", "--key", "contact.gone")
    terminal.ok("commit", "-m", "Hans")
    terminal.run("merge", "theirs")
    terminal.ok("resolve", "contact", "--ours")
    terminal.ok("commit", "-m", "it is settled")
    terminal.ok("rm", "fact.3")
    terminal.ok("undo")
    terminal.ok("add", "another one", "--author", f"{TEXT} <e@example.org>", "--evidence", f"doc/{TEXT}.md:L3")
    terminal.ok("bisect", "start", "HEAD", "HEAD~2")
    terminal.ok("--workspace", "second", "add", f"in the second workspace {TEXT} stays")
    terminal.ok("session", "start", "--id", "run-2")
    terminal.ok("add", f"while a session is open: {TEXT}")
    terminal.ok("export", "--to", "claude-code")
    return terminal


def leave_files(store: Path) -> None:
    """Put the text into the files that lie beside the database: a copy, a waiting event, the failures of hooks."""
    (store / "memora-before-repair-1.db").write_bytes((store / "memora.db").read_bytes())
    put(str(store), 1, {"kind": "note", "events": [["note", {"text": TEXT}]]})
    (store / "spool" / "broken.bad").write_text(f"half an event about {TEXT}")
    (store / "incoming" / "1").mkdir(parents=True)
    (store / "incoming" / "1" / "half.pack").write_bytes(b"packed, so that nobody sees what it says")
    (store / "hook.log").write_text(f"one line\nthe tool said {TEXT}\n")


def holding(store: Path, *needles: bytes) -> set[str]:
    """The names of the files below a folder that hold one of some byte strings."""
    files = (path for path in store.rglob("*") if path.is_file())
    return {path.name for path in files if any(needle in path.read_bytes() for needle in needles)}
