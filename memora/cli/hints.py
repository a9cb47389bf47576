"""What to do about each error: one line for each error code, with the error's fields filled in."""

from __future__ import annotations

from typing import Final

from memora.errors import MemoraError

HINTS: Final = {
    "bad_input": "`memora help {command}` shows what the command takes",
    "bad_usage": "`memora help {command}` shows how the options go together",
    "no_editor": "say it by options instead; `memora help {command}` shows them",
    "command_not_started": "name a program and its arguments; no shell is used, `sh -c 'LINE'` runs a line of shell",
    "template_failed": "docs/export.md says what a template sees and may do; nothing was written",
    "unknown_command": "`memora --help` lists the commands",
    "bad_files": "mend these places, or leave the files out; --from FORMAT says how files are to be read",
    "bad_name": "use letters, digits, '-', '_', '.' and '/', such as feature/auth",
    "bad_lines": "mend these lines and add the file again; each line is one JSON object with at least a content",
    "secret_files": "take the secrets out; `--allow-secret RULE` imports what the rule in brackets wrongly found",
    "secret_lines": "take the secrets out; `--allow-secret RULE` stores what the rule in brackets wrongly found",
    "not_confirmed": "look at it with --dry-run, then say --yes",
    "purge_stands": "`memora op log` shows what was done before; `memora rollback --to REVISION` goes back to a commit",
    "secret_found": "take it out and rotate it; where it is none, `--allow-secret {rule}` stores it all the same",
    "unknown_setting": "`memora config list` shows every setting",
    "bad_config": "mend the file by hand, or take it away: then every setting has its default",
    "no_store": "`memora init` makes one here; -C PATH or MEMORA_DIR name one elsewhere",
    "not_a_store": "it is to name the .memora folder itself; without it the nearest one above is taken",
    "not_found": "`memora log --all --oneline` lists the commits, `memora branch` and `memora tag` their names",
    "no_commits": "`memora commit -m MESSAGE` makes the first one",
    "no_workspace": "it is made by the first command that writes: `memora --workspace {name} switch BRANCH`",
    "no_active_session": "`memora session start` begins one, `memora session list` shows those there were",
    "ambiguous": "give more digits of the id",
    "refused": "`memora help {command}` says when this is refused",
    "store_exists": "it was not touched; `memora status` shows what is in it",
    "unsafe_store": "memora opens only a real .memora folder of your own, with files of its own and no links",
    "newer_format": "it was not touched; upgrade memora to read it",
    "already_exists": "choose another name, or remove that one first",
    "looks_alike": "choose another name, or remove that one first",
    "not_committed": "`memora list --at {revision}` and `memora diff {revision} HEAD` take it as it was; "
    "`memora rollback --to {revision}` makes a commit of it",
    "session_ended": "what happened stays as it is; `memora session start` begins another one",
    "key_taken": "`memora add --replace` revises that node; another key, or none, keeps both",
    "node_changed": "call the command again; it begins with the node as it is now",
    "branch_moved": "call the command again",
    "merge_waiting": "`memora commit` records the merge whole, `memora undo` takes it back",
    "not_disputed": "`memora conflicts` lists what is in dispute",
    "not_quarantined": "`memora list --quarantined` shows what is held back",
    "in_dispute": "`memora conflicts` shows both sides, `memora resolve {short} --ours|--theirs` settles it",
    "no_such_side": "settle it with --ours, --theirs or --content TEXT",
    "no_bisection": "`memora bisect start BAD GOOD` begins one",
    "not_bisectable": "`memora bisect start BAD GOOD` begins anew, the bad commit after every good one; "
    "`memora undo` takes a wrong mark back",
    "not_fast_forward": "leave --ff-only out to merge, or pull first",
    "not_a_remote": "nothing was written; name a folder of its own, which the first push makes",
    "unsafe_remote": "share by another address; only storage that refuses to make a file twice keeps every push",
    "remote_file_missing": "fetch again; `memora remote fsck` tells whether it is lost",
    "remote_unavailable": "nothing was lost; call the command again when it can be reached",
    "damaged_remote": "`memora remote fsck` looks at all of it; nothing was taken in",
    "purged": "`memora purge --remote NAME` erases it at a remote that still has it; docs/purge.md says more",
    "purged_there": "`memora purge --from {remote}` erases it here too",
    "not_a_bundle": "nothing was taken in; `memora bundle create` makes one, and `memora import` takes in other files",
    "newer_bundle": "nothing was taken in; upgrade memora to read it",
    "damaged_bundle": "nothing was taken in; ask for it again, and compare the sizes",
    "prerequisites_missing": "ask for the bundle that came before it, or for one of everything: "
    "`memora bundle create FILE --all`",
    "remote_not_found": "look at the address; the first `memora push` to it makes a remote",
    "remote_rewritten": "ask who rewrote it; `memora fetch --force` takes it as it is now",
    "remote_has_more": "`memora pull` merges them first, `memora sync` pulls and pushes until both agree",
    "branch_busy_there": "commit them there first, or push another branch: `memora branch NAME`, then `memora push "
    "REMOTE NAME`",
    "named_otherwise_there": "`memora push --force-with-lease` puts that of here in its place; others keep theirs",
    "lease_lost": "`memora fetch` shows what is there now",
    "extra_missing": "install memora with it: `pip install 'memora-vcs[{extra}]'`",
    "parent_needed": "--mainline 1 means what the merge brought to the branch it was made on; "
    "`memora log -n 1 {commit:.8}` names the parents in order",
    "unrelated_histories": "--allow-unrelated merges them all the same",
    "damaged_block": "one block is one `memora:begin` line and one `memora:end` line below it; mend them, or take all "
    "of them out and export again",
    "hand_edited": "`memora export --pull` takes the edits into the store, --force writes over them",
    "not_ours": "name another place with --out, or --force to write over it",
    "outside_project": "name a path below the folder that holds .memora, or print it with --stdout",
    "uncommitted_changes": "`memora commit -m MESSAGE` records them, `memora undo` takes back the last change",
    "moved_since": "`memora op show {operation}` shows how; it has to be taken back first, in that workspace",
    "branch_in_use": "`memora --workspace {workspace} switch BRANCH` puts that workspace on another one",
    "not_merged": "`memora branch -D {name}` deletes it all the same, and `memora undo` brings it back",
    "branch_expected": "`memora switch --detach {name}` goes to that commit, "
    "`memora switch -c BRANCH {name}` starts a branch there",
    "commit_clash": "nothing was lost; `memora switch -c NAME` takes your changes to a branch of their own, to commit "
    "there and merge later",
    "carry_clash": "`memora commit -m MESSAGE` keeps the changes here; a merge then settles the difference",
    "damaged": "`memora fsck` says what is damaged; keep a copy of .memora before any repair",
    "damaged_object": "`memora fsck` names everything that is damaged; all else stays readable",
    "missing_object": "`memora fsck` names everything that is missing; all else stays readable",
    "lost_operations": "keep a copy of .memora, then `memora fsck` shows what is left and `memora fsck --repair` "
    "goes on from there",
    "unavailable": "nothing was changed; try again when the system allows it",
    "busy": "nothing was changed; try again when the other process is done",
    "disk_full": "nothing was changed; free some space and call the command again",
    "read_only": "nothing was changed; reading works, writing needs a writable folder",
    "command_stopped": "nothing was marked for this one; a command says good by 0, bad by 1 to 127, skip by 125",
    "output_failed": "only the output is lost; what the command changed stays changed, as `memora op log` shows",
    "editor_failed": "nothing was changed; MEMORA_EDITOR, core.editor, VISUAL, EDITOR name the editor, in this order",
}


