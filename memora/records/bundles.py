"""The records of bundles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from memora.model.ids import CommitId
from memora.operations.remotes.bundle_check import VerifiedBundle
from memora.operations.remotes.bundling import Bundled
from memora.operations.remotes.unbundling import Unbundled
from memora.operations.share.handoff import Handoff
from memora.records.exchange import changed_refs, order_parts
from memora.remotes.bundle import BundleHeader
from memora.storage.refs import BRANCHES


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
        "orders": order_parts(done.orders),
        **_letter(done.header),
    }


def handoff_record(path: str, handoff: Handoff) -> dict[str, Any]:
    """``memora.handoff/v1``."""
    bundled, header = handoff.bundled, handoff.bundled.header
    return {
        "schema": "memora.handoff/v1",
        "path": path,
        "to": header.to,
        "branch": handoff.branch,
        "commit": header.refs[BRANCHES + handoff.branch].hex(),
        "questions": handoff.questions._asdict(),
        "letter": header.note,
        "objects": bundled.objects,
        "versions": bundled.versions,
        "commits": bundled.commits,
        "bytes": bundled.size_bytes,
    }


def _letter(header: BundleHeader) -> dict[str, Any]:
    return {"author": header.author, "at": header.at, "to": header.to, "note": header.note}
