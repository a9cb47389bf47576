"""The templates that people put beside their store, in ``.memora/templates``."""

from __future__ import annotations

import os
import re
import stat
from typing import Final

from memora.errors.files import TemplateFailed
from memora.export.render import UserTemplate

FOLDER: Final = "templates"
FORMATS: Final = ("md", "txt", "html", "json")
_LARGEST_BYTES: Final = 256 * 1024
_NAME = re.compile(rf"[a-z0-9][a-z0-9_-]{{0,63}}\.(?:{'|'.join(FORMATS)})")


def read_templates(store: str) -> dict[str, UserTemplate]:
    """The user's templates beside a store by their names without the ending, in order.

    Links and other names are passed over. Raises TemplateFailed for one that is no UTF-8 or too large, and for two of
    one name.
    """
    folder = os.path.join(store, FOLDER)
    found: dict[str, UserTemplate] = {}
    if os.path.islink(folder) or not os.path.isdir(folder):
        return found
    for file in sorted(os.listdir(folder)):
        path = os.path.join(folder, file)
        if not _NAME.fullmatch(file) or not stat.S_ISREG(os.lstat(path).st_mode):
            continue
        template = UserTemplate(file, _read(path, file))
        if template.name in found:
            raise TemplateFailed(file, None, f"has the name of {found[template.name].file}")
        found[template.name] = template
    return found


def _read(path: str, file: str) -> str:
    if os.path.getsize(path) > _LARGEST_BYTES:
        raise TemplateFailed(file, None, f"is larger than {_LARGEST_BYTES >> 10} KiB")
    try:
        with open(path, encoding="utf-8") as stream:
            return stream.read()
    except UnicodeDecodeError as error:
        raise TemplateFailed(file, None, f"is not valid UTF-8 at byte {error.start + 1}") from None