# Where one error calls for other words: by the field, by what was looked for, and by the command that ran.
_MOMENT: Final = "times read 2026-11-01, 2026-11-01T09:30Z or 2.days.ago"
_BAD_FIELDS: Final = {
    "message": "-m MESSAGE gives it, in quotes",
    "revision": "such as HEAD, HEAD~2, main, main^2, a tag, digits of an id, main@{{2.days.ago}}, session:ID@12",
    "confidence": "0 is a guess, 1 was seen, such as --confidence 0.8; without one its source says how sure it is",
    "key": "such as auth.jwt.algorithm; other words of it can be a tag each",
    "tag": "one word each: --tag auth --tag jwt",
    "ttl": "lifetimes read 30m, 12h, 7d or 4w; `memora edit NODE --expires-at 2027-01-31` takes a date",
    "expires_at": f"{_MOMENT}; --ttl 7d says how long from now",
    "valid_from": _MOMENT,
    "valid_to": _MOMENT,
    "since": _MOMENT,
    "until": _MOMENT,
    "link": "a link is REL:NODE with another memory, such as depends_on:auth.jwt.algorithm; "
    "`memora list` shows the nodes with their keys",
    "applies_to": "globs are taken from the project's root, such as src/auth/**",
    "mainline": "`memora show COMMIT` names the parents in order; --mainline belongs to merges",
    "range": "write A..B",
    "strategy": "without --strategy the rules of each memory's type decide",
    "address": "such as /srv/memory, s3://bucket/path, git+ssh://git@example.org/team/code.git or git+origin",
    "-C": "name a folder that is there",
    "DIR": "name a folder, or leave it out",
    "MEMORA_DIR": "it names the folder itself, such as /srv/project/.memora; `memora init DIR` does not look at it",
    "author": "--author, MEMORA_AUTHOR or `memora config set user.name NAME` say who you are, in one short line",
    "editor": "MEMORA_EDITOR, core.editor, VISUAL, EDITOR name the editor, in this order, such as 'code --wait'",
    "target": "`memora export --list` names the targets; `memora config set export.targets` says which --all writes",
    "targets": "give each a file of its own, as in `memora config set export.targets claude-code=A.md,gemini=B.md`",
    "check.fail": "`memora config set check.fail warning` gives it anew",
    "check.severity": "`memora config set check.severity expired=note` gives it anew, '' takes it back",
    "check.ignore": "`memora config set check.ignore hijack:deploy.steps` gives it anew, '' takes it back",
    "fetch.branches": "`memora config set fetch.branches origin/main` gives it anew, '' in the place of the names all",
}
_MERGE_RULES: Final = (
    "`memora config set {field} confidence,source,status` gives them anew, '' in their place those of the type"
)
# What is wrong with a text, whatever it is for, and what to do about that.
_BAD_TEXTS: Final = {
    "control character": "take it out; what cannot be seen is not stored (docs/design/0007-hidden-text.md)",
    "invisible character": "take it out; what cannot be seen is not stored (docs/design/0007-hidden-text.md)",
    "not valid UTF-8": "text is read as UTF-8; `iconv -f LATIN1 -t UTF-8` turns another encoding into it",
}
_NO_CONTENT: Final = "say it in quotes; '-' in its place reads it from standard input"
_TWO_REVISIONS: Final = "`memora diff FROM TO` compares two revisions"
_BAD_PATH: Final = "nothing was changed; give the folders above it names in UTF-8"
_REMOTE_NAME: Final = "use letters, digits, '-', '_' and '.', such as origin"
_BY_NODE: Final = (
    "`memora rm {short}` takes it out and `memora commit` records that, history stays as it is; "
    "`memora fsck` names everything that is damaged"
)
_TOO_LONG: Final = {
    "content": "a memory is one fact; put long text into a file, and name that with --evidence PATH",
    "message": "say it shorter; what is believed stands in the memories",
}
_STATUS_BY_HAND: Final = "--status takes ephemeral, stable or deprecated; `memora retract NODE` says that it is wrong"
_NOT_FOUND: Final = {
    "node": "`memora list` shows the nodes with their keys; of an id give at least 4 digits",
    "key": "`memora list` shows the nodes with their keys",
    "node or revision": "`memora list` shows the nodes, `memora log --all --oneline` the commits",
    "revision or node": "`memora log --all --oneline` lists the commits, `memora list` shows the nodes",
    "branch": "`memora branch` lists the branches, `memora switch -c NAME` makes one",
    "previous branch": "`memora branch` lists the branches",
    "tag": "`memora tag` lists the tags",
    "remote": "`memora remote list` lists the remotes, `memora remote add NAME ADDRESS` names one",
    "remote branch": "`memora branch -r` lists the branches of remotes as they were seen last",
    "upstream of branch": "`memora branch -v` shows what each branch follows",
    "operation": "`memora op log` lists the operations",
    "agent": "`memora agent status` lists the agents that memora works with",
    "event": "`memora replay` with the same session shows its events, each with its number",
    "directory": "make that folder, or name another place",
    "file": "a path is taken from the directory that the command works from",
    "session": "`memora session list` shows the sessions of this store",
}
_TAKES_SECRETS: Final = frozenset({"add", "edit", "import"})
_SECRET_ELSEWHERE: Final = "take it out and rotate it; only `memora add`, `edit` and `import` store what is none"
_UNCOMMITTED_IN: Final = {
    "handoff": "`memora commit -m MESSAGE` records them, --commit does it here",
    "switch": "`memora commit -m MESSAGE` records them, `memora switch --carry` with the same words takes them along, "
    "`memora undo` takes back the last change",
}
_OTHER_FILE: Final = "mend that file, or what leads to it, and call this again; --dry-run shows what would change in it"
_GIT_HOOKS: Final = "hooks go where `git rev-parse --git-path hooks` says, which has to be this repository's own folder"
_REFUSED_IN: Final = {
    "demo": "name a folder that is empty or not there yet, outside of other projects, or none for a temporary one",
    "config set": "--user sets it for all stores of this user",
    "commit": "`memora commit` without names records all that changed; or name that memory, too",
    "agent install": _OTHER_FILE,
    "agent uninstall": _OTHER_FILE,
    "git-hook install": _GIT_HOOKS,
    "git-hook uninstall": _GIT_HOOKS,
}
_DAMAGED_IN: Final = {
    "fsck": "it cannot be mended as it is; put an older copy of .memora in its place, if there is one"
}
_SOMEBODY_ELSES: Final = (
    "`memora config set safe.directories PROJECT --user` trusts a project that belongs to another user"
)
_NO_SUCH_MOMENT: Final = (
    "that was before its first commit, or is not kept any more; `memora op log` shows what was done when"
)

