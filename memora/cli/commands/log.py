"""``memora log``."""

from collections.abc import Iterator
from contextlib import closing
from itertools import islice, zip_longest
from typing import TYPE_CHECKING, Annotated

import typer

from memora.cli import exits
from memora.cli.history_text import commit_line, commit_lines
from memora.cli.world import World
from memora.errors import BadUsage
from memora.model.ids import CommitId, NodeId
from memora.operations.look.log import LogEntry, branch_tips, decorations, find_node, find_nodes, find_subject, log
from memora.repository import Repository

if TYPE_CHECKING:
    from memora.history.commit_filter import CommitFilter


def run(
    world: World,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[REVISION] [NODE]", help="Where to start; whose history.")
    ] = None,
    limit: Annotated[int | None, typer.Option("-n", min=0, help="How many commits at most.")] = None,
    oneline: Annotated[bool, typer.Option("--oneline", help="One line a commit.")] = False,
    graph: Annotated[bool, typer.Option("--graph", help="Draw how the commits hang together.")] = False,
    stat: Annotated[bool, typer.Option("--stat", help="Count what each commit changed.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Start from every branch and tag.")] = False,
    key: Annotated[str | None, typer.Option("--key", help="Only commits that changed memories of this key.")] = None,
    grep: Annotated[str | None, typer.Option("--grep", help="Only commits whose message holds this text.")] = None,
    author: Annotated[str | None, typer.Option("--author", help="Only commits whose author holds this text.")] = None,
    since: Annotated[str | None, typer.Option("--since", metavar="TIME", help="Only commits from then on.")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="TIME", help="Only commits up to then.")] = None,
) -> int:
    """Example: memora log --oneline --graph --all

    Show the history, the newest commit first. With NODE, an id or a key, only the commits that changed that memory;
    --key takes the beginning of a key. --grep and --author look for plain text in any case. A TIME is 2026-11-01,
    2026-11-01T09:30Z, yesterday or 2.days.ago; a date alone is its first moment.
    """
    wanted = _filter(world, grep, author, since, until)
    with world.open_repository() as repository:
        revision, nodes = _subject(world, repository, names or [], key)
        if graph and (nodes is not None or wanted is not None):
            raise BadUsage("--graph draws the whole history, not a part of it")
        count = stat or world.options.json
        entries = log(
            repository, revision, now=world.now, everything=everything, nodes=nodes, wanted=wanted, count=count
        )
        with closing(entries):
            shown = _show(world, repository, islice(entries, limit), oneline=oneline, graph=graph)
    if shown or limit == 0:
        return exits.DONE
    if wanted is not None:
        world.out.note("no commit fits")
    else:
        world.out.note("no commits yet" if nodes is None else "no commit changed it")
    return exits.NEGATIVE


def _filter(
    world: World, grep: str | None, author: str | None, since: str | None, until: str | None
) -> "CommitFilter | None":
    """What the options ask of a commit; None where they ask nothing."""
    if grep is None and author is None and since is None and until is None:
        return None
    from memora.history.commit_filter import CommitFilter
    from memora.model.times import parse_time

    return CommitFilter(
        grep,
        author,
        None if since is None else parse_time("since", since, world.now),
        None if until is None else parse_time("until", until, world.now),
    )


def _subject(
    world: World, repository: Repository, names: list[str], key: str | None
) -> tuple[str | None, list[NodeId] | None]:
    """The revision to start from, and the nodes to follow; None for HEAD and for all."""
    if len(names) > (1 if key is not None else 2):
        raise BadUsage("log takes a revision and a memory, no more")
    if key is not None:
        return (names[0] if names else None), find_nodes(repository, key)
    if len(names) == 2:
        return names[0], [find_node(repository, names[1])]
    return find_subject(repository, names[0], world.now) if names else (None, None)


def _show(world: World, repository: Repository, entries: Iterator[LogEntry], *, oneline: bool, graph: bool) -> int:
    """Print the entries as they come, and give how many there were."""
    if world.options.json:
        return _show_records(world, entries, branch_tips(repository))
    names = decorations(repository)
    if graph:
        from memora.cli.graph_text import GraphText

        drawing = GraphText()
    shown, below = 0, ""
    for entry in entries:
        if shown and not oneline:
            world.out.line(below.rstrip())
        shown += 1
        rows: list[str] = []
        if graph:
            rows, below = drawing.draw(entry.id, entry.commit.parents)
        for row, line in zip_longest(rows, _text(world, entry, names.get(entry.id, []), oneline)):
            world.out.line(f"{below if row is None else row}{line or ''}".rstrip())
    return shown


def _text(world: World, entry: LogEntry, names: list[str], oneline: bool) -> list[str]:
    if oneline:
        lines = [commit_line(world.out, entry.id, entry.commit, names)]
    else:
        lines = commit_lines(world.out, entry.id, entry.commit, names)
    if entry.changes:
        lines += [f" {entry.changes}"] if oneline else ["", f" {entry.changes}"]
    return lines


def _show_records(world: World, entries: Iterator[LogEntry], tips: dict[CommitId, str]) -> int:
    from memora.records.commits import commit_record

    shown = 0
    for entry in entries:
        shown += 1
        world.out.record(commit_record(entry.id, entry.commit, tips.get(entry.id), entry.changes))
    return shown
