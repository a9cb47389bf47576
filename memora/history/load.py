"""Objects as values: an id in, a node or commit out."""

from __future__ import annotations

from memora.errors import BadInput, DamagedObject
from memora.model.commit import Commit, Tag, decode_commit, decode_tag
from memora.model.ids import CommitId, TagId, VersionId
from memora.model.node import Node
from memora.model.node_codec import decode_node
from memora.model.ports import ObjectReader


def load_node(objects: ObjectReader, version: VersionId) -> Node:
    """The node in a version. Raises MissingObject, DamagedObject."""
    body = objects.read(version, "node")
    try:
        return decode_node(body)
    except BadInput as error:
        raise DamagedObject(version.hex(), str(error)) from None


def load_commit(objects: ObjectReader, commit: CommitId) -> Commit:
    """The commit of an id. Raises MissingObject, DamagedObject."""
    body = objects.read(commit, "commit")
    try:
        return decode_commit(body)
    except BadInput as error:
        raise DamagedObject(commit.hex(), str(error)) from None


def load_tag(objects: ObjectReader, tag: TagId) -> Tag:
    """The annotated tag of an id. Raises MissingObject, DamagedObject."""
    body = objects.read(tag, "tag")
    try:
        return decode_tag(body)
    except BadInput as error:
        raise DamagedObject(tag.hex(), str(error)) from None
