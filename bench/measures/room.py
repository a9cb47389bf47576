"""How much room memories take on disk."""

from __future__ import annotations

from collections.abc import Iterator

from bench.corpus import memories
from bench.figure import Figure
from bench.store import size_bytes
from bench.workshop import Workshop


def measure_room(workshop: Workshop) -> Iterator[Figure]:
    """Bytes a memory, committed once, with the search index and everything else."""
    size = workshop.scale.commands[1]
    files = min(size, workshop.scale.git_most)
    characters = sum(len(memory.content) for memory in memories(size)) / size
    yield Figure(
        "room",
        f"disk for a memory of {characters:.0f} characters, of {size:,}",
        size_bytes(workshop.store(size)) / size / 1000,
        "KB",
        1.5,
        git=workshop.git(files).size_bytes() / files / 1000,
        note=f"git: {files:,} files and their objects, each in blocks of its own until `git gc`.",
    )
