"""The parts of ``memora remote`` that go to the place itself."""

from typing import Annotated

import typer

from memora.cli import exits
from memora.cli.exchange_text import ExchangeProgress
from memora.cli.problems_text import exit_code, tell_problem, tell_verdict
from memora.cli.remotes_text import compacted_line, swept_lines
from memora.cli.world import World
from memora.operations.remotes.inspection import fsck_remote
from memora.operations.remotes.places import is_store
from memora.operations.remotes.push import default_remote
from memora.operations.remotes.upkeep import compact_remote, prune_remote

_OptionalName = Annotated[
    str | None, typer.Argument(metavar="[NAME]", help="The remote; else the one that is followed.")
]


def run_compact(world: World, name: _OptionalName = None) -> int:
    """Example: memora remote compact origin

    Fold the small packs at a remote into as few as possible, so that a clone has few files to fetch. A push folds by
    itself when eight have about one size; this does it now and with all. The old packs stay for 32 generations, for who
    reads them just then; `memora remote prune` removes them at once.
    """
    with world.open_repository() as repository, ExchangeProgress(world) as progress:
        name = name or default_remote(repository, repository.workspace.head.branch)
        compacted = compact_remote(repository, name, trusted=world.trusted(), progress=progress)
    if world.options.json:
        from memora.records.remotes import compacted_record

        world.out.record(compacted_record(name, compacted))
    else:
        world.out.line(compacted_line(name, compacted))
    return exits.DONE


def run_prune(
    world: World,
    name: _OptionalName = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be thrown away.")] = False,
) -> int:
    """Example: memora remote prune origin

    Throw away at a remote what nothing leads to: packs that killed pushes left, packs that were folded into others, and
    the objects of deleted branches. Others may push meanwhile; nothing that they name is lost. All that is there is
    read.
    """
    with world.open_repository() as repository, ExchangeProgress(world) as progress:
        name = name or default_remote(repository, repository.workspace.head.branch)
        swept = prune_remote(repository, name, dry_run=dry_run, trusted=world.trusted(), progress=progress)
    if world.options.json:
        from memora.records.remotes import swept_record

        world.out.record(swept_record(name, swept, dry_run=dry_run))
    else:
        world.out.lines(swept_lines(name, swept, dry_run=dry_run))
    return exits.DONE


def run_fsck(world: World, name: _OptionalName = None) -> int:
    """Example: memora remote fsck origin

    Read everything at a remote and check it: the chain of manifests, every object against its id and its one form, that
    all that is named is there, and every branch, tag and session. Nothing is written. At another project's store this
    is what `memora fsck` does there. Exit code 6 for damage, 1 for warnings alone.
    """
    with world.open_repository() as repository, ExchangeProgress(world) as progress:
        name = name or default_remote(repository, repository.workspace.head.branch)
        if is_store(repository, name):
            world.out.note(f"{name} is the store of another project; this is its fsck")
        checked = fsck_remote(
            repository,
            name,
            report=lambda problem: tell_problem(world, problem),
            trusted=world.trusted(),
            progress=progress,
        )
    tell_verdict(world, checked)
    return exit_code(checked)
