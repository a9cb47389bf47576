"""Which commit each value of a node comes from."""

from hypothesis import given
from hypothesis import strategies as st
from node_samples import AT, PLAIN, node_id, seen, version
from written_history import WrittenHistory

from memora.history.blame import Origin, blame, list_items
from memora.model.ids import CommitId
from memora.model.node import Dispute, Link, Node, Observation, merge_observations

OTHER = PLAIN._replace(id=node_id(2), content="Another thing")
JWT, PASETO, OAUTH = PLAIN, PLAIN._replace(content="Auth uses PASETO"), PLAIN._replace(content="Auth uses OAuth")


def origins(history: WrittenHistory, node: Node, *commits: CommitId) -> dict[tuple[str, object], CommitId | None]:
    found = blame(history.objects, history, node, commits)
    return {(origin.field, origin.value): origin.commit for origin in found}


def content_of(history: WrittenHistory, node: Node, *commits: CommitId) -> CommitId | None:
    return origins(history, node, *commits)["content", node.content]


def test_a_value_comes_from_the_commit_that_set_it() -> None:
    history = WrittenHistory()
    first = history.commit([PLAIN])
    tagged = PLAIN._replace(tags=("auth",), updated_at=AT + 1)
    second = history.commit([tagged], first)
    last = tagged._replace(content="Auth uses PASETO", confidence=0.9)
    third = history.commit([last, OTHER], history.commit([tagged, OTHER], second))
    assert origins(history, last, third) == {
        ("content", "Auth uses PASETO"): third,
        ("type", "semantic"): first,
        ("confidence", 0.9): third,
        ("status", "ephemeral"): first,
        ("tags", "auth"): second,
        ("observations", PLAIN.observations[0]): first,
    }


def test_values_come_in_the_order_of_the_fields() -> None:
    history = WrittenHistory()
    node = PLAIN._replace(
        key="auth.jwt",
        tags=("a", "b"),
        applies_to=("src/*",),
        links=(Link("supports", node_id(9)),),
        pinned=True,
        expires_at=AT + 9,
        valid_from=AT,
        valid_to=AT + 1,
        status="conflicted",
        dispute=Dispute(None, (version(1), version(2))),
    )
    found = [origin.field for origin in blame(history.objects, history, node, [history.commit([node])])]
    assert found == [
        *("content", "type", "key", "confidence", "status", "tags", "tags", "applies_to", "links", "observations"),
        *("pinned", "expires_at", "valid_from", "valid_to", "dispute"),
    ]


def test_a_value_that_came_back_comes_from_the_commit_that_brought_it_back() -> None:
    history = WrittenHistory()
    away = history.commit([PASETO], history.commit([JWT]))
    back = history.commit([JWT], away)
    assert content_of(history, JWT, back) == back


def test_a_node_that_was_gone_comes_from_the_commit_that_brought_it_back() -> None:
    history = WrittenHistory()
    back = history.commit([JWT], history.commit([OTHER], history.commit([JWT])))
    assert set(origins(history, JWT, back).values()) == {back}


def test_what_is_not_committed_comes_from_no_commit() -> None:
    history = WrittenHistory()
    first = history.commit([JWT])
    found = origins(history, PASETO, first)
    assert found["content", "Auth uses PASETO"] is None
    assert found["type", "semantic"] == first
    assert set(origins(history, JWT).values()) == {None}


def test_what_a_merge_took_from_a_side_comes_from_that_side() -> None:
    history = WrittenHistory()
    root = history.commit([JWT])
    ours = history.commit([JWT._replace(tags=("ours",))], root)
    theirs = history.commit([PASETO], root)
    further = history.commit([PASETO, OTHER], theirs)
    merged = PASETO._replace(tags=("ours",))
    merge = history.commit([merged, OTHER], ours, further)
    found = origins(history, merged, merge)
    assert found["content", "Auth uses PASETO"] == theirs
    assert found["tags", "ours"] == ours
    assert found["type", "semantic"] == root


def test_what_a_merge_made_is_its_own() -> None:
    history = WrittenHistory()
    root = history.commit([JWT])
    ours = history.commit([PASETO._replace(tags=("kept",))], root)
    merged = OAUTH._replace(tags=("kept",), confidence=0.95)
    merge = history.commit([merged], ours, history.commit([OAUTH._replace(content="Auth is off")], root))
    found = origins(history, merged, merge)
    assert found["content", "Auth uses OAuth"] == merge
    assert found["confidence", 0.95] == merge
    assert found["tags", "kept"] == ours


