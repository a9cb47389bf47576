"""A remote that lies: objects, packs and manifests of any shape in a folder, as no memora would write them."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import zstandard
from blake3 import blake3

from memora.model import canonical
from memora.model.ids import ObjectId, ObjectKind, hash_object
from memora.remotes.manifest import EMPTY, Manifest, Pack, encode_manifest
from memora.remotes.pack import MAGIC, PackWriter, pack_small
from memora.remotes.ports import Packable

MAIN = "refs/heads/main"
IDENTITY = "ab" * 16


def item(kind: ObjectKind, body: bytes | dict[str, Any]) -> Packable:
    """An object whose bytes hash to its id, whatever they say."""
    raw = body if isinstance(body, bytes) else canonical.encode_checked(body)
    return Packable(hash_object(kind, raw), kind, raw)


class HostileRemote:
    """The files of a remote in a folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        for folder in (path, path / "packs", path / "manifests"):
            folder.mkdir()
        (path / "format").write_text(f"memora-remote 1\n{IDENTITY}\n")
        self.packs: list[Pack] = []

    def pack(self, objects: Iterable[Packable]) -> Pack:
        """Put a pack there, as it should be."""
        writer = PackWriter(iter(objects))
        content = b"".join(writer.chunks())
        return self.raw_pack(content, len(writer.ids))

    def raw_pack(self, content: bytes, objects: int = 1) -> Pack:
        """Put a pack there whose file holds some bytes."""
        name = f"{len(self.packs):020x}"
        (self.path / "packs" / f"{name}.pack").write_bytes(content)
        self.packs.append(Pack(name, len(content), objects, 1))
        return self.packs[-1]

    def manifest(self, refs: dict[str, ObjectId] | None = None, **changes: Any) -> Path:
        """Put a manifest there that names the packs and some references."""
        manifest: Manifest = EMPTY._replace(
            generation=1, head="main", refs=refs or {}, packs=tuple(self.packs), **{}
        )._replace(**changes)
        return self.raw_manifest(encode_manifest(manifest), manifest.generation)

    def json_manifest(self, body: bytes) -> Path:
        """Put a manifest there that holds some JSON, or what pretends to be."""
        return self.raw_manifest(pack_small(body))

    def raw_manifest(self, content: bytes, generation: int = 1) -> Path:
        """Put a manifest there whose file holds some bytes."""
        file = self.path / "manifests" / f"{generation:016}"
        file.write_bytes(content)
        return file

    def serve(self, *objects: Packable, tip: Packable | None = None, **refs: Packable) -> None:
        """A pack of some objects, and references to what they lead to: ``main`` to the tip."""
        self.pack(objects)
        names = {f"refs/{name.replace('_', '/', 1)}": target.id for name, target in refs.items()}
        self.manifest(({MAIN: tip.id} if tip else {}) | names)


def forged_pack(frames: Sequence[tuple[bytes, int, Sequence[bytes]]], *, claimed: int | None = None) -> bytes:
    """A pack of frames, each with the packed bytes, the bytes and the ids that the index says it has."""
    at, heads, ids, bodies = len(MAGIC), [], [], []
    for packed, unpacked, found in frames:
        heads.append(struct.pack(">QIII", at, len(packed), unpacked, len(found)))
        ids += found
        bodies.append(packed)
        at += len(packed)
    index = b"".join([struct.pack(">I", len(heads)), *heads, *ids])
    packed = zstandard.ZstdCompressor().compress(index)
    size = len(index) if claimed is None else claimed
    footer = struct.pack(">QII32s13s", at, len(packed), size, blake3(packed).digest(), b"memora-end 1\n")
    return MAGIC + b"".join(bodies) + packed + footer
