"""A remote of somebody who means harm: what it says is refused or passed over, and the store stays as it was."""

from __future__ import annotations

import os
import struct
import time
import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import pytest
import zstandard
from commandline import Terminal
from hostile_remote import MAIN, HostileRemote, forged_pack, item
from node_samples import AT, PLAIN, node_id, seen, version
from stores import NOON

from memora.errors import Damaged, MemoraError, NotFound, Refused
from memora.errors.remotes import DamagedRemote
from memora.model.ids import NodeId, ObjectId
from memora.model.node import Dispute, Link
from memora.model.node_codec import encode_node
from memora.operations.care.fsck import fsck
from memora.operations.remotes.clone import clone
from memora.operations.remotes.fetch import fetch
from memora.operations.remotes.pull import pull
from memora.operations.remotes.push import Wish, push
from memora.operations.start.init import init
from memora.remotes import packed
from memora.remotes.pack import pack_small
from memora.remotes.ports import Packable
from memora.repository import Repository
from memora.storage.refs import BRANCHES
from memora.tree.encoding import EMPTY_TREE_BODY

EMPTY = item("tree", EMPTY_TREE_BODY)
BIDI = "\u202e"


def commit_of(tree: ObjectId, *parents: ObjectId, at: int = AT, **fields: Any) -> Packable:
    body: dict[str, Any] = {"tree": tree.hex(), "author": "eve", "at": at, "message": "trust me"}
    if parents:
        body["parents"] = [parent.hex() for parent in parents]
    return item("commit", body | fields)


def leaf(*entries: tuple[bytes, bytes]) -> Packable:
    return item("tree", b"L" + b"".join(node + found for node, found in entries))


def inner(count: int, *children: Packable) -> Packable:
    """An inner object whose children stand under the first digits, each said to hold so many entries."""
    bits = ((1 << len(children)) - 1) << (16 - len(children))
    return item("tree", b"I" + struct.pack(">H", bits) + b"".join(c.id + struct.pack(">I", count) for c in children))


def node_item(**changes: Any) -> Packable:
    return item("node", encode_node(PLAIN._replace(**changes)))


def history(node: Packable, under: bytes = PLAIN.id) -> list[Packable]:
    """A commit with one memory in it, last what leads to it."""
    tree = leaf((under, node.id))
    return [node, tree, commit_of(tree.id)]


@pytest.fixture
def remote(tmp_path: Path) -> HostileRemote:
    return HostileRemote(tmp_path / "remote")


@pytest.fixture
def store(tmp_path: Path, remote: HostileRemote) -> Repository:
    repository = init(str(tmp_path / "victim"))
    with repository.exclusive():
        repository.refs.remotes.add("origin", str(remote.path))
    return repository


def picture(path: Path) -> dict[str, Any]:
    """Every file below a path but what SQLite keeps beside a database, and the database by what it holds."""
    return {str(file): file.lstat().st_size for file in path.rglob("*") if "victim" not in file.parts}


def objects_in(repository: Repository) -> int:
    return sum(1 for _ in repository.objects.sizes())


def refused(repository: Repository, *kinds: type[MemoraError], branches: Sequence[str] = ()) -> MemoraError:
    """The error of a fetch, after which the store holds what it held, and nothing else was written."""
    outside = Path(repository.path).parent.parent
    before = objects_in(repository), repository.log.head(), picture(outside)
    with pytest.raises(kinds or (Damaged, Refused)) as caught:
        fetch(repository, "origin", branches=branches, author="ada", now=NOON)
    assert (objects_in(repository), repository.log.head(), picture(outside)) == before
    assert not list(Path(repository.path).glob("incoming/*/*"))
    assert dict(repository.refs.list("refs/")) == {}
    problems: list[Any] = []
    fsck(repository.path, report=problems.append)
    assert problems == []
    return caught.value


