"""Every error memora raises on purpose.

An error says what is wrong: a stable ``code`` for programs, typed fields for callers, one sentence
for people. It never says what to type next, because the same error reaches a shell, an editor and an
agent; those words live in ``memora.cli.hints``. This module imports nothing from memora.
"""

from __future__ import annotations


class Kind:
    """The families of errors. ``memora.cli.exits`` gives each one exit code."""

    USAGE = "usage"
    NO_STORE = "no_store"
    NOT_FOUND = "not_found"
    REFUSED = "refused"
    DAMAGED = "damaged"
    UNAVAILABLE = "unavailable"


class MemoraError(Exception):
    """Base of all errors below; never raised itself.

    ``code`` is stable across releases and names the error in ``memora.error/v1`` records;
    ``str(error)`` is one sentence without a full stop.
    """

    code = "error"
    kind = Kind.USAGE


class BadInput(MemoraError):
    """A value from outside breaks a rule of the model. ``field`` names which one."""

    code = "bad_input"
    kind = Kind.USAGE

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field} {problem}")
        self.field, self.problem = field, problem


class BadUsage(MemoraError):
    """A command was called with options that do not go together."""

    code = "bad_usage"
    kind = Kind.USAGE


class NoEditor(BadUsage):
    """Text was to be written in an editor where nobody can use one."""

    code = "no_editor"


class CommandNotStarted(BadUsage):
    """A program that was to be run could not be started."""

    code = "command_not_started"

    def __init__(self, program: str, problem: str) -> None:
        super().__init__(f"{program!r} cannot be started: {problem}")
        self.program, self.problem = program, problem


class TemplateFailed(BadUsage):
    """A template cannot be read, does what none may, or did not end. ``line`` is None where it is not known."""

    code = "template_failed"

    def __init__(self, file: str, line: int | None, problem: str) -> None:
        super().__init__(f"template {file}{'' if line is None else f', line {line}'}: {problem}")
        self.file, self.line, self.problem = file, line, problem


class UnknownCommand(BadUsage):
    """A command line begins with no command of memora."""

    code = "unknown_command"


class BadName(MemoraError):
    """A branch, tag, workspace or remote name breaks the rules for names."""

    code = "bad_name"
    kind = Kind.USAGE

    def __init__(self, what: str, name: str, problem: str) -> None:
        super().__init__(f"{what} name {name!r} {problem}")
        self.what, self.name, self.problem = what, name, problem


class BadLines(MemoraError):
    """Lines of a batch that cannot be taken. Nothing of the batch was stored.

    ``problems`` holds (line number counted from 1, reason), in order, at most the first hundred;
    ``count`` says how many there were.
    """

    code = "bad_lines"
    kind = Kind.USAGE

    def __init__(self, problems: list[tuple[int, str]], count: int) -> None:
        lines = "1 line" if count == 1 else f"{count} lines"
        super().__init__(f"{lines} cannot be read, nothing was added")
        self.problems, self.count = problems, count


class SecretLines(BadLines):
    """Lines of a batch of which some hold secrets. Nothing of the batch was stored."""

    code = "secret_lines"
    kind = Kind.REFUSED


class BadFiles(MemoraError):
    """Files that cannot be imported. Nothing of any was stored. ``places`` holds ``PATH:LINE: PROBLEM``, the first."""

    code = "bad_files"
    kind = Kind.USAGE
    wish = "read"

    def __init__(self, places: tuple[str, ...]) -> None:
        many = "1 place" if len(places) == 1 else f"{len(places)} places"
        super().__init__(f"{many} cannot be {self.wish}, nothing was imported")
        self.places = places


class SecretFiles(BadFiles):
    """Files of which some hold secrets. Nothing of any was stored."""

    code = "secret_files"
    kind = Kind.REFUSED
    wish = "taken in"


class UnknownSetting(BadInput):
    """A name that no setting has."""

    code = "unknown_setting"

    def __init__(self, name: str, similar: tuple[str, ...] = ()) -> None:
        super().__init__("setting", f"{name!r} is not known")
        self.name, self.similar = name, similar


