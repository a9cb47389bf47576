"""``memora bisect start``, ``good``, ``bad``, ``skip``, ``reset`` and ``run``."""

from typing import Annotated

import typer

from memora.cli import exits
from memora.cli.bisection_text import bisection_lines, commit_words, distance_words, show_culprit
from memora.cli.commandline import PassedOn
from memora.cli.history_text import short_commit
from memora.cli.world import World
from memora.errors.history import NotBisectable
from memora.operations.history.bisect import (
    Bisection,
    Verdict,
    bisect_mark,
    bisect_reset,
    bisect_standing,
    bisect_start,
)
from memora.operations.history.bisect_nodes import Culprit, bisect_nodes

_REVISION_HELP = "That commit; else the one under test."


def run_start(
    world: World,
    bad: Annotated[str | None, typer.Argument(metavar="[BAD", help="A commit where it is bad.")] = None,
    good: Annotated[list[str] | None, typer.Argument(metavar="[GOOD...]]", help="Commits before it was.")] = None,
) -> int:
    """Example: memora bisect start HEAD v1

    Begin to search history for the commit that made something bad, between a bad commit and good ones before it; both
    can be named later by `memora bisect bad` and `memora bisect good`. The branch and the working tree stay as they
    are: `memora list --at` and `memora show --at` show the memory of the commit under test, and `memora bisect run`
    lets a command look at it.
    """
    with world.open_repository() as repository:
        return _show(world, bisect_start(repository, bad, good or (), author=world.author(), now=world.now))


def run_good(
    world: World,
    revision: Annotated[str | None, typer.Argument(metavar="[REVISION]", help=_REVISION_HELP)] = None,
) -> int:
    """Example: memora bisect good

    Say that a commit is good, and so all before it. While the search has no two ends, no revision means HEAD.
    """
    return _mark(world, "good", revision)


def run_bad(
    world: World,
    revision: Annotated[str | None, typer.Argument(metavar="[REVISION]", help=_REVISION_HELP)] = None,
) -> int:
    """Example: memora bisect bad HEAD~3

    Say that a commit is bad, and so all after it. While the search has no two ends, no revision means HEAD.
    """
    return _mark(world, "bad", revision)


def run_skip(
    world: World,
    revision: Annotated[str | None, typer.Argument(metavar="[REVISION]", help=_REVISION_HELP)] = None,
) -> int:
    """Example: memora bisect skip

    Say that a commit cannot be tested; another one is. Where only skipped commits are left the search ends without a
    single answer: they are listed, and the exit code is 1.
    """
    return _mark(world, "skip", revision)


def run_reset(world: World) -> int:
    """Example: memora bisect reset

    End the search and forget its marks. `memora undo` brings them back.
    """
    with world.open_repository() as repository:
        ended = bisect_reset(repository, author=world.author(), now=world.now)
    _show(world, Bisection("ended"))
    world.out.note("the search is over" if ended else "no bisection was going on")
    return exits.DONE if ended else exits.NEGATIVE


def run_run(
    world: World,
    command: Annotated[list[str], typer.Argument(metavar="CMD...", help="A program and its arguments."), PassedOn()],
    nodes: Annotated[bool, typer.Option("--nodes", help="Then search the commit for the one change.")] = False,
) -> int:
    """Example: memora bisect run --nodes sh -c 'grep -q "JWT RS256" "$MEMORA_FILE"'

    Let a command test one commit after the other. It finds the memory of the moment in the file MEMORA_FILE (a record a
    line; a list in Markdown is memory.md beside it) and its id in MEMORA_REVISION. It says good by exit code 0, bad by
    1 to 127, and by 125 that it cannot tell; anything else ends the run, and what was marked before stays. What it
    prints goes to standard error. No shell is used.

    With --nodes parts of the found commit are then tested, to find the one change in it that is enough.
    MEMORA_REVISION is the id of a tree then, good for `memora list --at` as well.
    """
    from memora.cli.trial import run_trial

    with world.open_repository() as repository:
        found = bisect_standing(repository)
        if found.outcome == "waiting":
            raise NotBisectable("the search needs a bad and a good commit first")
        while found.outcome == "testing":
            assert found.commit is not None
            world.out.note(f"testing {commit_words(world.out, found)}  ({distance_words(found)})")
            verdict = run_trial(world, repository, command, found.commit.hex())
            if not world.options.json:
                world.out.line(f"{verdict:<4}  {commit_words(world.out, found)}")
                world.out.flush()  # before what the next test prints
            found = bisect_mark(repository, verdict, found.commit.hex(), author=world.author(), now=world.now)
        culprit = None
        if nodes and found.outcome == "found":
            assert found.commit is not None
            world.out.note(f"testing parts of {short_commit(found.commit)}")
            culprit = bisect_nodes(
                repository, found.commit, lambda tree: run_trial(world, repository, command, tree.hex())
            )
        return _show(world, found, culprit)


def _mark(world: World, verdict: Verdict, revision: str | None) -> int:
    with world.open_repository() as repository:
        return _show(world, bisect_mark(repository, verdict, revision, author=world.author(), now=world.now))


def _show(world: World, found: Bisection, culprit: Culprit | None = None) -> int:
    if world.options.json:
        from memora.records.bisections import bisection_record

        world.out.record(bisection_record(found, culprit))
    else:
        world.out.lines(bisection_lines(world.out, found))
        if culprit is not None:
            show_culprit(world.out, culprit)
        if found.outcome == "testing" and found.commit is not None:
            look = f"`memora list --at {short_commit(found.commit)}` shows its memory"
            world.out.note(f"{look}; then `memora bisect good`, `bad` or `skip`")
    return exits.NEGATIVE if found.outcome == "undecided" else exits.DONE