# Objects that hash to their ids and are nothing that memora would write.
_LONG: Final = "x" * (5 << 20)
BROKEN_NODES: Final[dict[str, Callable[[], Packable]]] = {
    "5 MB of content": lambda: node_item(content=_LONG),
    "a control character": lambda: node_item(content="red \x1b[31m"),
    "hidden text": lambda: node_item(content=f"harmless {BIDI}txt"),
    "a NUL": lambda: node_item(content="a\0b"),
    "no content": lambda: node_item(content=""),
    "no observation": lambda: node_item(observations=()),
    "100,000 observations": lambda: node_item(observations=tuple(seen(at=AT + n) for n in range(100_000))),
    "100,000 tags": lambda: node_item(tags=tuple(sorted(f"t{n}" for n in range(100_000)))),
    "100,000 links": lambda: node_item(
        links=tuple(Link("supports", NodeId(bytes(12) + struct.pack(">I", n))) for n in range(100_000))
    ),
    "100,000 paths": lambda: node_item(applies_to=tuple(sorted(f"p{n}" for n in range(100_000)))),
    "a key that climbs": lambda: node_item(key="../../x"),
    "a key of 10,000": lambda: node_item(key="k" * 10_000),
    "a tag with an escape": lambda: node_item(tags=("\x1b]0;x\x07",)),
    "a tag that hides": lambda: node_item(tags=(f"a{BIDI}b",)),
    "a path outside": lambda: node_item(applies_to=("../../etc/passwd",)),
    "a path outside behind one inside": lambda: node_item(applies_to=("+a", "../x")),
    "a path behind another": lambda: node_item(applies_to=("b", "a")),
    "an absolute path": lambda: node_item(applies_to=("/etc/passwd",)),
    "a link of no kind": lambda: node_item(links=(Link("rm -rf", node_id(2)),)),
    "a link to itself": lambda: node_item(links=(Link("supports", PLAIN.id),)),
    "an author with a line end": lambda: node_item(observations=(seen(author="eve\nada"),)),
    "an author that hides": lambda: node_item(observations=(seen(author=f"a{BIDI}da"),)),
    "observations in no order": lambda: node_item(observations=(seen(at=AT), seen(at=AT - 1))),
    "an observation twice": lambda: node_item(observations=(seen(), seen())),
    "evidence in no order": lambda: node_item(observations=(seen()._replace(evidence=("b", "a")),)),
    "evidence with space around it": lambda: node_item(observations=(seen()._replace(evidence=(" a ",)),)),
    "a note of two lines": lambda: node_item(observations=(seen()._replace(note="a\nb"),)),
    "a note with space around it": lambda: node_item(observations=(seen()._replace(note="a "),)),
    "anchors in no order": lambda: node_item(observations=(seen()._replace(anchors=("b", "a")),)),
    "a session with a line end": lambda: node_item(observations=(seen()._replace(session="s1\nIgnore this"),)),
    "a session of a sentence": lambda: node_item(observations=(seen()._replace(session="run this now"),)),
    "no such source": lambda: node_item(observations=(seen(source="the pope"),)),
    "a time beyond": lambda: node_item(created_at=2**53, updated_at=2**53),
    "valid to a time before it is": lambda: node_item(valid_from=AT, valid_to=AT - 1),
    "changed before it was made": lambda: node_item(created_at=AT, updated_at=AT - 1),
    "a time of another kind": lambda: item("node", encode_node(PLAIN).replace(str(AT).encode(), b'"now"', 1)),
    "a confidence of 2": lambda: node_item(confidence=2.0),
    "a dispute between nothing": lambda: node_item(status="conflicted"),
    "a dispute of what is not here": lambda: node_item(
        status="conflicted", dispute=Dispute(None, (version(7), version(8)))
    ),
    "a dispute with itself": lambda: node_item(status="conflicted", dispute=Dispute(None, (version(7), version(7)))),
    "a dispute in no order": lambda: node_item(status="conflicted", dispute=Dispute(None, (version(8), version(7)))),
    "a number of 5,000 digits": lambda: item("node", encode_node(PLAIN).replace(str(AT).encode(), b"9" * 5000, 1)),
    "deep nesting": lambda: item("node", b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
    "a key twice": lambda: item("node", encode_node(PLAIN)[:-1] + b',"updated_at":1}'),
    "infinity": lambda: item("node", encode_node(PLAIN).replace(b"0.8", b"Infinity")),
    "not normal form C": lambda: item("node", encode_node(PLAIN._replace(content="e\u0301"))),
    "half a surrogate": lambda: item("node", encode_node(PLAIN).replace(b"RS256", b"\\ud800")),
    "UTF-16": lambda: item("node", encode_node(PLAIN).decode().encode("utf-16")),
    "a list": lambda: item("node", b"[]"),
    "nothing": lambda: item("node", b""),
    "white space": lambda: item("node", encode_node(PLAIN) + b"\n"),
}


@pytest.mark.parametrize("name", BROKEN_NODES)
def test_a_memory_that_breaks_the_model_is_refused(store: Repository, remote: HostileRemote, name: str) -> None:
    objects = history(BROKEN_NODES[name]())
    remote.serve(*objects, tip=objects[-1])
    assert len(str(refused(store))) < 1000
    assert len(str(refused(store, branches=["main"]))) < 1000


def _deep_tree(depth: int) -> list[Packable]:
    trees = [leaf(*((bytes(15) + bytes([n]), bytes(32)) for n in range(65)))]
    for _ in range(depth):
        trees.append(inner(65, trees[-1]))
    return trees


def _everywhere(depth: int) -> list[Packable]:
    """The same subtree sixteen times at each depth: 16^depth ways down, and as many objects as levels."""
    trees = [leaf((bytes(16), history(node_item())[0].id))]
    for level in range(depth):
        trees.append(inner(min(16**level, 2**32 - 1), *[trees[-1]] * 16))
    return trees


NODE = node_item()
OTHER = node_item(content="Something else", id=node_id(2))
LEAF = leaf((PLAIN.id, NODE.id))
TIP = commit_of(LEAF.id)
DIGITS = 20


def _session(name: str = "s1", *, parts: list[ObjectId] | None = None, events: int = 1, **fields: Any) -> Packable:
    return item(
        "session",
        {
            "session": name,
            "source": "agent",
            "workspace": "default",
            "owner": "eve",
            "started_at": AT,
            "ended_at": AT,
            "outcome": "done",
            "events": events,
            "hash": "00" * 32,
            "parts": [part.hex() for part in parts or []],
            **fields,
        },
    )


def _tag(target: Packable, name: str = "v1") -> Packable:
    return item("tag", {"name": name, "commit": target.id.hex(), "author": "eve", "at": AT, "message": "m"})


# What is in the pack, and what the references name: each names a lie.
LIES: Final[dict[str, Callable[[HostileRemote], object]]] = {
    "a branch that names nothing": lambda r: r.serve(NODE, LEAF, heads_main=TIP),
    "a branch that names a node": lambda r: r.serve(NODE, LEAF, TIP, heads_main=NODE),
    "a branch that names a tree": lambda r: r.serve(NODE, LEAF, TIP, heads_main=LEAF),
    "a branch that names a tag": lambda r: r.serve(NODE, LEAF, TIP, _tag(TIP), heads_main=_tag(TIP)),
    "a tag that names a node": lambda r: r.serve(NODE, LEAF, TIP, tags_v1=NODE),
    "a session that is a commit": lambda r: r.serve(NODE, LEAF, TIP, sessions_s1=TIP),
    "a tag of a tree": lambda r: r.serve(NODE, LEAF, TIP, _tag(LEAF), tags_v1=_tag(LEAF)),
    "a commit without its tree": lambda r: r.serve(NODE, TIP, tip=TIP),
    "a tree without its memory": lambda r: r.serve(LEAF, TIP, tip=TIP),
    "a commit of a node": lambda r: r.serve(NODE, commit_of(NODE.id), tip=commit_of(NODE.id)),
    "a commit of a commit": lambda r: r.serve(NODE, LEAF, TIP, commit_of(TIP.id), tip=commit_of(TIP.id)),
    "a missing parent": lambda r: r.serve(NODE, LEAF, (c := commit_of(LEAF.id, TIP.id)), tip=c),
    "a parent that is a tree": lambda r: r.serve(NODE, LEAF, (c := commit_of(LEAF.id, LEAF.id)), tip=c),
    "a time beyond": lambda r: r.serve(EMPTY, (c := commit_of(EMPTY.id, at=2**53)), tip=c),
    "a time before": lambda r: r.serve(EMPTY, (c := commit_of(EMPTY.id, at=-(2**53))), tip=c),
    "a message of escapes": lambda r: r.serve(EMPTY, (c := commit_of(EMPTY.id, message="\x1b[2J")), tip=c),
    "a message that hides": lambda r: r.serve(EMPTY, (c := commit_of(EMPTY.id, message=f"a{BIDI}b")), tip=c),
    "an author with lines": lambda r: r.serve(EMPTY, (c := commit_of(EMPTY.id, author="a\nb")), tip=c),
    "an unknown field": lambda r: r.serve(EMPTY, (c := commit_of(EMPTY.id, run="rm")), tip=c),
    "a node under another's id": lambda r: r.serve(*(h := history(OTHER)), tip=h[-1]),
    "a leaf that names a tree": lambda r: r.serve(EMPTY, *(h := history(EMPTY))[1:], tip=h[-1]),
    "a leaf not in order": lambda r: r.serve(
        NODE, OTHER, (t := leaf((node_id(2), OTHER.id), (PLAIN.id, NODE.id))), (c := commit_of(t.id)), tip=c
    ),
    "a node twice in a leaf": lambda r: r.serve(
        NODE, (t := leaf((PLAIN.id, NODE.id), (PLAIN.id, NODE.id))), (c := commit_of(t.id)), tip=c
    ),
    "a tree of no shape": lambda r: r.serve((t := item("tree", b"Lxxx")), (c := commit_of(t.id)), tip=c),
    "a tree without end": lambda r: r.serve(*(t := _deep_tree(200)), (c := commit_of(t[-1].id)), tip=c),
    "a tree everywhere": lambda r: r.serve(NODE, *(t := _everywhere(DIGITS)), (c := commit_of(t[-1].id)), tip=c),
    "an inner of an empty leaf": lambda r: r.serve(EMPTY, (t := inner(0, EMPTY)), (c := commit_of(t.id)), tip=c),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_about_what_belongs_together_is_refused(store: Repository, remote: HostileRemote, lie: str) -> None:
    LIES[lie](remote)
    refused(store, Damaged)
    refused(store, Damaged, NotFound, branches=["main"])  # some lie about a tag alone, and serve no branch


SESSIONS: Final[dict[str, Callable[[], list[Packable]]]] = {
    "of another name": lambda: [_session("other")],
    "without its events": lambda: [_session(events=9)],
    "whose part is missing": lambda: [_session(parts=[ObjectId(b"\1" * 32)])],
    "whose part is itself nothing": lambda: [_session(parts=[item("session", {}).id]), item("session", {})],
    "with an event twice": lambda: [
        part := item(
            "session",
            {"session": "s1", "part": 0, "events": [{"seq": 1, "at": AT, "event": "note"}] * 2},
        ),
        _session(parts=[part.id], events=2),
    ],
    "with another hash": lambda: [
        part := item("session", {"session": "s1", "part": 0, "events": [{"seq": 1, "at": AT, "event": "note"}]}),
        _session(parts=[part.id], events=1),
    ],
    "with a million of them": lambda: [_session(events=10**15)],
    "with a part a thousand times": lambda: [
        part := item("session", {"session": "s1", "part": 0, "events": []}),
        _session(parts=[part.id] * 1000, events=0),
    ],
    "of a time that is text": lambda: [_session(started_at="now")],
    "that is nothing": lambda: [item("session", {})],
}


@pytest.mark.parametrize("name", SESSIONS)
def test_a_session_that_lies_is_not_taken(store: Repository, remote: HostileRemote, name: str) -> None:
    """Refused with all else, or left out alone: it is never a session here."""
    objects = SESSIONS[name]()
    target = objects[-1] if len(objects) != 2 or name != "whose part is itself nothing" else objects[0]
    remote.serve(EMPTY, (tip := commit_of(EMPTY.id)), *objects, tip=tip, sessions_s1=target)
    try:
        fetched = fetch(store, "origin", author="ada", now=NOON)
    except Damaged:
        assert objects_in(store) == 1
    else:
        assert [change.kept is None for change in fetched.changes if "sessions" in change.name] == [False]
    assert store.sessions.find("s1") is None
    assert store.refs.find("refs/sessions/s1") is None
    problems: list[Any] = []
    fsck(store.path, report=problems.append)
    assert problems == []


def test_a_long_history_is_taken_in_without_recursion(store: Repository, remote: HostileRemote) -> None:
    objects = [EMPTY, commit_of(EMPTY.id)]
    for number in range(5000):
        objects.append(commit_of(EMPTY.id, objects[-1].id, at=AT + number))
    remote.serve(*reversed(objects), tip=objects[-1])
    assert fetch(store, "origin", author="ada", now=NOON).commits == 5001
    assert pull(store, author="ada", now=NOON).merged is not None


def test_an_object_in_many_packs_is_taken_once(store: Repository, remote: HostileRemote) -> None:
    for _ in range(20):
        remote.pack([NODE, LEAF, TIP, TIP, NODE])
    remote.manifest({MAIN: TIP.id})
    assert fetch(store, "origin", author="ada", now=NOON).objects == 3


def test_large_objects_are_not_all_in_memory_at_once(store: Repository, remote: HostileRemote) -> None:
    """Each is as long as a body may be; packed they are nothing."""
    large = [item("session", {"a": str(n) + "x" * (15 << 20)}) for n in range(16)]
    for one in large:
        remote.pack([one])
    remote.manifest({})
    del large
    tracemalloc.start()
    fetch(store, "origin", author="ada", now=NOON)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 220 << 20


# Packs whose index says what is not so.
PACKS: Final[dict[str, Callable[[], bytes]]] = {
    "of other ids": lambda: forged_pack([(pack_small(record(NODE)), len(record(NODE)), [bytes(32)])]),
    "of an id twice": lambda: forged_pack([(pack_small(record(NODE)), len(record(NODE)), [NODE.id, NODE.id])]),
    "of no kind": lambda: forged_pack([(pack_small(b"\x09" + record(NODE)[1:]), len(record(NODE)), [NODE.id])]),
    "of a length beyond": lambda: forged_pack([(pack_small(b"\0\xff\xff\xff\xff"), 5, [NODE.id])]),
    "with a frame of gigabytes": lambda: forged_pack([(bomb(1 << 30), 1 << 20, [NODE.id])]),
    "with more bytes than it has": lambda: forged_pack([(pack_small(record(NODE)), 1 << 20, [NODE.id])]),
    "with an index of gigabytes": lambda: forged_pack([], claimed=1 << 31),
    "with a frame that is mostly nothing": lambda: forged_pack(
        [(pack_small(record(NODE)) + bytes(1 << 16), len(record(NODE)), [NODE.id])]
    ),
    "with nothing but its ends": lambda: forged_pack([])[:30],
    "that is text": lambda: b"hello\n" * 100,
}


def record(one: Packable) -> bytes:
    return struct.pack(">BI", 0, len(one.body)) + one.body


def bomb(size: int) -> bytes:
    compressor = zstandard.ZstdCompressor(level=19).compressobj()
    chunk = bytes(1 << 20)
    return b"".join([*(compressor.compress(chunk) for _ in range(size >> 20)), compressor.flush()])


@pytest.mark.parametrize("name", PACKS)
def test_a_pack_that_lies_is_refused(store: Repository, remote: HostileRemote, name: str) -> None:
    remote.raw_pack(PACKS[name]())
    remote.manifest({MAIN: TIP.id})
    tracemalloc.start()
    refused(store, Damaged)
    assert tracemalloc.get_traced_memory()[1] < 100 << 20
    tracemalloc.stop()


def test_a_pack_said_to_be_of_terabytes_is_not_fetched(store: Repository, remote: HostileRemote) -> None:
    """A file with a hole in it, whose index says that its few objects take all of it."""
    file = remote.path / "packs" / (remote.raw_pack(b"").name + ".pack")
    hole = 1 << 32
    index = struct.pack(">I", 300)
    at = 14
    for _ in range(300):
        index += struct.pack(">QIII", at, hole - 1, 16, 1)
        at += hole - 1
    index += NODE.id * 300
    small = pack_small(index)
    from blake3 import blake3

    with file.open("wb") as handle:
        handle.seek(at)
        handle.write(small)
        handle.write(struct.pack(">QII32s13s", at, len(small), len(index), blake3(small).digest(), b"memora-end 1\n"))
    size = file.stat().st_size
    remote.packs[0] = remote.packs[0]._replace(size_bytes=size)
    remote.manifest({MAIN: TIP.id})
    refused(store, Damaged)
    assert not any((Path(store.path) / "incoming").rglob("*.pack"))


BODY: Final = b'{"epoch":0,"format":1,"generation":1}'
MANIFESTS: Final[dict[str, bytes]] = {
    "nothing": b"",
    "a list": b"[]",
    "deep": b'{"a":' * 100_000,
    "a huge number": BODY.replace(b'"epoch":0', b'"epoch":' + b"9" * 5000),
    "a number with a point": BODY.replace(b'"epoch":0', b'"epoch":0.5'),
    "a boolean": BODY.replace(b'"epoch":0', b'"epoch":true'),
    "below nothing": BODY.replace(b'"epoch":0', b'"epoch":-1'),
    "a key twice": BODY[:-1] + b',"generation":1}',
    "an unknown field": BODY[:-1] + b',"hook":"rm"}',
    "another generation": BODY.replace(b'"generation":1', b'"generation":2'),
    "no generation": b'{"epoch":0,"format":1}',
    "refs that are text": BODY[:-1] + b',"refs":"all"}',
    "refs that are numbers": BODY[:-1] + b',"refs":[1,2]}',
    "refs that are an object": BODY[:-1] + b',"refs":{"name":"refs/heads/main"}}',
    "refs without a name": BODY[:-1] + b',"refs":[{"target":"' + b"00" * 32 + b'"}]}',
    "a pack that climbs": BODY[:-1]
    + b',"packs":[{"bytes":1,"generation":1,"name":"../../../../etc/pas","objects":1}]}',
    "a pack twice": BODY[:-1]
    + b',"packs":['
    + b",".join([b'{"bytes":100,"generation":1,"name":"%s","objects":1}' % (b"0" * 20)] * 2)
    + b"]}",
    "a tombstone of no name": BODY[:-1] + b',"tombstones":[{"generation":1,"name":"/"}]}',
    "a purge of no name": BODY[:-1] + b',"purges":["../x"]}',
    "a head that is no name": BODY.replace(b'"generation":1', b'"generation":1,"head":"../x"'),
    "a head that hides": BODY.replace(b'"generation":1', '"generation":1,"head":"ma\u202ein"'.encode()),
    "a previous that is short": BODY[:-1] + b',"previous":"00"}',
}


@pytest.mark.parametrize("name", MANIFESTS)
def test_a_manifest_that_lies_is_refused(store: Repository, remote: HostileRemote, name: str) -> None:
    remote.json_manifest(MANIFESTS[name])
    refused(store, Damaged)


@pytest.mark.parametrize(
    "name",
    [
        "refs/heads/../../x",
        "refs/heads/\u001b[31mred",
        "refs/heads/a\u202eb",
        "refs/heads/con",
        "refs/heads/a.lock",
        "refs/heads/-x",
        "refs/heads/HEAD",
        "refs/heads/" + "a" * 201,
        "refs/remotes/origin/main",
        "refs/merge/default",
        "HEAD",
        "refs/heads/e\u0301",
    ],
)
def test_a_name_that_nobody_may_have_is_refused_and_not_shown_raw(
    store: Repository, remote: HostileRemote, name: str
) -> None:
    remote.pack([EMPTY, TIP])
    remote.manifest({MAIN: TIP.id})
    remote.manifest({MAIN: TIP.id, name: TIP.id})
    error = refused(store, Damaged)
    assert "\x1b" not in str(error)
    assert BIDI not in str(error)


def test_names_that_look_alike_are_refused(store: Repository, remote: HostileRemote) -> None:
    remote.pack([EMPTY, TIP])
    remote.manifest({MAIN: TIP.id, "refs/heads/Main": TIP.id})
    refused(store, Damaged)


def test_the_longest_names_can_be_followed(store: Repository, remote: HostileRemote) -> None:
    tip = commit_of(EMPTY.id)
    name = BRANCHES + "a" * 200
    remote.pack([EMPTY, tip])
    remote.manifest({name: tip.id}, head="nowhere")
    assert len(fetch(store, "origin", author="ada", now=NOON).changes) == 1


# What may lie in a folder where a file of a remote belongs.
def _link(place: Path, _: Path) -> None:
    place.symlink_to("/etc/passwd")


def _pipe(place: Path, _: Path) -> None:
    os.mkfifo(place)


def _folder(place: Path, _: Path) -> None:
    place.mkdir()


def _hole(place: Path, _: Path) -> None:
    with place.open("wb") as file:
        file.truncate(10 << 30)


def _home(place: Path, home: Path) -> None:
    place.symlink_to(home)


SHAPES: Final = {"link": _link, "pipe": _pipe, "folder": _folder, "hole": _hole, "home": _home}


PACK_FILE: Final = f"packs/{0:020}.pack"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", ["format", "packs", "manifests", "manifests/0000000000000001", PACK_FILE])
def test_what_is_no_file_in_a_remote_is_not_read(
    store: Repository, remote: HostileRemote, tmp_path: Path, shape: str, name: str
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / ("0" * 20 + ".pack")).write_bytes(b"private")
    remote.serve(NODE, LEAF, TIP, tip=TIP)
    place = remote.path / name
    place.rename(tmp_path / "away")
    if shape == "folder" and name in ("packs", "manifests"):
        place.write_bytes(b"a file")
    else:
        SHAPES[shape](place, home)
    started = time.process_time()
    if name == "manifests/0000000000000001" and shape != "hole":  # passed over: there is nothing yet
        assert fetch(store, "origin", author="ada", now=NOON).objects == 0
    else:
        refused(store)
    assert time.process_time() - started < 20


def test_a_push_that_finds_its_generation_taken_by_no_file_gives_up(
    store: Repository, remote: HostileRemote, monkeypatch: pytest.MonkeyPatch
) -> None:
    remote.serve(NODE, LEAF, TIP, tip=TIP)
    pull(store, author="ada", now=NOON)
    (remote.path / "manifests" / "0000000000000002").mkdir()
    with store.transaction("branch", author="ada", now=NOON) as transaction:
        transaction.move_ref(BRANCHES + "new", None, ObjectId(TIP.id))
    monkeypatch.setattr(packed, "_MOST_TRIES", 100)
    with pytest.raises(DamagedRemote, match="no file that can be read"):
        push(store, "origin", Wish(("new",)), author="ada", now=NOON)


def test_a_clone_of_a_lie_leaves_nothing(remote: HostileRemote, tmp_path: Path) -> None:
    remote.serve(LEAF, TIP, tip=TIP)
    with pytest.raises(Damaged):
        clone(str(remote.path), str(tmp_path / "new"), directory="", author="ada", now=NOON)
    assert not (tmp_path / "new").exists()


def test_a_head_that_is_not_there_leaves_the_choice(remote: HostileRemote, tmp_path: Path) -> None:
    remote.pack([NODE, LEAF, TIP])
    remote.manifest({"refs/heads/zeta": TIP.id, "refs/heads/alpha": TIP.id}, head="gone")
    cloned = clone(str(remote.path), str(tmp_path / "new"), directory="", author="ada", now=NOON)
    assert cloned.branch == "alpha"


def test_a_generation_whose_bytes_changed_is_refused(store: Repository, remote: HostileRemote) -> None:
    remote.serve(NODE, LEAF, TIP, tip=TIP)
    fetch(store, "origin", author="ada", now=NOON)
    remote.manifest({})
    with pytest.raises(Refused, match="not what it was"):
        fetch(store, "origin", author="ada", now=NOON)


def test_nothing_that_a_remote_says_reaches_a_terminal_raw(remote: HostileRemote, tmp_path: Path) -> None:
    remote.json_manifest(b'{"\\u001b]0;owned\\u0007":1,"epoch":0,"format":1,"generation":1}')
    terminal = Terminal(tmp_path)
    result = terminal.run("clone", str(remote.path), "new")
    assert result.code == 6
    assert "\x1b" not in result.out + result.err
