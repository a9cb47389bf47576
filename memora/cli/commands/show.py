"""``memora show``."""

from contextlib import closing
from typing import Annotated

import typer

from memora.cli.history_text import commit_lines, tag_lines
from memora.cli.world import World
from memora.operations.look.log import decorations
from memora.operations.look.show import CommitView, NodeView, commit_changes, show
from memora.repository import Repository
from memora.storage.refs import BRANCHES


def run(
    world: World,
    name: Annotated[str, typer.Argument(metavar="NODE|REVISION", help="Id, first digits, key; else a revision.")],
    at: Annotated[str | None, typer.Option("--at", metavar="REVISION", help="The memory as it was then.")] = None,
) -> int:
    """Example: memora show auth.jwt.algorithm

    Show everything about a memory: what it says, what supports it, what it is linked to and what changed it. The name
    of a revision shows that commit and its changes, a tag with a message that too.
    """
    with world.open_repository() as repository:
        view = show(repository, name, now=world.now, revision=at)
        if isinstance(view, NodeView):
            _show_node(world, view)
        else:
            _show_commit(world, repository, view)
    return 0


def _show_node(world: World, view: NodeView) -> None:
    if world.options.json:
        from memora.records.nodes import node_view_record

        world.out.record(node_view_record(view))
        return
    from memora.cli.node_page import node_page

    world.out.lines(node_page(world.out, view, world.now))


def _show_commit(world: World, repository: Repository, view: CommitView) -> None:
    if world.options.json:
        _show_commit_records(world, repository, view)
        return
    from memora.cli.changes_text import change_line, show_fields
    from memora.cli.merge_text import decided_lines

    commit_id, commit, counts = view.entry
    world.out.lines(() if view.tag is None else (*tag_lines(world.out, view.tag), ""))
    world.out.lines(commit_lines(world.out, commit_id, commit, decorations(repository).get(commit_id, [])))
    world.out.line()
    for decided in view.decided:
        world.out.lines(decided_lines(world.out, decided))
    if view.decided:
        world.out.line()
    with closing(commit_changes(repository, view)) as changes:
        for change in changes:
            world.out.line(change_line(world.out, change))
            show_fields(world.out, change)
    world.out.line(f"\n{counts}" if counts else "no changes")


def _show_commit_records(world: World, repository: Repository, view: CommitView) -> None:
    """The record of the commit, then one of each change."""
    from memora.records.changes import change_record
    from memora.records.commits import commit_record

    commit_id, commit, counts = view.entry
    tips = {target: name for name, target in repository.refs.list(BRANCHES)}
    world.out.record(commit_record(commit_id, commit, tips.get(commit_id), counts))
    with closing(commit_changes(repository, view)) as changes:
        for change in changes:
            world.out.record(change_record(change))
