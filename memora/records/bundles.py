"""The records of bundles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from memora.model.ids import CommitId
from memora.operations.remotes.bundle_check import VerifiedBundle
from memora.operations.remotes.bundling import Bundled
from memora.operations.remotes.unbundling import Unbundled
from memora.records.exchange import changed_refs
from memora.remotes.bundle import BundleHeader


def bundle_record(path: str, bundle: Bundled | VerifiedBundle, missing: Sequence[CommitId] | None) -> dict[str, Any]:
    """``memora.bundle/v1``. ``missing`` is what it builds on and is not here; None where there is no store."""
    header = bundle.header
    return {
        "schema": "memora.bundle/v1",
        "path": path,
        "refs": [{"name": name, "target": target.hex()} for name, target in sorted(header.refs.items())],
        "prerequisites": [commit.hex() for commit in header.prerequisites],
        "missing": None if missing is None else [commit.hex() for commit in missing],
        "head": header.head,
        **_letter(header),
        "objects": bundle.objects,
        "versions": bundle.versions,
        "commits": bundle.commits,
        "bytes": bundle.size_bytes,
    }


def unbundle_record(path: str, done: Unbundled) -> dict[str, Any]:
    """``memora.unbundle/v1``."""
    return {
        "schema": "memora.unbundle/v1",
        "path": path,
        "name": done.name,
        "objects": done.objects,
        "versions": done.versions,
        "commits": done.commits,
        "refs": changed_refs(done.changes),
        **_letter(done.header),
    }


def _letter(header: BundleHeader) -> dict[str, Any]:
    return {"author": header.author, "at": header.at, "to": header.to, "note": header.note}
