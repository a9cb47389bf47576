"""Commits and tags: values and canonical bytes (SPEC.md, "Commit bodies" and "Tag bodies")."""

from __future__ import annotations

from typing import Any, NamedTuple

from memora.errors import BadInput
from memora.model import canonical
from memora.model.ids import OBJECT_ID_BYTES, CommitId, NodeId, ObjectId, TreeId, VersionId
from memora.model.text import clean_content


class Decision(NamedTuple):
    """A clash that a merge decided: on which node, by which rule, and which version was overruled."""

    node: NodeId
    rule: str
    overruled: VersionId | None


class Commit(NamedTuple):
    """A recorded tree. ``parents`` keep their order, ours first; ``at`` is in microseconds."""

    tree: TreeId
    parents: tuple[CommitId, ...]
    author: str
    at: int
    message: str
    decisions: tuple[Decision, ...] = ()

    @property
    def subject(self) -> str:
        """The first line of the message."""
        return self.message.partition("\n")[0]


class Tag(NamedTuple):
    """An annotated name of a commit."""

    name: str
    commit: CommitId
    author: str
    at: int
    message: str


def clean_message(text: str) -> str:
    """A commit or tag message in its kept form. Raises BadInput when it is empty."""
    try:
        return clean_content(text)
    except BadInput as error:
        raise BadInput("message", error.problem) from None


def encode_commit(commit: Commit) -> bytes:
    """The canonical body of a commit."""
    body: dict[str, Any] = {
        "at": commit.at,
        "author": commit.author,
        "message": commit.message,
        "tree": commit.tree.hex(),
    }
    if commit.parents:
        body["parents"] = [parent.hex() for parent in commit.parents]
    if commit.decisions:
        body["decisions"] = [_decision_fields(decision) for decision in commit.decisions]
    return canonical.encode_checked(body)


def decode_commit(body: bytes) -> Commit:
    """The commit in a body. Raises BadInput where a field is missing or of another shape."""
    fields = canonical.parse_verified(body)
    try:
        return Commit(
            tree=TreeId(_object_id(fields["tree"])),
            parents=tuple(CommitId(_object_id(parent)) for parent in fields.get("parents", ())),
            author=fields["author"],
            at=fields["at"],
            message=fields["message"],
            decisions=tuple(_decode_decision(item) for item in fields.get("decisions", ())),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadInput("commit", f"is not a commit: {type(error).__name__} at {error}") from None


def encode_tag(tag: Tag) -> bytes:
    """The canonical body of an annotated tag."""
    return canonical.encode_checked(
        {"at": tag.at, "author": tag.author, "commit": tag.commit.hex(), "message": tag.message, "name": tag.name}
    )


def decode_tag(body: bytes) -> Tag:
    """The tag in a body. Raises BadInput where a field is missing or of another shape."""
    fields = canonical.parse_verified(body)
    try:
        return Tag(
            fields["name"],
            CommitId(_object_id(fields["commit"])),
            fields["author"],
            fields["at"],
            fields["message"],
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadInput("tag", f"is not a tag: {type(error).__name__} at {error}") from None


def _decision_fields(decision: Decision) -> dict[str, Any]:
    fields: dict[str, Any] = {"node": decision.node.hex(), "rule": decision.rule}
    if decision.overruled is not None:
        fields["overruled"] = decision.overruled.hex()
    return fields


def _decode_decision(fields: dict[str, Any]) -> Decision:
    overruled = fields.get("overruled")
    return Decision(
        NodeId(bytes.fromhex(fields["node"])),
        fields["rule"],
        None if overruled is None else VersionId(_object_id(overruled)),
    )


def _object_id(text: str) -> ObjectId:
    digest = bytes.fromhex(text)
    if len(digest) != OBJECT_ID_BYTES or text != digest.hex():
        raise ValueError(f"{text!r} is not {OBJECT_ID_BYTES} bytes of lower-case hexadecimal")
    return ObjectId(digest)
