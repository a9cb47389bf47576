"""A node's version as canonical bytes, and back (SPEC.md, "Node bodies")."""

from __future__ import annotations

import json
from typing import Any, Final

from memora.errors import BadInput
from memora.model import canonical, fields
from memora.model.canonical import quote
from memora.model.ids import VersionId
from memora.model.node import Dispute, Link, Node, Observation
from memora.model.vocabulary import NODE_TYPES, STATUSES

_NODE_FIELDS: Final = frozenset({*Node._fields, "conflict"} - {"dispute"})
_OBSERVATION_FIELDS: Final = frozenset({*Observation._fields, "stance"} - {"contradicts"})
_LINK_FIELDS: Final = frozenset({"rel", "to"})
_DISPUTE_FIELDS: Final = frozenset(Dispute._fields)

# Told apart by their hashes, which is quicker than one after the other.
_TYPES: Final = dict.fromkeys(NODE_TYPES)
_STATUSES: Final = dict.fromkeys(STATUSES)

# The stance of an observation that contradicts its node; one that supports it says none.
CONTRADICTS: Final = "contradicts"


def encode_node(node: Node) -> bytes:
    """The canonical body of a version. The node's values must have passed the model's rules.

    Written out in the canonical order of the fields: the encoder for any mapping takes twice as long.
    """
    parts = (
        "{",
        f'"applies_to":{_texts(node.applies_to)},' if node.applies_to else "",
        f'"confidence":{canonical_confidence(node.confidence)},',
        f'"conflict":{_dispute(node.dispute)},' if node.dispute else "",
        f'"content":{quote(node.content)},"created_at":{node.created_at},',
        "" if node.expires_at is None else f'"expires_at":{node.expires_at},',
        f'"id":"{node.id.hex()}",',
        "" if node.key is None else f'"key":{quote(node.key)},',
        f'"links":[{",".join(map(_link, node.links))}],' if node.links else "",
        f'"observations":[{",".join(map(_observation, node.observations))}],',
        '"pinned":true,' if node.pinned else "",
        f'"status":{quote(node.status)},',
        f'"tags":{_texts(node.tags)},' if node.tags else "",
        f'"type":{quote(node.type)},"updated_at":{node.updated_at}',
        "" if node.valid_from is None else f',"valid_from":{node.valid_from}',
        "" if node.valid_to is None else f',"valid_to":{node.valid_to}',
        "}",
    )
    return "".join(parts).encode()


def decode_node(body: bytes) -> Node:
    """The node in a body. Raises BadInput where a field is missing, unknown or of another type.

    Whether the body is canonical and the values obey the model's rules is for ``fsck`` to ask.
    """
    parsed = canonical.parse_verified(body)
    try:
        fields.require_known(parsed, _NODE_FIELDS)
        get = parsed.get
        # In the order of the fields, without their names: that takes a third of the time.
        return Node(
            fields.node_id(parsed["id"]),
            fields.word(parsed["type"], _TYPES),
            fields.text(parsed["content"]),
            fields.share(parsed["confidence"]),
            fields.word(parsed["status"], _STATUSES),
            tuple([_decode_observation(item) for item in fields.items(parsed["observations"])]),
            fields.moment(parsed["created_at"]),
            fields.moment(parsed["updated_at"]),
            fields.optional_text(get("key")),
            fields.texts(parsed["tags"]) if "tags" in parsed else (),
            tuple([_decode_link(item) for item in fields.items(parsed["links"])]) if "links" in parsed else (),
            fields.texts(parsed["applies_to"]) if "applies_to" in parsed else (),
            _decode_flag(parsed["pinned"]) if "pinned" in parsed else False,
            fields.optional_moment(get("expires_at")),
            fields.optional_moment(get("valid_from")),
            fields.optional_moment(get("valid_to")),
            _decode_dispute(parsed["conflict"]) if "conflict" in parsed else None,
        )
    except KeyError as error:
        raise BadInput("node", f"has no {error}") from None
    except (TypeError, ValueError, AttributeError) as error:
        raise BadInput("node", f"holds {error}") from None


def peek_texts(body: bytes) -> tuple[bytes, bytes] | None:
    """The content in a canonical body, in UTF-8, and the rest of the body as it is; None where it takes more to tell.

    That is so in a dispute, of which the content is not all that it says, and where what is there is no such body.
    """
    # Inside of a text no quotation mark stands without a backslash before it, so these are found where they belong.
    before, found, after = body.partition(b'"content":"')
    content, ended, behind = after.partition(b'","created_at":')
    if not (found and ended) or b'"conflict":' in before:
        return None
    if b"\\" in content:
        try:
            content = str(json.loads(b'"%b"' % content)).encode()
        except ValueError:
            return None
    return content, before + behind


def canonical_confidence(confidence: float) -> float | int:
    """A confidence with at most four decimals, an integer where it is 0 or 1."""
    rounded = round(confidence, 4)
    return int(rounded) if rounded in (0, 1) else rounded


def _observation(observation: Observation) -> str:
    parts = (
        "{",
        f'"anchors":{_texts(observation.anchors)},' if observation.anchors else "",
        f'"at":{observation.at},"author":{quote(observation.author)},',
        f'"evidence":{_texts(observation.evidence)},' if observation.evidence else "",
        "" if observation.note is None else f'"note":{quote(observation.note)},',
        "" if observation.session is None else f'"session":{quote(observation.session)},',
        f'"source":{quote(observation.source)}',
        f',"stance":"{CONTRADICTS}"' if observation.contradicts else "",
        "}",
    )
    return "".join(parts)


def _link(link: Link) -> str:
    return f'{{"rel":{quote(link.relation)},"to":"{link.to.hex()}"}}'


def _dispute(dispute: Dispute) -> str:
    base = "" if dispute.base is None else f'"base":"{dispute.base.hex()}",'
    sides = ",".join([f'"{side.hex()}"' for side in dispute.sides])
    return f'{{{base}"sides":[{sides}]}}'


def _texts(texts: tuple[str, ...]) -> str:
    return f"[{','.join(map(quote, texts))}]"


def _decode_observation(parsed: dict[str, Any]) -> Observation:
    fields.require_known(parsed, _OBSERVATION_FIELDS)
    return Observation(
        fields.text(parsed["source"]),
        fields.text(parsed["author"]),
        fields.moment(parsed["at"]),
        fields.optional_text(parsed.get("session")),
        fields.texts(parsed["evidence"]) if "evidence" in parsed else (),
        fields.optional_text(parsed.get("note")),
        "stance" in parsed and fields.word(parsed["stance"], (CONTRADICTS,)) == CONTRADICTS,
        fields.texts(parsed["anchors"]) if "anchors" in parsed else (),
    )


def _decode_link(parsed: dict[str, Any]) -> Link:
    fields.require_known(parsed, _LINK_FIELDS)
    return Link(fields.text(parsed["rel"]), fields.node_id(parsed["to"]))


def _decode_flag(value: Any) -> bool:
    if value is not True:
        raise TypeError(f"{value!r} for a flag; one that is not set is left out")
    return True


def _decode_dispute(parsed: dict[str, Any]) -> Dispute:
    fields.require_known(parsed, _DISPUTE_FIELDS)
    return Dispute(
        VersionId(fields.object_id(parsed["base"])) if "base" in parsed else None,
        tuple([VersionId(fields.object_id(side)) for side in fields.items(parsed["sides"])]),
    )
