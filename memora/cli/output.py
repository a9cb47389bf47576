"""Where text leaves memora: data to standard output, everything else to standard error.

Text that came from outside passes ``escape`` first, so that no memory can move a cursor or hide a word.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, TextIO

from memora.errors import OutputFailed
from memora.model.text import hidden_positions

if TYPE_CHECKING:
    from memora.cli.world import Options

_STYLES: Final = {
    "bold": "1",
    "dim": "2",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "blue": "34",
    "magenta": "35",
    "cyan": "36",
}


class Output:
    """The two streams of a command, and whether each takes colour."""

    def __init__(self, stdout: TextIO, stderr: TextIO, environment: Mapping[str, str], options: Options) -> None:
        self._stdout = stdout
        self._stderr = stderr
        self._options = options
        self._colour = _takes_colour(stdout, environment)
        self._error_colour = _takes_colour(stderr, environment)

    @property
    def is_terminal(self) -> bool:
        """Whether a person reads standard output."""
        return self._stdout.isatty()

    @property
    def takes_colour(self) -> bool:
        """Whether standard output shows colours."""
        return self._colour

    @property
    def width(self) -> int:
        """Columns of the terminal; 0 where there is none and nothing must be cut."""
        if not self.is_terminal:
            return 0
        from shutil import get_terminal_size

        return get_terminal_size().columns

    def line(self, text: str = "") -> None:
        """One line of data."""
        self._write(text + "\n")

    def lines(self, texts: Iterable[str]) -> None:
        """Lines of data, each as it comes."""
        for text in texts:
            self.line(text)

    def text(self, text: str) -> None:
        """A whole text that is a file's rather than a person's: as it is, unless somebody would read it here."""
        if self.is_terminal:
            for line in text.splitlines():
                self.line(escape(line))
        else:
            self._write(text)

    def stream(self, chunks: Iterable[bytes]) -> int:
        """Data that is no text, as it comes; how many bytes it was. Raises OutputFailed, BrokenPipeError."""
        size = 0
        for chunk in chunks:
            try:
                self._stdout.buffer.write(chunk)
            except BrokenPipeError:
                raise
            except OSError as error:
                raise OutputFailed(str(error.strerror)) from None
            size += len(chunk)
        self._stdout.buffer.flush()
        return size

    def record(self, record: Mapping[str, Any]) -> None:
        """One record of data, as a line of JSON."""
        self._write(json.dumps(record, separators=(",", ":")) + "\n")

    def note(self, text: str) -> None:
        """One line about the work, for people; silent under ``--quiet`` and ``--json``."""
        if not self._options.quiet and not self._options.json:
            self._tell(text + "\n")

    def warn(self, text: str) -> None:
        """One line that should not be missed, whatever the options; under ``--json`` a ``memora.warning/v1``."""
        if self._options.json:
            self.fail_record({"schema": "memora.warning/v1", "message": text})
            return
        self._tell(self._paint("yellow", "warning: ", self._error_colour) + text + "\n")

    def fail(self, text: str, hint: str | None, details: Iterable[str] = ()) -> None:
        """An error, its details, and what to do about it."""
        self._tell(self._paint("red", "error: ", self._error_colour) + escape(text) + "\n")
        for detail in details:
            self._tell(f"  {escape(detail)}\n")
        if hint:
            self._tell(self._paint("cyan", "hint: ", self._error_colour) + escape(hint) + "\n")

    def fail_record(self, record: Mapping[str, Any]) -> None:
        """An error or warning as a record, on standard error."""
        self._tell(json.dumps(record, separators=(",", ":")) + "\n")

    def ask(self, question: str) -> None:
        """A question, on standard error, that the next line of input answers."""
        self._tell(question, now=True)

    def progress(self, text: str, *, done: bool = False) -> None:
        """A line on standard error that the next one overwrites; only where a person watches."""
        if self._stderr.isatty() and not self._options.quiet and not self._options.json:
            self._tell("\r\x1b[K" if done else f"\r\x1b[K{text}", now=True)

    def error_descriptor(self) -> int | None:
        """Where a program that is started can write its own text: standard error's descriptor, None without one."""
        try:
            self._stderr.flush()
            return self._stderr.fileno()
        except (OSError, ValueError):
            return None

    def style(self, style: str, text: str) -> str:
        """Text in a style such as ``bold`` or ``green`` where standard output shows it."""
        return self._paint(style, text, self._colour)

    def flush(self) -> None:
        """Hand all data to the system now. Raises OutputFailed, BrokenPipeError."""
        try:
            self._stdout.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputFailed(str(error.strerror)) from None

    def _write(self, text: str) -> None:
        """Data to standard output. Raises OutputFailed, BrokenPipeError."""
        try:
            self._stdout.write(text)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputFailed(str(error.strerror)) from None

    def _tell(self, text: str, *, now: bool = False) -> None:
        """Words to standard error, behind the data before them. Where that takes none, the exit code has to say it."""
        with suppress(OSError):  # which the next write of data meets again
            self._stdout.flush()
        with suppress(OSError):
            self._stderr.write(text)
            if now:
                self._stderr.flush()

    @staticmethod
    def _paint(style: str, text: str, colour: bool) -> str:
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if colour and text else text


def escape(text: str) -> str:
    """One line of text, with everything a terminal would act on or a reader could not see made visible.

    A line end too, so that no text can look like a line of memora's own: cut what may have several lines first.
    """
    if text.isascii() and text.isprintable():
        return text
    hidden = set(hidden_positions(text))
    return "".join(
        f"\\u{{{ord(character):x}}}" if position in hidden or (character < " " and character != "\t") else character
        for position, character in enumerate(text)
    )


def _takes_colour(stream: TextIO, environment: Mapping[str, str]) -> bool:
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR") or environment.get("CLICOLOR_FORCE"):
        return True
    return stream.isatty() and environment.get("TERM") != "dumb"