class BadConfig(MemoraError):
    """A settings file cannot be read, or holds a value that the setting does not take."""

    code = "bad_config"
    kind = Kind.USAGE

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path, self.problem = path, problem


class NoStore(MemoraError):
    """No ``.memora`` folder in this directory or above it."""

    code = "no_store"
    kind = Kind.NO_STORE

    def __init__(self, directory: str) -> None:
        super().__init__(f"no memora store in {directory} or above it")
        self.directory = directory


class NotAStore(NoStore):
    """MEMORA_DIR names something that is no store."""

    code = "not_a_store"

    def __init__(self, directory: str) -> None:
        MemoraError.__init__(self, f"MEMORA_DIR names {directory}, which is no memora store")
        self.directory = directory


class NotFound(MemoraError):
    """Something named does not exist. ``what`` is node, revision, branch, tag, session, ..."""

    code = "not_found"
    kind = Kind.NOT_FOUND

    def __init__(self, what: str, name: str, similar: tuple[str, ...] = ()) -> None:
        super().__init__(f"no {what} {name!r}")
        self.what, self.name, self.similar = what, name, similar


class NoWorkspace(NotFound):
    """A workspace that no command has written to yet."""

    code = "no_workspace"

    def __init__(self, name: str) -> None:
        super().__init__("workspace", name)


class NoCommits(NotFound):
    """HEAD where nothing has been committed."""

    code = "no_commits"

    def __init__(self) -> None:
        MemoraError.__init__(self, "there is no commit yet")
        self.what, self.name, self.similar = "revision", "HEAD", ()


class NoActiveSession(NotFound):
    """No session is named, and none is active in the workspace."""

    code = "no_active_session"

    def __init__(self, workspace: str) -> None:
        MemoraError.__init__(self, f"no session is active in workspace {workspace!r}")
        self.what, self.name, self.similar = "session", workspace, ()


class Ambiguous(MemoraError):
    """A prefix that several ids share. ``candidates`` holds a few of them in hexadecimal."""

    code = "ambiguous"
    kind = Kind.NOT_FOUND

    def __init__(self, what: str, prefix: str, candidates: tuple[str, ...]) -> None:
        super().__init__(f"{what} prefix {prefix!r} is ambiguous: " + ", ".join(candidates))
        self.what, self.prefix, self.candidates = what, prefix, candidates


class Refused(MemoraError):
    """A rule of memora forbids this now; nothing was written."""

    code = "refused"
    kind = Kind.REFUSED


class StoreExists(Refused):
    """``init`` where a store is."""

    code = "store_exists"

    def __init__(self, path: str) -> None:
        super().__init__(f"a memora store already exists in {path}")
        self.path = path


class UnsafeStore(Refused):
    """The store's place, owner or schema is not what memora makes, so it was not opened."""

    code = "unsafe_store"

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path} {problem}")
        self.path, self.problem = path, problem


class NewerFormat(Refused):
    """A store, or a file of a remote, was written by a newer memora. It was not touched."""

    code = "newer_format"

    def __init__(self, found: int, known: int, what: str = "this store") -> None:
        super().__init__(f"{what} has format {found}, this memora knows formats up to {known}")
        self.found, self.known = found, known


class AlreadyExists(Refused):
    """A branch, tag or workspace of that name is there already."""

    code = "already_exists"

    def __init__(self, what: str, name: str) -> None:
        super().__init__(f"{what} {name!r} already exists")
        self.what, self.name = what, name


class LooksAlike(AlreadyExists):
    """A name that could be taken for one that is there: ``known``."""

    code = "looks_alike"

    def __init__(self, name: str, known: str) -> None:
        MemoraError.__init__(self, f"{name!r} differs from {known!r}, which exists, only by case or Unicode form")
        self.what, self.name, self.known = "name", name, known


