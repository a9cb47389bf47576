"""What becomes of programs that memora starts: an editor, and what judges a commit."""

from __future__ import annotations

from memora.errors import BadUsage, Unavailable


class NoEditor(BadUsage):
    """Text was to be written in an editor where nobody can use one."""

    code = "no_editor"


class EditorFailed(Unavailable):
    """The editor could not be started, or ended with a failure. Nothing was changed."""

    code = "editor_failed"

    def __init__(self, editor: str, problem: str) -> None:
        super().__init__(f"{editor} {problem}")
        self.editor, self.problem = editor, problem


class CommandNotStarted(BadUsage):
    """A program that was to be run could not be started."""

    code = "command_not_started"

    def __init__(self, program: str, problem: str) -> None:
        super().__init__(f"{program!r} cannot be started: {problem}")
        self.program, self.problem = program, problem


class CommandStopped(Unavailable):
    """A program that was to judge something ended in a way that says nothing about it."""

    code = "command_stopped"

    def __init__(self, program: str, how: str) -> None:
        super().__init__(f"{program!r} {how}")
        self.program, self.how = program, how
