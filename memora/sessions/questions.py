"""What was asked when memories were handed out, as the event of it keeps it, so that it can be asked again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from memora.errors import BadInput
from memora.model.filter import read_filter
from memora.model.selection import EVERYTHING, NodeFilter

# A question that is longer says nothing more to a search.
QUESTION_CHARACTERS: Final = 4000


class Question(NamedTuple):
    """What was asked for, how many answers at most, among which memories, and at which revision (None for here)."""

    question: str
    limit: int
    wanted: NodeFilter = EVERYTHING
    revision: str | None = None


def question_fields(question: Question) -> dict[str, Any]:
    """A question as the data of an event."""
    fields: dict[str, Any] = {"question": question.question[:QUESTION_CHARACTERS], "limit": question.limit}
    wanted = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in question.wanted._asdict().items()
        if value not in ((), None)
    }
    if wanted:
        fields["filter"] = wanted
    if question.revision is not None:
        fields["revision"] = question.revision
    return fields


def read_question(data: Mapping[str, Any]) -> Question | None:
    """The question in the data of an event; None where none is kept, or it is none of this version's."""
    question, limit, revision = data.get("question"), data.get("limit"), data.get("revision")
    if not isinstance(question, str) or type(limit) is not int or not (revision is None or isinstance(revision, str)):
        return None
    try:
        return Question(question, limit, read_filter(**data.get("filter", {})), revision)
    except (BadInput, TypeError, AttributeError):
        return None
