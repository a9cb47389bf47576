"""What to do about each error: one line for each error code, with the error's fields filled in."""

from __future__ import annotations

from typing import Final

from memora.errors import MemoraError

HINTS: Final = {
    "bad_input": "`memora help {command}` shows what the command takes",
    "bad_usage": "`memora help {command}` shows how the options go together",
    "unknown_command": "`memora --help` lists the commands",
    "bad_name": "use letters, digits, '-', '_', '.' and '/', such as feature/auth",
    "bad_lines": "mend these lines and add the file again; each line is one JSON object with at least a content",
    "bad_config": "mend the file by hand; `memora config list` shows every setting",
    "no_store": "`memora init` makes one here; -C PATH or MEMORA_DIR name one elsewhere",
    "not_found": "`memora list` shows the nodes, `memora branch` and `memora log` the revisions",
    "ambiguous": "give more digits of the id",
    "refused": "`memora help {command}` says when this is refused",
    "store_exists": "it was not touched; `memora status` shows what is in it",
    "unsafe_store": "memora opens only a real .memora folder of your own; set safe.directories in your user settings "
    "to trust a project whose folder belongs to somebody else",
    "newer_format": "the store was not touched; upgrade memora to open it",
    "already_exists": "choose another name, or remove that one first",
    "key_taken": "add --replace to revise that node, or leave the key out to keep both",
    "branch_moved": "call the command again",
    "uncommitted_changes": "`memora commit -m MESSAGE` keeps them, `memora undo` takes back the last change",
    "nothing_to_undo": "`memora op log` shows what was done",
    "damaged": "`memora fsck` says what is damaged; keep a copy of .memora before any repair",
    "damaged_object": "`memora fsck` names everything that is damaged; all else stays readable",
    "missing_object": "`memora fsck` names everything that is missing; all else stays readable",
    "lost_operations": "keep a copy of .memora, then `memora fsck` shows what is left and `memora fsck --repair` "
    "goes on from there",
    "unavailable": "nothing was changed; try again when the system allows it",
    "busy": "nothing was changed; try again when the other process is done",
    "disk_full": "nothing was changed; free some space and call the command again",
    "read_only": "nothing was changed; reading works, writing needs a writable folder",
}


def hint_for(error: MemoraError, command: str) -> str:
    """The hint of an error that happened while a command ran."""
    return HINTS[error.code].format(command=command or "memora")
