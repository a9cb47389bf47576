"""The chain of manifests: who makes the next generation first has moved the remote (SPEC.md, "The chain").

Nothing is ever locked. A manifest is created under the number after the newest; of all who do that at once one
succeeds, and the others look again.
"""

from __future__ import annotations

import re
import secrets
from contextlib import suppress
from typing import Final, NamedTuple

from memora.errors.remotes import DamagedRemote, NotARemote, RemoteFileMissing, RemoteUnavailable, UnsafeRemote
from memora.errors.store import NewerFormat
from memora.remotes.manifest import EMPTY, Manifest, decode_manifest, digest_of, encode_manifest
from memora.remotes.ports import FORMAT_FILE, LARGEST_CREATED_BYTES, MANIFESTS, RemoteFiles

FORMAT: Final = 1
_FORMAT_LINE: Final = re.compile(rb"memora-remote ([1-9][0-9]{0,8})\n(?:([0-9a-f]{32})\n)?")
_LONGEST_FORMAT: Final = 4096
_MANIFEST_NAME: Final = re.compile(MANIFESTS + r"[0-9]{16}")

# Every so many generations their maker removes those that are this much older than his.
_TRIM_EVERY: Final = 32
KEPT_GENERATIONS: Final = 128
_MOST_TRIES: Final = 8
_FIRST_ALONE: Final = 3


class Seen(NamedTuple):
    """The newest manifest of a remote, the digest of its bytes (None for that before the first), and whose it is."""

    identity: str
    manifest: Manifest
    digest: bytes | None


class Chain:
    """The manifests of one remote. ``address`` is what errors call the remote."""

    def __init__(self, files: RemoteFiles, address: str) -> None:
        self._files = files
        self._address = address

    def identity(self) -> str | None:
        """Which remote it is; None where there is none yet. Raises NotARemote, NewerFormat."""
        try:
            body = b"".join(self._files.read(FORMAT_FILE, 0, _LONGEST_FORMAT))
        except RemoteFileMissing:
            return None
        match = _FORMAT_LINE.fullmatch(body) or _FORMAT_LINE.match(body)
        if match is None:
            raise NotARemote(self._address, "is not a remote of memora: its file 'format' says something else")
        if int(match[1]) > FORMAT:
            raise NewerFormat(int(match[1]), FORMAT, f"the remote {self._address}")
        if match[2] is None or match.end() != len(body):
            raise DamagedRemote(FORMAT_FILE, "it does not say which remote this is")
        return match[2].decode()

    def establish(self) -> str:
        """Make the remote unless it is there; give its identity.

        Raises UnsafeRemote where two can make one file, and NotARemote where something else lies there.
        """
        found = self.identity()
        if found is None:
            if next(iter(self._files.list(MANIFESTS)), None) is not None:
                raise DamagedRemote(FORMAT_FILE, "it is missing")
            self._files.create(FORMAT_FILE, f"memora-remote {FORMAT}\n{secrets.token_hex(16)}\n".encode())
            found = self.identity()
        if found is None:
            raise UnsafeRemote(self._address)
        self.require_safe()
        return found

    def require_safe(self) -> None:
        """Make a file that is there once more, which must fail. Raises UnsafeRemote where it does not."""
        body = b"".join(self._files.read(FORMAT_FILE, 0, _LONGEST_FORMAT))
        if self._files.create(FORMAT_FILE, body):
            raise UnsafeRemote(self._address)

    def newest(self) -> Seen | None:
        """The newest manifest; None where there is no remote. Raises DamagedRemote, NewerFormat, NotARemote."""
        identity = self.identity()
        if identity is None:
            return None
        for _ in range(_MOST_TRIES):
            names = self.names()
            if not names:
                return Seen(identity, EMPTY, None)
            with suppress(RemoteFileMissing):  # somebody made many generations meanwhile, and trimmed this one
                return Seen(identity, *self.read(names[-1]))
        raise DamagedRemote(names[-1], "it is listed and cannot be read")

    def append(self, seen: Seen, manifest: Manifest) -> Seen | None:
        """Make the generation after one that was seen; None where somebody else made another first.

        Raises RemoteUnavailable where nobody can know which of the two it was.
        """
        following = manifest._replace(generation=seen.manifest.generation + 1, previous=seen.digest)
        packed = encode_manifest(following)
        if len(packed) > LARGEST_CREATED_BYTES:
            raise DamagedRemote(_name(following.generation), "it would be larger than a manifest may be")
        if not self._files.create(_name(following.generation), packed):
            return None
        digest = digest_of(packed)
        if not self._is_chained(seen) and not self._counts(following.generation, digest):
            self._files.remove(_name(following.generation))  # nobody reads it, and it may say what was erased since
            return None
        if following.generation % _TRIM_EVERY == 0:
            self._trim(following.generation - KEPT_GENERATIONS)
        return Seen(seen.identity, following, digest)

    def following(self, seen: Seen) -> str:
        """The name of the manifest after one that was seen."""
        return _name(seen.manifest.generation + 1)

    def forget_older(self, seen: Seen) -> Seen:
        """Remove all manifests before the newest, because of the names in them; the one that is the newest then.

        It has to be the third at least: who makes the first one anew, having slept, must not take it for his.
        """
        while seen.manifest.generation < _FIRST_ALONE:
            made = self.append(seen, seen.manifest)
            if made is None:
                return seen  # somebody was quicker; what is left goes with the next call
            seen = made
        self._trim(seen.manifest.generation)
        return seen

    def names(self) -> list[str]:
        """The manifests there are, oldest first. What is no manifest is passed over."""
        return [file.name for file in self._files.list(MANIFESTS) if _MANIFEST_NAME.fullmatch(file.name)]

    def read(self, name: str) -> tuple[Manifest, bytes]:
        """A manifest by the name of its file, and the digest of it. Raises DamagedRemote, RemoteFileMissing."""
        packed = b"".join(self._files.read(name, 0, LARGEST_CREATED_BYTES + 1))
        if len(packed) > LARGEST_CREATED_BYTES:
            raise DamagedRemote(name, "it is larger than a manifest may be")
        manifest = decode_manifest(name, packed)
        if _name(manifest.generation) != name:
            raise DamagedRemote(name, f"it says that it is generation {manifest.generation}")
        return manifest, digest_of(packed)

    def _is_chained(self, seen: Seen) -> bool:
        """Whether the manifest before the one just made is still there.

        They are trimmed oldest first: if it is, the one made had never been there before.
        """
        if seen.digest is None:
            return False
        try:
            packed = b"".join(self._files.read(_name(seen.manifest.generation), 0, LARGEST_CREATED_BYTES))
        except RemoteFileMissing:
            return False
        return digest_of(packed) == seen.digest

    def _counts(self, generation: int, digest: bytes) -> bool:
        """Whether a manifest that was made, and before which there is none, is the newest, or others went on from it.

        Else all of its generation was over when it was made. Raises RemoteUnavailable where it is gone by now.
        """
        for _ in range(_MOST_TRIES):
            names = self.names()
            if _name(generation) not in names:
                break
            later = [name for name in names if name > _name(generation)]
            if not later:
                return True
            with suppress(RemoteFileMissing):  # trimmed just now
                after, _ = self.read(later[0])
                return after.generation == generation + 1 and after.previous == digest
        raise RemoteUnavailable(
            self._address, "others changed it so much meanwhile that nobody knows whether this counted"
        )

    def _trim(self, before: int) -> None:
        self._files.remove(*(name for name in self.names() if int(name.rpartition("/")[2]) < before))


def _name(generation: int) -> str:
    return f"{MANIFESTS}{generation:016}"
