"""Every command: where it lives and what it does, in one line. ``memora --help`` reads nothing but this."""

from __future__ import annotations

from typing import Final, NamedTuple


class Command(NamedTuple):
    """A command in ``memora.cli.commands``. Where ``parts`` are given it is a group of these."""

    module: str
    help: str
    parts: tuple[tuple[str, str], ...] = ()


GROUPS: Final[dict[str, dict[str, Command]]] = {
    "start": {
        "init": Command("init", "make a store in this directory"),
        "clone": Command("clone", "make a store of what is shared somewhere"),
        "demo": Command("demo", "play a short story of two agents who disagree"),
        "status": Command("status", "what changed since the last commit"),
        "doctor": Command("doctor", "look for what is wrong with the set-up"),
        "config": Command(
            "config",
            "read and change settings",
            (
                ("get", "print the value of a setting"),
                ("set", "give a setting a value"),
                ("list", "print every setting, its value and where that is from"),
                ("path", "print where the settings files are"),
            ),
        ),
    },
    "remember": {
        "add": Command("add", "remember something"),
        "edit": Command("edit", "change a memory"),
        "rm": Command("rm", "forget a memory"),
        "promote": Command("promote", "make memories stable"),
        "link": Command("link", "link one memory to another"),
        "pin": Command("pin", "keep a memory from being collected"),
        "quarantine": Command(
            "quarantine",
            "decide about memories that nobody should trust yet",
            (
                ("accept", "let agents see memories that were held back"),
                ("reject", "forget memories that were held back"),
            ),
        ),
        "retract": Command("retract", "take a belief back, and see what rested on it"),
    },
    "look": {
        "list": Command("list", "list memories"),
        "show": Command("show", "show everything about a memory or commit"),
        "recall": Command("recall", "find the memories that answer a question"),
        "log": Command("log", "show the history"),
        "diff": Command("diff", "show what differs between two revisions"),
        "blame": Command("blame", "show which commit each part of a memory comes from"),
        "why": Command("why", "show what a memory rests on, and the trust that leaves"),
        "impact": Command("impact", "show who was told a memory, and what rests on it"),
        "receipts": Command("receipts", "list which memories were handed out, to whom and when"),
        "stats": Command("stats", "count what the store holds"),
    },
    "history": {
        "commit": Command("commit", "record the changes"),
        "branch": Command("branch", "list, make, rename or delete branches"),
        "switch": Command("switch", "go to another branch or commit"),
        "tag": Command("tag", "list, make or delete tags"),
        "merge": Command("merge", "merge another line of history into this one"),
        "conflicts": Command("conflicts", "list the memories in dispute, with what each side says"),
        "resolve": Command("resolve", "settle a dispute"),
        "cherry-pick": Command("cherry_pick", "do again here what commits did elsewhere"),
        "revert": Command("revert", "take back what commits did, and nothing else"),
        "rollback": Command("rollback", "go back to the memory of an earlier revision"),
        "bisect": Command(
            "bisect",
            "search history for the commit that made something bad",
            (
                ("start", "begin a search between a bad commit and good ones"),
                ("good", "say that a commit is good"),
                ("bad", "say that a commit is bad"),
                ("skip", "say that a commit cannot be tested"),
                ("reset", "end the search"),
                ("run", "let a command test one commit after the other"),
            ),
        ),
        "undo": Command("undo", "take back the last command"),
        "redo": Command("redo", "take back the last undo"),
        "op": Command(
            "op",
            "look at the log of operations",
            (("log", "list what was done, the newest first"), ("show", "show one operation and what it changed")),
        ),
    },
    "sessions": {
        "session": Command(
            "session",
            "record what an agent does, from beginning to end",
            (
                ("start", "begin a session"),
                ("end", "end a session and seal it"),
                ("current", "show the session that is active here"),
                ("list", "list the sessions, the newest first"),
                ("show", "show a session and what it holds"),
                ("record", "add an event to a session"),
                ("import", "make sessions of an agent's transcripts"),
            ),
        ),
        "replay": Command("replay", "show a session again, or do to a branch what it did"),
    },
    "share": {
        "export": Command("export", "write memories into the files that agents read"),
        "import": Command("import_", "take in what other tools and people wrote down"),
        "pull": Command("pull", "fetch, and merge into this branch"),
        "push": Command("push", "send branches to a remote"),
        "fetch": Command("fetch", "bring here what is at a remote, without merging"),
        "sync": Command("sync", "pull and push until both agree"),
        "bundle": Command(
            "bundle",
            "carry memory in one file",
            (
                ("create", "put branches and tags into a file"),
                ("verify", "look at all of such a file"),
                ("unbundle", "take in what such a file brings"),
            ),
        ),
        "handoff": Command("handoff", "hand this branch over to another agent, in one file"),
        "remote": Command(
            "remote",
            "name the places to share memory with",
            (
                ("add", "name a place"),
                ("list", "list the remotes"),
                ("show", "show what is known here of a remote"),
                ("set-url", "give a remote another address"),
                ("rename", "give a remote another name"),
                ("remove", "forget a remote"),
                ("compact", "fold the small packs at a remote"),
                ("prune", "throw away at a remote what nothing leads to"),
                ("fsck", "check everything at a remote"),
            ),
        ),
    },
    "care": {
        "verify": Command("verify", "look whether the evidence of memories still holds"),
        "check": Command("check", "look for memories that want attention"),
        "gc": Command("gc", "take memories out of service that lost their importance"),
        "prune": Command("prune", "remove objects that nothing reaches"),
        "purge": Command("purge", "erase memories or a text from all of history"),
        "fsck": Command("fsck", "check every object, reference and index"),
        "reindex": Command("reindex", "rebuild everything that is derived"),
    },
    "agents": {
        "git-hook": Command(
            "git_hook",
            "have git call memora",
            (
                ("install", "put memora's hooks into the repository"),
                ("uninstall", "take them away, and put back what was there"),
                ("run", "do what a hook is for, as git calls it"),
            ),
        ),
        "hook": Command("hook", "answer a coding agent's hook"),
        "agent": Command(
            "agent",
            "have coding agents call memora",
            (
                ("install", "have a coding agent call memora by its hooks"),
                ("uninstall", "take out of its settings what install put there"),
                ("status", "show which coding agents call memora"),
            ),
        ),
    },
}

COMMANDS: Final = {name: command for group in GROUPS.values() for name, command in group.items()}
