"""What sharing costs past one machine, by simulation: ``python -m bench.scale``.

Agents push at random moments over a remote in object storage. The protocol is that of memora/remotes: look, upload a
pack, create the next manifest, and after each try in vain pause, look and create again; every eighth pack folds eight
into one. Delays are drawn anew for each request. Nothing is sent anywhere; docs/scale.md has the table.
"""

from __future__ import annotations

import argparse
import heapq
import random
from collections.abc import Generator
from statistics import fmean, quantiles
from typing import NamedTuple

MINUTE = 60.0


class Service(NamedTuple):
    """How long an answer takes in seconds, the middle one; one in twenty takes three times as long."""

    name: str
    read: float
    write: float


SERVICES = (Service("object storage, near", 0.020, 0.040), Service("object storage, far", 0.080, 0.120))


class Plan(NamedTuple):
    """Who pushes: so many agents, each so often; each its own branch, or all of them one."""

    agents: int
    seconds_between: float
    together: bool


PLANS = (
    Plan(50, MINUTE, False),
    Plan(200, MINUTE, False),
    Plan(1000, 10 * MINUTE, False),
    Plan(1000, 5 * MINUTE, False),
    Plan(1000, MINUTE, False),
    Plan(20, MINUTE, True),
    Plan(50, MINUTE, True),
    Plan(200, MINUTE, True),
    Plan(1000, 10 * MINUTE, True),
)

# What a push of one memory takes, from `python -m bench --only crowds` and tests of what is sent.
PACK_BYTES = 3_000
MANIFEST_BYTES = 1_500
REF_BYTES = 45
PACK_ENTRY_BYTES = 30
LIVE_PACKS = 40
MERGE_SECONDS = 0.05
FOLDED = 8
REQUESTS_TO_LOOK = 3  # format, list, newest manifest
MAX_PAUSE = 2.0
FIRST_PAUSE = 0.02


class Totals:
    """What happened in the simulated time."""

    def __init__(self) -> None:
        self.tries: list[int] = []
        self.seconds: list[float] = []
        self.reads = self.writes = self.bytes = 0
        self.generation = 0
        self.waiting = 0


def simulate(service: Service, plan: Plan, minutes: float, seed: int = 1) -> Totals:
    """Let the agents of a plan push for some minutes."""
    source, totals = random.Random(seed), Totals()
    queue: list[tuple[float, int, Generator[float, float, None]]] = []
    number = 0
    for _ in range(plan.agents):
        agent = _agent(service, plan, source, totals)
        heapq.heappush(queue, (next(agent), number, agent))
        number += 1
    end = minutes * MINUTE
    while queue and queue[0][0] < end:
        now, _, agent = heapq.heappop(queue)
        heapq.heappush(queue, (now + agent.send(now), number, agent))
        number += 1
    return totals


def _agent(service: Service, plan: Plan, source: random.Random, totals: Totals) -> Generator[float, float, None]:
    """One agent: yields how long it waits, and is told the time."""

    def delay(middle: float) -> float:
        return middle * (3 if source.random() < 0.05 else source.uniform(0.7, 1.3))

    size = MANIFEST_BYTES + LIVE_PACKS * PACK_ENTRY_BYTES + (1 if plan.together else plan.agents) * REF_BYTES
    now = yield source.uniform(0, plan.seconds_between)
    while True:
        start, tries = now, 0
        totals.waiting += 1
        now = yield delay(service.read) * REQUESTS_TO_LOOK
        totals.reads += REQUESTS_TO_LOOK
        seen = totals.generation
        if plan.together:
            now = yield delay(service.read) + MERGE_SECONDS  # the pack of whoever was there before, and the merge
            totals.reads += 1
        now = yield delay(service.write)
        totals.writes += 1
        totals.bytes += PACK_BYTES
        while True:
            tries += 1
            # Whether the name is free is decided when the request arrives, half way through.
            half = delay(service.write) / 2
            now = yield half
            totals.writes += 1
            totals.bytes += size
            made = totals.generation == seen
            if made:
                totals.generation += 1
            now = yield half
            if made:
                break
            now = yield source.uniform(0, min(MAX_PAUSE, FIRST_PAUSE * 2 ** min(tries, 10)))
            now = yield delay(service.read) * (REQUESTS_TO_LOOK - 1)
            totals.reads += REQUESTS_TO_LOOK - 1
            seen = totals.generation
            if plan.together:
                now = yield delay(service.read) + MERGE_SECONDS
                now = yield delay(service.write)
                totals.reads += 1
                totals.writes += 1
                totals.bytes += PACK_BYTES
        now = yield delay(service.read)  # is the manifest before still there?
        totals.reads += 1
        totals.waiting -= 1
        totals.tries.append(tries)
        totals.seconds.append(now - start)
        if len(totals.tries) % FOLDED == 0:
            totals.reads += FOLDED + 2
            totals.writes += 2
            totals.bytes += FOLDED * PACK_BYTES + size
        now = yield source.expovariate(1 / plan.seconds_between)


def main() -> None:
    """Print a table of what each plan comes to at each service."""
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30, help="simulated minutes (30)")
    options = parser.parse_args()
    print(
        "| agents | each pushes every | branch | service | asked /s | done /s | tries | p50 s | p95 s | still waiting |"
        " reads a push | writes a push | kB a push |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|---|---|")
    for service in SERVICES:
        for plan in PLANS:
            print(_row(service, plan, simulate(service, plan, options.minutes), options.minutes))


def _row(service: Service, plan: Plan, totals: Totals, minutes: float) -> str:
    done = len(totals.tries)
    p50, p95 = (quantiles(totals.seconds, n=20)[index] for index in (9, 18)) if done > 1 else (0.0, 0.0)
    cells = (
        f"{plan.agents:,}",
        f"{plan.seconds_between / MINUTE:g} min",
        "one" if plan.together else "its own",
        service.name,
        f"{plan.agents / plan.seconds_between:.1f}",
        f"{done / minutes / MINUTE:.1f}",
        f"{fmean(totals.tries or [0]):.1f}",
        f"{p50:.1f}",
        f"{p95:.1f}",
        f"{totals.waiting:,}",
        f"{totals.reads / max(1, done):.0f}",
        f"{totals.writes / max(1, done):.1f}",
        f"{totals.bytes / max(1, done) / 1e3:.0f}",
    )
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