class NotCommitted(Refused):
    """A moment of a session whose working tree no commit has, where only a commit will do."""

    code = "not_committed"

    def __init__(self, revision: str) -> None:
        super().__init__(f"memory at {revision} was not committed as it was")
        self.revision = revision


class SessionEnded(Refused):
    """A session that has ended takes no more events, and cannot end again."""

    code = "session_ended"

    def __init__(self, session: str, outcome: str | None) -> None:
        super().__init__(f"session {session!r} has ended ({outcome})")
        self.session, self.outcome = session, outcome


class NotConfirmed(Refused):
    """Something that cannot be undone was asked for, and nobody could be asked whether it is meant."""

    code = "not_confirmed"

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} cannot be undone, and there is no terminal to ask whether it is meant")


class PurgeStands(Refused):
    """``undo`` has come to a purge. Nothing was written; what came before that cannot be undone here any more."""

    code = "purge_stands"

    def __init__(self, operation: int) -> None:
        super().__init__(f"operation {operation} is a purge, which cannot be undone: what it erased is gone")
        self.operation = operation


class SecretFound(Refused):
    """A text that was to be stored holds a secret; nothing was. ``masked`` is what may be shown of it."""

    code = "secret_found"

    def __init__(self, field: str, rule: str, line: int, column: int, masked: str) -> None:
        super().__init__(f"{field} holds a secret at line {line}, column {column} ({rule}): {masked}")
        self.field, self.rule, self.line, self.column, self.masked = field, rule, line, column, masked


class KeyTaken(Refused):
    """A live node already has that key and says something else. ``node`` is its id in hex."""

    code = "key_taken"

    def __init__(self, key: str, node: str, content: str) -> None:
        super().__init__(f"key {key!r} already belongs to node {node[:8]}, which says: {content}")
        self.key, self.node, self.content = key, node, content


class NodeChanged(Refused):
    """A node changed between reading it and writing it. Nothing was written. ``node`` is its id in hex."""

    code = "node_changed"

    def __init__(self, node: str) -> None:
        super().__init__(f"node {node[:8]} changed while it was being edited")
        self.node = node


class BranchMoved(Refused):
    """A branch or tag changed between reading it and writing it. Nothing was written; call again."""

    code = "branch_moved"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} moved while it was being written")
        self.name = name


class MovedSince(Refused):
    """What an undo or redo would put back was moved by a later operation; nothing was written.

    ``what`` and ``name`` say which branch, tag or workspace; ``operation``, ``command`` and ``workspace`` who moved it.
    """

    code = "moved_since"

    def __init__(self, what: str, name: str, operation: int, command: str, workspace: str) -> None:
        super().__init__(f"{what} {name!r} was moved since, by operation {operation} ({command} in {workspace!r})")
        self.what, self.name, self.operation = what, name, operation
        self.command, self.workspace = command, workspace


class BranchInUse(Refused):
    """A branch that a workspace is on cannot go away."""

    code = "branch_in_use"

    def __init__(self, name: str, workspace: str) -> None:
        super().__init__(f"workspace {workspace!r} is on branch {name!r}")
        self.name, self.workspace = name, workspace


class NotMerged(Refused):
    """A branch has commits that no other branch and no HEAD has, so deleting it would hide them."""

    code = "not_merged"

    def __init__(self, name: str) -> None:
        super().__init__(f"branch {name!r} has commits that no other branch has")
        self.name = name


class BranchExpected(Refused):
    """A tag, id or other revision where only a branch will do."""

    code = "branch_expected"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name!r} is a commit, not a branch")
        self.name = name


class CarryClash(Refused):
    """Uncommitted changes cannot be carried: ``nodes`` (hex) are not the same where they would be carried to."""

    code = "carry_clash"

    def __init__(self, nodes: tuple[str, ...]) -> None:
        one = len(nodes) == 1
        names = ", ".join(node[:8] for node in nodes[:5]) + (", …" if len(nodes) > 5 else "")
        super().__init__(f"{'node' if one else f'{len(nodes)} nodes'} {names} changed on both sides")
        self.nodes = nodes


