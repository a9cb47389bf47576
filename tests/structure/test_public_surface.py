"""What other code can lean on stays small and reachable."""

from __future__ import annotations

import memora
from memora import operations
from memora.operations import _MODULES

MOST_REPOSITORY_MEMBERS = 12


def test_a_repository_has_few_public_members(tmp_path):
    with operations.init(str(tmp_path)) as repository:
        members = [name for name in dir(repository) if not name.startswith("_")]
    assert len(members) <= MOST_REPOSITORY_MEMBERS, members


def test_every_operation_can_be_reached_by_its_name():
    assert dir(operations) == sorted(_MODULES)
    for name in _MODULES:
        function = getattr(operations, name)
        assert callable(function)
        assert function.__doc__, name


def test_what_is_no_operation_is_no_attribute():
    assert not hasattr(operations, "frobnicate")
    assert not hasattr(memora, "frobnicate")


def test_the_package_offers_what_it_says():
    assert all(hasattr(memora, name) for name in memora.__all__)
