"""``memora blame``."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from memora.cli import exits
from memora.cli.history_text import SHORT_COMMIT_DIGITS, short_commit
from memora.cli.nodes_text import node_line, text_in_line
from memora.cli.output import Output, escape
from memora.cli.world import World
from memora.history.plain import dispute_text, link_text, observation_text
from memora.model.ids import VersionId
from memora.model.node import Dispute, Link, Observation
from memora.model.times import format_time
from memora.operations.look.blame import Blame, BlamedValue, blame

_TIMES = frozenset({"expires_at", "valid_from", "valid_to"})
_UNCOMMITTED = "not committed yet"
_VALUE_COLUMNS = 100


def run(
    world: World,
    name: Annotated[str, typer.Argument(metavar="NODE|KEY", help="Id, first digits or key.")],
    at: Annotated[str | None, typer.Option("--at", metavar="REV", help="The memory as it was then.")] = None,
) -> int:
    """Example: memora blame auth.jwt.algorithm

    Show for each field of a memory, and for each tag, link and observation, which commit set it: its author, when, and
    the session where an observation names one. What a merge took from one side is followed along that side.
    """
    with world.open_repository() as repository:
        result = blame(repository, name, now=world.now, revision=at)
    if world.options.json:
        from memora.records.blame import blame_record

        for value in result.values:
            world.out.record(blame_record(result.node, value))
        return exits.DONE
    world.out.line(node_line(world.out, result.node, now=world.now, whole=True))
    world.out.lines(_lines(world, result))
    return exits.DONE


def _lines(world: World, result: Blame) -> list[str]:
    said = dict(result.sides)
    places = [_place(value) for value in result.values]
    width = max(map(len, places)) - SHORT_COMMIT_DIGITS
    return [
        f"{world.out.style('yellow', place[:SHORT_COMMIT_DIGITS])}{place[SHORT_COMMIT_DIGITS:]:<{width}}  "
        f"{_name(value.origin.field)}: {escape(_text(world.out, value.origin.field, value.origin.value, said))}"
        for place, value in zip(places, result.values, strict=True)
    ]


def _place(value: BlamedValue) -> str:
    """``1a2b3c4d  ada  2026-11-01 09:30:00 UTC``."""
    origin, commit = value
    if origin.commit is None or commit is None:
        who = _UNCOMMITTED
        short = "-" * SHORT_COMMIT_DIGITS
    else:
        who = f"{escape(commit.author)}  {format_time(commit.at)}"
        short = short_commit(origin.commit)
    session = "" if origin.session is None else f"  session {escape(origin.session)}"
    return f"{short}  {who}{session}"


def _name(field: str) -> str:
    singular = {"tags": "tag", "links": "link", "observations": "observation", "dispute": "conflict"}
    return singular.get(field, field.replace("_", " "))


def _text(out: Output, field: str, value: Any, said: Mapping[VersionId, str]) -> str:
    if isinstance(value, Observation):
        return observation_text(value)
    if isinstance(value, Link):
        return link_text(value)
    if isinstance(value, Dispute):
        return dispute_text(value, said)
    if field in _TIMES:
        return format_time(value)
    if field == "confidence":
        return f"{value:g}"
    return "yes" if value is True else text_in_line(out, str(value), _VALUE_COLUMNS)
