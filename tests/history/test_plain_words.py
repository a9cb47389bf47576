"""A change in plain words."""

from node_samples import AT, PLAIN, node_id, seen

from memora.history.changes import NodeChange
from memora.history.plain import plain_lines
from memora.model.node import Link, Node

GUESS = PLAIN._replace(type="assumption", content="Probably uses Redis", confidence=0.6)


def words(before: Node | None, after: Node | None) -> list[str]:
    return plain_lines(NodeChange(node_id(1), before, after))


def changed(**fields: object) -> list[str]:
    return words(GUESS, GUESS._replace(**fields))


def test_a_node_that_came_or_went() -> None:
    node = PLAIN._replace(confidence=1.0, observations=(seen("code_read"), seen("manual", "bob")))
    assert words(None, node) == ["+ [semantic] Auth uses JWT RS256 (confidence 1.00, code_read, manual)"]
    assert words(node, None) == ["- [semantic] Auth uses JWT RS256"]


def test_a_promotion() -> None:
    assert changed(status="stable") == ["~ [assumption] ephemeral → stable: Probably uses Redis"]


def test_a_confidence() -> None:
    assert changed(confidence=0.9) == ["~ [assumption] confidence 0.60 → 0.90: Probably uses Redis"]
    assert changed(confidence=0.6004) == ["~ [assumption] confidence 0.6000 → 0.6004: Probably uses Redis"]


def test_a_content() -> None:
    assert changed(content="Uses Valkey") == ['~ [assumption] "Probably uses Redis" → "Uses Valkey"']


def test_several_fields_take_a_line_each_and_speak_of_the_new_content() -> None:
    assert changed(status="stable", content="Uses Redis", confidence=0.95) == [
        "~ [assumption] ephemeral → stable: Uses Redis",
        '~ [assumption] "Probably uses Redis" → "Uses Redis"',
        "~ [assumption] confidence 0.60 → 0.95: Uses Redis",
    ]


def test_the_other_fields() -> None:
    text = "Probably uses Redis"
    assert changed(type="semantic") == [f"~ [semantic] type assumption → semantic: {text}"]
    assert changed(key="db.cache") == [f"~ [assumption] key none → db.cache: {text}"]
    assert changed(pinned=True) == [f"~ [assumption] pinned: {text}"]
    assert changed(expires_at=AT) == [f"~ [assumption] expires none → 2027-01-15 08:00:00 UTC: {text}"]
    assert changed(tags=("a", "b")) == [f"~ [assumption] tags +a, +b: {text}"]
    assert changed(links=(Link("supports", node_id(171)),)) == [f"~ [assumption] links +supports abababab: {text}"]
    assert changed(updated_at=AT + 1) == [f"~ [assumption] touched: {text}"]


def test_sightings_that_came_and_went() -> None:
    new = seen("code_read", "bob", AT, "src/a.py:L3")
    assert changed(observations=(*GUESS.observations, new)) == [
        "~ [assumption] seen by bob (code_read), 2027-01-15 08:00:00 UTC, src/a.py:L3: Probably uses Redis"
    ]
    assert words(GUESS._replace(observations=(seen(), new)), GUESS) == [
        "~ [assumption] no longer seen by bob (code_read), 2027-01-15 08:00:00 UTC, src/a.py:L3: Probably uses Redis"
    ]


def test_only_the_first_line_of_a_content_is_quoted() -> None:
    assert changed(content="Uses Valkey\nsince May")[0] == '~ [assumption] "Probably uses Redis" → "Uses Valkey …"'
