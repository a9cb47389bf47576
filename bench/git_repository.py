"""git at the same work: the same memories, one file each, in a repository of their own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from bench.corpus import memories
from bench.process import Runner

# Work in the background would fall upon whatever is measured next.
_SETTINGS = {"gc.auto": "0", "maintenance.auto": "false"}


class GitRepository:
    """A repository whose files are memories. ``build_seconds`` is what adding and committing them took."""

    def __init__(self, folder: Path, runner: Runner) -> None:
        self.folder = folder
        self._runner = runner
        self.build_seconds = 0.0

    @classmethod
    def build(cls, folder: Path, runner: Runner, files: int) -> GitRepository:
        """Make a repository with the first ``files`` memories of the corpus in one commit."""
        repository = cls(folder, runner)
        folder.mkdir(parents=True)
        repository.run("init", "--quiet", "--initial-branch=main")
        for name, value in _SETTINGS.items():
            repository.run("config", name, value)
        repository.write_files(range(files))
        start = perf_counter()
        repository.run("add", ".")
        repository.run("commit", "--quiet", "--message", "Everything")
        repository.build_seconds = perf_counter() - start
        return repository

    def write_files(self, numbers: Sequence[int], more: str = "") -> list[str]:
        """Write memories as files, 256 folders of them, and give their names. ``more`` is added to what each says."""
        names = []
        for number in numbers:
            (memory,) = memories(1, first=number)
            name = f"{number % 256:02x}/{number:07}.json"
            path = self.folder / name
            path.parent.mkdir(exist_ok=True)
            record = memory.record()
            record["content"] += more
            path.write_text(json.dumps(record, indent=2) + "\n")
            names.append(name)
        return names

    def add_history(self, commits: int, early: int) -> None:
        """Make ``main`` that many commits long, and a branch at the one that is ``early`` commits long."""
        stream = []
        for number in range(2, commits + 1):
            message = f"Commit {number} says what it is about"
            stream.append("commit refs/heads/main\ncommitter bench <bench@example.org> now\n")
            stream.append(f"data {len(message)}\n{message}\n")
            if number == 2:
                stream.append("from refs/heads/main^0\n")
            if number == early:
                stream.append("\nreset refs/heads/early\nfrom refs/heads/main\n\n")
        self._runner.output(["git", "fast-import", "--quiet", "--date-format=now"], self.folder, stdin="".join(stream))

    def run(self, *words: str) -> str:
        """Standard output of a git command here."""
        return self._runner.output(["git", *words], self.folder)

    def cpu_seconds(self, *words: str) -> float:
        """What a git command here costs. ``git grep`` may find nothing."""
        return self._runner.cpu_seconds(["git", *words], self.folder, good=(0, 1) if words[0] == "grep" else (0,))

    def peak_memory(self, *words: str) -> int:
        """The most memory a git command here held."""
        return self._runner.peak_memory(["git", *words], self.folder)

    def size_bytes(self) -> int:
        """What the repository takes on disk, work tree and all. A small file takes a whole block."""
        return sum(path.lstat().st_blocks * 512 for path in self.folder.rglob("*"))
