"""Operations as people read them."""

from __future__ import annotations

from memora.cli import exits
from memora.cli.output import Output, escape
from memora.cli.world import World
from memora.model.text import first_line
from memora.operations.history.pointers import pointer_words
from memora.operations.history.undo import NothingLeft, Step
from memora.storage.operation_log import Move, Operation
from memora.storage.refs import parse_head

_NOTHING = "nothing"
_DIGITS = 8


def show_step(world: World, outcome: Step | NothingLeft, verb: str, past: str) -> int:
    """Print what ``undo`` or ``redo`` did and give the exit code."""
    if isinstance(outcome, NothingLeft):
        forgotten = "; what was done before is no longer kept" if outcome.forgotten else ""
        world.out.note(f"nothing to {verb}{forgotten}")
        return exits.NEGATIVE
    if world.options.json:
        from memora.records.operations import operation_record

        world.out.record(operation_record(outcome.operation))
    else:
        world.out.line(f"{past}: {operation_words(outcome.target)}")
    return exits.DONE


def operation_words(operation: Operation) -> str:
    """What an operation was: its command and what that did."""
    return escape(f"{operation.command} {first_line(operation.summary)}".rstrip())


def move_line(out: Output, move: Move) -> str:
    """Where a pointer was and where it went: ``branch main  1a2b3c4d → 5e6f7a8b``."""
    what, name = pointer_words(move.pointer)
    if what == "workspace":
        part = move.pointer.rpartition("/")[2]
        if part == "head":
            return f"HEAD of {escape(name)}  {_head_words(out, move.before)} → {_head_words(out, move.after)}"
        what = "working tree of"
    return f"{what} {escape(name)}  {_id_words(out, move.before)} → {_id_words(out, move.after)}"


def _id_words(out: Output, value: bytes | None) -> str:
    return _NOTHING if value is None else out.style("yellow", value.hex()[:_DIGITS])


def _head_words(out: Output, value: bytes | None) -> str:
    if value is None:
        return _NOTHING
    head = parse_head(value.decode())
    commit = _id_words(out, head.commit) if head.commit else "no commit yet"
    return f"{escape(head.branch or 'no branch')} ({commit})"
