"""How git reaches a remote from the code's repository: what a name means there, and the settings that go with it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from memora.remotes.git_objects import ObjectFormat
from memora.remotes.git_process import Ran, clean_environment, run_git

# What memora's own repository calls the remote. A password in its URL then stands in no list of processes.
PLACE: Final = "memora-remote"
_SECONDS: Final = 60

# Passwords, proxies, keys and rewritten URLs; nothing that changes what git does to a repository.
_TRAVELS: Final = re.compile(r"(?:url|credential|http|ssh)\..*|core\.(?:sshcommand|gitproxy|askpass)", re.DOTALL)
_OF_A_REMOTE: Final = ("url", "pushurl", "proxy", "proxyauthmethod", "uploadpack", "receivepack")

# No hooks, no cleaning up, no submodules, no signatures; whatever comes is checked and kept packed.
_CAREFUL: Final = {
    "core.hooksPath": "/dev/null",
    "core.fsmonitor": "false",
    "core.fsync": "none",
    "core.compression": "0",  # what is shared is packed already
    "core.bigFileThreshold": "1m",
    "pack.window": "0",
    "color.ui": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "fetch.fsckObjects": "true",
    "fetch.unpackLimit": "1",
    "fetch.writeCommitGraph": "false",
    "fetch.recurseSubmodules": "false",
    "transfer.bundleURI": "false",
    "push.recurseSubmodules": "no",
    "push.followTags": "false",
    "push.gpgSign": "false",
    "push.negotiate": "false",
    "push.pushOption": "",
}


class Setting(NamedTuple):
    """One setting of git, and the file or command line that it stands in."""

    origin: str
    key: str
    value: str


class Reach(NamedTuple):
    """How a remote is reached: settings, the directory that relative paths count from, and the kind of its ids."""

    settings: tuple[tuple[str, str], ...]
    directory: str
    object_format: ObjectFormat


class NoSuchName(Exception):
    """The code's repository has no remote of that name, or there is none; ``complaint`` is what git said."""

    def __init__(self, complaint: str) -> None:
        super().__init__(complaint)
        self.complaint = complaint


def find_reach(location: str, directory: str, elsewhere: str, environment: Mapping[str, str]) -> Reach:
    """How a location is reached from a directory: as git would reach it there.

    ``elsewhere`` is outside of every repository. The settings that git reads there too are left out, because it reads
    them by itself. Raises NoSuchName, OSError.
    """
    is_name = ":" not in location
    if not directory:
        if is_name:
            raise NoSuchName("it is the name of a remote of a git repository, and there is none here")
        return Reach(_settings_of({"url": location}), elsewhere, "sha1")
    listed = _list_settings(directory, clean_environment(environment, given_settings=True))
    here = [] if isinstance(listed, Ran) else listed
    alone = clean_environment(environment) | {"GIT_CEILING_DIRECTORIES": os.path.dirname(elsewhere)}
    everywhere = _list_settings(elsewhere, alone)
    known = set() if isinstance(everywhere, Ran) else {setting.origin for setting in everywhere}
    travelling = tuple(
        (setting.key, setting.value)
        for setting in here
        if setting.origin not in known and _TRAVELS.fullmatch(setting.key)
    )
    if not is_name:
        return Reach((*travelling, *_settings_of({"url": location})), elsewhere, "sha1")
    remote = _remote_settings(location, here)
    if "url" not in remote:
        raise NoSuchName(listed.complaint if isinstance(listed, Ran) else f"git knows no remote {location!r} here")
    top, object_format = _find_top(directory, environment)
    return Reach((*travelling, *_settings_of(remote)), top, object_format)


def _list_settings(directory: str, environment: Mapping[str, str]) -> list[Setting] | Ran:
    """The settings that hold in a directory, weakest first; how git ended where it would not say."""
    ran = run_git(["config", "--list", "--show-origin", "-z"], directory, environment, seconds=_SECONDS)
    return list(_parse_settings(ran.output)) if ran.code == 0 else ran


def _parse_settings(output: bytes) -> Iterator[Setting]:
    fields = output.decode("utf-8", "surrogateescape").split("\0")
    for origin, entry in zip(fields[::2], fields[1::2], strict=False):
        key, given, value = entry.partition("\n")
        yield Setting(origin, key, value if given else "true")


def _remote_settings(name: str, settings: list[Setting]) -> dict[str, str]:
    """What is set of a remote. Of several URLs the first: one place decides which of two pushes was first."""
    found: dict[str, str] = {}
    for setting in settings:
        beginning, _, variable = setting.key.rpartition(".")
        if beginning == f"remote.{name}" and variable in _OF_A_REMOTE:
            found.setdefault(variable, setting.value)
    return found


def _settings_of(remote: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return (*((f"remote.{PLACE}.{variable}", value) for variable, value in remote.items()), *_CAREFUL.items())


def _find_top(directory: str, environment: Mapping[str, str]) -> tuple[str, ObjectFormat]:
    """Where a relative path in a URL counts from, and how long ids are there."""
    clean = clean_environment(environment)
    ran = run_git(["rev-parse", "--show-object-format", "--show-cdup"], directory, clean, seconds=_SECONDS)
    object_format, _, up = ran.output.decode("utf-8", "surrogateescape").partition("\n")
    top = f"{directory}/{up.strip()}" if up.strip() else directory
    return top, "sha256" if object_format == "sha256" else "sha1"


def as_environment(settings: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """Settings as git reads them from its environment, where no other user sees them and no file keeps them."""
    variables = {"GIT_CONFIG_COUNT": str(len(settings))}
    for number, (key, value) in enumerate(settings):
        variables |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return variables
