"""Many processes write at the same moment: none fails, none waits in vain, and nothing of anybody's is lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from stores import DAY, NOON, contents, make_store, problems

from memora.history.load import load_commit
from memora.model.ids import CommitId
from memora.operations.care.gc import gc
from memora.operations.care.prune import prune
from memora.operations.care.reindex import reindex
from memora.repository import Repository
from memora.tree.lookup import count

pytestmark = pytest.mark.torture

WRITERS = 32
NODES = 25

# Each waits until its input ends, so that all begin together.
WRITER = f"""
import sys
from memora.operations.history.commit import commit
from memora.operations.remember.add import add
from memora.repository import Repository

path, workspace, writer = sys.argv[1:]
sys.stdin.read()
for number in range({NODES}):
    with Repository.open(path, workspace=workspace) as repository:
        content = f"writer {{writer}} says {{number}}"
        add(repository, {{"content": content}}, author=writer, now=1_800_000_000_000_000)
        if number % 5 == 4:
            commit(repository, message=content, author=writer, now=1_800_000_000_000_000)
print("done")
"""


def start_writer(path: str, workspace: str, number: int) -> subprocess.Popen[str]:
    """A process that waits to be let go, and then writes."""
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, path, workspace, str(number)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def let_go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.close()
    process.stdin = None


@pytest.mark.parametrize("shared", [True, False], ids=["one-workspace", "a-workspace-each"])
def test_no_writer_fails_and_nothing_is_lost(tmp_path: Path, shared: bool) -> None:
    make_store(tmp_path).close()
    path = str(tmp_path / ".memora")
    writers = [start_writer(path, "default" if shared else f"agent-{number}", number) for number in range(WRITERS)]
    for process in writers:
        let_go(process)
    endings = [process.communicate() for process in writers]
    assert [error for _, error in endings if error] == []
    assert [out for out, _ in endings] == ["done\n"] * WRITERS
    everything = {f"writer {writer} says {number}" for writer in range(WRITERS) for number in range(NODES)}
    with Repository.open(path) as repository:
        tip = repository.refs.find("refs/heads/main")
        assert tip is not None
        assert count(repository.objects, load_commit(repository.objects, CommitId(tip)).tree) == len(everything)
        if shared:
            assert contents(repository) == everything
    assert problems(path) == []


def test_care_runs_beside_writers(tmp_path: Path) -> None:
    """gc, prune, reindex and fsck while others write: nobody fails, nothing is lost, and no check finds anything."""
    make_store(tmp_path).close()
    path = str(tmp_path / ".memora")
    writers = [start_writer(path, "default" if number % 2 else f"agent-{number}", number) for number in range(6)]
    for process in writers:
        let_go(process)
    rounds = 0
    while any(process.poll() is None for process in writers):
        with Repository.open(path) as repository:
            gc(repository, author="ada", now=NOON, threshold=0.0)
            prune(repository, now=NOON + 90 * DAY, older_than=DAY)
            reindex(repository)
        assert problems(path) == []
        rounds += 1
    endings = [process.communicate() for process in writers]
    assert [error for _, error in endings if error] == []
    assert rounds > 1
    with Repository.open(path) as repository:
        tip = repository.refs.find("refs/heads/main")
        assert tip is not None
        assert count(repository.objects, load_commit(repository.objects, CommitId(tip)).tree) == len(writers) * NODES
    assert problems(path) == []
