"""``memora tag``."""

from typing import Annotated

import typer

from memora.cli.history_text import short_commit
from memora.cli.output import escape
from memora.cli.world import World
from memora.errors import BadUsage
from memora.operations.history.tag import TagEntry, create_tag, delete_tag, list_tags


def run(
    world: World,
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="The tag.")] = None,
    revision: Annotated[str | None, typer.Argument(metavar="[REV]", help="What to tag; HEAD if not said.")] = None,
    listing: Annotated[bool, typer.Option("--list", "-l", help="List the tags.")] = False,
    message: Annotated[str | None, typer.Option("--message", "-m", help="Keep a message, author and time too.")] = None,
    delete: Annotated[bool, typer.Option("--delete", "-d", help="Delete the tag NAME.")] = False,
    force: Annotated[bool, typer.Option("--force", "-f", help="Move the tag where it exists.")] = False,
) -> int:
    """Example: memora tag v1.0 -m "Before the move to RS256"

    List the tags, or with NAME name a commit for good. A tag stays where it is; --force moves it.
    """
    if name is None:
        if delete or force or message is not None:
            raise BadUsage("name the tag")
        return _list(world)
    if listing:
        raise BadUsage("a list takes no name")
    if delete and (revision is not None or message is not None or force):
        raise BadUsage("--delete takes a name and nothing else")
    with world.open_repository() as repository:
        author, now = world.author(), world.now
        if delete:
            tag = delete_tag(repository, name, author=author, now=now)
            _show(world, tag, f"Deleted tag '{escape(tag.name)}', which was at {short_commit(tag.commit)}")
            world.out.note("`memora undo` brings it back")
        else:
            tag = create_tag(repository, name, revision or "HEAD", message=message, force=force, author=author, now=now)
            _show(world, tag, f"Tagged {short_commit(tag.commit)} as '{escape(tag.name)}'")
    return 0


def _show(world: World, tag: TagEntry, text: str) -> None:
    if world.options.json:
        from memora.records.refs import tag_record

        world.out.record(tag_record(tag))
    else:
        world.out.line(text)


def _list(world: World) -> int:
    with world.open_repository() as repository:
        for tag in list_tags(repository):
            _show(world, tag, escape(tag.name))
    return 0
