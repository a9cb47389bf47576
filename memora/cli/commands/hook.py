"""``memora hook``, where it is not called as a hook: its help, and a try of it behind global options."""

import os
from typing import Annotated

import typer

from memora.cli.world import World
from memora.errors import BadUsage, NotFound
from memora.harnesses.names import HARNESSES, find_harness
from memora.operations.agents.answer import answer


def run(
    world: World,
    agent: Annotated[str | None, typer.Argument(metavar="AGENT", help=f"Who calls: {', '.join(HARNESSES)}.")] = None,
    event: Annotated[
        str | None, typer.Argument(metavar="[EVENT]", help="The event, for an agent that does not say it.")
    ] = None,
) -> int:
    """Example: memora hook claude-code < event.json

    What coding agents call at each event of a session; `memora agent install` puts it into their settings. It reads the
    agent's JSON, records what happened, and answers in the agent's own way with what is worth knowing. Without a store
    it is silent. As a hook it always ends with exit code 0; what went wrong is told by `memora doctor`.
    """
    if agent is None:
        raise BadUsage("name the agent that calls")
    harness = find_harness(agent)
    if harness is None:
        raise NotFound("agent", agent)
    raw = world.stdin.buffer.read()
    directory = os.path.abspath(world.directory)
    text = answer(raw, harness, event or "", environment=world.environment, directory=directory, now=world.now)
    if text:
        world.out.line(text.rstrip("\n"))
    return 0
