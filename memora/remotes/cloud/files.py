"""The files of a remote in object storage.

Nothing here is locked. ``create`` is a conditional put (``If-None-Match: *``, on Google ``x-goog-if-generation-match:
0``), which the services carry out for exactly one of all who ask at the same moment. What makes it more than one line
is that an answer can get lost: a put that took effect and was cut off, or was sent twice by something on the way, is
later answered with "there is one already". So each creation carries a word of its own beside the body, and whoever is
told that the name is taken looks whose word stands there.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, suppress
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError

from memora.errors.remotes import RemoteFileMissing, RemoteUnavailable
from memora.remotes.cloud.bucket import ANSWER_SECONDS, Bucket
from memora.remotes.cloud.chunks import ChunkSource
from memora.remotes.cloud.failures import CUT_OFF, Failure, failure_of, read_failure
from memora.remotes.ports import CHUNK_BYTES, RemoteFile, Unfinished
from memora.remotes.turns import pause_for_others

if TYPE_CHECKING:
    from obstore import GetOptions, GetResult

Answer = TypeVar("Answer")

# An upload of less than one part is one request; two parts of a longer one are on their way at once. Amazon takes no
# smaller parts, and 10,000 of them at most, which makes 48 GiB.
PART_BYTES: Final = 5 * 1024 * 1024
PARTS_AT_ONCE: Final = 2
# So long after each failure the same is asked again.
WAITS_SECONDS: Final = (0.1, 0.3, 1.0)

_QUICK_BYTES: Final = 1024 * 1024
_WORD: Final = "memora"
_FAILED: Final = (BaseError, OSError, ValueError)


class CloudFiles:
    """The files of a remote at an address such as ``s3://bucket/folder``. The bucket has to be there.

    ``environment`` says how to sign in, and is that of this process by default; ``answer_seconds`` is how long a
    service may keep silent; ``pause`` waits between tries.
    """

    def __init__(
        self,
        address: str,
        environment: Mapping[str, str] | None = None,
        *,
        answer_seconds: int = ANSWER_SECONDS,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._bucket = Bucket(address, environment, answer_seconds)
        self._pause = pause

    def create(self, name: str, body: bytes) -> bool:
        word = secrets.token_hex(16)
        tries = _Tries(self._bucket, self._pause)
        while True:
            try:
                client = self._bucket.client(sending=_worth_waiting_for(body))
                obstore.put(client, name, body, mode="create", attributes={_WORD: word}, use_multipart=False)
            except AlreadyExistsError as error:
                taken = self._whose(name, body, word, doubtful=tries.failed > 0)
                if taken is not None:
                    return taken
                # Amazon says so, too, of a conflict with another put that may yet fail, or it was removed just now.
                tries.count(read_failure(error), again=True)
            except _FAILED as error:
                tries.count(read_failure(error))
            else:
                return True

    def upload(self, name: str, chunks: Iterable[bytes]) -> int:
        source = ChunkSource(chunks)
        start = source.take(PART_BYTES)
        if len(start) < PART_BYTES:
            sending = _worth_waiting_for(start)
            self._ask(name, lambda: obstore.put(self._bucket.client(sending=sending), name, start, use_multipart=False))
            return source.size
        try:
            # Each part is tried again by the client; the whole cannot be, since the chunks come only once.
            client = self._bucket.client(sending=PARTS_AT_ONCE * PART_BYTES, retries=len(WAITS_SECONDS))
            parts = source.and_the_rest(start)
            obstore.put(client, name, parts, use_multipart=True, chunk_size=PART_BYTES, max_concurrency=PARTS_AT_ONCE)
        except _FAILED as error:
            if source.broken is not None:
                raise source.broken from None
            raise failure_of(self._bucket, read_failure(error)) from None
        return source.size

    def read(self, name: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        at, end = start, None if length is None else start + length
        tries = _Tries(self._bucket, self._pause)
        while True:
            try:
                found = obstore.get(self._bucket.client(), name, options=_part(at, end))
                if at == end:
                    return
                last, stream = found.range[1], iter(found.stream(CHUNK_BYTES))
                while chunk := next(stream, b""):
                    for cut in range(0, len(chunk), CHUNK_BYTES):  # longer than that now and then
                        piece = bytes(chunk[cut : cut + CHUNK_BYTES])
                        at += len(piece)
                        yield piece
                    tries = _Tries(self._bucket, self._pause)
                if at >= last:
                    return
                tries.count(CUT_OFF)
            except _FAILED as error:
                failure = read_failure(error)
                if failure.beyond_the_end:
                    return
                tries.count(failure, name)

    def list(self, folder: str) -> Iterator[RemoteFile]:
        found = self._ask("", lambda: obstore.list_with_delimiter(self._bucket.client(), folder.rstrip("/") or None))
        # A folder may have been made as a file of no bytes, by a console or a server that has folders.
        files = [file for file in found["objects"] if file["path"].startswith(folder)]
        yield from sorted(RemoteFile(file["path"], file["size"]) for file in files)

    def remove(self, *names: str) -> None:
        for name in names:  # one after another, since a service that is told many at once keeps no order
            with suppress(RemoteFileMissing):
                self._ask(name, partial(self._remove_one, name))

    def unfinished(self) -> Iterator[Unfinished]:
        return iter(())  # parts of an upload that broke off are no files; only rules of the bucket clear them away

    def turn(self, tries: int) -> AbstractContextManager[None]:
        return pause_for_others(tries)

    def close(self) -> None:
        self._bucket.close()

    def _remove_one(self, name: str) -> None:
        obstore.delete(self._bucket.client(), name)

    def _whose(self, name: str, body: bytes, word: str, *, doubtful: bool) -> bool | None:
        """Whether a file that is there is the one that we tried to make; None where there is none.

        ``doubtful`` says that an answer to us was lost before. A service that keeps no words beside its files leaves
        only the bytes to go by, and those of another may be the same.
        """
        try:
            found: GetResult = self._ask(name, lambda: obstore.get(self._bucket.client(), name, options={"head": True}))
            standing: str | None = found.attributes.get(_WORD)
            if standing is not None:
                return standing == word
            if not doubtful or b"".join(self.read(name)) != body:
                return False
        except RemoteFileMissing:
            return None
        raise RemoteUnavailable(self._bucket.address, f"the answer was lost, and {name} does not say who made it")

    def _ask(self, name: str, request: Callable[[], Answer]) -> Answer:
        """The answer to a request that may be made twice. Raises RemoteFileMissing of a name, and the rest."""
        tries = _Tries(self._bucket, self._pause)
        while True:
            try:
                return request()
            except _FAILED as error:
                tries.count(read_failure(error), name)


class _Tries:
    """How often a request has failed, and whether it is worth another try."""

    def __init__(self, bucket: Bucket, pause: Callable[[float], None]) -> None:
        self.failed = 0
        self._bucket, self._pause = bucket, pause
        self._waits = list(WAITS_SECONDS)

    def count(self, failure: Failure, name: str = "", *, again: bool = False) -> None:
        """Wait a little after a failure, or raise what memora says of it where another try makes no sense.

        ``name`` is that of a file that may simply not be there.
        """
        self.failed += 1
        if name and failure.no_file:
            raise RemoteFileMissing(name)
        if not self._waits or not (again or failure.may_pass):
            raise failure_of(self._bucket, failure)
        self._pause(self._waits.pop(0))
        if failure.timed_out:
            self._waits.clear()  # that took long; one more will tell


def _part(at: int, end: int | None) -> GetOptions:
    if at == end:
        return {"head": True}
    if end is not None:
        return {"range": (at, end)}
    return {"range": {"offset": at}} if at else {}


def _worth_waiting_for(body: bytes) -> int:
    """How many bytes the client has to allow time for; none where it takes no time worth speaking of."""
    return len(body) if len(body) > _QUICK_BYTES else 0
