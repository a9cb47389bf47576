"""Writing a setting into a file, so that a reader finds the old file or the new one and never half of either."""

from __future__ import annotations

import os
from collections.abc import Callable

from memora.config.settings import Value, find_setting, read_file
from memora.config.toml_edit import CannotEdit, set_value
from memora.errors import BadConfig
from memora.errors.system import write_failure

# Puts content in the place of a file, after a check of the new file, which gets its path.
Replace = Callable[[str, bytes, Callable[[str], None]], None]


def write_setting(path: str, name: str, value: Value, *, replace: Replace) -> None:
    """Set a setting in a file, which is made if need be; comments and all else stay to the byte.

    Raises UnknownSetting, BadConfig where the file does not read or a person has to edit it, and Unavailable or
    DiskFull; the file is as it was then. A link is followed: the file it leads to changes.
    """
    find_setting(name)
    real = os.path.realpath(path)
    before = read_file(real)
    try:
        with open(real, encoding="utf-8", newline="") as file:
            text = file.read()
    except (FileNotFoundError, NotADirectoryError):
        text = ""
    try:
        edited = set_value(text, name, value)
    except CannotEdit as error:
        raise BadConfig(path, str(error)) from None

    def check(beside: str) -> None:
        if read_file(beside) != before | {name: value}:
            raise BadConfig(real, "is in a form that has to be edited by hand")

    try:
        os.makedirs(os.path.dirname(real), exist_ok=True)
        replace(real, edited.encode(), check)
    except OSError as error:
        raise write_failure(real, error) from None
