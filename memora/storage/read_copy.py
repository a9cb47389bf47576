"""A copy of a database that cannot be opened where it lies, because its log would have to be written there.

Only for stores that this process may not write: somewhere else a copy would be behind at once.
"""

from __future__ import annotations

import os
import shutil
import tempfile

from memora.errors import Unavailable
from memora.storage.lock import PATIENCE_SECONDS, shared
from memora.storage.place import LOCK


def copy_for_reading(path: str, patience_seconds: float = PATIENCE_SECONDS) -> str:
    """Copy a database and its log into a new directory and give that. Raises Unavailable, Busy.

    Writers are kept out meanwhile where there is a lock file: a checkpoint between the two copies would tear them.
    """
    directory = ""
    try:
        directory = tempfile.mkdtemp(prefix="memora-read-")
        with shared(os.path.join(os.path.dirname(path), LOCK), patience_seconds):
            for original in (path, path + "-wal"):
                # Only the content: a copied mode could forbid to open the copy.
                shutil.copyfile(original, os.path.join(directory, os.path.basename(original)))
    except OSError as error:
        shutil.rmtree(directory, ignore_errors=True)
        raise Unavailable(f"{path} cannot be copied in order to read it: {error.strerror}") from None
    except BaseException:
        shutil.rmtree(directory, ignore_errors=True)
        raise
    return directory
