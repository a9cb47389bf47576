"""``memora check``."""

import os
from collections.abc import Iterable, Iterator
from typing import Annotated

import typer

from memora.cli import exits
from memora.cli.output import escape
from memora.cli.world import World
from memora.errors import BadInput
from memora.evidence.files import Files, StagedFiles, WorkingFiles
from memora.operations.care.check import check
from memora.operations.care.checks.memories import Find
from memora.operations.care.checks.rules import DEFAULT_RULES, SEVERITIES, check_names, configured_policy
from memora.operations.care.problems import ERROR

FORMATS = ("text", "json", "github", "sarif")


def run(
    world: World,
    rules: Annotated[list[str] | None, typer.Argument(metavar="[RULE]...", help="Only these rules.")] = None,
    staged: Annotated[
        bool, typer.Option("--staged", help="Look at the files in git's index, not at those on the disk.")
    ] = False,
    format: Annotated[str, typer.Option("--format", help="text, json, github or sarif.")] = "text",
    contradictions: Annotated[
        bool, typer.Option("--contradictions", help="Also compare memories with each other.")
    ] = False,
) -> int:
    """Example: memora check secrets hidden --format github

    Look for what wants attention, in the memories and in the files that agents read. Each rule, how to silence it and
    how to let one place be: docs/checks.md. Exit code 1 says that something at least as bad as the setting check.fail
    was found.
    """
    if format not in FORMATS:
        raise BadInput("--format", f"{format!r} is none of {', '.join(FORMATS)}")
    chosen = check_names(rules or ()) or DEFAULT_RULES
    if contradictions and "contradictions" not in chosen:
        chosen = (*chosen, "contradictions") if rules else ("contradictions",)
    settings = world.settings
    policy = configured_policy(settings)

    def progress(done: int, of: int) -> None:
        world.out.progress(f"{done:,} of {of:,} compared")

    bad = found = 0

    def counted(finds: Iterable[Find]) -> Iterator[Find]:
        nonlocal bad, found
        for find in finds:
            world.out.progress("", done=True)
            found += 1
            bad += policy.is_bad(find.problem.severity)
            yield find

    with world.open_repository() as repository:
        files = _files(os.path.dirname(repository.path), staged)
        finds = counted(
            check(
                repository,
                now=world.now,
                rules=chosen,
                files=files,
                targets=settings.words("export.targets"),
                policy=policy,
                progress=progress,
            )
        )
        try:
            _show(world, finds, "json" if world.options.json and format == "text" else format)
        finally:
            world.out.progress("", done=True)
    if not found:
        world.out.note(f"nothing found by {', '.join(chosen)}")
    return exits.NEGATIVE if bad else exits.DONE


def _files(root: str, staged: bool) -> Files:
    return StagedFiles(root) if staged else WorkingFiles(root)


def _show(world: World, finds: Iterator[Find], form: str) -> None:
    if form in ("github", "sarif"):
        worst_first = sorted(finds, key=lambda find: -SEVERITIES.index(find.problem.severity))
        if form == "github":
            from memora.cli.annotations import annotation_lines

            world.out.lines(annotation_lines(worst_first))
        else:
            from memora.records.sarif import sarif_log

            world.out.record(sarif_log(worst_first))
        return
    for find in finds:
        if form == "json":
            from memora.records.checks import find_record

            world.out.record(find_record(find))
        else:
            world.out.lines(_lines(world, find))


def _lines(world: World, find: Find) -> list[str]:
    problem = find.problem
    if find.pair is not None:
        from memora.cli.merge_text import pair_lines

        return pair_lines(world.out, find.pair)
    label = world.out.style("red" if problem.severity == ERROR else "yellow", f"{problem.severity}:")
    place = problem.node.hex()[:8] if problem.node else ""
    if problem.path is not None:
        place = escape(problem.path) + ("" if problem.line is None else f":{problem.line}")
    return [f"{label} {problem.rule}  {place}  {escape(problem.message)}"]
