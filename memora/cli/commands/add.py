"""``memora add``."""

from collections.abc import Collection
from typing import IO, Annotated, Final

import typer

from memora.cli.nodes_text import SHORT_ID_DIGITS, node_line, note_settled
from memora.cli.world import World, decode_input
from memora.errors import BadInput, BadUsage
from memora.model.secrets import check_rules
from memora.model.text import CONTENT_BYTES
from memora.model.vocabulary import parse_type
from memora.operations.remember.add import add, add_batch
from memora.operations.remember.changes import ChangeSet

_BYTE_ORDER_MARK = "\ufeff"  # what some editors and shells put before UTF-8
_LONGEST_LINE: Final = 16 * 1024**2  # as much as the fields of a memory can hold, however JSON writes them
_CORROBORATED = "corroborated: now {count} observations, confidence {confidence:.2f}"


def run(
    world: World,
    text: Annotated[str | None, typer.Argument(metavar="[TEXT]", help="What to remember; '-' reads it.")] = None,
    type: Annotated[str | None, typer.Option("--type", "-t", help="Type of the memory.")] = None,
    content: Annotated[str | None, typer.Option("--content", "-c", help="What to remember.")] = None,
    key: Annotated[str | None, typer.Option("--key", "-k", help="Name of the thing it is about.")] = None,
    source: Annotated[str | None, typer.Option("--source", help="How it became known.")] = None,
    evidence: Annotated[list[str] | None, typer.Option("--evidence", help="path:L42, a URL, a command.")] = None,
    confidence: Annotated[str | None, typer.Option("--confidence", help="0 to 1; else by source.")] = None,
    tag: Annotated[list[str] | None, typer.Option("--tag", help="A tag; may be repeated.")] = None,
    applies_to: Annotated[list[str] | None, typer.Option("--applies-to", help="Glob of code paths.")] = None,
    ttl: Annotated[str | None, typer.Option("--ttl", help="Lifetime: 30m, 12h, 7d, 4w.")] = None,
    link: Annotated[list[str] | None, typer.Option("--link", metavar="REL:NODE", help="Link to a node.")] = None,
    author: Annotated[str | None, typer.Option("--author", help="Who says so.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Revise the node that has the key.")] = False,
    allow_secret: Annotated[
        list[str] | None, typer.Option("--allow-secret", metavar="RULE", help="What this rule finds is none.")
    ] = None,
    batch: Annotated[str | None, typer.Option("--batch", metavar="FILE|-", help="JSON Lines to add.")] = None,
) -> int:
    """Example: memora add "Auth uses JWT RS256" -k auth.jwt.algorithm --source code_read --evidence src/auth/jwt.rs:L42

    Remember something. What is known already gains support instead: a second, independent source raises the
    confidence and promotes the memory.
    """
    options = {
        "type": type,
        "key": key,
        "source": source,
        "evidence": evidence,
        "confidence": confidence,
        "tags": tag,
        "applies_to": applies_to,
        "ttl": ttl,
        "links": link,
    }
    if batch is not None:
        if any(value is not None for value in (text, content, *options.values())):
            raise BadUsage("--batch takes its memories from a file, not from the command line")
        return _add_batch(world, batch, author, replace, check_rules(allow_secret or ()))
    if (text is None) == (content is None):
        raise BadUsage("give what to remember once: as TEXT, with --content, or with '-' from standard input")
    given = text if text is not None else content
    fields = {"content": world.read_stdin("content", CONTENT_BYTES) if given == "-" else given, **options}
    with world.open_repository() as repository:
        changes = add(
            repository,
            fields,
            author=world.author(author),
            now=world.now,
            replace=replace,
            allowed_secrets=check_rules(allow_secret or ()),
        )
    said = [name for name, value in (("confidence", confidence), ("lifetime", ttl)) if value is not None]
    other_type = type is not None and parse_type(type) != changes.nodes[0].node.type
    _show(world, changes, said, other_type=other_type)
    return 0


def _show(world: World, changes: ChangeSet, said: list[str], *, other_type: bool) -> None:
    """Print the memory and what became of it.

    What was ``said`` of it counts for a memory that is new or gains support, its type for a new one alone.
    """
    if world.options.json:
        from memora.records.nodes import change_set_record

        world.out.record(change_set_record(changes))
        return
    node = changes.nodes[0].node
    world.out.line(node_line(world.out, node, now=world.now, whole=True))
    stayed = ["type"] if other_type else []
    if changes.outcome == "corroborated":
        more = "; promoted to stable" if changes.promoted else ""
        world.out.note(_CORROBORATED.format(count=len(node.support), confidence=node.confidence) + more)
    elif changes.outcome in ("added", "changed"):
        note_settled(world, changes)
        _note_injections(world, node.content)
    elif changes.outcome == "known":
        world.out.note("known already from the same observer; nothing was counted twice")
        stayed += said
    if stayed:
        short = node.id.hex()[:SHORT_ID_DIGITS]
        world.out.note(f"its {' and '.join(stayed)} stayed; `memora edit {short}` changes that")


def _note_injections(world: World, content: str) -> None:
    """Say what of a new memory reads like an order to an agent. It was stored: whoever typed it may mean it."""
    from memora.model.injection import RULES, find_injections

    for found in find_injections(content):
        world.out.note(f"line {found.line} {RULES[found.rule].what} ({found.rule}); agents will read it word for word")


def _add_batch(world: World, file: str, author: str | None, replace: bool, allowed: Collection[str]) -> int:
    lines = _read_lines(world, file)

    def progress(number: int) -> None:
        world.out.progress(f"{number:,} of {len(lines):,} lines")

    with world.open_repository() as repository:
        try:
            counts = add_batch(
                repository,
                lines,
                author=world.author(author),
                now=world.now,
                replace=replace,
                allowed_secrets=allowed,
                progress=progress,
            )
        finally:
            world.out.progress("", done=True)
    if world.options.json:
        from memora.records.nodes import counts_record

        world.out.record(counts_record(counts))
    else:
        changed = f", {counts.changed} changed" if counts.changed else ""
        world.out.line(
            f"{counts.added} added, {counts.corroborated} corroborated, {counts.known} known already{changed}"
        )
    return 0


def _read_lines(world: World, file: str) -> list[str]:
    if file == "-":
        return _lines(world.stdin.buffer)
    import os

    from memora.errors import NotFound, Unavailable

    try:
        with open(os.path.join(world.directory, file), "rb") as stream:
            return _lines(stream)
    except FileNotFoundError:
        raise NotFound("file", file) from None
    except OSError as error:
        raise Unavailable(f"cannot read {file}: {error.strerror}") from None


def _lines(stream: IO[bytes]) -> list[str]:
    """The lines of a batch. Raises BadInput where it is no UTF-8, and at a line that no memory can need."""
    lines: list[bytes] = []
    while line := stream.readline(_LONGEST_LINE):
        lines.append(line)
        if len(line) == _LONGEST_LINE:
            raise BadInput(f"line {len(lines)}", f"is longer than {_LONGEST_LINE // 1024**2} MiB")
    text = decode_input("the batch", b"".join(lines))
    return text.removeprefix(_BYTE_ORDER_MARK).removesuffix("\n").split("\n")
