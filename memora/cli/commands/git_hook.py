"""``memora git-hook``: ``install``, ``uninstall``, and ``run``, which the hooks call."""

import os
from typing import Annotated

import typer

from memora.cli import exits
from memora.cli.output import escape
from memora.cli.world import World
from memora.errors import BadUsage
from memora.errors.store import NoStore
from memora.evidence.git import ask_git
from memora.operations.start.git_hooks import HOOKS, HookChange, install_git_hooks, uninstall_git_hooks


def run_install(world: World) -> int:
    """Example: memora git-hook install

    Have git call memora: before a commit to check what is staged, after a checkout and a merge to follow them where
    the setting follow.git says so. Hooks that are there are kept and run first.
    """
    return _show(world, install_git_hooks(world.directory))


def run_uninstall(world: World) -> int:
    """Example: memora git-hook uninstall

    Take memora's hooks away, and put back what was there before.
    """
    return _show(world, uninstall_git_hooks(world.directory))


def run_run(
    world: World,
    hook: Annotated[str, typer.Argument(metavar="HOOK", help=f"{', '.join(HOOKS)}.")],
    arguments: Annotated[
        list[str] | None, typer.Argument(metavar="[ARGUMENT]...", help="What git gave the hook.")
    ] = None,
) -> int:
    """Example: memora git-hook run pre-commit

    Do what a hook is for. A project without a store passes: nothing is known about it.
    """
    if hook not in HOOKS:
        raise BadUsage(f"{hook!r} is none of {', '.join(HOOKS)}")
    try:
        world.store_path()
    except NoStore:
        world.out.note("no memora store here: nothing to do")
        return exits.DONE
    if hook == "pre-commit":
        from memora.cli.commands import check

        return check.run(world, staged=True)
    if world.settings.value("follow.git") is True:
        given = arguments or []
        if hook == "post-merge":
            _follow_merge(world)
        elif given[2:3] != ["0"]:  # a checkout of files, not of a branch
            _follow_checkout(world)
    return exits.DONE


def _show(world: World, changes: list[HookChange]) -> int:
    for change in changes:
        if world.options.json:
            from memora.records.git_hooks import hook_record

            world.out.record(hook_record(change))
        else:
            more = {"installed": ", after the one that was there", "removed": ", the one before is back"}
            chained = more.get(change.outcome, "") if change.chained else ""
            world.out.line(f"{change.hook}  {change.outcome}{chained}  ({escape(change.path)})")
    return exits.DONE


def _follow_checkout(world: World) -> None:
    from memora.operations.history.follow import follow_checkout

    branch = _git_branch(world)
    if branch is None:
        return
    with world.open_repository() as repository:
        followed = follow_checkout(repository, branch, author=world.author(), now=world.now)
    if followed.problem is not None:
        world.out.warn(f"memory stays on its branch: {followed.problem}")
    elif followed.done is not None:
        world.out.note(f"memory is on branch {escape(branch)}")


def _follow_merge(world: World) -> None:
    from memora.operations.history.follow import follow_merge

    for branch in _merged_branches(world):
        with world.open_repository() as repository:
            followed = follow_merge(repository, branch, author=world.author(), now=world.now)
        if followed.problem is not None:
            world.out.warn(f"memory of {escape(branch)} is not merged: {followed.problem}")
        elif followed.done is not None:
            world.out.note(f"memory of {escape(branch)} is merged")


def _git_branch(world: World) -> str | None:
    said = ask_git(world.directory, "symbolic-ref", "--quiet", "--short", "HEAD")
    return None if said is None else os.fsdecode(said).strip() or None


def _merged_branches(world: World) -> list[str]:
    """The branches that git merged just now: those at the second parent, or after a fast-forward those at HEAD."""
    merged = ask_git(world.directory, "rev-parse", "--verify", "--quiet", "HEAD^2") or b"HEAD"
    said = ask_git(
        world.directory,
        "for-each-ref",
        "--format=%(refname:short)",
        "--points-at",
        os.fsdecode(merged).strip(),
        "refs/heads",
    )
    here = _git_branch(world)
    return [name for name in os.fsdecode(said or b"").split("\n") if name and name != here]
