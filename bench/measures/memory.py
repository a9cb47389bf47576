"""Whether memory grows with what is printed or with what is stored."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from bench.figure import Figure, ratio
from bench.git_repository import GitRepository
from bench.store import EARLY, add_history
from bench.workshop import Workshop

_SOME = "100"
_BYTES = 1 if sys.platform == "darwin" else 1024  # what the system counts the memory of a process in
_NOTE = "Pages of the database are kept up to 32 MB."


def measure_memory(workshop: Workshop) -> Iterator[Figure]:
    """The most memory that ``log`` and ``list`` hold, as processes; printing a little, and everything."""
    runner, launcher = workshop.runner, workshop.launcher
    early, commits = workshop.scale.log
    few, many = workshop.scale.commands
    repository = GitRepository.build(workshop.new_folder(), runner, few)
    with workshop.copy_of_store(few) as project:
        workshop.say(f"writing {commits:,} commits")
        add_history(project, commits, early)
        repository.add_history(commits, early)
        some = [runner.peak_memory((*launcher, "log", "-n", _SOME, start), project) for start in (EARLY, "main")]
        by_git = [repository.peak_memory("log", "-n", _SOME, start) for start in (EARLY, "main")]
        everything = runner.peak_memory((*launcher, "log"), project)
    yield ratio(
        "memory.log",
        f"memory of `log -n {_SOME}` of {commits:,} commits against {early:,}",
        some[1] / some[0],
        1.25,
        by_git[1] / by_git[0],
    )
    yield _whole("memory.log.all", f"memory of `log`, {commits:,} commits", everything, repository.peak_memory("log"))
    projects = workshop.store(few), workshop.store(many)
    some = [runner.peak_memory((*launcher, "list", "-n", _SOME), project) for project in projects]
    everything = runner.peak_memory((*launcher, "list"), projects[1])
    yield ratio(
        "memory.list", f"memory of `list -n {_SOME}` of {many:,} memories against {few:,}", some[1] / some[0]
    )._replace(note="The newest are found by looking at all.")
    yield _whole(
        "memory.list.all",
        f"memory of `list`, {many:,} memories",
        everything,
        workshop.git_at_most(many).peak_memory("ls-files"),
    )


def _whole(name: str, what: str, memory: int, by_git: int) -> Figure:
    megabyte = 1_000_000 / _BYTES
    return Figure(name, what, memory / megabyte, "MB", git=by_git / megabyte, note=_NOTE)
