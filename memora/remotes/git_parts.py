"""A file of a remote, read out of the objects that git fetched: nothing is held but a chunk, whatever the host sent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import IO, Final, NamedTuple

from memora.errors.remotes import NotARemote, RemoteUnavailable
from memora.remotes.git_objects import MOST_PARTS, part_name
from memora.remotes.git_relay import Relay
from memora.remotes.ports import CHUNK_BYTES

_PART: Final = re.compile(r"100644 blob ([0-9a-f]{40,64}) +([0-9]+)\t([0-9]+)")
_LONGEST_HEADER: Final = 200
_BATCH: Final = 500  # requests that surely fit into a pipe


class Part(NamedTuple):
    """A part of a file: the blob that it is, and how many bytes it has."""

    blob: str
    size_bytes: int


def find_parts(relay: Relay, commit: str, name: str) -> list[Part]:
    """The parts of a file that was fetched. Raises NotARemote where what was fetched is no file of memora."""
    ran = relay.ask("ls-tree", "-z", "-l", "--full-tree", commit)
    parts = []
    for number, line in enumerate(ran.output.decode("utf-8", "replace").split("\0")[:-1]):
        match = _PART.fullmatch(line)
        if match is None or number >= MOST_PARTS or match[3] != part_name(number):
            raise NotARemote(relay.address, f"has a {name} that is no file of memora")
        parts.append(Part(match[1], int(match[2])))
    if not parts:
        raise NotARemote(relay.address, f"has a {name} that is no file of memora")
    return parts


def read_parts(relay: Relay, parts: Sequence[Part], start: int, length: int | None) -> Iterator[bytes]:
    """The bytes of a file from an offset on, in chunks; to its end, or so many."""
    left = max(0, sum(part.size_bytes for part in parts) - start)
    if length is not None:
        left = min(left, length)
    if not left:
        return
    skipped, first = start, 0
    while first < len(parts) and skipped >= parts[first].size_bytes:
        skipped -= parts[first].size_bytes
        first += 1
    for at in range(first, len(parts), _BATCH):
        for chunk in _contents(relay, parts[at : at + _BATCH]):
            wanted = chunk[skipped : skipped + left]
            skipped = max(0, skipped - len(chunk))
            left -= len(wanted)
            if wanted:
                yield wanted
            if not left:
                return


def _contents(relay: Relay, parts: Sequence[Part]) -> Iterator[bytes]:
    """The bytes of some parts, one after the other."""
    said = "".join(f"{part.blob}\n" for part in parts).encode()
    with relay.start("cat-file", "--batch", said=said) as running:
        for part in parts:
            if running.output.readline(_LONGEST_HEADER) != f"{part.blob} blob {part.size_bytes}\n".encode():
                raise RemoteUnavailable(relay.address, "git cannot give back what it fetched")
            yield from _exactly(relay.address, running.output, part.size_bytes)
            running.output.read(1)


def _exactly(address: str, output: IO[bytes], count: int) -> Iterator[bytes]:
    while count > 0:
        chunk = output.read(min(count, CHUNK_BYTES))
        if not chunk:
            raise RemoteUnavailable(address, "git ended in the middle of a file")
        count -= len(chunk)
        yield chunk
