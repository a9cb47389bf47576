"""What a harness tells a hook, as one value whatever harness it was."""

from __future__ import annotations

TYPE_CHECKING = False  # importing typing would be felt at every hook
if TYPE_CHECKING:
    from typing import Any, Final


START: Final = "start"
PROMPT: Final = "prompt"
CALL: Final = "call"
RESULT: Final = "result"
EDIT: Final = "edit"
REPLY: Final = "reply"
FAILURE: Final = "failure"
SUBAGENT: Final = "subagent"
COMPACTED: Final = "compacted"
END: Final = "end"


class HookEvent:
    """One thing that happened in an agent's run.

    ``kind`` is one of the words above, ``name`` the harness's own word for it. ``id`` tells this event from others of
    its kind in the session where the harness has such a name for it. ``text`` is what was said: the prompt, the
    reply, the summary, the path of an edited file. ``error`` is what a tool complained of; None when it did not.

    A plain class: a named tuple of as many fields costs a hook a twentieth of its time.
    """

    __slots__ = tuple("agent directory error id input kind model name output reason session text tool".split())

    def __init__(
        self,
        kind: str,
        name: str,
        session: str,
        *,
        id: str | None = None,
        directory: str | None = None,
        reason: str | None = None,
        text: str | None = None,
        agent: str | None = None,
        model: str | None = None,
    ) -> None:
        self.kind, self.name, self.session, self.id = kind, name, session, id
        self.directory, self.reason, self.text = directory, reason, text
        self.agent, self.model = agent, model
        self.tool: str | None = None
        self.input: Any = None
        self.output: Any = None
        self.error: str | None = None
