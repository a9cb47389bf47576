"""Every example of SPEC.md, held against the code."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from blake3 import blake3
from spec_blocks import SPEC, Block, block_names, read_blocks

from memora import operations
from memora.errors import BadInput, BadName
from memora.history.load import load_node
from memora.merge.remembered import signature
from memora.model import canonical, draft, names, text, times, vocabulary
from memora.model.belief import birth_id, combined_confidence
from memora.model.commit import decode_commit, decode_tag, encode_commit, encode_tag
from memora.model.ids import CommitId, NodeId, ObjectId, ObjectKind, SessionId, VersionId, hash_object
from memora.model.node import Dispute
from memora.model.node_codec import decode_node, encode_node
from memora.operations.history.merging import RESOLUTIONS
from memora.operations.history.standing import PENDING_MERGES
from memora.operations.look.receipts import record_recall
from memora.sessions import events as session_events
from memora.sessions.sealing import PART_BYTES, read_events, read_sealed
from memora.storage import place, schema, session_log
from memora.storage.memory import MemoryObjects
from memora.storage.objects import KINDS
from memora.storage.operation_log import Move, Operation, chain_hash
from memora.storage.refs import BRANCHES, SESSIONS, TAGS, Head, format_head, parse_head
from memora.storage.witness import Seen, read_witness, reset_witness, write_witness
from memora.tree.check import check_tree
from memora.tree.edit import build
from memora.tree.encoding import count_entries, slot_count, split_inner

ROUND_TRIPS = {
    "node": lambda body: encode_node(decode_node(body)),
    "commit": lambda body: encode_commit(decode_commit(body)),
    "tag": lambda body: encode_tag(decode_tag(body)),
    "tree": lambda body: body,
    "session": lambda body: canonical.encode(canonical.decode(body)),
}


def digest(words: str) -> bytes:
    return blake3(words.encode()).digest()


def body_of(block: Block) -> bytes:
    if "hex" in block.fields:
        return bytes.fromhex(block.fields["hex"])
    return block.fields["body"].encode()


def test_every_kind_of_block_is_checked_here():
    checked = set(re.findall(r'read_blocks\("(\S+?)"\)', Path(__file__).read_text(encoding="utf-8")))
    assert block_names() == checked


@pytest.mark.parametrize("block", read_blocks("object"), ids=lambda block: block.fields["id"][:8])
def test_an_object(block: Block):
    body = body_of(block)
    kind: ObjectKind = block.fields["kind"]
    assert len(body) == int(block.fields["length"])
    assert hash_object(kind, body).hex() == block.fields["id"]
    assert ROUND_TRIPS[kind](body) == body
    if kind == "tree":
        objects = MemoryObjects()
        assert not list(check_tree(objects, objects.write("tree", body)))
    else:
        assert canonical.encode(canonical.decode(body)) == body


def test_the_examples_have_every_kind_and_every_field():
    bodies: dict[str, list[dict]] = {}
    for block in read_blocks("object"):
        if "body" in block.fields:
            bodies.setdefault(block.fields["kind"], []).append(json.loads(block.fields["body"]))
    assert set(bodies) == {"node", "commit", "tag", "session"}
    (part,) = [body for body in bodies["session"] if "part" in body]
    bodies["session"].remove(part)
    assert set(part) == fields_of_table("Session bodies", number=1)
    assert {name for event in part["events"] for name in event} == {"seq", "at", "event", "data", "tree"}
    sections = {"node": "Node bodies", "commit": "Commit bodies", "tag": "Tag bodies", "session": "Session bodies"}
    for kind, section in sections.items():
        shown = {name for body in bodies[kind] for name in body}
        assert shown == fields_of_table(section)


def fields_of_table(section: str, number: int = 0) -> set[str]:
    """The names in the first column of a table of a section, counted from 0."""
    body = SPEC.read_text(encoding="utf-8").split(f"\n## {section}\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| field .*\n\|[-|]+\n((?:\|.*\n)+)", body, re.MULTILINE)[number]
    return {name for row in rows.splitlines() for name in re.findall(r"`(\w+)`", row.split("|")[1])}


@pytest.mark.parametrize("block", read_blocks("node-id"), ids=lambda block: block.fields["id"][:8])
def test_a_node_id(block: Block):
    fields = block.fields
    content = json.loads(fields["content"]) if "content" in fields else ""
    found = birth_id(fields["type"], fields.get("key"), content, int(fields["counter"]))
    assert found.hex() == fields["id"]


def test_canonical_json():
    (block,) = read_blocks("canonical")
    for line in block.lines:
        assert canonical.encode(canonical.decode(line.encode())) == line.encode()
    (block,) = read_blocks("not-canonical")
    for line in block.lines:
        with pytest.raises(BadInput):
            canonical.decode(line.encode())


def test_limits():
    (block,) = read_blocks("limits")
    assert {name: int(value) for name, value in block.fields.items()} == {
        "content bytes": text.CONTENT_BYTES,
        "evidence characters": draft.EVIDENCE_CHARACTERS,
        "glob characters": draft.GLOB_CHARACTERS,
        "items given at once": draft.MOST_ITEMS,
        "author characters": names.AUTHOR_CHARACTERS,
        "tag characters": names.TAG_CHARACTERS,
        "key characters": names.KEY_CHARACTERS,
        "name bytes": names.NAME_BYTES,
        "time": times.LATEST,
        "nesting": canonical.DEEPEST,
    }
    assert -times.EARLIEST == times.LATEST == canonical.LARGEST_INTEGER


def test_names():
    (block,) = read_blocks("names")
    for line in block.lines:
        verdict, _, example = line.partition(": ")
        if verdict == "taken":
            assert names.clean_ref_name("branch", example) == example
        elif verdict == "refused":
            with pytest.raises(BadName):
                names.clean_ref_name("branch", example)
        else:
            one, other = example.split()
            assert one != other
            assert names.fold_name(one) == names.fold_name(other)


def test_vocabulary():
    (block,) = read_blocks("vocabulary")
    lines = [line.partition(": ")[::2] for line in block.lines]
    types = [value.split() for name, value in lines if name == "type"]
    assert tuple(words[0] for words in types) == vocabulary.NODE_TYPES
    assert {words[0]: int(words[2]) for words in types if len(words) > 1} == vocabulary.DEFAULT_LIFETIME_DAYS
    sources = [value.split() for name, value in lines if name == "source"]
    assert tuple(words[0] for words in sources[:-1]) == vocabulary.SOURCES
    for name, _, confidence, _, rank, *observes in sources:
        source = vocabulary.parse_source(name)
        assert vocabulary.source_confidence(source) == float(confidence)
        assert vocabulary.source_rank(source) == int(rank)
        assert (source in vocabulary.OBSERVING_SOURCES) == bool(observes)
    statuses = [value.split() for name, value in lines if name == "status"]
    assert {name: int(rank) for name, _, rank in statuses} == vocabulary.STATUS_RANK
    section = SPEC.read_text(encoding="utf-8").split("\n## Node bodies\n")[1]
    assert all(f"`{relation}`" in section for relation in vocabulary.RELATIONS)


def test_corroboration():
    (block,) = read_blocks("corroboration")
    for line in block.lines:
        a, one, _, b, other, _, together = line.split()
        assert combined_confidence(float(a), float(b), {one, other}) == float(together)


def test_kinds_and_their_codes():
    section = SPEC.read_text(encoding="utf-8").split("\n## Object ids\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| (\d) \|", section, re.MULTILINE)
    assert [(kind, int(code)) for kind, code in rows] == [(kind, code) for code, kind in enumerate(KINDS)]


def test_digests_that_the_trees_rest_on():
    (block,) = read_blocks("digest")
    for words, value in block.fields.items():
        assert digest(words)[: len(value) // 2].hex() == value


@pytest.mark.parametrize("block", read_blocks("tree"), ids=lambda block: block.fields["root"][:8])
def test_a_tree(block: Block):
    fields = block.fields
    objects = MemoryObjects()
    entries = []
    for number in range(int(fields["entries"])):
        node = digest(f"node {number}")[:16] if fields["nodes"] == "digests" else number.to_bytes(16, "big")
        version = digest(f"version {number if fields['versions'] == 'digests' else 0}")
        entries.append((NodeId(node), VersionId(ObjectId(version))))
    root = build(objects, entries)
    body = objects.read(root, "tree")
    assert root.hex() == fields["root"]
    assert len(objects.objects) == int(fields["objects"])
    assert len(body) == int(fields["root length"])
    assert body.startswith(bytes.fromhex(fields["root begins"]))
    assert " ".join(str(slot_count(slot)) for slot in split_inner(body)) == fields["root counts"]
    assert count_entries(body) == len(entries)
    assert not list(check_tree(objects, root))


def test_the_tables_are_those_of_the_code():
    truth, derived = [normalised("\n".join(block.lines)) for block in read_blocks("sql")]
    assert truth == [normalised(statement)[0] for statement in schema._TRUTH]
    assert derived == [normalised(statement)[0] for statement in schema.DERIVED]


def normalised(sql: str) -> list[str]:
    return [" ".join(statement.split()) for statement in sql.split(";") if statement.strip()]


def test_numbers_of_the_database():
    page = SPEC.read_text(encoding="utf-8")
    assert f"`application_id` {schema.APPLICATION_ID} (0x{schema.APPLICATION_ID:X}," in " ".join(page.split())
    assert f"This is version {schema.FORMAT}." in page


@pytest.mark.parametrize("block", read_blocks("head"), ids=lambda block: block.fields["branch"])
def test_a_head(block: Block):
    branch, commit, words = block.fields["branch"], block.fields["commit"], block.fields["text"]
    head = Head(None if branch == "-" else branch, None if commit == "-" else CommitId(ObjectId(bytes.fromhex(commit))))
    assert format_head(head) == words
    assert parse_head(words) == head


def test_prefixes_of_references():
    page = SPEC.read_text(encoding="utf-8")
    assert f"`{BRANCHES}NAME`" in page
    assert f"`{TAGS}NAME`" in page
    assert f"`{place.DEFAULT_WORKSPACE}`" in page


def digest_field(value: str) -> bytes:
    return b"" if value == "-" else bytes.fromhex(value)


def test_operations():
    before = "-"
    for block in read_blocks("operation"):
        fields = block.fields
        assert fields["before"] == before
        *columns, redoable, moves = json.loads(fields["says"])
        decoded = [Move(name, *(value and bytes.fromhex(value) for value in ends)) for name, *ends in moves]
        operation = Operation(*columns, tuple(redoable), tuple(decoded))
        assert chain_hash(digest_field(before), operation).hex() == fields["hash"]
        prefixed = b"memora1 operation\0" + digest_field(before) + fields["says"].encode()
        assert blake3(prefixed).hexdigest() == fields["hash"]
        before = fields["hash"]


def test_events():
    before = "-"
    for block in read_blocks("event"):
        fields = block.fields
        assert fields["before"] in (before, "-")
        before = fields["before"]
        *said, tree = json.loads(fields["says"])
        assert canonical.encode(canonical.decode(said[4].encode())) == said[4].encode()
        tree = None if tree is None else bytes.fromhex(tree)
        assert session_log.chain_hash(digest_field(before), *said, tree).hex() == fields["hash"]
        prefixed = b"memora1 event\0" + digest_field(before) + fields["says"].encode()
        assert blake3(prefixed).hexdigest() == fields["hash"]
        before = fields["hash"]


def test_a_sealed_session():
    objects = MemoryObjects()
    blocks = [block for block in read_blocks("object") if block.fields["kind"] == "session"]
    *_, whole = [SessionId(objects.write("session", body_of(block))) for block in blocks]
    sealed = read_sealed(objects, whole)
    events = list(read_events(objects, sealed))
    assert [event.event for event in events] == ["session_started", "note", "session_ended"]
    assert f"over {PART_BYTES:,} bytes" in SPEC.read_text(encoding="utf-8").replace("\n", " ")


def test_the_types_of_events():
    section = SPEC.read_text(encoding="utf-8").split("\n## Sessions and events\n")[1].split("\n## ")[0]
    listed = re.findall(r"^\| `(\w+)` \|", section.split("| event | data |")[1], re.MULTILINE)
    assert sorted(listed) == sorted(session_events.OWN_TYPES)
    assert "An agent reports " + ", ".join(f"`{name}`" for name in session_events.AGENT_TYPES) in section


@pytest.mark.parametrize("block", read_blocks("witness"), ids=lambda block: block.fields["number"])
def test_the_witness(block: Block, tmp_path):
    seen = Seen(int(block.fields["number"]), digest_field(block.fields["hash"]))
    path = tmp_path / place.WITNESS
    reset_witness(str(path), seen)
    content = path.read_bytes()
    assert len(content) == 256
    assert content[:128] == content[128:] == block.fields["line"].encode().ljust(127) + b"\n"
    assert read_witness(str(path)) == seen


def test_the_witness_of_an_operation_goes_into_the_line_of_its_parity(tmp_path):
    path = tmp_path / place.WITNESS
    reset_witness(str(path), Seen(0, b""))
    write_witness(str(path), Seen(3, b"\1" * 32))
    assert path.read_bytes()[128:].startswith(b"00000000000000000003 0101")
    assert path.read_bytes()[:128].startswith(b"00000000000000000000 -")


def test_the_list_of_contents_names_every_section():
    page = SPEC.read_text(encoding="utf-8")
    listed = re.findall(r"^\d+\. \[(.+?)\]\(#(.+?)\)$", page, re.MULTILINE)
    assert [title for title, _ in listed] == re.findall(r"^## (.+)$", page, re.MULTILINE)
    assert all(anchor == title.lower().replace(" ", "-").replace(",", "") for title, anchor in listed)


def test_where_references_lie():
    section = SPEC.read_text(encoding="utf-8").split("\n## References, heads and workspaces\n")[1].split("\n## ")[0]
    listed = re.findall(r"^\| `(refs/\w+/)[A-Z]+` \|", section, re.MULTILINE)
    assert listed == [BRANCHES, TAGS, PENDING_MERGES, SESSIONS, RESOLUTIONS]


def test_a_settled_dispute_is_known_by_its_digest():
    objects = MemoryObjects()
    blocks = [block for block in read_blocks("object") if block.fields["kind"] == "node"]
    base, one, other = (VersionId(objects.write("node", body_of(block))) for block in blocks[:3])
    nodes = [load_node(objects, version) for version in (base, one, other)]
    stands = [[node.content, node.status] for node in nodes]
    node = nodes[0].id
    body = canonical.encode({"base": stands[0], "node": node.hex(), "sides": sorted(stands[1:])})
    assert signature(objects, node, Dispute(base, (one, other))) == hash_object("node", body).hex()
    body = canonical.encode({"base": [], "node": node.hex(), "sides": sorted(stands[1:])})
    assert signature(objects, node, Dispute(None, (one, other))) == hash_object("node", body).hex()


def test_the_data_of_an_event(tmp_path):
    shown = json.loads(json.loads(read_blocks("event")[0].fields["says"])[4])
    with operations.init(str(tmp_path)) as repository:
        changes = operations.add(repository, {"content": "Auth uses JWT"}, author="ada", now=1)
        handed_out = {item.node.id: item.version for item in changes.nodes}
        assert record_recall(repository, handed_out, author="ada", now=2)
        (event,) = repository.sessions.of_type(session_log.RECALLED)
        assert set(event.data) == set(shown)
        assert event.data["nodes"] == {node.hex(): version.hex() for node, version in handed_out.items()}


def test_a_new_store_is_as_described(tmp_path):
    """The files of a store, and what its first operation and witness look like from outside of memora."""
    with operations.init(str(tmp_path)) as repository:
        operations.add(repository, {"content": "Auth uses JWT"}, author="ada", now=1)
        head = repository.log.head()
    folder = tmp_path / place.FOLDER
    section = SPEC.read_text(encoding="utf-8").split("\n## The store\n")[1].split("\n## ")[0]
    described = set(re.findall(r"^\| `(\S+?)` \|", section, re.MULTILINE))
    assert {path.name for path in folder.iterdir()} - {"memora.db-wal", "memora.db-shm"} == described
    assert (folder / ".gitignore").read_bytes() == b"*\n"
    assert read_witness(str(folder / place.WITNESS)) == head
    header = (folder / place.DATABASE).read_bytes()[:100]
    assert header.startswith(b"SQLite format 3\0")
    assert int.from_bytes(header[68:72], "big") == schema.APPLICATION_ID
    assert int.from_bytes(header[60:64], "big") == schema.FORMAT
