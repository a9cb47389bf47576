"""Everything that wants attention: in the memories, and in the files that agents read (docs/checks.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from memora.evidence.files import Files
from memora.operations.care.checks.context_files import RULES_OF_FILES, holds_block, inspect_files
from memora.operations.care.checks.memories import Find, inspect_memories
from memora.operations.care.checks.rules import DEFAULT_RULES, OFF, PLAIN, Policy, check_names
from memora.operations.care.problems import Problem
from memora.repository import Repository


def check(
    repository: Repository,
    *,
    now: int,
    rules: tuple[str, ...] = DEFAULT_RULES,
    files: Files | None = None,
    targets: Sequence[str] = (),
    policy: Policy = PLAIN,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Find]:
    """What the rules find in the working tree, and in the context files of the project where ``files`` are given.

    ``targets`` are what exports write, ``TARGET`` or ``TARGET=PATH``.

    Rules that the policy turns off find nothing, and neither does what it lets be. ``progress`` gets how many memories
    were compared and of how many, under ``contradictions``. Raises BadInput for a rule that there is not.
    """
    wanted = frozenset(rule for rule in check_names(rules) if policy.severity(rule) != OFF)
    return _check(repository, now, wanted, files, targets, policy, progress)


def _check(
    repository: Repository,
    now: int,
    rules: frozenset[str],
    files: Files | None,
    targets: Sequence[str],
    policy: Policy,
    progress: Callable[[int, int], None] | None,
) -> Iterator[Find]:
    with repository.snapshot():
        for find in inspect_memories(repository, rules, now, files, progress):
            if not policy.lets_be(find.problem.rule, find.problem.path, find.node):
                yield _weighed(find, policy)
        for problem in _about_files(repository, now, rules, files, targets):
            if not policy.lets_be(problem.rule, problem.path, None):
                yield _weighed(Find(problem), policy)


def _about_files(
    repository: Repository, now: int, rules: frozenset[str], files: Files | None, targets: Sequence[str]
) -> Iterator[Problem]:
    if files is not None and rules & RULES_OF_FILES:
        yield from inspect_files(files, rules)
    if files is not None and "exports" in rules and (targets or holds_block(files)):
        from memora.operations.care.checks.exports import inspect_exports  # templates are costly to load

        yield from inspect_exports(repository, files, targets, now)


def _weighed(find: Find, policy: Policy) -> Find:
    problem = find.problem
    return find._replace(problem=problem._replace(severity=policy.severity(problem.rule)))
