"""The ids of sessions, which observations name too."""

from __future__ import annotations

import re
from typing import Final

from memora.errors import BadInput, BadName
from memora.model.names import clean_ref_name

SESSION_ID_CHARACTERS: Final = 128

_SESSION_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


def clean_session_id(text: str) -> str:
    """The id of a session: ASCII letters, digits, ``_``, ``-`` and ``.``. Raises BadInput."""
    if len(text) > SESSION_ID_CHARACTERS:
        raise BadInput("session", f"id is longer than {SESSION_ID_CHARACTERS} characters")
    if not _SESSION_ID.fullmatch(text):
        raise BadInput("session", f"id {text!r} is not letters, digits, '_', '-' and '.', the first a letter or digit")
    try:
        return clean_ref_name("session", text)  # it becomes the name of a reference
    except BadName as error:
        raise BadInput("session", f"id {text!r} {error.problem}") from None
