"""Whether long output is streamed: how much more memory ten times as much of it takes."""

from __future__ import annotations

from collections.abc import Iterator

from bench.figure import Figure, ratio
from bench.git_repository import GitRepository
from bench.store import EARLY, add_history
from bench.workshop import Workshop


def measure_memory(workshop: Workshop) -> Iterator[Figure]:
    """The most memory that ``log`` and ``list`` hold, as processes."""
    runner, launcher = workshop.runner, workshop.launcher
    early, commits = workshop.scale.log
    few, many = sorted(workshop.scale.commands)
    with workshop.copy_of_store(few) as project:
        workshop.say(f"writing {commits:,} commits")
        add_history(project, commits, early)
        less = runner.peak_memory((*launcher, "log", EARLY), project)
        more = runner.peak_memory((*launcher, "log", "main"), project)
    repository = GitRepository.build(workshop.new_folder(), runner, few)
    repository.add_history(commits, early)
    yield ratio(
        "memory.log",
        f"memory of `log` of {commits:,} commits against {early:,}",
        more / less,
        1.25,
        repository.peak_memory("log", "main") / repository.peak_memory("log", EARLY),
    )
    less = runner.peak_memory((*launcher, "list"), workshop.store(few))
    more = runner.peak_memory((*launcher, "list"), workshop.store(many))
    yield ratio(
        "memory.list",
        f"memory of `list` of {many:,} memories against {few:,}",
        more / less,
        git=workshop.git_at_most(many).peak_memory("ls-files") / workshop.git(few).peak_memory("ls-files"),
    )
