"""Where on this machine the settings of coding agents lie."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import NamedTuple

from memora.harnesses.registration import PROJECT, place_of
from memora.operations.agents.settings_file import resolve


class Folders(NamedTuple):
    """The project's folder (None outside of one), the user's home, and the environment, which may name others."""

    project: str | None
    home: str
    environment: Mapping[str, str]


class Target(NamedTuple):
    """A settings file: its path as people know it, the file that is over all links, and how many folders it needs."""

    path: str
    real: str
    folders: int


def find_target(folders: Folders, harness: str, scope: str) -> Target:
    """The settings file of a harness, for this project or for this user. Raises Refused for a link out of a project."""
    place = place_of(harness, scope)
    if scope == PROJECT:
        assert folders.project is not None
        path = os.path.join(folders.project, *place.folder, place.file)
        return Target(path, resolve(path, folders.project), len(place.folder))
    named = folders.environment.get(place.variable or "")
    folder = os.path.abspath(named) if named else os.path.join(folders.home, *place.folder)
    path = os.path.join(folder, place.file)
    return Target(path, resolve(path, None), 0 if named else len(place.folder))
