"""Every command under ``--json``: how it is called in a store of some history, and which records it prints.

docs/json.md names the same records, and takes its examples from the same store.
"""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from commandline import Result
from record_store import (
    add_a_template,
    damage_a_memory,
    damage_the_index,
    edit_an_export,
    hold_back_a_memory,
    leave_a_stray,
    lose_the_witness,
    make_a_git_repository,
    move_the_evidence,
    open_terminal,
    see_a_remote,
    take_the_evidence,
    write_a_context_file,
    write_notes,
    write_transcript,
)

from memora.model.belief import birth_id


class Case(NamedTuple):
    """A command line, the schemas of the records it prints in the store, and its exit code.

    ``before`` are command lines that run first; ``spoil`` then does to the ``.memora`` folder what no command does.
    """

    line: str
    prints: frozenset[str]
    code: int = 0
    before: tuple[str, ...] = ()
    stdin: str = ""
    spoil: Callable[[Path], None] | None = None


def case(
    line: str,
    prints: str = "",
    code: int = 0,
    *,
    before: str = "",
    stdin: str = "",
    spoil: Callable[[Path], None] | None = None,
) -> Case:
    """A case; ``prints`` names its schemas without ``memora.`` and ``/v1``, ``before`` has lines apart by ``;``."""
    schemas = frozenset(f"memora.{word}/v1" for word in prints.split())
    lines = tuple(" ".join(part.split()) for part in before.split(";") if part.strip())
    return Case(line, schemas, code, lines, stdin, spoil)


PORT: Final = birth_id("semantic", None, "The service listens on port 8080").hex()
LATE: Final = birth_id("episodic", None, "The release was late").hex()
MOVE: Final = birth_id("episodic", None, "The service listens on port 9090").hex()

# Edited on a branch and deleted here, the other way round, edited on both sides; and learnt apart under one key.
DELETED: Final = f"""
    add "The release was late" -t episodic; commit -m all;
    switch -c edited; edit auth.sessions -c "Sessions live in memory"; rm auth.jwt.algorithm; rm {MOVE};
    edit {PORT} -c "The service listens on port 80"; edit {LATE} -c "The release was a day late"; commit -m there;
    switch main; edit auth.jwt.algorithm -c "Auth uses JWT ES256" --source manual; rm auth.sessions; rm {LATE};
    edit {PORT} -c "The service listens on port 81"; edit {MOVE} -c "The service listens on ports 9090 and 9091";
    commit -m here
"""
APART: Final = """
    commit -m all; switch -c apart; add "Builds take 3 minutes" -k build.time; add "Lint with flake8" -k lint.command;
    commit -m there; switch main; add "Builds take 9 minutes" -k build.time; add "Lint with ruff" -k lint.command
    --source code_read; commit -m here
"""
SETTLED: Final = f"{APART}; merge apart; resolve build.time --ours; commit -m settled; switch -c again HEAD~2"

# A test that memory fails as soon as it says so.
# Sharing with a folder, and what somebody else does there meanwhile.
SHARED: Final = "remote add origin shared"
OTHERS: Final = """
    tag v9 v1; clone shared other; -C other add "The cache is Redis"; -C other commit -m "Looked";
    -C other tag v9; -C other push origin main v9
"""

# A branch that was shared, and deleted there.
LEFT: Final = f"{SHARED}; push; switch -c tried; commit -m more; push origin tried; push origin tried --delete"

GIVEN: Final = "handoff --to codex --commit -o memory.bundle"
NEWER: Final = "bundle create memory.bundle v1..main"

TRIAL: Final = """sh -c '! grep -q "make ship" "$MEMORA_FILE"'"""

