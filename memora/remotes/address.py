"""What an address of a remote says. Nothing is opened here, and nothing that an address says becomes an option."""

from __future__ import annotations

import os
import re
from typing import Final, Literal, NamedTuple
from urllib.parse import unquote

from memora.errors import BadInput

Kind = Literal["folder", "cloud", "git"]

LONGEST: Final = 2000
CLOUD_SCHEMES: Final = ("s3", "gs", "az")
# What git itself speaks, but for those that name a program (ext::, fd::) or another helper.
GIT_SCHEMES: Final = ("ssh", "https", "http", "git", "file")

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
# A password, and a user name that is long enough to be a token; then what an address says behind a question mark.
_SECRET = re.compile(r"(?<=://)([^/@:\s]*):[^/\s]*@")
_LONG_NAME = re.compile(r"(?<=://)[^/@:\s]{20,}(?=@)")
_QUERY_VALUE = re.compile(r"(?<==)[^&#\s]+")
_WINDOWS_DRIVE = re.compile(r"[A-Za-z]:[\\/]")
_GIT_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
# HOST:PATH, but for a URL that lost a slash.
_GIT_SCP = re.compile(
    r"(?!(?:https?|ssh|git|file):)(?:[A-Za-z0-9_][A-Za-z0-9_.-]*@)?[A-Za-z0-9][A-Za-z0-9.-]*:(?!:)[^\s:][^\s]*"
)


class Address(NamedTuple):
    """An address. ``location`` is a path for a folder, a URL for object storage, and for git what git is to be told.

    That of git is a URL, or the name of a remote of the code's own repository such as ``origin``.
    """

    kind: Kind
    location: str


def parse_address(text: str, directory: str = "") -> Address:
    """The address that a text spells; a relative path counts from a directory. Raises BadInput."""
    if not text or len(text) > LONGEST:
        raise BadInput("address", "is empty" if not text else f"is longer than {LONGEST} characters")
    if any(ord(character) < 0x20 or character in "\x7f\u0085\u2028\u2029" for character in text):
        raise BadInput("address", "holds a control character")
    if text.startswith("-"):
        raise BadInput("address", f"{text!r} reads like an option")
    if text.startswith("git+"):
        return Address("git", _git_location(text[len("git+") :]))
    scheme = _SCHEME.match(text)
    if scheme is None or _WINDOWS_DRIVE.match(text):
        return Address("folder", os.path.abspath(os.path.join(directory, os.path.expanduser(text))))
    name = scheme[1].lower()
    if name == "file":
        return Address("folder", _file_path(text[scheme.end() :]))
    if name in CLOUD_SCHEMES:
        return Address("cloud", f"{name}://{text[scheme.end() :]}")
    raise BadInput("address", f"{shown_address(text)!r} is no path, file://, s3://, gs://, az:// or git+URL")


def shown_address(text: str) -> str:
    """An address as people may see it: without the passwords, tokens and keys in it."""
    place, mark, query = text.partition("?")
    if not _SCHEME.search(place):
        return text
    return _LONG_NAME.sub("***", _SECRET.sub(r"\1:***@", place)) + mark + _QUERY_VALUE.sub("***", query)


def _file_path(rest: str) -> str:
    path = unquote(rest.removeprefix("localhost"))
    if not path.startswith("/"):
        raise BadInput("address", "file:// names a path of this machine, such as file:///srv/memory")
    if "\0" in path:
        raise BadInput("address", "holds a control character")
    return os.path.abspath(path)


def _git_location(location: str) -> str:
    scheme = _SCHEME.match(location)
    if scheme is not None:
        if scheme[1].lower() not in GIT_SCHEMES or "::" in location.partition("://")[0]:
            raise BadInput("address", f"git+{scheme[1]}:// is none of {', '.join(GIT_SCHEMES)}")
        host = location[scheme.end() :].partition("/")[0].rpartition("@")[2]
        if host.startswith("-"):
            raise BadInput("address", "has a host that reads like an option")
        return location
    if _GIT_NAME.fullmatch(location) or _GIT_SCP.fullmatch(location):
        return location
    shown = "git+…" if "@" in location else repr(f"git+{location}")  # what is no URL may still hold a password
    raise BadInput("address", f"{shown} is no URL of git and no name of a git remote")
