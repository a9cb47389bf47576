"""Commits and tags: values and canonical bytes (SPEC.md, "Commit bodies" and "Tag bodies")."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from memora.errors import BadInput
from memora.model import canonical, fields
from memora.model.ids import CommitId, NodeId, TreeId, VersionId
from memora.model.secrets import refuse_secrets
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


class CommitEntry(NamedTuple):
    """What the commit graph knows of a commit, so that history is walked without decoding it.

    A commit without parents has generation 1. ``at`` is the commit's time, moved to just behind its parents' where
    its clock was not: by ``at`` alone, children come after their parents.
    """

    generation: int
    at: int
    parents: tuple[CommitId, ...]


class Tag(NamedTuple):
    """An annotated name of a commit."""

    name: str
    commit: CommitId
    author: str
    at: int
    message: str


_COMMIT_FIELDS: Final = frozenset(Commit._fields)
_TAG_FIELDS: Final = frozenset(Tag._fields)
_DECISION_FIELDS: Final = frozenset(Decision._fields)


def clean_message(text: str) -> str:
    """A commit or tag message in its kept form. Raises BadInput when it is empty, SecretFound."""
    try:
        message = clean_content(text)
    except BadInput as error:
        raise BadInput("message", error.problem) from None
    refuse_secrets("message", (message,))
    return message


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
    """The commit in a body. Raises BadInput where a field is missing, unknown or of another type."""
    parsed = canonical.parse_verified(body)
    try:
        fields.require_known(parsed, _COMMIT_FIELDS)
        parents = fields.items(parsed["parents"]) if "parents" in parsed else []
        decisions = fields.items(parsed["decisions"]) if "decisions" in parsed else []
        return Commit(
            tree=TreeId(fields.object_id(parsed["tree"])),
            parents=tuple([CommitId(fields.object_id(parent)) for parent in parents]),
            author=fields.text(parsed["author"]),
            at=fields.moment(parsed["at"]),
            message=fields.text(parsed["message"]),
            decisions=tuple([_decode_decision(item) for item in decisions]),
        )
    except KeyError as error:
        raise BadInput("commit", f"has no {error}") from None
    except (TypeError, ValueError, AttributeError) as error:
        raise BadInput("commit", f"holds {error}") from None


def encode_tag(tag: Tag) -> bytes:
    """The canonical body of an annotated tag."""
    return canonical.encode_checked(
        {"at": tag.at, "author": tag.author, "commit": tag.commit.hex(), "message": tag.message, "name": tag.name}
    )


def decode_tag(body: bytes) -> Tag:
    """The tag in a body. Raises BadInput where a field is missing, unknown or of another type."""
    parsed = canonical.parse_verified(body)
    try:
        fields.require_known(parsed, _TAG_FIELDS)
        return Tag(
            fields.text(parsed["name"]),
            CommitId(fields.object_id(parsed["commit"])),
            fields.text(parsed["author"]),
            fields.moment(parsed["at"]),
            fields.text(parsed["message"]),
        )
    except KeyError as error:
        raise BadInput("tag", f"has no {error}") from None
    except (TypeError, ValueError, AttributeError) as error:
        raise BadInput("tag", f"holds {error}") from None


def _decision_fields(decision: Decision) -> dict[str, Any]:
    values: dict[str, Any] = {"node": decision.node.hex(), "rule": decision.rule}
    if decision.overruled is not None:
        values["overruled"] = decision.overruled.hex()
    return values


def _decode_decision(parsed: dict[str, Any]) -> Decision:
    fields.require_known(parsed, _DECISION_FIELDS)
    return Decision(
        fields.node_id(parsed["node"]),
        fields.text(parsed["rule"]),
        VersionId(fields.object_id(parsed["overruled"])) if "overruled" in parsed else None,
    )