def test_what_both_sides_of_a_merge_set_alike_comes_from_the_first() -> None:
    history = WrittenHistory()
    root = history.commit([JWT])
    ours, theirs = history.commit([PASETO], root), history.commit([PASETO, OTHER], root)
    assert content_of(history, PASETO, history.commit([PASETO], ours, theirs)) == ours
    assert content_of(history, PASETO, history.commit([PASETO], theirs, ours)) == theirs


def test_a_node_that_only_one_side_has() -> None:
    history = WrittenHistory()
    root = history.commit([OTHER])
    theirs = history.commit([OTHER, JWT], root)
    merge = history.commit([OTHER, JWT], history.commit([OTHER._replace(tags=("x",))], root), theirs)
    assert content_of(history, JWT, merge) == theirs


def test_a_merge_that_waits_to_be_committed_has_two_lines() -> None:
    history = WrittenHistory()
    root = history.commit([JWT])
    theirs = history.commit([PASETO], root)
    assert content_of(history, PASETO, root, theirs) == theirs


def test_lines_that_part_and_meet_again_lead_to_one_root() -> None:
    history = WrittenHistory()
    root = history.commit([JWT])
    tip, tags = root, ()
    for number in range(6):
        tags = (*tags, f"t{number}")
        side = history.commit([JWT._replace(tags=tags)], tip)
        tip = history.commit([JWT._replace(tags=tags)], history.commit([JWT._replace(tags=tags[:-1])], tip), side)
    reads = history.objects.reads
    found = origins(history, JWT._replace(tags=tags), tip)
    assert found["content", JWT.content] == root
    assert len({found["tags", tag] for tag in tags}) == 6
    assert history.objects.reads - reads < 6 * len(history.entries)


def session_of(found: list[Origin], field: str) -> str | None:
    [origin] = [item for item in found if item.field == field]
    return origin.session


def test_the_session_is_that_of_the_sighting_that_came_along() -> None:
    history = WrittenHistory()
    old = Observation("manual", "ada", AT, "s-old")
    new = (Observation("cursor", "bot", AT + 2, "s-new"), Observation("manual", "eve", AT + 3))
    first = history.commit([PLAIN._replace(observations=(old,))])
    after = PLAIN._replace(observations=merge_observations((old,), new), confidence=0.9)
    found = blame(history.objects, history, after, [history.commit([after], first)])
    assert session_of(found, "content") == "s-old"
    assert session_of(found, "confidence") == "s-new"
    by_sighting = {origin.value: origin.session for origin in found if origin.field == "observations"}
    assert by_sighting == {old: "s-old", new[0]: "s-new", new[1]: None}


def test_there_is_no_session_where_no_sighting_names_one() -> None:
    history = WrittenHistory()
    assert {origin.session for origin in blame(history.objects, history, PLAIN, [history.commit([PLAIN])])} == {None}


def test_commits_that_do_not_touch_the_node_cost_two_reads_each() -> None:
    history = WrittenHistory()
    others = [PLAIN._replace(id=node_id(number), content=f"thing {number}") for number in range(16, 200)]
    tip = history.commit([PLAIN, *others])
    for number in range(100):
        others[number % 50] = others[number % 50]._replace(tags=(f"t{number}",))
        tip = history.commit([PLAIN, *others], tip)
    reads = history.objects.reads
    origins(history, PLAIN, tip)
    assert history.objects.reads - reads <= 2 * 101 + 5


tag_sets = st.lists(st.sets(st.sampled_from("abc")), min_size=1, max_size=8)


@given(tag_sets, st.lists(st.sampled_from(["x", "y"]), min_size=8, max_size=8))
def test_in_a_line_of_commits_the_last_one_that_set_a_value_is_found(tags: list[set[str]], contents: list[str]) -> None:
    history = WrittenHistory()
    states = [
        PLAIN._replace(content=content, tags=tuple(sorted(some))) for some, content in zip(tags, contents, strict=False)
    ]
    commits: list[CommitId] = []
    for state in states:
        commits.append(history.commit([state], *commits[-1:]))
    found = origins(history, states[-1], commits[-1])
    for item in list_items(states[-1]):
        since = len(states)
        while since and item in list_items(states[since - 1]):
            since -= 1
        assert found[item] == commits[since]


def test_items_leave_out_what_is_not_set() -> None:
    assert [name for name, _ in list_items(PLAIN)] == ["content", "type", "confidence", "status", "observations"]
    assert ("confidence", 0.0) in list_items(PLAIN._replace(confidence=0.0))
    assert ("observations", seen()) in list_items(PLAIN)
