"""Which commits of a history somebody asks for."""

import pytest

from memora.history.commit_filter import CommitFilter, passes
from memora.model.commit import Commit
from memora.model.ids import ObjectId, TreeId

COMMIT = Commit(TreeId(ObjectId(bytes(32))), (), "Ada <ada@example.org>", 100, "Learn about Auth\n\nIn the STRASSE")


@pytest.mark.parametrize(
    "wanted",
    [
        CommitFilter(),
        CommitFilter(grep="learn"),
        CommitFilter(grep="straße"),
        CommitFilter(author="ADA"),
        CommitFilter(author="example.org>"),
        CommitFilter(since=100, until=100),
        CommitFilter("auth", "ada", 99, 101),
    ],
)
def test_a_commit_that_passes(wanted: CommitFilter) -> None:
    assert passes(COMMIT, wanted)


@pytest.mark.parametrize(
    "wanted",
    [
        CommitFilter(grep="a.th"),
        CommitFilter(author="bob"),
        CommitFilter(since=101),
        CommitFilter(until=99),
        CommitFilter(grep="auth", author="bob"),
    ],
)
def test_a_commit_that_does_not(wanted: CommitFilter) -> None:
    assert not passes(COMMIT, wanted)
