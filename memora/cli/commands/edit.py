"""``memora edit``."""

from collections.abc import Collection
from typing import Annotated, Any

import typer

from memora.cli.nodes_text import show_changes
from memora.cli.world import World
from memora.errors import BadUsage
from memora.model.secrets import check_rules
from memora.model.text import CONTENT_BYTES
from memora.operations.remember.changes import ChangeSet
from memora.operations.remember.edit import edit


def run(
    world: World,
    node: Annotated[str, typer.Argument(metavar="NODE", help="Id, first digits of an id, or key.")],
    content: Annotated[str | None, typer.Option("--content", "-c", help="What it says; '-' reads it.")] = None,
    type: Annotated[str | None, typer.Option("--type", "-t", help="Type of the memory.")] = None,
    key: Annotated[str | None, typer.Option("--key", "-k", help="Name of the thing it is about.")] = None,
    no_key: Annotated[bool, typer.Option("--no-key", help="Take its key away.")] = False,
    source: Annotated[str | None, typer.Option("--source", help="How that became known.")] = None,
    evidence: Annotated[list[str] | None, typer.Option("--evidence", help="path:L42, a URL, a command.")] = None,
    confidence: Annotated[str | None, typer.Option("--confidence", help="0 to 1.")] = None,
    status: Annotated[str | None, typer.Option("--status", help="ephemeral, stable or deprecated.")] = None,
    add_tag: Annotated[list[str] | None, typer.Option("--add-tag", help="A tag; may be repeated.")] = None,
    remove_tag: Annotated[list[str] | None, typer.Option("--remove-tag", help="A tag; may be repeated.")] = None,
    applies_to: Annotated[list[str] | None, typer.Option("--applies-to", help="Glob of code paths to add.")] = None,
    remove_applies_to: Annotated[
        list[str] | None, typer.Option("--remove-applies-to", help="Glob of code paths to remove.")
    ] = None,
    ttl: Annotated[str | None, typer.Option("--ttl", help="Lifetime from now: 30m, 12h, 7d, 4w.")] = None,
    expires_at: Annotated[str | None, typer.Option("--expires-at", help="When it ends.")] = None,
    no_expiry: Annotated[bool, typer.Option("--no-expiry", help="Let it never end.")] = False,
    valid_from: Annotated[str | None, typer.Option("--valid-from", help="Since when it is true.")] = None,
    valid_to: Annotated[str | None, typer.Option("--valid-to", help="Until when it is true.")] = None,
    allow_secret: Annotated[
        list[str] | None, typer.Option("--allow-secret", metavar="RULE", help="What this rule finds is none.")
    ] = None,
    author: Annotated[str | None, typer.Option("--author", help="Who says so.")] = None,
) -> int:
    """Example: memora edit auth.jwt.algorithm --content "Auth uses JWT ES256" --source code_read

    Change a memory; its id stays. Without options it opens in your editor. What supported the old words does not
    support new ones: these begin with the confidence of their source. A --source or --evidence for the same words
    supports them instead.
    """
    if no_key and key is not None:
        raise BadUsage("--key and --no-key exclude each other")
    if no_expiry and (ttl, expires_at) != (None, None):
        raise BadUsage("--no-expiry excludes --ttl and --expires-at")
    given = {
        "content": world.read_stdin("content", CONTENT_BYTES) if content == "-" else content,
        "type": type,
        "key": key,
        "source": source,
        "evidence": evidence,
        "confidence": confidence,
        "status": status,
        "add_tags": add_tag,
        "remove_tags": remove_tag,
        "add_applies_to": applies_to,
        "remove_applies_to": remove_applies_to,
        "ttl": ttl,
        "expires_at": expires_at,
        "valid_from": valid_from,
        "valid_to": valid_to,
    }
    fields: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if no_key:
        fields["key"] = None
    if no_expiry:
        fields["expires_at"] = None
    who = world.author(author)
    allowed = check_rules(allow_secret or ())
    if not fields:
        return show_changes(world, _edit_document(world, node, who, allowed))
    with world.open_repository() as repository:
        changes = edit(repository, node, fields, author=who, now=world.now, allowed_secrets=allowed)
    return show_changes(world, changes)


def _edit_document(world: World, name: str, author: str, allowed: Collection[str]) -> ChangeSet:
    """Let a person change the node in an editor. The store is not held meanwhile."""
    from memora.cli.editor import open_editor
    from memora.cli.node_document import changed_fields, format_document
    from memora.operations.naming import read_named

    with world.open_repository() as repository, repository.snapshot():
        [before] = read_named(repository, [name])
    with open_editor(world, format_document(before.node)) as written:
        fields = changed_fields(before.node, written)
        if not fields:
            return ChangeSet("unchanged", (before,))
        node = before.node.id.hex()
        with world.open_repository() as repository:
            return edit(
                repository,
                node,
                fields,
                author=author,
                now=world.now,
                expected=before.version,
                allowed_secrets=allowed,
            )