class CommitClash(Refused):
    """A branch was moved meanwhile, and its new commits changed ``nodes`` (hex) that this commit changes otherwise."""

    code = "commit_clash"

    def __init__(self, branch: str, nodes: tuple[str, ...]) -> None:
        names = ", ".join(node[:8] for node in nodes[:5]) + (", …" if len(nodes) > 5 else "")
        super().__init__(f"another workspace has moved {branch} and changed the same memories: {names}")
        self.branch, self.nodes = branch, nodes


class MergeWaiting(Refused):
    """A merge in the working tree has to be committed or taken back first."""

    code = "merge_waiting"

    def __init__(self) -> None:
        super().__init__("a merge is waiting to be committed")


class NotDisputed(Refused):
    """A node that is in no dispute cannot be settled. ``node`` is its id in hex."""

    code = "not_disputed"

    def __init__(self, node: str, name: str) -> None:
        super().__init__(f"{name} is not in dispute")
        self.node, self.name = node, name


class NotQuarantined(Refused):
    """A node that is not in quarantine cannot be let out of it, or rejected. ``node`` is its id in hex."""

    code = "not_quarantined"

    def __init__(self, node: str) -> None:
        super().__init__(f"node {node[:8]} is not in quarantine")
        self.node = node


class InDispute(Refused):
    """A node that stands between two sides has to be settled before it can stand anywhere else. ``node`` is hex."""

    code = "in_dispute"

    def __init__(self, node: str, before: str) -> None:
        super().__init__(f"node {node[:8]} is disputed and must be resolved before {before}")
        self.node, self.short = node, node[:8]


class NoSuchSide(Refused):
    """A dispute has no such side: the two learnt it apart, or one of them had deleted it."""

    code = "no_such_side"

    def __init__(self, side: str) -> None:
        super().__init__("one side had deleted it" if side == "both" else f"this dispute has no {side}")
        self.side = side


class NoBisection(Refused):
    """A mark, or a run, where no bisection was started."""

    code = "no_bisection"

    def __init__(self) -> None:
        super().__init__("no bisection is going on in this workspace")


class NotBisectable(Refused):
    """A mark that contradicts what is known of other commits, or that no commit is there for."""

    code = "not_bisectable"


class NotFastForward(Refused):
    """A branch has commits that the other side does not have, where only moving ahead was allowed."""

    code = "not_fast_forward"

    def __init__(self, branch: str, other: str) -> None:
        super().__init__(f"{branch} has commits that {other} does not have")
        self.branch, self.other = branch, other


class ParentNeeded(Refused):
    """A merge where the changes of one commit are meant: against which of its parents has to be said.

    ``commit`` is its id in hex.
    """

    code = "parent_needed"

    def __init__(self, commit: str, parents: int) -> None:
        super().__init__(f"commit {commit[:8]} is a merge with {parents} parents")
        self.commit, self.parents = commit, parents


class UnrelatedHistories(Refused):
    """Two lines of history that share no commit."""

    code = "unrelated_histories"

    def __init__(self, branch: str, other: str) -> None:
        super().__init__(f"{branch} and {other} share no commit")
        self.branch, self.other = branch, other


class DamagedBlock(Refused):
    """The markers of memora's block in a file do not make one block. Nothing was written.

    ``lines`` are the numbers of the lines with markers, from 1.
    """

    code = "damaged_block"

    def __init__(self, path: str, problem: str, lines: tuple[int, ...]) -> None:
        places = ", ".join(map(str, lines[:5])) + (", …" if len(lines) > 5 else "")
        super().__init__(f"{path}: {problem} (line {places})" if len(lines) == 1 else f"{path}: {problem} ({places})")
        self.path, self.problem, self.lines = path, problem, lines


