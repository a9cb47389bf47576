"""Many processes write at the same moment: none fails, none waits in vain, and nothing of anybody's is lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from stores import contents, make_store
from working_day import problems

from memora.history.load import load_commit
from memora.model.ids import CommitId
from memora.repository import Repository
from memora.tree.lookup import count

pytestmark = pytest.mark.torture

WRITERS = 32
NODES = 25

# Each waits until its input ends, so that all begin together.
WRITER = """
import sys
from memora.operations.history.commit import commit
from memora.operations.remember.add import add
from memora.repository import Repository

path, workspace, writer = sys.argv[1:]
sys.stdin.read()
for number in range({nodes}):
    with Repository.open(path, workspace=workspace) as repository:
        content = f"writer {{writer}} says {{number}}"
        add(repository, {{"content": content}}, author=writer, now=1_800_000_000_000_000)
        if number % 5 == 4:
            commit(repository, message=content, author=writer, now=1_800_000_000_000_000)
print("done")
""".format(nodes=NODES)


@pytest.mark.parametrize("shared", [True, False], ids=["one-workspace", "a-workspace-each"])
def test_no_writer_fails_and_nothing_is_lost(tmp_path: Path, shared: bool) -> None:
    make_store(tmp_path).close()
    path = str(tmp_path / ".memora")
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, path, "default" if shared else f"agent-{writer}", str(writer)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for writer in range(WRITERS)
    ]
    for process in writers:
        assert process.stdin is not None
        process.stdin.close()
        process.stdin = None
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
