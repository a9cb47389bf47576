"""The verbs of memora, as functions: the public Python API.

Every function takes an open ``Repository`` first, and the moment and author where it writes; each gives one
frozen result. They are imported when first used.
"""

from __future__ import annotations

TYPE_CHECKING = False  # importing typing would be felt at every hook
if TYPE_CHECKING:
    from typing import Any, Final

    from memora.operations.agents.answer import answer as answer
    from memora.operations.agents.import_transcript import import_transcript as import_transcript
    from memora.operations.agents.install import install_agent as install_agent
    from memora.operations.agents.status import agent_status as agent_status
    from memora.operations.agents.uninstall import uninstall_agent as uninstall_agent
    from memora.operations.care.check import check as check
    from memora.operations.care.doctor import doctor as doctor
    from memora.operations.care.fsck import fsck as fsck
    from memora.operations.care.gc import gc as gc
    from memora.operations.care.prune import prune as prune
    from memora.operations.care.purge import purge as purge
    from memora.operations.care.reindex import reindex as reindex
    from memora.operations.care.repair import repair as repair
    from memora.operations.care.verify import verify as verify
    from memora.operations.history.bisect import bisect_mark as bisect_mark
    from memora.operations.history.bisect import bisect_reset as bisect_reset
    from memora.operations.history.bisect import bisect_standing as bisect_standing
    from memora.operations.history.bisect import bisect_start as bisect_start
    from memora.operations.history.bisect_nodes import bisect_nodes as bisect_nodes
    from memora.operations.history.branch import create_branch as create_branch
    from memora.operations.history.branch import delete_branch as delete_branch
    from memora.operations.history.branch import describe_branches as describe_branches
    from memora.operations.history.branch import list_branches as list_branches
    from memora.operations.history.branch import rename_branch as rename_branch
    from memora.operations.history.cherry_pick import cherry_pick as cherry_pick
    from memora.operations.history.commit import commit as commit
    from memora.operations.history.conflicts import find_conflict as find_conflict
    from memora.operations.history.conflicts import forget_resolutions as forget_resolutions
    from memora.operations.history.conflicts import list_conflicts as list_conflicts
    from memora.operations.history.conflicts import resolve as resolve
    from memora.operations.history.follow import follow_checkout as follow_checkout
    from memora.operations.history.follow import follow_merge as follow_merge
    from memora.operations.history.merge import merge as merge
    from memora.operations.history.merge import preview_merge as preview_merge
    from memora.operations.history.op import op_log as op_log
    from memora.operations.history.op import op_show as op_show
    from memora.operations.history.revert import preview_revert as preview_revert
    from memora.operations.history.revert import revert as revert
    from memora.operations.history.rollback import rollback as rollback
    from memora.operations.history.switch import switch as switch
    from memora.operations.history.switch import switch_to_commit as switch_to_commit
    from memora.operations.history.switch import switch_to_new as switch_to_new
    from memora.operations.history.tag import create_tag as create_tag
    from memora.operations.history.tag import delete_tag as delete_tag
    from memora.operations.history.tag import list_tags as list_tags
    from memora.operations.history.undo import redo as redo
    from memora.operations.history.undo import undo as undo
    from memora.operations.history.upstream import set_upstream as set_upstream
    from memora.operations.history.upstream import unset_upstream as unset_upstream
    from memora.operations.look.blame import blame as blame
    from memora.operations.look.diff import diff as diff
    from memora.operations.look.list import list_nodes as list_nodes
    from memora.operations.look.log import branch_tips as branch_tips
    from memora.operations.look.log import decorations as decorations
    from memora.operations.look.log import find_nodes as find_nodes
    from memora.operations.look.log import find_subject as find_subject
    from memora.operations.look.log import log as log
    from memora.operations.look.recall import recall as recall
    from memora.operations.look.receipts import record_recall as record_recall
    from memora.operations.look.show import commit_changes as commit_changes
    from memora.operations.look.show import show as show
    from memora.operations.look.stats import stats as stats
    from memora.operations.look.why import why as why
    from memora.operations.remember.add import add as add
    from memora.operations.remember.add import add_batch as add_batch
    from memora.operations.remember.edit import edit as edit
    from memora.operations.remember.link import link as link
    from memora.operations.remember.pin import pin as pin
    from memora.operations.remember.promote import promote as promote
    from memora.operations.remember.quarantine import accept_quarantined as accept_quarantined
    from memora.operations.remember.quarantine import reject_quarantined as reject_quarantined
    from memora.operations.remember.remove import remove as remove
    from memora.operations.remember.retract import preview_retract as preview_retract
    from memora.operations.remember.retract import retract as retract
    from memora.operations.remotes.bundle_check import verify_bundle as verify_bundle
    from memora.operations.remotes.bundling import create_bundle as create_bundle
    from memora.operations.remotes.clone import clone as clone
    from memora.operations.remotes.erasing import carry_purges as carry_purges
    from memora.operations.remotes.fetch import fetch as fetch
    from memora.operations.remotes.following import purge_from as purge_from
    from memora.operations.remotes.inspection import fsck_remote as fsck_remote
    from memora.operations.remotes.pull import pull as pull
    from memora.operations.remotes.pull import sync as sync
    from memora.operations.remotes.push import push as push
    from memora.operations.remotes.unbundling import unbundle as unbundle
    from memora.operations.remotes.upkeep import compact_remote as compact_remote
    from memora.operations.remotes.upkeep import prune_remote as prune_remote
    from memora.operations.revisions import resolve_commit as resolve_commit
    from memora.operations.revisions import resolve_tree as resolve_tree
    from memora.operations.sessions.against import ask_again as ask_again
    from memora.operations.sessions.end import end_session as end_session
    from memora.operations.sessions.find import current_session as current_session
    from memora.operations.sessions.find import find_session as find_session
    from memora.operations.sessions.impact import impact as impact
    from memora.operations.sessions.list import list_sessions as list_sessions
    from memora.operations.sessions.list import session_events as session_events
    from memora.operations.sessions.list import show_session as show_session
    from memora.operations.sessions.onto import replay_onto as replay_onto
    from memora.operations.sessions.receipts import list_receipts as list_receipts
    from memora.operations.sessions.record import record as record
    from memora.operations.sessions.record import record_event as record_event
    from memora.operations.sessions.record import record_many as record_many
    from memora.operations.sessions.replay import replay as replay
    from memora.operations.sessions.start import start_session as start_session
    from memora.operations.share.export import export as export
    from memora.operations.share.export import show_export as show_export
    from memora.operations.share.handoff import hand_off as hand_off
    from memora.operations.share.importing import import_memories as import_memories
    from memora.operations.share.pull import pull_edits as pull_edits
    from memora.operations.share.pull import written_destinations as written_destinations
    from memora.operations.share.remotes import add_remote as add_remote
    from memora.operations.share.remotes import list_remotes as list_remotes
    from memora.operations.share.remotes import remove_remote as remove_remote
    from memora.operations.share.remotes import rename_remote as rename_remote
    from memora.operations.share.remotes import set_remote_address as set_remote_address
    from memora.operations.share.remotes import show_remote as show_remote
    from memora.operations.start.init import init as init
    from memora.operations.start.status import status as status
    from memora.operations.support import unsupported_nodes as unsupported_nodes

