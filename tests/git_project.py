"""A git repository with a store in it, and the programs on a PATH of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


class GitProject:
    """A repository in which git finds ``memora``."""

    def __init__(self, directory: Path, programs: Path, *, store: bool = True) -> None:
        self.directory = directory
        directory.mkdir(exist_ok=True)
        programs.mkdir(exist_ok=True)
        shim = programs / "memora"
        shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m memora "$@"\n')
        shim.chmod(0o755)
        self.environment = {
            **os.environ,
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "GIT_AUTHOR_NAME": "ada",
            "GIT_AUTHOR_EMAIL": "ada@example.org",
            "GIT_COMMITTER_NAME": "ada",
            "GIT_COMMITTER_EMAIL": "ada@example.org",
            "MEMORA_AUTHOR": "ada",
        }
        self.git("init", "-q", "-b", "main")
        (directory / ".gitignore").write_text(".memora/\n")
        self.git("add", ".gitignore")
        self.git("commit", "-qm", "begin")
        if store:
            self.memora("init")
            self.memora("add", "Auth uses JWT")
            self.memora("commit", "-m", "First beliefs")

    def run(self, *command: str, directory: Path | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=directory or self.directory,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    def git(self, *arguments: str, directory: Path | None = None) -> str:
        done = self.run("git", *arguments, directory=directory)
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    def memora(self, *arguments: str, code: int = 0) -> str:
        done = self.run(sys.executable, "-m", "memora", *arguments)
        assert done.returncode == code, done.stderr
        return done.stdout + done.stderr

    def write(self, name: str, text: str) -> None:
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