CASES: Final[dict[str, tuple[Case, ...]]] = {
    "init": (case("init fresh", "store"), case("init fresh --branch trunk", "store")),
    "demo": (case("-C .. demo story", "demo"),),
    "status": (
        case("status", "status"),
        case("-C fresh status", "status", before="init fresh"),
        case("status", "status", spoil=see_a_remote),
        case("status", "status", before="commit -m all; switch --detach HEAD; merge third-agent --no-commit"),
    ),
    "doctor": (case("doctor", "check", 1, spoil=lose_the_witness),),
    "config get": (
        case("config get gc.threshold", "setting"),
        case("config get recall.limit", "setting", before="config set recall.limit 3"),
    ),
    "config set": (
        case("config set gc.threshold 0.25", "setting"),
        case("config set merge.semantic source,status", "setting"),
        case('config set --user user.name "Ada Lovelace"', "setting"),
    ),
    "config list": (case("config list", "setting"),),
    "config path": (case("config path", "settings-file"),),
    "add": (
        case("add 'Tests run with pytest -n 2' -k tests.command --tag tests", "change-set"),
        case("add 'The service listens on port 8080' --author bob", "change-set"),
        case("add 'The service listens on port 8080'", "change-set"),
        case("add 'The database is SQLite 3' -k db.engine --replace", "change-set"),
        case("add -", "change-set", stdin="Typed elsewhere"),
        case("add --batch -", "change-set", stdin='{"content": "one"}\n{"content": "two", "key": "number.two"}\n'),
    ),
    "edit": (
        case("edit auth.jwt.algorithm --content 'Auth uses JWT ES256' --source code_read", "change-set"),
        case("edit auth.jwt.algorithm --content 'Auth uses JWT RS256'", "change-set", 1),
    ),
    "rm": (case("rm auth.sessions db.engine", "change-set"),),
    "promote": (
        case("promote --key auth.jwt.algorithm", "change-set"),
        case("promote --all-confirmed", "change-set"),
        case("promote --type project", "change-set", 1),
    ),
    "retract": (
        case("retract auth.jwt.algorithm --reason 'it was HS256 all along'", "change-set"),
        case("retract auth.jwt.algorithm --cascade --dry-run", "change-set"),
        case("retract db.engine", "change-set", 1, before="retract db.engine"),
    ),
    "link": (
        case("link auth.sessions relates_to db.engine", "change-set"),
        case("link auth.jwt.rotation depends_on auth.jwt.algorithm --remove", "change-set"),
    ),
    "pin": (case("pin db.engine", "change-set"), case("pin --remove db.engine", "change-set", before="pin db.engine")),
    "quarantine accept": (case("quarantine accept held.back", "change-set", spoil=hold_back_a_memory),),
    "quarantine reject": (case("quarantine reject held.back", "change-set", spoil=hold_back_a_memory),),
    "list": (
        case("list --text answer", "node", spoil=take_the_evidence),
        case("list", "node"),
        case("list --at v1 --sort key -n 2", "node"),
        case("list --tag nowhere", "", 1),
        case("list --remote origin", "node", spoil=see_a_remote),
    ),
    "show": (
        case("show auth.jwt.algorithm", "node"),
        case("show deploy.steps", "node"),
        case("show db.engine --at v1", "node"),
        case("show auth.jwt.algorithm", "node", spoil=see_a_remote),
        case("show build.time", "node", before="session start; add 'Builds take 3 minutes' -k build.time"),
        case("show build.time", "node", before=f"{APART}; merge apart"),
        case("show HEAD", "commit change"),
        case("show v1", "commit change"),
    ),
    "recall": (
        case("recall how do we deploy", "hit"),
        case("recall --explain --at v1 deploy", "hit"),
        case("recall zebra", "", 1),
    ),
    "log": (
        case("log", "commit"),
        case("log --all --stat", "commit"),
        case("log auth.sessions", "commit"),
        case("log -n 1", "commit", before=f"{DELETED}; merge edited"),
        case("-C fresh log", "", 1, before="init fresh"),
    ),
    "diff": (
        case("diff", "change"),
        case("diff v1 HEAD --semantic", "change"),
        case("diff --working", "change", before="rm auth.sessions"),
        case("diff HEAD v1 --exit-code --stat", "change", 1),
        case("diff HEAD HEAD"),
    ),
    "blame": (
        case("blame auth.jwt.rotation", "blame"),
        case("blame deploy.steps", "blame"),
        case("blame db.engine --at v1", "blame"),
        case("blame build.time", "blame", before="session start; add 'Builds take 3 minutes' -k build.time"),
    ),
    "why": (case("why auth.jwt.rotation", "why"), case("why auth.jwt.rotation", "why", before="rm auth.jwt.algorithm")),
    "impact": (
        case("impact auth.jwt.algorithm", "impact"),
        case("impact auth.jwt.algorithm", "impact", before="export --to agents-md"),
        case("impact deploy.steps", "impact", before="session start --id run-1; recall how do we deploy"),
        case(f"impact {LATE}", "impact", before='add "The release was late" -t episodic; recall release; undo'),
    ),
    "receipts": (
        case("receipts", "receipt"),
        case("receipts", "receipt", before="export --to agents-md"),
        case("receipts --session run-1", "receipt", before="session start --id run-1; recall how do we deploy"),
        case("-C fresh receipts", "", 1, before="init fresh"),
    ),
    "session start": (case("session start --source claude_code --id run-1", "session"),),
    "session end": (case("session end --outcome failed", "session", before="session start --id run-1"),),
    "session current": (
        case("session current", "session", before="session start --id run-1"),
        case("session current", "", 1),
    ),
    "session list": (
        case("session list", "session", before="session start --id run-1; session end; session start --id run-2"),
        case("session list", "", 1),
    ),
    "session show": (
        case("session show run-1", "session", before="session start --id run-1; recall deploy; session end"),
    ),
    "session import": (case("session import transcript.jsonl", "session", spoil=write_transcript),),
    "session record": (
        case(
            """session record --type note --data '{"text": "tests are green"}'""",
            "event",
            before="session start --id run-1",
        ),
        case("session record -t tool_call -", "event", before="session start --id run-1", stdin='{"tool": "Bash"}'),
    ),
    "replay": (
        case(
            "replay",
            "event",
            before="session start --id run-1; recall how do we deploy; edit db.engine -c 'The database is SQLite 3'",
        ),
        case("replay --state 1 --session run-1", "node", before="session start --id run-1; session end"),
        case(
            "replay --against v1",
            "asked-again",
            before="session start --id run-1; recall how do we deploy; recall auth tokens; session end",
        ),
        case(
            "replay --onto third-agent",
            "commit",
            before="session start --id run-1; add 'Builds take 3 minutes' -k build.time; session end",
        ),
        case("replay --onto main", "", 1, before="commit -m all; session start --id run-1; session end"),
    ),
    "stats": (
        case("stats", "stats", before="switch --detach HEAD"),
        case("-C fresh stats", "stats", before="init fresh; -C fresh switch -c topic"),
    ),
    "commit": (
        case("commit -m 'What port it is'", "commit"),
        case("commit -m 'Nothing at all' --allow-empty", "commit", before="switch --detach HEAD"),
        case("commit -m 'Nothing at all'", "", 1, before="commit -m all"),
    ),
    "branch": (
        case("branch", "ref"),
        case("branch --verbose", "ref"),
        case("-C fresh branch -v", "ref", before="init fresh"),
        case("branch feature/auth v1", "ref"),
        case("branch -m feature/auth", "ref"),
        case("branch -D third-agent", "ref"),
        case("branch --all --verbose", "ref", spoil=see_a_remote),
        case("branch theirs origin/main", "ref", spoil=see_a_remote),
        case("branch -u origin/main second-agent", "ref", spoil=see_a_remote),
        case("branch --unset-upstream", "ref", spoil=see_a_remote),
    ),
    "switch": (
        case("switch -c feature/auth", "ref"),
        case("switch --detach v1 --carry", "ref"),
        case("switch third-agent --carry", "ref"),
        case("switch main", "ref"),
        case("switch -c theirs origin/main --carry", "ref", spoil=see_a_remote),
        case("--workspace another switch second-agent", "ref"),
    ),
    "agent install": (
        case("agent install all", "agent-change"),
        case("agent install codex --user --dry-run", "agent-change"),
    ),
    "agent uninstall": (
        case("agent uninstall cursor", "agent-change"),
        case("agent uninstall cursor", "agent-change", before="agent install all"),
    ),
    "hook": (case("hook codex", stdin='{"hook_event_name": "Stop", "session_id": "s1"}'),),
    "agent status": (
        case("agent status", "agent", 1),
        case("agent status", "agent", before="agent install gemini; agent install codex"),
    ),
    "tag": (
        case("tag", "ref"),
        case("tag v2", "ref"),
        case("tag v2 HEAD~1 -m 'As released'", "ref"),
        case("tag -d v1", "ref"),
    ),
    "merge": (
        case("merge third-agent", "merge", before="commit -m all"),
        case("merge third-agent --dry-run", "merge"),
        case("merge third-agent --no-commit", "merge", before="commit -m all"),
        case("merge second-agent", "merge", before="commit -m all"),
        case("merge main", "merge", before="commit -m all; switch behind"),
        case("merge second-agent", "merge", before="commit -m all; switch --detach HEAD~2"),
        case("merge edited", "merge", before=DELETED),
        case("merge apart", "merge", before=APART),
        case("merge apart", "merge", before=SETTLED),
    ),
    "conflicts": (
        case("conflicts", "conflict"),
        case("conflicts", "conflict", before=f"{DELETED}; merge edited"),
        case("conflicts", "conflict", before=f"{APART}; merge apart"),
        case("conflicts", before="resolve deploy.steps --ours"),
    ),
    "resolve": (
        case("resolve deploy.steps --theirs", "change-set"),
        case("resolve deploy.steps --keep-both", "change-set"),
        case("resolve deploy.steps --content 'Deploy by hand' --forget", "change-set"),
        case("resolve deploy.steps --forget", "forgotten", before="resolve deploy.steps --ours"),
        case("resolve deploy.steps --forget", "forgotten", 1),
    ),
    "cherry-pick": (
        case("cherry-pick third-agent", "commit", before="commit -m all"),
        case("cherry-pick second-agent", "", 1, before="commit -m all"),
    ),
    "revert": (
        case("revert second-agent", "commit", before="commit -m all"),
        case("revert HEAD --dry-run", "commit", before="commit -m all"),
        case("revert --author nobody", "", 1, before="commit -m all"),
    ),
    "rollback": (
        case("rollback --to v1", "commit"),
        case("rollback --to v1", "commit", before="commit -m all"),
        case("rollback --to HEAD", "", 1, before="commit -m all"),
        case(
            "rollback --to session:run-1@1",
            "commit",
            before="session start --id run-1; add 'Builds take 3 minutes' -k build.time",
        ),
    ),
    "bisect start": (case("bisect start HEAD v1", "bisect"), case("bisect start", "bisect")),
    "bisect good": (
        case("bisect good", "bisect", before="bisect start HEAD v1"),
        case("bisect good v1", "bisect", before="bisect start"),
    ),
    "bisect bad": (case("bisect bad", "bisect", before="bisect start HEAD v1; bisect good"),),
    "bisect skip": (case("bisect skip", "bisect", 1, before="bisect start HEAD v1; bisect skip"),),
    "bisect reset": (case("bisect reset", "bisect", before="bisect start"), case("bisect reset", "bisect", 1)),
    "bisect run": (
        case(f"bisect run --json --nodes {TRIAL}", "bisect", before="bisect start HEAD v1"),
        case("bisect run --json sh -c 'echo to nobody'", "bisect", before="bisect start HEAD v1"),
    ),
    "undo": (case("undo", "operation"), case("-C fresh undo", "", 1, before="init fresh")),
    "redo": (case("redo", "operation", before="undo"), case("redo", "", 1)),
    "op log": (
        case("op log", "operation", before="undo; redo; undo"),
        case("op log --all -n 3", "operation", before="prune --older-than 1s; branch -D third-agent"),
    ),
    "op show": (case("op show 2", "operation"), case("op show 8", "operation")),
    "export": (
        case("export --to claude-code --to cursor", "export"),
        case("export --to claude-code --top 2 --stdout", "export"),
        case("export --to agents-md --budget 300", "export", before="add 'Rotation empties the whole key cache'"),
        case("export --to claude-code --check", "export", 1),
        case("export --list", "target", spoil=add_a_template),
        case("export --print-template html", "target"),
        case("export --pull --commit", "hand-edit", 1, before="export --to claude-code", spoil=edit_an_export),
        case("export --pull --check", "hand-edit", 1, before="export --to claude-code", spoil=edit_an_export),
    ),
    "git-hook install": (case("git-hook install", "git-hook", spoil=make_a_git_repository),),
    "git-hook uninstall": (case("git-hook uninstall", "git-hook", spoil=make_a_git_repository),),
    "git-hook run": (
        case("git-hook run pre-commit", "problem", 1),
        case("git-hook run post-checkout"),
    ),
    "verify": (
        case("verify", "problem"),
        case("verify", "problem", 1, spoil=take_the_evidence),
        case("verify", "problem", spoil=move_the_evidence),
    ),
    "import": (
        case("import AGENTS.md", "imported", spoil=write_notes),
        case("import AGENTS.md --dry-run", "imported", spoil=write_notes),
        case("import doc/adr", "imported", spoil=write_notes),
    ),
    "bundle create": (
        case("bundle create memory.bundle", "bundle"),
        case("bundle create memory.bundle v1..main --note 'Read this first.'", "bundle", before="commit -m more"),
    ),
    "bundle verify": (
        case("bundle verify memory.bundle", "bundle", before="bundle create memory.bundle main v1"),
        case("bundle verify memory.bundle", "bundle", before="bundle create memory.bundle v1"),
        case("-C fresh bundle verify ../memory.bundle", "bundle", code=1, before=f"{NEWER}; init fresh"),
        case("bundle verify memory.bundle", "bundle", before=NEWER, spoil=shutil.rmtree),
        case("bundle verify memory.bundle", "bundle", before=GIVEN),
    ),
    "bundle unbundle": (
        case("-C fresh bundle unbundle ../memory.bundle", "unbundle", before="bundle create memory.bundle; init fresh"),
        case("-C fresh bundle unbundle ../memory.bundle", "unbundle", before=f"{GIVEN}; init fresh"),
    ),
    "handoff": (
        case("handoff --to codex --commit", "handoff"),
        case("handoff --to codex", "handoff", before="commit -m more; session start; recall 'how do we deploy'"),
    ),
    "clone": (
        case("clone shared other", "clone", before=f"{SHARED}; push"),
        case("clone shared other", "clone", before=f"{SHARED}; push; push origin main --delete"),
    ),
    "fetch": (
        case("fetch", "fetch", before=f"{SHARED}; push; {OTHERS}"),
        case("fetch", "fetch", before=f"{SHARED}; push; {OTHERS}; fetch; -C other push origin main --delete"),
    ),
    "push": (
        case("push", "push", before=SHARED),
        case("push", "push", before=f"{SHARED}; push; commit -m 'Five more'"),
        case("push origin main --delete", "push", before=f"{SHARED}; push"),
    ),
    "pull": (
        case("pull", "pull", before=f"{SHARED}; commit -m 'Five more'; push; {OTHERS}"),
        case("pull", "pull", before=f"{SHARED}; commit -m 'Five more'; push origin second-agent"),
    ),
    "sync": (
        case("sync", "sync", before=f"{SHARED}; commit -m 'Five more'"),
        case("sync", "sync", before=f"{SHARED}; commit -m 'Five more'; push; {OTHERS}"),
    ),
    "remote add": (
        case("remote add origin ../memory --shared", "remote"),
        case("remote add team git+https://ada:secret@example.org/code.git", "remote"),
    ),
    "remote list": (
        case("remote list", "remote", before="remote add origin ../memory; remote add cloud s3://team/memory"),
        case("remote list"),
    ),
    "remote show": (
        case("remote show origin", "remote", before="remote add origin ../memory"),
        case("remote show origin", "remote", spoil=see_a_remote),
    ),
    "remote set-url": (case("remote set-url origin ../other", "remote", spoil=see_a_remote),),
    "remote rename": (case("remote rename origin team", "remote", spoil=see_a_remote),),
    "remote remove": (case("remote remove origin", "remote", spoil=see_a_remote),),
    "remote compact": (case("remote compact origin", "compacted", before=f"{SHARED}; push; commit -m more; push"),),
    "remote prune": (
        case("remote prune origin", "swept", before=LEFT),
        case("remote prune --dry-run", "swept", before=LEFT, spoil=leave_a_stray),
    ),
    "remote fsck": (
        case("remote fsck origin", before=f"{SHARED}; push"),
        case("remote fsck", "problem", 1, before=f"{SHARED}; push", spoil=leave_a_stray),
    ),
    "check": (
        case("check", "problem", 1),
        case("check --contradictions", "problem", 1, before="add 'The service listens on port 8081'"),
        case("check unsupported", "problem", 1, before="retract auth.jwt.algorithm"),
        case("check disputed", before="resolve deploy.steps --ours"),
        case("check secrets", "problem", 1, spoil=write_a_context_file),
    ),
    "gc": (
        case("gc --threshold 0.9", "collection"),
        case("gc --threshold 0.9 --dry-run --aggressive", "collection"),
        case("gc --threshold 0", before="gc"),
    ),
    "prune": (
        case("prune", "pruned", before="branch -D third-agent"),
        case("prune --older-than 1s --dry-run", "pruned"),
    ),
    "purge": (
        case("purge auth.jwt.algorithm --dry-run", "purge"),
        case("purge auth.jwt.algorithm --yes", "purge"),
        case("purge deploy.steps --yes", "purge", before="resolve deploy.steps --ours"),
        case("purge --match nobody-ever-said-this --yes", "purge", 1),
    ),
    "fsck": (
        case("fsck"),
        case("fsck", "problem", 6, spoil=damage_a_memory),
        case("fsck", "problem", 1, spoil=lose_the_witness),
        case("fsck --repair", "problem repaired", spoil=damage_the_index),
        case("fsck --repair", "problem repaired", spoil=lose_the_witness),
        case(
            "fsck --repair --from origin",
            "problem repaired",
            before=f"{SHARED}; push origin third-agent",
            spoil=damage_a_memory,
        ),
        case("fsck --repair --from origin", "problem repaired", 6, before=f"{SHARED}; push", spoil=damage_a_memory),
    ),
    "reindex": (case("reindex", "reindex"), case("reindex", "reindex", spoil=damage_a_memory)),
}

