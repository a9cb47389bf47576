"""A server of object storage on loopback to measure against: the one that the tests of remotes speak to."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

_TESTS: Final = Path(__file__).resolve().parent.parent / "tests" / "remotes"


class ServerMissing(Exception):
    """The server cannot be had here; its text says why."""


def object_server() -> tuple[str, dict[str, str]]:
    """The address of a bucket and the environment that lets in; it ends with this process. Raises ServerMissing."""
    sys.path.insert(0, str(_TESTS))
    try:
        import pytest
        from server_processes import S3_BUCKET, seaweedfs
    except ImportError as error:
        raise ServerMissing(f"{error.name} is not installed (dependency group interop)") from None
    finally:
        sys.path.remove(str(_TESTS))
    try:
        return f"s3://{S3_BUCKET}/bench", seaweedfs()
    except pytest.skip.Exception as error:
        raise ServerMissing(str(error)) from None
