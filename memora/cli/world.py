"""Everything a command sees of the world outside: directory, environment, streams, clock, global options.

A command gets its world as an argument, so a test runs it in process with a world of its own.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, TextIO

from memora.cli.output import Output
from memora.config.settings import Origin, Settings
from memora.errors import BadInput, BadUsage
from memora.errors.store import NotAStore
from memora.model.names import clean_author, clean_ref_name
from memora.storage import place

if TYPE_CHECKING:
    from memora.repository import Repository

DEFAULT_NAME = "unknown"
_MARGIN: Final = 16  # white space at the ends and how a text is written do not count, but somewhere reading ends


class Options:
    """The options every command takes, before its name or after it."""

    def __init__(self) -> None:
        self.json = False
        self.quiet = False
        self.no_input = False
        self.directory: str | None = None
        self.workspace: str | None = None


class World:
    """What one run of memora works with. ``now`` gives microseconds since the epoch, UTC."""

    def __init__(
        self,
        *,
        directory: str,
        environment: Mapping[str, str],
        stdin: TextIO,
        stdout: TextIO,
        stderr: TextIO,
        now: Callable[[], int],
        login: Callable[[], str],
    ) -> None:
        self.environment = environment
        self.options = Options()
        self.stdin = stdin
        self.out = Output(stdout, stderr, environment, self.options)
        self._start = directory
        self._clock = now
        self._login = login
        self._now: int | None = None
        self._settings: Settings | None = None

    @property
    def now(self) -> int:
        """The moment of this command: one moment, however often it is asked for."""
        if self._now is None:
            self._now = self._clock()
        return self._now

    @property
    def directory(self) -> str:
        """The directory the command works from, after ``-C``."""
        return os.path.join(self._start, self.options.directory) if self.options.directory else self._start

    @property
    def workspace(self) -> str:
        """The workspace asked for by option or environment."""
        name = self.options.workspace
        if name is None:
            name = self.environment.get("MEMORA_WORKSPACE") or place.DEFAULT_WORKSPACE
        return clean_ref_name("workspace", name)

    @property
    def settings(self) -> Settings:
        """The settings of the store here, if there is one, over those of the user."""
        if self._settings is None:
            self._settings = Settings(tuple(self.origins()))
        return self._settings

    def origins(self) -> list[Origin]:
        """Where settings come from, the strongest first."""
        try:
            store = [Origin("store", os.path.join(self.store_path(), place.CONFIG))]
        except Exception:
            store = []
        return [*store, Origin("user", self.user_config_path())]

    def user_config_path(self) -> str:
        """The path of the user's own settings file."""
        home = self.environment.get("XDG_CONFIG_HOME") or ""
        if not os.path.isabs(home):  # the specification has a relative one ignored: it would depend on where one is
            home = os.path.join(self.environment.get("HOME") or os.path.expanduser("~"), ".config")
        return os.path.join(home, "memora", "config.toml")

    def store_path(self) -> str:
        """The path of the ``.memora`` folder to work with. Raises NoStore, NotAStore, UnsafeStore."""
        named = self.environment.get("MEMORA_DIR")
        if named:
            path = os.path.abspath(os.path.join(self.directory, named))
            if not _may_be_store(path):
                raise NotAStore(path, "MEMORA_DIR")
            return path
        if not os.path.isdir(self.directory):
            raise BadInput("-C", f"{self.directory} is not a directory")
        ceilings = self.environment.get("MEMORA_CEILING_DIRECTORIES", "")
        return place.find_store(self.directory, [path for path in ceilings.split(os.pathsep) if path])

    def open_repository(self, **options: Any) -> Repository:
        """Open the store here, seen from the workspace and in the session asked for; close it after use."""
        from memora.repository import Repository

        return Repository.open(
            self.store_path(),
            workspace=self.workspace,
            session=self.environment.get("MEMORA_SESSION") or None,
            trusted=self.trusted(),
            **options,
        )

    @property
    def user_settings(self) -> Settings:
        """The settings of the user alone, where no store has a say."""
        return Settings((Origin("user", self.user_config_path()),))

    def trusted(self) -> list[str]:
        """Projects whose store may belong to another user; read only where a store does."""
        if not os.path.exists(self.user_config_path()):
            return []
        return self.user_settings.words("safe.directories")

    def author(self, given: str | None = None) -> str:
        """Who does this: as given, from MEMORA_AUTHOR, from the settings, or the name of the login."""
        if given is not None:
            return clean_author(given)
        name = self.environment.get("MEMORA_AUTHOR") or self.settings.text("user.name") or self._login()
        return clean_author(name or DEFAULT_NAME)

    def read_stdin(self, what: str, longest: int) -> str:
        """Standard input whole, as text of about ``longest`` bytes. Raises BadInput where it is not UTF-8.

        An endless stream is not read to its end: with much more than ``longest`` it is too long, however it ends.
        """
        raw = self.stdin.buffer.read(longest * _MARGIN + 1)
        if len(raw) > longest * _MARGIN:
            raise BadInput(what, f"is longer than {longest // 1024} KiB")
        return decode_input(what, raw)

    def stdin_is_terminal(self) -> bool:
        """Whether a person can answer."""
        return not self.options.no_input and self.stdin.isatty()

    def need_person(self, what: str) -> None:
        """Raise BadUsage unless a person can answer."""
        if not self.stdin_is_terminal():
            raise BadUsage(f"{what} needs a terminal")


def _may_be_store(path: str) -> bool:
    """Whether there is something of a store, or something that whoever opens it has to refuse."""
    if os.path.lexists(path) and not os.path.isdir(path):
        return True
    return any(os.path.lexists(os.path.join(path, name)) for name in (place.CONFIG, place.DATABASE, place.WITNESS))


def decode_input(what: str, raw: bytes) -> str:
    """Bytes from outside as text. Raises BadInput that says where they are not UTF-8."""
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise BadInput(what, f"is not valid UTF-8 at byte {error.start + 1}") from None
