"""Every setting: its name, type, default and meaning, in one table; and the files that set them.

A settings file that holds nothing but comments is never parsed, so a plain store costs no start-up time.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from memora.errors import BadConfig, BadInput, UnknownSetting

Value = str | int | float | bool | list[str]

LARGEST_BYTES: Final = 256 * 1024


class Setting(NamedTuple):
    """One setting. ``default`` also gives the type; ``user_only`` ones are ignored in a store's own file.

    One that is ``on_only`` is a flag that a store's own file may raise, not lower. A number lies between ``lowest`` and
    ``highest`` where these are given.
    """

    name: str
    default: Value
    help: str
    user_only: bool = False
    on_only: bool = False
    lowest: float | None = None
    highest: float | None = None


class Origin(NamedTuple):
    """Where values may come from: a word for people, and the path of a TOML file."""

    name: str
    path: str


_MERGE_HELP: Final = "rules that decide a clash, in order, such as confidence,source,status; empty: those of the type"

SETTINGS: Final = (
    Setting("user.name", "", "who the author of commits and memories is; empty: the name you are logged in by"),
    Setting("init.branch", "main", "name of the first branch of a new store", user_only=True),
    Setting("safe.directories", [], "projects whose store may belong to another user; '*' for all", user_only=True),
    Setting("recall.limit", 5, "how many memories recall gives", lowest=1),
    Setting("gc.threshold", 0.3, "importance below which gc takes a memory out of service", lowest=0, highest=1),
    Setting("merge.episodic", [], _MERGE_HELP),
    Setting("merge.semantic", [], _MERGE_HELP),
    Setting("merge.procedural", [], _MERGE_HELP),
    Setting("merge.assumption", [], _MERGE_HELP),
    Setting("merge.project", [], _MERGE_HELP),
    Setting("merge.preference", [], _MERGE_HELP),
    Setting("follow.git", False, "whether the branch of memory follows that of git; needs `memora git-hook install`"),
    Setting("check.severity", [], "how bad a find of a rule is, such as expired=note or oversized=off"),
    Setting("check.ignore", [], "finds to let be, such as hijack:deploy.steps or secrets:docs/*.md"),
    Setting("check.fail", "warning", "the least severity that makes check fail: note, warning or error"),
    Setting("export.targets", [], "what `memora export --all` writes, such as claude-code,team=notes/TEAM.md"),
    Setting("verify.stale", 0.5, "what the confidence of a stale belief is multiplied by", lowest=0, highest=1),
    Setting("verify.timeout", 60, "how many seconds a command that is evidence may take", lowest=1, highest=3600),
    Setting("hook.recall", True, "whether hooks answer an agent's prompts with memories that may bear on them"),
    Setting("hook.commit", False, "whether the end of an agent's session commits what it left uncommitted"),
    Setting("fetch.branches", [], "branches that fetch, pull and sync bring, such as origin/main; empty: all"),
    Setting(
        "pull.quarantine",
        False,
        "whether pull and clone hold back new memories until somebody accepts them",
        on_only=True,
    ),
    # The user's own: a store that came with a project must not choose whom to believe, nor a program to run.
    Setting(
        "pull.trusted",
        [],
        "addresses of remotes, or their names, of which pull and clone hold nothing back",
        user_only=True,
    ),
    Setting("core.editor", "", "editor for `memora edit`; empty: MEMORA_EDITOR, VISUAL, EDITOR", user_only=True),
)

# In this order: in Python a truth value is a whole number too.
_KINDS: Final = {bool: "true or false", int: "a number", float: "a number", str: "text", list: "a list of texts"}
_BY_NAME: Final = {setting.name: setting for setting in SETTINGS}


class Settings:
    """Values of settings. Files are read at the first question, the first origin that has a value wins."""

    def __init__(self, origins: tuple[Origin, ...]) -> None:
        self._origins = origins
        self._loaded: dict[Origin, dict[str, Value]] = {}

    @classmethod
    def of(cls, name: str, value: Value) -> Settings:
        """Settings of which one has a value and all others their default, whatever the files say."""
        given = Origin("given", "")
        settings = cls((given,))
        settings._loaded[given] = {name: value}
        return settings

    def text(self, name: str) -> str:
        """The value of a text setting."""
        return str(self.value(name))

    def number(self, name: str) -> float:
        """The value of a numeric setting."""
        value = self.value(name)
        assert isinstance(value, int | float)
        return value

    def words(self, name: str) -> list[str]:
        """The value of a setting that is a list of texts."""
        value = self.value(name)
        assert isinstance(value, list)
        return value

    def value(self, name: str) -> Value:
        """The value of a setting, its default where no file sets it. Raises BadConfig, BadInput."""
        return self.look_up(name)[0]

    def look_up(self, name: str) -> tuple[Value, Origin | None]:
        """The value of a setting and where it is from; None for the default."""
        setting = find_setting(name)
        for origin in self._origins:
            if self._counts(setting, origin):
                return self._read(origin)[name], origin
        return setting.default, None

    def ignored(self) -> list[str]:
        """Settings that the store's own file sets although only the user may."""
        return [
            name
            for origin in self._origins
            for name in (self._read(origin) if origin.name == "store" else ())
            if not self._counts(find_setting(name), origin)
        ]

    def _counts(self, setting: Setting, origin: Origin) -> bool:
        """Whether an origin sets a setting, and may."""
        if setting.name not in self._read(origin):
            return False
        may_not = setting.user_only or (setting.on_only and self._read(origin)[setting.name] is False)
        return not (may_not and origin.name == "store")

    def _read(self, origin: Origin) -> dict[str, Value]:
        if origin not in self._loaded:
            self._loaded[origin] = read_file(origin.path, follow=origin.name != "store")
        return self._loaded[origin]