# Commands that have nothing to say to a program, and why.
PRINT_NO_RECORD: Final[dict[str, str]] = {}

# One error of each exit code.
ERRORS: Final[dict[str, Case]] = {
    "bad_input": case("add ' '", code=2),
    "bad_usage": case("branch --delete", code=2),
    "bad_lines": case("add --batch -", code=2, stdin='{"content": ""}\n{"contents": "one"}\n'),
    "bad_name": case("branch a..b", code=2),
    "unknown_command": case("recal deploy", code=2),
    "no_store": case("-C .. status", code=3),
    "not_found": case("show nothing.here", code=4),
    "store_exists": case("init", code=5),
    "uncommitted_changes": case("switch second-agent", code=5),
    "key_taken": case("add 'The database is DB2' -k db.engine", code=5),
    "damaged_object": case("switch third-agent --carry", code=6, spoil=damage_a_memory),
    "unavailable": case("add --batch .memora", code=7),
}


def run_case(chosen: Case, directory: Path) -> Result:
    """What a case's command prints under ``--json`` in a new copy of the store."""
    terminal = open_terminal(directory)
    for line in chosen.before:
        terminal.ok(*shlex.split(line))
    if chosen.spoil is not None:
        chosen.spoil(terminal.directory / ".memora")
    words = shlex.split(chosen.line)
    return terminal.run(*words, *([] if "--json" in words else ["--json"]), stdin=chosen.stdin)
