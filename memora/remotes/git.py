"""A remote in an ordinary git repository, through the user's own git: every file is one reference.

``packs/1f….pack`` is ``refs/memora/remote/packs/1f….pack``: at least two levels below ``refs/``, where a clone of the
code does not look. What is pushed is under its own reference from the first moment, so that ``git gc`` keeps it.
Between here and there stands a bare repository of memora's own, which goes when the remote is closed; nothing is
written into a repository of the user.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Final

from memora.errors.remotes import NotARemote, RemoteFileMissing
from memora.errors.store import DiskFull
from memora.remotes.git_failures import failure_of, is_contended, is_outrun
from memora.remotes.git_objects import KeptFile, keep_file
from memora.remotes.git_parts import Part, find_parts, read_parts
from memora.remotes.git_process import Ran
from memora.remotes.git_relay import Relay
from memora.remotes.ports import MANIFESTS, RemoteFile, Unfinished
from memora.remotes.turns import pause_for_others

REFS: Final = "refs/memora/remote/"

_NAME: Final = re.compile(r"(?:[a-z]+/)?[0-9a-z][0-9a-z-]*(?:\.[a-z]+)?")
_MOST_TRIES: Final = 5


class GitFiles:
    """The files of a remote in a git repository: at a URL, or at a remote that the code's repository has a name for.

    ``directory`` is in the code's repository, whose settings count as they do for git there; "" for none. Nobody is
    asked for a password: helpers, agents and keys that answer by themselves work.
    """

    def __init__(self, location: str, directory: str, *, environment: Mapping[str, str] | None = None) -> None:
        self._relay = Relay(location, directory, os.environ if environment is None else environment)
        self._address = self._relay.address
        self._fetched: dict[str, tuple[str, Sequence[Part]]] = {}
        self._listed: dict[str, str] = {}

    def create(self, name: str, body: bytes) -> bool:
        with self._kept([body]) as file:
            return self._publish(name, file.commit)

    def upload(self, name: str, chunks: Iterable[bytes]) -> int:
        with self._kept(chunks) as file:
            if not self._publish(name, file.commit):
                raise NotARemote(self._address, f"has a file {name} that nobody was to make")
            return file.size_bytes

    def read(self, name: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        return read_parts(self._relay, self._find_parts(name), start, length)

    def list(self, folder: str) -> Iterator[RemoteFile]:
        found = self._references(f"{REFS}{folder}*").items()
        self._listed = {reference.removeprefix(REFS): commit for reference, commit in found}
        for name in sorted(self._listed):
            if name.startswith(folder) and _NAME.fullmatch(name):
                yield RemoteFile(name, None)

    def remove(self, *names: str) -> None:
        self._listed.clear()
        for name in names:
            self._fetched.pop(name, None)
        wanted = [_reference(self._address, name) for name in names]
        if not wanted:
            return
        ran = self._relay.push(*(f":{reference}" for reference in wanted))
        if ran.code != 0 and set(wanted) & self._references(f"{REFS}*").keys():
            raise failure_of(self._address, ran)

    def unfinished(self) -> Iterator[Unfinished]:
        return iter(())  # git on the other side throws away what a push that broke off had sent

    def turn(self, tries: int) -> AbstractContextManager[None]:
        return pause_for_others(tries)

    def close(self) -> None:
        self._fetched.clear()
        self._relay.close()

    @contextmanager
    def _kept(self, chunks: Iterable[bytes]) -> Iterator[KeptFile]:
        """A file as objects of git, here, for as long as it takes to push it."""
        source = _Source(chunks)
        self._relay.open()
        try:
            with keep_file(self._relay.objects, source, self._relay.object_format) as file:
                yield file
        except OSError as error:
            if source.failed is error:
                raise
            raise DiskFull(f"{self._relay.objects}: {error.strerror}") from None

    def _publish(self, name: str, commit: str) -> bool:
        """Let a reference that is not there name a commit; whether it names this one now.

        Nothing rests on what git says: where it failed, perhaps after the other side had done it, the reference itself
        tells. The commit holds a random number, so that nobody else's can be taken for it.
        """
        reference = _reference(self._address, name)
        self._listed.clear()
        for tried in range(_MOST_TRIES):
            ran = self._relay.push(f"--force-with-lease={reference}:", f"{commit}:{reference}")
            if ran.code == 0:
                return True
            if is_outrun(ran):
                return False
            found = self._references(reference).get(reference)
            if found is not None:
                return found == commit
            if not is_contended(ran):
                break
            time.sleep(0.05 * (tried + 1))
        raise failure_of(self._address, ran)

    def _references(self, pattern: str) -> dict[str, str]:
        """What the references there name that match a pattern."""
        ran = self._relay.list_references(pattern)
        if ran.code != 0:
            raise failure_of(self._address, ran)
        return _parse_references(ran)

    def _find_parts(self, name: str) -> Sequence[Part]:
        """Fetch a file unless it was fetched already.

        Of a manifest somebody may want to know whether it is there still, so what was fetched serves only where the
        last listing names it, and nothing was written since.
        """
        if name in self._fetched:
            commit, parts = self._fetched[name]
            if not name.startswith(MANIFESTS) or self._listed.get(name) == commit:
                return parts
        found = self._relay.fetch(_reference(self._address, name))
        if found is None:
            raise RemoteFileMissing(name)
        parts = find_parts(self._relay, found, name)
        self._fetched[name] = found, parts
        return parts


class _Source:
    """Chunks from a caller, whose own failures are not ours to explain."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks
        self.failed: BaseException | None = None

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._chunks
        except Exception as error:
            self.failed = error
            raise


def _reference(address: str, name: str) -> str:
    """The reference that a file is; no name becomes a pattern, or leaves the place that is memora's."""
    if not _NAME.fullmatch(name) or name.endswith(".lock"):
        raise NotARemote(address, f"names a file {name!r}, which cannot be")
    return REFS + name


def _parse_references(ran: Ran) -> dict[str, str]:
    found = {}
    for line in ran.output.decode("utf-8", "replace").splitlines():
        commit, tab, reference = line.partition("\t")
        if tab and reference.startswith(REFS):
            found[reference] = commit
    return found