_BLOCK_OF_ANOTHER: Final = (
    "that block was edited, and another store wrote it; `memora export --force` with its target writes it anew, "
    "without the edits"
)


def hint_for(error: MemoraError, command: str) -> str:
    """The hint of an error that happened while a command ran."""
    similar: tuple[str, ...] = getattr(error, "similar", ())
    if similar:
        return f"did you mean {' or '.join(similar)}?"
    words = HINTS[error.code]
    if error.code == "not_found":
        words = _not_found(error)
    elif error.code == "bad_name" and getattr(error, "what", "") == "remote":
        words = _REMOTE_NAME
    elif error.code == "bad_input":
        words = _bad_input(error, words, command)
    elif error.code == "damaged_object":
        node = getattr(error, "node", None)
        words = words if node is None else _BY_NODE.replace("{short}", node[:8])
    elif error.code == "uncommitted_changes":
        words = _UNCOMMITTED_IN.get(command, words)
    elif error.code == "refused":
        words = _REFUSED_IN.get(command, words)
    elif error.code == "secret_found" and command not in _TAKES_SECRETS:
        words = _SECRET_ELSEWHERE
    elif error.code == "damaged":
        words = _DAMAGED_IN.get(command, words)
    elif error.code == "unavailable" and "not valid UTF-8" in str(error):
        words = _BAD_PATH
    elif error.code == "unsafe_store" and "another user" in str(error):
        words = _SOMEBODY_ELSES
    if not command:
        words = words.replace(" {command}", "")
    return words.format(**{**vars(error), "command": command})


def _bad_input(error: MemoraError, words: str, command: str) -> str:
    field, problem = getattr(error, "field", ""), getattr(error, "problem", "")
    for wrong, hint in _BAD_TEXTS.items():
        if wrong in problem:
            return hint
    if field == "status" and "what a merge finds" in problem:
        return _STATUS_BY_HAND
    if field == "content" and "is empty" in problem:
        return _NO_CONTENT
    if "is longer" in problem and field in _TOO_LONG:
        return _TOO_LONG[field]
    if field == "revision" and command == "diff" and ".." in problem:
        return _TWO_REVISIONS
    if field.startswith("merge."):
        return _MERGE_RULES
    return _BAD_FIELDS.get(field, words)


def _not_found(error: MemoraError) -> str:
    what, name = getattr(error, "what", ""), getattr(error, "name", "")
    if what == "revision" and "@{" in name:
        return _NO_SUCH_MOMENT
    if what.startswith("revision that"):
        return _BLOCK_OF_ANOTHER
    return _NOT_FOUND.get(what, HINTS["not_found"])
