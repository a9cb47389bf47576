"""A manifest: what a remote holds at one generation (SPEC.md, "Manifests")."""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from blake3 import blake3

from memora.errors import BadInput, BadName
from memora.errors.remotes import DamagedRemote
from memora.errors.store import NewerFormat
from memora.model import canonical, fields
from memora.model.ids import ObjectId
from memora.model.names import clean_ref_name, fold_name
from memora.remotes.pack import pack_small, unpack_small

FORMAT: Final = 1
LARGEST_BYTES: Final = 32 * 1024 * 1024

BRANCHES: Final = "refs/heads/"
TAGS: Final = "refs/tags/"
SESSIONS: Final = "refs/sessions/"
_SHARED: Final = (BRANCHES, TAGS, SESSIONS)

_FIELDS: Final = frozenset(
    {"format", "generation", "previous", "epoch", "head", "refs", "packs", "tombstones", "purges"}
)
_REF_FIELDS: Final = frozenset({"name", "target"})
_PACK_FIELDS: Final = frozenset({"name", "bytes", "objects", "generation"})
_GONE_FIELDS: Final = frozenset({"name", "generation"})
_NAME: Final = re.compile(r"[0-9a-f]{20}")


class Pack(NamedTuple):
    """A pack that is live. ``generation`` is the one that brought the newest of its objects to the remote."""

    name: str
    size_bytes: int
    objects: int
    generation: int


class Manifest(NamedTuple):
    """What a remote holds: references by full name, live packs, and files that are about to be removed.

    ``previous`` is the digest of the manifest before, None for the first. ``epoch`` is raised whenever objects were
    thrown away. ``head`` is the branch that a clone goes to. ``tombstones`` gives each doomed pack the generation
    since which it is; ``purges`` are the files that say what was erased.
    """

    generation: int
    previous: bytes | None
    epoch: int
    head: str | None
    refs: dict[str, ObjectId]
    packs: tuple[Pack, ...]
    tombstones: dict[str, int]
    purges: tuple[str, ...]


EMPTY: Final = Manifest(0, None, 0, None, {}, (), {}, ())


def encode_manifest(manifest: Manifest) -> bytes:
    """The bytes of a manifest's file."""
    body: dict[str, Any] = {
        "format": FORMAT,
        "generation": manifest.generation,
        "epoch": manifest.epoch,
    }
    if manifest.refs:
        body["refs"] = [{"name": name, "target": target.hex()} for name, target in sorted(manifest.refs.items())]
    if manifest.packs:
        body["packs"] = [
            {"name": pack.name, "bytes": pack.size_bytes, "objects": pack.objects, "generation": pack.generation}
            for pack in manifest.packs
        ]
    if manifest.previous is not None:
        body["previous"] = manifest.previous.hex()
    if manifest.head is not None:
        body["head"] = manifest.head
    if manifest.tombstones:
        body["tombstones"] = [
            {"name": name, "generation": generation} for name, generation in sorted(manifest.tombstones.items())
        ]
    if manifest.purges:
        body["purges"] = list(manifest.purges)
    return pack_small(canonical.encode_checked(body))


def decode_manifest(name: str, packed: bytes) -> Manifest:
    """The manifest in a file. Raises DamagedRemote, and NewerFormat where a newer memora wrote it."""
    body = unpack_small(name, packed, LARGEST_BYTES)
    try:
        parsed = canonical.decode(body)
        found = _count(parsed["format"])
        if found > FORMAT:
            raise NewerFormat(found, FORMAT, f"{name} at the remote")
        fields.require_known(parsed, _FIELDS)
        return Manifest(
            generation=_count(parsed["generation"]),
            previous=fields.object_id(parsed["previous"]) if "previous" in parsed else None,
            epoch=_count(parsed["epoch"]),
            head=_branch(parsed["head"]) if "head" in parsed else None,
            refs=_refs(parsed.get("refs", ())),
            packs=_packs(parsed.get("packs", ())),
            tombstones=dict(map(_tombstone, parsed.get("tombstones", ()))),
            purges=tuple(map(file_name, parsed.get("purges", ()))),
        )
    except KeyError as error:
        raise DamagedRemote(name, f"it has no {error}") from None
    except (BadInput, BadName, TypeError, ValueError, AttributeError) as error:
        raise DamagedRemote(name, str(error)) from None


def digest_of(packed: bytes) -> bytes:
    """What the manifest after this one calls it."""
    return blake3(packed).digest()


def file_name(value: Any) -> str:
    """A name that memora gave a pack or a list of what was erased. Raises ValueError."""
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise ValueError(f"{value!r:.60} is no name that memora gives a file")
    return value


def clean_shared_ref(name: str) -> str:
    """A full reference name as it may be shared: of a branch, tag or session. Raises BadName, ValueError."""
    prefix = next((prefix for prefix in _SHARED if name.startswith(prefix)), None)
    if prefix is None or clean_ref_name("reference", name.removeprefix(prefix)) != name.removeprefix(prefix):
        raise ValueError(f"{name!r:.80} is no name of a branch, tag or session")
    return name


def _count(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 10**15:
        raise TypeError(f"{value!r:.40}, which is not a number of something")
    return value


def _branch(value: Any) -> str:
    return clean_ref_name("branch", fields.text(value))


def _refs(value: Any) -> dict[str, ObjectId]:
    refs = {}
    for item in value:
        fields.require_known(item, _REF_FIELDS)
        refs[clean_shared_ref(fields.text(item["name"]))] = fields.object_id(item["target"])
    if len({fold_name(name) for name in refs}) != len(value):
        raise ValueError("two of its names differ only by case or Unicode form")
    return refs


def _packs(value: Any) -> tuple[Pack, ...]:
    packs = tuple([_pack(item) for item in value])
    if len({pack.name for pack in packs}) != len(packs):
        raise ValueError("it names a pack twice")
    return packs


def _pack(value: Any) -> Pack:
    fields.require_known(value, _PACK_FIELDS)
    return Pack(
        file_name(value["name"]),
        _count(value["bytes"]),
        _count(value["objects"]),
        _count(value["generation"]),
    )


def _tombstone(value: Any) -> tuple[str, int]:
    fields.require_known(value, _GONE_FIELDS)
    return file_name(value["name"]), _count(value["generation"])
