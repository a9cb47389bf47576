"""Filters: a node passes when it matches every field that is set."""

import pytest
from node_samples import AT, PLAIN, seen

from memora.model.selection import NodeFilter, passes

NODE = PLAIN._replace(
    status="stable",
    key="auth.jwt",
    tags=("auth", "security"),
    observations=(seen("code_read"), seen("manual", "bob")),
    expires_at=AT + 1,
)


@pytest.mark.parametrize(
    "wanted",
    [
        NodeFilter(),
        NodeFilter(types=("project", "semantic")),
        NodeFilter(statuses=("stable",)),
        NodeFilter(tags=("auth",)),
        NodeFilter(tags=("security", "auth")),
        NodeFilter(sources=("cursor", "manual")),
        NodeFilter(key="auth."),
        NodeFilter(key=""),
        NodeFilter(min_confidence=0.8),
        NodeFilter(text="jwt rs"),
        NodeFilter(expired=False),
        NodeFilter(types=("semantic",), tags=("auth",), text="AUTH", expired=False),
    ],
)
def test_a_node_that_passes(wanted):
    assert passes(NODE, wanted, AT)


@pytest.mark.parametrize(
    "wanted",
    [
        NodeFilter(types=("project",)),
        NodeFilter(statuses=("ephemeral", "deprecated")),
        NodeFilter(tags=("auth", "cache")),
        NodeFilter(tags=("aut",)),
        NodeFilter(sources=("cursor",)),
        NodeFilter(key="jwt"),
        NodeFilter(min_confidence=0.81),
        NodeFilter(text="HS256"),
        NodeFilter(expired=True),
        NodeFilter(types=("semantic",), tags=("cache",)),
    ],
)
def test_a_node_that_does_not(wanted):
    assert not passes(NODE, wanted, AT)


def test_a_node_without_a_key_matches_no_key():
    assert not passes(PLAIN, NodeFilter(key=""), AT)


def test_a_node_ends_at_its_last_moment():
    assert passes(NODE, NodeFilter(expired=True), AT + 1)
    assert not passes(NODE._replace(pinned=True), NodeFilter(expired=True), AT + 1)
    assert passes(PLAIN, NodeFilter(expired=False), AT + 1)
