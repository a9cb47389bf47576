"""Bundles as people read them, and where their bytes go."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence

from memora.cli.exchange_text import brought, change_line, named_ref, warn_of_orders
from memora.cli.output import Output, escape
from memora.cli.world import World
from memora.errors import BadUsage
from memora.model.ids import CommitId
from memora.model.screening import injection_reasons
from memora.model.times import format_time
from memora.operations.remotes.bundle_check import VerifiedBundle
from memora.operations.remotes.bundling import Bundled
from memora.operations.remotes.unbundling import Unbundled
from memora.remotes.bundle import BundleHeader
from memora.remotes.new_file import check_place, write_new_file

STDOUT = "-"


def write_to(world: World, file: str, *, replace: bool) -> Callable[[Iterator[bytes]], int]:
    """What writes a bundle to a file, or for ``-`` to standard output. Raises where it may not, before anything is."""
    if file == STDOUT:
        if world.options.json:
            raise BadUsage("--json and a bundle cannot share standard output; name a file")
        if world.out.is_terminal:
            raise BadUsage("a bundle is not written to a terminal; name a file, or send it on")
        return world.out.stream
    path = os.path.join(world.directory, file)
    check_place(path, replace=replace)
    return lambda chunks: write_new_file(path, chunks, replace=replace)


def bundle_lines(out: Output, bundle: Bundled | VerifiedBundle, missing: Sequence[CommitId] | None) -> Iterator[str]:
    """What is in a bundle, and what it builds on: ``missing`` is not here, None where nobody can tell."""
    header = bundle.header
    for ref, target in sorted(header.refs.items()):
        what, name = named_ref(ref)
        yield f"  {what} {name}  {out.style('yellow', target.hex()[:8])}"
    for commit in header.prerequisites:
        here = "" if missing is None else ", which is not here" if commit in missing else ", which is here"
        yield f"  builds on {out.style('yellow', commit.hex()[:8])}{here}"
    yield f"{brought(bundle)}, {_size(bundle.size_bytes)}, by {escape(header.author)} on {format_time(header.at)}"


def note_lines(out: Output, header: BundleHeader) -> Iterator[str]:
    """What the bundle says to who opens it; nothing where it says nothing."""
    if header.note is not None:
        to = "" if header.to is None else f" to {escape(header.to)}"
        yield ""
        yield out.style("bold", f"{escape(header.author)}{to}:")
        yield ""
        yield from map(escape, header.note.split("\n"))


def warn_of_note(world: World, header: BundleHeader) -> None:
    """Say where the note of a bundle reads like an order to the agent that reads it: anybody may have written it."""
    for reason in injection_reasons(header.note or ""):
        world.out.warn(f"the note in this bundle reads like an order ({reason})")


def show_unbundled(world: World, done: Unbundled) -> None:
    """What a bundle brought, its note, and how to go on."""
    line = world.out.line
    for change in done.changes:
        line(change_line(world.out, change))
    if done.objects or not done.changes:
        line(f"brought {brought(done)}" if done.objects else "nothing new in this bundle")
    for text in note_lines(world.out, done.header):
        line(text)
    warn_of_note(world, done.header)
    warn_of_orders(world, done.orders)
    if done.header.head is not None:
        world.out.note(f"`memora merge {escape(done.name)}/{escape(done.header.head)}` merges it into this branch")


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 1_000_000 else f"{count / 1e3:.1f} kB"
