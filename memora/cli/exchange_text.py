"""What was exchanged with a remote, as a person reads it: a line for each reference, and what it took."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from memora.cli.output import Output, escape
from memora.cli.world import World
from memora.model.counts import counted, memories
from memora.model.ids import ObjectId
from memora.operations.remotes.fetch import Fetched, RefChange, StillHere
from memora.operations.remotes.orders import Order
from memora.operations.remotes.push import Pushed
from memora.remotes.ports import RefMove

_WHAT = {"refs/heads/": "branch", "refs/remotes/": "branch", "refs/tags/": "tag", "refs/sessions/": "session"}


class Brought(Protocol):
    """Something that counts what came, or goes."""

    @property
    def versions(self) -> int:
        """Versions of memories."""
        ...

    @property
    def commits(self) -> int:
        """Commits."""
        ...


class ExchangeProgress:
    """Says on a terminal how far an exchange is. Use it in a ``with``."""

    def __init__(self, world: World) -> None:
        self._world = world

    def __call__(self, what: str, count: int) -> None:
        shown = f"{count / 1e6:.1f}" if what.startswith("of ") else f"{count:,}"
        self._world.out.progress(f"{shown} {what}")

    def __enter__(self) -> ExchangeProgress:
        return self

    def __exit__(self, *exception: object) -> None:
        self._world.out.progress("", done=True)


def fetched_lines(out: Output, fetched: Fetched) -> Iterator[str]:
    """What a fetch brought; one line where that is nothing."""
    for change in fetched.changes:
        yield change_line(out, change)
    if any(
        change.kept and change.before is not None and named_ref(change.name)[0] == "tag" for change in fetched.changes
    ):
        name = escape(fetched.remote)
        yield f"`memora fetch {name} --force` takes the tags of {name} as they are there"
    if fetched.objects or not fetched.changes:
        yield f"brought {brought(fetched)}" if fetched.objects else f"nothing new at {escape(fetched.remote)}"
    if fetched.still_here is not None:
        yield still_here_line(fetched.remote, fetched.still_here)


def warn_of_orders(world: World, orders: Iterable[Order]) -> None:
    """Say where a message of a commit or a name reads like an order to the agent that reads it."""
    for name, reason in orders:
        what, shown = named_ref(name)
        named = f"commit {shown[:8]}" if what == "reference" else f"the name of {what} {shown}"
        world.out.warn(f"{named} reads like an order to an agent ({reason})")


def still_here_line(remote: str, here: StillHere) -> str:
    """What a remote has erased and is here, and what to do about it."""
    name = escape(remote)
    what = memories(here.memories) if here.memories else counted(here.objects, "object")
    return f"{name} erased {what} that this store still holds; `memora purge --from {name}` erases it here too"


def brought(fetched: Brought) -> str:
    """How much came, in words."""
    versions = counted(fetched.versions, "version of a memory", "versions of memories")
    return f"{versions} and {counted(fetched.commits, 'commit')}"


def pushed_lines(out: Output, pushed: Pushed) -> Iterator[str]:
    """What a push moved and sent; one line where that is nothing."""
    if not pushed.moves:
        remote = escape(pushed.remote)
        yield f"{remote} has all of this already" if pushed.asked else f"there is nothing here to push to {remote}"
    for move in pushed.moves:
        yield _move_line(out, move, pushed.remote)
    if pushed.objects:
        yield f"sent {counted(pushed.objects, 'object')}{_size(pushed.sent_bytes)}"
    if pushed.followed:
        yield f"{escape(pushed.followed)} follows {escape(pushed.remote)}/{escape(pushed.followed)} from now on"


def change_line(out: Output, change: RefChange) -> str:
    """How one reference moved here, or why it did not."""
    what, name = named_ref(change.name)
    if change.kept:
        return f"  {out.style('yellow', 'kept')}      {what} {name}: {escape(change.kept)}"
    return _line(out, change.before, change.after, f"{what} {name}", rewritten=change.rewritten)


def _move_line(out: Output, move: RefMove, remote: str) -> str:
    what, name = named_ref(move.name)
    place = f"{escape(remote)}/{name}" if what == "branch" else f"{name} at {escape(remote)}"
    return _line(out, move.expected, move.target, f"{what} {place}", rewritten=False)


def _line(out: Output, before: ObjectId | None, after: ObjectId | None, what: str, *, rewritten: bool) -> str:
    if after is None:
        return f"  {out.style('red', 'deleted')}   {what}"
    if before is None:
        return f"  {out.style('green', 'new')}       {what}  {_id(out, after)}"
    how = out.style("red", "rewritten") if rewritten else "moved    "
    return f"  {how} {what}  {_id(out, before)}..{_id(out, after)}"


def named_ref(ref: str) -> tuple[str, str]:
    """What a reference is, ``branch``, ``tag`` or ``session``, and its name as it may be shown."""
    prefix = next((prefix for prefix in _WHAT if ref.startswith(prefix)), "")
    return _WHAT.get(prefix, "reference"), escape(ref.removeprefix(prefix))


def _id(out: Output, target: ObjectId) -> str:
    return out.style("yellow", target.hex()[:8])


def _size(count: int) -> str:
    """How much that is, where it is worth saying."""
    if count < 10_000:
        return ""
    return f", {count / 1e3:.0f} kB" if count < 1_000_000 else f", {count / 1e6:.1f} MB"
