"""Every error memora raises on purpose: here those that any command may meet, by subject those that few do.

An error says what is wrong: a stable ``code`` for programs, typed fields for callers, one sentence
for people. It never says what to type next, because the same error reaches a shell, an editor and an
agent; those words live in ``memora.cli.hints``. This package imports nothing else from memora.

Every error can be imported from here; the modules of subjects are loaded when somebody asks for one of theirs.
"""

from __future__ import annotations

TYPE_CHECKING = False  # importing typing would be felt at every hook
if TYPE_CHECKING:
    from memora.errors.files import *  # noqa: F403
    from memora.errors.history import *  # noqa: F403
    from memora.errors.programs import *  # noqa: F403
    from memora.errors.remotes import *  # noqa: F403
    from memora.errors.store import *  # noqa: F403


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


class NotFound(MemoraError):
    """Something named does not exist. ``what`` is node, revision, branch, tag, session, ..."""

    code = "not_found"
    kind = Kind.NOT_FOUND

    def __init__(self, what: str, name: str, similar: tuple[str, ...] = ()) -> None:
        super().__init__(f"no {what} {name!r}")
        self.what, self.name, self.similar = what, name, similar


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


class SessionEnded(Refused):
    """A session that has ended takes no more events, and cannot end again."""

    code = "session_ended"

    def __init__(self, session: str, outcome: str | None) -> None:
        super().__init__(f"session {session!r} has ended ({outcome})")
        self.session, self.outcome = session, outcome


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


class Unavailable(MemoraError):
    """The disk, the lock or the operating system would not take it; the store is as it was."""

    code = "unavailable"
    kind = Kind.UNAVAILABLE


class OutputFailed(Unavailable):
    """Standard output would not take the data. What the command changed before stays changed."""

    code = "output_failed"

    def __init__(self, detail: str) -> None:
        super().__init__(f"the output could not be written: {detail}")
        self.detail = detail


_SUBJECTS = ("store", "history", "files", "remotes", "programs")

if not TYPE_CHECKING:  # else a name that no error has would be no mistake

    def __getattr__(name: str) -> type[MemoraError]:
        """An error that one of the modules of subjects defines."""
        if not name.startswith("_") and name not in _SUBJECTS:
            from importlib import import_module  # memora itself names the module, and does without

            for subject in _SUBJECTS:
                error = vars(import_module(f"{__name__}.{subject}")).get(name)
                if error is not None:
                    return error
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
