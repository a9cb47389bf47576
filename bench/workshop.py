"""A temporary folder with the stores and git repositories that measures work on, each built once."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from bench.git_repository import GitRepository
from bench.process import Runner, quiet_environment, write_launcher
from bench.store import build_store


class Scale(NamedTuple):
    """How large things are made. A pair is a small and a large one, in memories, commits or clients.

    git, which keeps one file a memory here, stops at ``git_most`` files.
    """

    commands: tuple[int, int]
    hooks: int
    changes: tuple[int, int]
    bulk: int
    recall: tuple[int, ...]
    log: tuple[int, int]
    git_most: int
    rounds: int
    adds: int
    questions: int
    crowds: tuple[int, int]


FULL = Scale(
    commands=(100, 100_000),
    hooks=10_000,
    changes=(1_000, 1_000_000),
    bulk=100_000,
    recall=(10_000, 100_000, 1_000_000),
    log=(10_000, 100_000),
    git_most=100_000,
    rounds=15,
    adds=400,
    questions=500,
    crowds=(32, 64),
)
QUICK = FULL._replace(
    changes=(1_000, 100_000), recall=(10_000, 100_000), git_most=10_000, rounds=7, adds=200, questions=200
)


class Workshop:
    """Hands out what measures work on, and says on standard error what it is building."""

    def __init__(self, folder: Path, scale: Scale) -> None:
        self.folder = folder
        self.scale = scale
        home = folder / "home"
        home.mkdir()
        self.runner = Runner(quiet_environment(home))
        self.launcher = write_launcher(folder)
        self._numbers = count(1)
        self._repositories: dict[int, GitRepository] = {}

    def store(self, memories: int) -> Path:
        """The folder of a project whose store holds the first memories of the corpus, committed. Only for reading."""
        folder = self.folder / f"store-{memories}"
        if not folder.exists():
            self.say(f"building a store of {memories:,} memories")
            build_store(folder, memories)
        return folder

    @contextmanager
    def copy_of_store(self, memories: int) -> Iterator[Path]:
        """A copy of ``store`` that may be written to; it is removed afterwards."""
        original, copy = self.store(memories), self.new_folder()
        shutil.copytree(original, copy)
        try:
            yield copy
        finally:
            shutil.rmtree(copy)

    def git(self, files: int) -> GitRepository:
        """A git repository with the first memories of the corpus, one file each, committed."""
        if files not in self._repositories:
            self.say(f"building a git repository of {files:,} files")
            self._repositories[files] = GitRepository.build(self.folder / f"git-{files}", self.runner, files)
        return self._repositories[files]

    def git_at_most(self, memories: int) -> GitRepository:
        """The repository of that many files, or of as many as git is made to keep here."""
        return self.git(min(memories, self.scale.git_most))

    def new_folder(self) -> Path:
        """The path of a folder that does not exist yet."""
        return self.folder / f"work-{next(self._numbers)}"

    def say(self, text: str) -> None:
        """Tell whoever waits what is going on."""
        print(f"... {text}", file=sys.stderr, flush=True)


@contextmanager
def open_workshop(scale: Scale) -> Iterator[Workshop]:
    """A workshop in a folder of its own, all of which is removed afterwards."""
    with TemporaryDirectory(prefix="memora-bench-") as folder:
        yield Workshop(Path(folder), scale)
