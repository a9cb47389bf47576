"""Set a setting of a store or of its user, unless the command that uses it would not take the value."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from typing import Final

from memora.config.settings import Settings, Value
from memora.config.write import write_setting
from memora.model.names import clean_author, clean_ref_name
from memora.model.vocabulary import NODE_TYPES
from memora.storage.lock import WriterLock
from memora.storage.place import CONFIG, LOCK, check_place
from memora.storage.whole_files import replace_file


def require_usable(store: str, name: str, value: Value) -> None:
    """Raise for a value what the commands that use the setting would raise, whatever else is set.

    The value is of the setting's type and range. ``store`` is the path of the store that it is to be used in.
    """
    read = _READERS.get(name)
    if read is not None:
        read(store, Settings.of(name, value))


def set_in_store(store: str, name: str, value: Value, *, trusted: Collection[str] = ()) -> None:
    """Write a setting into the file of a store. Raises as ``write_setting``, UnsafeStore, Busy."""
    check_place(store, trusted)
    with WriterLock(os.path.join(store, LOCK)):
        write_setting(os.path.join(store, CONFIG), name, value, replace=replace_file)


def set_of_user(path: str, name: str, value: Value) -> None:
    """Write a setting into the user's own file. Raises as ``write_setting``."""
    write_setting(path, name, value, replace=replace_file)


def _author(_store: str, settings: Settings) -> None:
    if settings.text("user.name"):
        clean_author(settings.text("user.name"))


def _first_branch(_store: str, settings: Settings) -> None:
    clean_ref_name("branch", settings.text("init.branch"))


def _merge_rules(_store: str, settings: Settings) -> None:
    from memora.operations.history.merging import configured_policies

    configured_policies(settings)


def _finds(_store: str, settings: Settings) -> None:
    from memora.operations.care.checks.rules import configured_policy

    configured_policy(settings)


def _targets(store: str, settings: Settings) -> None:
    from memora.operations.share.layout import check_apart, find_place, read_destinations
    from memora.operations.share.project_files import ProjectFiles
    from memora.operations.share.templates import read_templates

    files, templates = ProjectFiles(os.path.dirname(store)), read_templates(store)
    destinations = read_destinations(settings.words("export.targets"))
    check_apart([(destination, find_place(files, templates, destination)[2].path) for destination in destinations])


def _branches(_store: str, settings: Settings) -> None:
    from memora.operations.remotes.fetch import configured_branches

    configured_branches(settings)


# Each reads a setting as the commands do that use it. Those that are not here take every value of their type and range.
_READERS: Final[dict[str, Callable[[str, Settings], None]]] = {
    "user.name": _author,
    "init.branch": _first_branch,
    **dict.fromkeys((f"merge.{type_name}" for type_name in NODE_TYPES), _merge_rules),
    **dict.fromkeys(("check.severity", "check.ignore", "check.fail"), _finds),
    "export.targets": _targets,
    "fetch.branches": _branches,
}
