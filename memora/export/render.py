"""Templates: Jinja in a sandbox, with values made harmless for the format they are written into.

A template of memora's own runs here. One that somebody else wrote runs in a child process with bounded time, memory
and output, because a template can loop for ever or double a text forty times (``memora.export.bounded``).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template, TemplateError, TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError, TemplateNotFound
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from memora.errors.files import TemplateFailed
from memora.export.bounded import Limits, Overrun, run_bounded
from memora.export.neutral import NeutralText, neutralise

_OWN: Final = Path(__file__).parent / "templates"
LIMITS: Final = Limits(cpu_seconds=2, memory_bytes=512 * 1024 * 1024, output_bytes=64 * 1024 * 1024)
# What would let a value through as it is, or is there to make a lot of text.
_WITHDRAWN_FILTERS: Final = ("safe", "xmlattr", "urlize", "striptags", "pprint")
# What they give counts as safe, and is so in HTML alone.
_FILTERS_OF_HTML: Final = ("e", "escape", "forceescape")
_WITHDRAWN_GLOBALS: Final = ("lipsum",)


class UserTemplate(NamedTuple):
    """A template that somebody put beside the store. ``file`` is its name with the ending that tells the format."""

    file: str
    source: str

    @property
    def name(self) -> str:
        return self.file.rpartition(".")[0]


def own_template(name: str) -> str:
    """The source of a template of memora's own."""
    return (_OWN / name).read_text(encoding="utf-8")


def render(name: str, context: Mapping[str, Any], user: Mapping[str, UserTemplate] | None = None) -> str:
    """A template filled in; ``name`` is that of a file, one of ``user`` before one of memora's own.

    Raises TemplateFailed, that names file and line.
    """
    theirs = {} if user is None else {template.file: template.source for template in user.values()}
    # What is in the package needs no sandbox, which costs twice the time, and asks for no template of others.
    kind = _Sandbox if name in theirs else Environment
    environment = _environment(kind, name.rpartition(".")[2], theirs)

    def work() -> str:
        return _fill(_compile(environment, name), name, context)

    if name not in theirs:
        return work()
    try:
        return run_bounded(work, LIMITS)  # compiling too: Jinja works out what is constant, as "x" * 10**10, there
    except Overrun as overrun:
        raise TemplateFailed(name, None, str(overrun)) from None


def _fill(template: Template, name: str, context: Mapping[str, Any]) -> str:
    pieces = []
    size = 0
    try:
        for piece in template.generate(context):
            size += len(piece)
            if size > LIMITS.output_bytes:
                raise TemplateFailed(name, None, f"writes more than {LIMITS.output_bytes >> 20} MiB")
            pieces.append(piece)
    except TemplateFailed:
        raise
    except SecurityError as error:
        raise TemplateFailed(name, None, f"does what no template may: {error}") from None
    except (
        TemplateError,
        ArithmeticError,
        AttributeError,
        LookupError,
        RecursionError,
        TypeError,
        ValueError,
    ) as error:
        raise TemplateFailed(name, _line_of(error, name), str(error) or type(error).__name__) from None
    except MemoryError:
        raise TemplateFailed(name, None, "needs more memory than a template may have") from None
    return "".join(pieces)


def _compile(environment: Environment, name: str) -> Template:
    try:
        return environment.get_template(name)
    except TemplateSyntaxError as error:
        raise TemplateFailed(error.name or name, error.lineno, error.message or "cannot be read") from None
    except TemplateNotFound as error:
        raise TemplateFailed(name, None, f"asks for {error.name!r}, which there is not") from None
    except (RecursionError, SyntaxError):  # the latter is Python's own, of too many loops in each other
        raise TemplateFailed(name, None, "is nested too deeply") from None


def _environment(kind: type[Environment], form: str, theirs: Mapping[str, str]) -> Environment:
    def load(name: str) -> str | None:
        if name in theirs:
            return theirs[name]
        return own_template(name) if (_OWN / name).parent == _OWN and (_OWN / name).is_file() else None

    environment = kind(
        loader=FunctionLoader(load),
        autoescape=form == "html",
        finalize=_FINALIZERS.get(form, _as_text),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    for filter_name in (*_WITHDRAWN_FILTERS, *(() if form == "html" else _FILTERS_OF_HTML)):
        environment.filters.pop(filter_name, None)
    for global_name in _WITHDRAWN_GLOBALS:
        environment.globals.pop(global_name, None)
    return environment


class _Sandbox(ImmutableSandboxedEnvironment):
    """A sandbox in which escaping cannot be switched off."""

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        parsed = super()._parse(source, name, filename)
        for node in parsed.find_all((nodes.ScopedEvalContextModifier, nodes.EvalContextModifier)):
            raise TemplateSyntaxError("escaping cannot be switched off", node.lineno, name)
        return parsed


def _as_markdown(value: Any) -> Any:
    if isinstance(value, NeutralText):
        return value
    return neutralise(str(value)).replace("\n", "\n  ")


def _as_json(value: Any) -> Any:
    is_json = isinstance(value, Markup) and not isinstance(value, NeutralText)  # by the filter tojson
    return value if is_json else json.dumps(value, ensure_ascii=False)


def _as_text(value: Any) -> Any:
    return value


_FINALIZERS: Final[dict[str, Callable[[Any], Any]]] = {"md": _as_markdown, "json": _as_json}


def _line_of(error: BaseException, name: str) -> int | None:
    """The line of a template in which an error was raised."""
    traceback = error.__traceback__
    line = None
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename in (name, "<template>"):
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line
