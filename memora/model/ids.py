"""Identities: one type per kind of thing, so that a tree's id never passes for a commit's.

An object's id is the BLAKE3-256 digest of its kind, length and body (SPEC.md, "Object ids"); a node's
id is a BLAKE3-128 digest made once, at birth. Ids are bytes inside memora and lower-case hexadecimal
outside of it.
"""

from __future__ import annotations

from typing import Final, Literal, NewType

from blake3 import blake3

ObjectId = NewType("ObjectId", bytes)
VersionId = NewType("VersionId", ObjectId)
TreeId = NewType("TreeId", ObjectId)
CommitId = NewType("CommitId", ObjectId)
TagId = NewType("TagId", ObjectId)
SessionId = NewType("SessionId", ObjectId)
NodeId = NewType("NodeId", bytes)

ObjectKind = Literal["node", "tree", "commit", "tag", "session"]

OBJECT_ID_BYTES: Final = 32
NODE_ID_BYTES: Final = 16


def hash_object(kind: ObjectKind, body: bytes) -> ObjectId:
    """The 32-byte id of an object: BLAKE3-256 over ``memora1 SP kind SP length NUL body``."""
    return ObjectId(blake3(b"memora1 %b %d\0%b" % (kind.encode(), len(body), body)).digest())


def hash_node_identity(type_name: str, basis: Literal["key", "content"], text: str, counter: int = 0) -> NodeId:
    """The 16-byte id a node is born with, from its type and its key or its normalised content.

    ``counter`` is 0 unless the id is taken by a node that says something else now.
    """
    suffix = f"\0{counter}" if counter else ""
    seed = f"memora1 node-id\0{type_name}\0{basis}\0{text}{suffix}".encode()
    return NodeId(blake3(seed).digest(NODE_ID_BYTES))
