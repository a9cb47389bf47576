"""``memora verify``."""

import os
from typing import Annotated

import typer

from memora.cli import exits
from memora.cli.nodes_text import SHORT_ID_DIGITS, node_line
from memora.cli.output import escape
from memora.cli.world import World
from memora.evidence.commands import run_command
from memora.evidence.files import WorkingFiles
from memora.evidence.verify import BROKEN, Finding
from memora.model.counts import counted, memories
from memora.operations.care.verify import Verified, verify


def run(
    world: World,
    node: Annotated[list[str] | None, typer.Argument(metavar="[NODE]...", help="Only these memories.")] = None,
    fix: Annotated[bool, typer.Option("--fix", help="Let evidence that moved point to its new place.")] = False,
    execute: Annotated[bool, typer.Option("--run", help="Run the commands that are evidence, too.")] = False,
    author: Annotated[str | None, typer.Option("--author", help="Who looks.")] = None,
) -> int:
    """Example: memora verify --fix

    Look whether the lines that memories rest on are still there. A memory whose evidence changed or is gone is stale:
    it is marked everywhere and trusted less, until its evidence is back. With NODE and --fix, changed lines are taken
    as they are now: you looked at them. Exit code 1 says that something is stale.
    """
    with world.open_repository() as repository:
        root = os.path.dirname(repository.path)
        seconds = world.settings.number("verify.timeout")

        def try_command(line: str) -> bool:
            world.out.note(f"running {escape(line)}")
            return run_command(line, root, seconds)

        verified = verify(
            repository,
            node or None,
            files=WorkingFiles(root),
            root=root,
            author=world.author(author),
            now=world.now,
            fix=fix,
            factor=world.settings.number("verify.stale"),
            run=try_command if execute else None,
        )
    _show(world, verified, fix=fix)
    return exits.NEGATIVE if verified.stale else exits.DONE


def _show(world: World, verified: Verified, *, fix: bool) -> None:
    if world.options.json:
        from memora.records.verify import finding_record

        for found in verified.findings:
            if found.verdict != "holds":
                world.out.record(finding_record(found))
        return
    for found in verified.findings:
        if found.verdict in BROKEN or found.verdict == "moved":
            world.out.line(_line(world, found))
    for item in verified.stale:
        world.out.line("stale " + node_line(world.out, item.node, now=world.now))
    counts = {
        name: sum(found.verdict == name for found in verified.findings) for name in ("holds", "unanchored", "not run")
    }
    more = "".join(f", {count:,} {name}" for name, count in counts.items() if count and name != "holds")
    pieces = counted(counts["holds"], "piece of evidence holds", "pieces of evidence hold")
    world.out.note(f"{memories(verified.nodes)}, {pieces}{more}")
    if not fix and any(found.verdict == "moved" for found in verified.findings):
        world.out.note("`memora verify --fix` lets what moved point to its new place")


def _line(world: World, found: Finding) -> str:
    label = world.out.style("red" if found.verdict in BROKEN else "yellow", f"{found.verdict:<8}")
    where = "" if found.now is None else f" -> {escape(str(found.now))}"
    return f"{label} {found.node.hex()[:SHORT_ID_DIGITS]}  {escape(found.evidence)}{where}"