_MODULES: Final = {
    "answer": "agents.answer",
    "agent_status": "agents.status",
    "import_transcript": "agents.import_transcript",
    "install_agent": "agents.install",
    "uninstall_agent": "agents.uninstall",
    "check": "care.check",
    "doctor": "care.doctor",
    "fsck": "care.fsck",
    "gc": "care.gc",
    "prune": "care.prune",
    "purge": "care.purge",
    "reindex": "care.reindex",
    "repair": "care.repair",
    "verify": "care.verify",
    "init": "start.init",
    "status": "start.status",
    "bisect_mark": "history.bisect",
    "bisect_reset": "history.bisect",
    "bisect_standing": "history.bisect",
    "bisect_start": "history.bisect",
    "bisect_nodes": "history.bisect_nodes",
    "create_branch": "history.branch",
    "delete_branch": "history.branch",
    "describe_branches": "history.branch",
    "list_branches": "history.branch",
    "rename_branch": "history.branch",
    "cherry_pick": "history.cherry_pick",
    "commit": "history.commit",
    "find_conflict": "history.conflicts",
    "forget_resolutions": "history.conflicts",
    "list_conflicts": "history.conflicts",
    "resolve": "history.conflicts",
    "follow_checkout": "history.follow",
    "follow_merge": "history.follow",
    "merge": "history.merge",
    "preview_merge": "history.merge",
    "op_log": "history.op",
    "op_show": "history.op",
    "preview_revert": "history.revert",
    "revert": "history.revert",
    "rollback": "history.rollback",
    "switch": "history.switch",
    "switch_to_commit": "history.switch",
    "switch_to_new": "history.switch",
    "create_tag": "history.tag",
    "delete_tag": "history.tag",
    "list_tags": "history.tag",
    "redo": "history.undo",
    "undo": "history.undo",
    "set_upstream": "history.upstream",
    "unset_upstream": "history.upstream",
    "blame": "look.blame",
    "diff": "look.diff",
    "list_nodes": "look.list",
    "branch_tips": "look.log",
    "decorations": "look.log",
    "find_nodes": "look.log",
    "find_subject": "look.log",
    "log": "look.log",
    "recall": "look.recall",
    "record_recall": "look.receipts",
    "commit_changes": "look.show",
    "show": "look.show",
    "stats": "look.stats",
    "why": "look.why",
    "resolve_commit": "revisions",
    "resolve_tree": "revisions",
    "unsupported_nodes": "support",
    "verify_bundle": "remotes.bundle_check",
    "create_bundle": "remotes.bundling",
    "clone": "remotes.clone",
    "carry_purges": "remotes.erasing",
    "purge_from": "remotes.following",
    "fetch": "remotes.fetch",
    "fsck_remote": "remotes.inspection",
    "pull": "remotes.pull",
    "sync": "remotes.pull",
    "push": "remotes.push",
    "unbundle": "remotes.unbundling",
    "compact_remote": "remotes.upkeep",
    "prune_remote": "remotes.upkeep",
    "end_session": "sessions.end",
    "current_session": "sessions.find",
    "find_session": "sessions.find",
    "list_sessions": "sessions.list",
    "session_events": "sessions.list",
    "show_session": "sessions.list",
    "record": "sessions.record",
    "record_event": "sessions.record",
    "record_many": "sessions.record",
    "ask_again": "sessions.against",
    "impact": "sessions.impact",
    "replay_onto": "sessions.onto",
    "list_receipts": "sessions.receipts",
    "replay": "sessions.replay",
    "start_session": "sessions.start",
    "export": "share.export",
    "show_export": "share.export",
    "hand_off": "share.handoff",
    "import_memories": "share.importing",
    "pull_edits": "share.pull",
    "written_destinations": "share.pull",
    "add_remote": "share.remotes",
    "list_remotes": "share.remotes",
    "remove_remote": "share.remotes",
    "rename_remote": "share.remotes",
    "set_remote_address": "share.remotes",
    "show_remote": "share.remotes",
    "add": "remember.add",
    "add_batch": "remember.add",
    "edit": "remember.edit",
    "link": "remember.link",
    "pin": "remember.pin",
    "promote": "remember.promote",
    "accept_quarantined": "remember.quarantine",
    "reject_quarantined": "remember.quarantine",
    "remove": "remember.remove",
    "preview_retract": "remember.retract",
    "retract": "remember.retract",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # a hook, which names its module, does without

    function = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = function
    return function


def __dir__() -> list[str]:
    return sorted(_MODULES)