class HandEdited(Refused):
    """A block was edited by hand, and to write it anew would lose that. Nothing was written."""

    code = "hand_edited"

    def __init__(self, path: str, edits: tuple[str, ...]) -> None:
        count = "1 edit" if len(edits) == 1 else f"{len(edits)} edits"
        super().__init__(f"{path} was edited by hand, and the store does not know of {count}")
        self.path, self.edits = path, edits


class NotOurs(Refused):
    """A file that memora would write whole is there and was not written by memora. Nothing was written."""

    code = "not_ours"

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} exists and was not written by memora")
        self.path = path


class OutsideProject(Refused):
    """A path to write to that is not the project's. Nothing was written."""

    code = "outside_project"

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path} {problem}")
        self.path, self.problem = path, problem


class Uncommitted(Refused):
    """The working tree has changes that this command would lose. ``nodes`` are a few node ids in hex."""

    code = "uncommitted_changes"

    def __init__(self, count: int, nodes: tuple[str, ...]) -> None:
        changes = "1 uncommitted change" if count == 1 else f"{count} uncommitted changes"
        super().__init__(f"{changes} in the working tree")
        self.count, self.nodes = count, nodes


class Damaged(MemoraError):
    """Stored bytes are not what was written."""

    code = "damaged"
    kind = Kind.DAMAGED


class DamagedObject(Damaged):
    """An object whose bytes do not hash to its id, or cannot be decoded. ``object_id`` is hex.

    ``node`` is the id, in hex, of the node that it is a version of, where that is known.
    """

    code = "damaged_object"

    def __init__(self, object_id: str, problem: str, node: str | None = None) -> None:
        of = "" if node is None else f", a version of node {node[:8]},"
        super().__init__(f"object {object_id[:12]}{of} is damaged: {problem}")
        self.object_id, self.problem, self.node = object_id, problem, node


class MissingObject(Damaged):
    """An object that another one names is not in the store. ``object_id`` is hex."""

    code = "missing_object"

    def __init__(self, object_id: str, kind: str) -> None:
        super().__init__(f"{kind} object {object_id[:12]} is missing")
        self.object_id, self.object_kind = object_id, kind


class LostOperations(Damaged):
    """The database is older than its witness: operations that were acknowledged are gone."""

    code = "lost_operations"

    def __init__(self, witnessed: int, found: int) -> None:
        super().__init__(f"the store remembers operation {witnessed}, but the database ends at {found}")
        self.witnessed, self.found = witnessed, found


class Unavailable(MemoraError):
    """The disk, the lock or the operating system would not take it; the store is as it was."""

    code = "unavailable"
    kind = Kind.UNAVAILABLE


class Busy(Unavailable):
    """Another process held the writer lock for too long."""

    code = "busy"

    def __init__(self, waited_seconds: float) -> None:
        super().__init__(f"another process held the store for {waited_seconds:.0f} seconds")
        self.waited_seconds = waited_seconds


class DiskFull(Unavailable):
    """The disk, a quota or a file size limit stopped a write."""

    code = "disk_full"

    def __init__(self, detail: str) -> None:
        super().__init__(f"the disk would not take the change: {detail}")
        self.detail = detail


class ReadOnly(Unavailable):
    """The store's directory cannot be written."""

    code = "read_only"

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} is read-only")
        self.path = path


class CommandStopped(Unavailable):
    """A program that was to judge something ended in a way that says nothing about it."""

    code = "command_stopped"

    def __init__(self, program: str, how: str) -> None:
        super().__init__(f"{program!r} {how}")
        self.program, self.how = program, how


class OutputFailed(Unavailable):
    """Standard output would not take the data. What the command changed before stays changed."""

    code = "output_failed"

    def __init__(self, detail: str) -> None:
        super().__init__(f"the output could not be written: {detail}")
        self.detail = detail


class EditorFailed(Unavailable):
    """The editor could not be started, or ended with a failure. Nothing was changed."""

    code = "editor_failed"

    def __init__(self, editor: str, problem: str) -> None:
        super().__init__(f"{editor} {problem}")
        self.editor, self.problem = editor, problem