def find_setting(name: str) -> Setting:
    """The setting of a name. Raises UnknownSetting."""
    setting = _BY_NAME.get(name)
    if setting is None:
        from difflib import get_close_matches

        raise UnknownSetting(name, tuple(get_close_matches(name, _BY_NAME, 2)))
    return setting


def read_file(path: str, *, follow: bool = True) -> dict[str, Value]:
    """The settings in a file by name; none where there is no file.

    Raises BadConfig, also for a link unless ``follow``.
    """
    try:
        text = _read_text(path, follow)
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise BadConfig(path, f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise BadConfig(path, f"is not valid UTF-8 at byte {error.start + 1}") from None
    if not any(line.strip() and not line.lstrip().startswith("#") for line in text.splitlines()):
        return {}
    import tomllib

    try:
        return {name: _checked(path, name, value) for name, value in _flatten(tomllib.loads(text))}
    except ValueError as error:
        raise BadConfig(path, f"is not TOML: {error}") from None
    except RecursionError:
        raise BadConfig(path, "is nested too deeply") from None


def _read_text(path: str, follow: bool) -> str:
    """The text of a settings file. A pipe, a device or a very large file is refused, not waited for."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
    descriptor = os.open(path, flags if follow else flags | getattr(os, "O_NOFOLLOW", 0))
    with open(descriptor, encoding="utf-8") as file:
        entry = os.fstat(descriptor)
        if not stat.S_ISREG(entry.st_mode):
            raise BadConfig(path, "is not a regular file")
        if entry.st_size > LARGEST_BYTES:
            raise BadConfig(path, f"is larger than {LARGEST_BYTES // 1024} KiB")
        return file.read()


def parse_value(name: str, text: str) -> Value:
    """The value that a text means for a setting; lists are separated by commas. Raises BadInput, UnknownSetting."""
    setting = find_setting(name)
    default = setting.default
    if isinstance(default, bool):
        if text.lower() not in ("true", "false"):
            raise BadInput(name, f"{text!r} is not true or false")
        return text.lower() == "true"
    if isinstance(default, list):
        return [word.strip() for word in text.split(",") if word.strip()]
    if isinstance(default, str):
        return text
    try:
        number = int(text) if isinstance(default, int) else float(text)
    except ValueError:
        raise BadInput(name, f"{text!r} is not a{' whole' if isinstance(default, int) else ''} number") from None
    problem = _range_problem(setting, number)
    if problem:
        raise BadInput(name, f"{text!r} {problem}")
    return number


def _range_problem(setting: Setting, value: float) -> str:
    """What keeps a number out of a setting's range; empty where nothing does."""
    lowest = float("-inf") if setting.lowest is None else setting.lowest
    highest = float("inf") if setting.highest is None else setting.highest
    if lowest <= value <= highest:
        return ""
    if setting.highest is None:
        return f"is less than {setting.lowest}"
    return f"is not from {setting.lowest} to {setting.highest}"


def _kind(value: object) -> str:
    """What a value is, in the words of a person."""
    return next((words for kind, words in _KINDS.items() if isinstance(value, kind)), "something else")


def _flatten(table: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flatten(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _checked(path: str, name: str, value: Any) -> Value:
    setting = _BY_NAME.get(name)
    if setting is None:
        raise BadConfig(path, f"{name!r} is no setting; known are {', '.join(_BY_NAME)}")
    default = setting.default
    if isinstance(default, float) and type(value) is int:
        value = float(value)
    if type(value) is not type(default) or (isinstance(value, list) and not all(isinstance(w, str) for w in value)):
        raise BadConfig(path, f"{name} is {_kind(value)}, it takes {_kind(default)}")
    problem = _range_problem(setting, value) if isinstance(value, int | float) else ""
    if problem:
        raise BadConfig(path, f"{name} {problem}")
    result: Value = value
    return result
