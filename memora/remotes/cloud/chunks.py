"""The chunks of an upload, taken one after another, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


class ChunkSource:
    """Chunks that come once. ``size`` is how many bytes came so far; ``broken`` what the chunks themselves raised.

    The client passes on what its source raises, where it would look like a failure of the service.
    """

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self.size = 0
        self.broken: BaseException | None = None
        self._chunks = iter(chunks)

    def take(self, enough: int) -> bytes:
        """So many bytes and the rest of the last chunk, or all that there are."""
        taken = []
        while self.size < enough:
            chunk = next(self._chunks, None)
            if chunk is None:
                break
            self.size += len(chunk)
            taken.append(chunk)
        return b"".join(taken)

    def and_the_rest(self, start: bytes) -> Iterator[bytes]:
        """What was taken, and then every chunk to come."""
        yield start
        try:
            for chunk in self._chunks:
                self.size += len(chunk)
                yield chunk
        except GeneratorExit:
            raise
        except BaseException as error:
            self.broken = error
            raise
