"""The scripts of the checkout: what they promise to people and to automatic checks."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = [
    ".ci/run",
    "install.sh",
    *(f"scripts/{name}" for name in ("build-binary", "check", "demo", "interop", "test", "venv")),
]


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_can_be_started_and_names_no_place_of_one_machine(name: str) -> None:
    script = ROOT / name
    assert os.access(script, os.X_OK)
    for place in ("/home/", "/root/", "/work/", "/Users/", "/opt/"):
        assert place not in script.read_text()


@pytest.mark.parametrize(("check", "test", "expected"), [(0, 0, 0), (1, 0, 1), (0, 1, 1), (3, 5, 1)])
def test_ci_runs_both_parts_and_fails_with_either(tmp_path: Path, check: int, test: int, expected: int) -> None:
    (tmp_path / ".ci").mkdir()
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / ".ci/run", tmp_path / ".ci/run")
    for name, code in (("check", check), ("test", test)):
        script = tmp_path / "scripts" / name
        script.write_text(f"#!/bin/sh\necho ran {name}\nexit {code}\n")
        script.chmod(0o755)
    done = subprocess.run(["bash", tmp_path / ".ci/run"], cwd="/", capture_output=True, text=True, check=False)
    assert done.returncode == expected
    assert done.stdout == "ran check\nran test\n"


def test_the_environment_needs_a_new_enough_python(tmp_path: Path) -> None:
    for name in ("python3", "python3.13", "python3.12", "python3.11"):
        (tmp_path / name).write_text("#!/bin/sh\nexit 1\n")
        (tmp_path / name).chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run([ROOT / "scripts/venv"], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("memora needs Python 3.11 or newer")


def checkout_with_npm(directory: Path, npm: str) -> dict[str, str]:
    """What scripts/interop needs of a checkout, and an environment whose npm is that shell script, or none."""
    for name in ("scripts/interop", "packaging/interop/package.json"):
        (directory / name).parent.mkdir(parents=True)
        shutil.copy(ROOT / name, directory / name)
    (directory / "bin").mkdir()
    for name in ("cmp", "cp", "dirname", "mkdir", "mv", "rm", "sh"):
        (directory / "bin" / name).symlink_to(shutil.which(name) or name)
    if npm:
        (directory / "bin" / "npm").write_text(f"#!/bin/sh\n{npm}\n")
        (directory / "bin" / "npm").chmod(0o755)
    return {"PATH": str(directory / "bin")}


def test_servers_for_tests_are_installed_once(tmp_path: Path) -> None:
    environment = checkout_with_npm(tmp_path, 'echo again >> runs; [ "$2" = --prefix ] && mkdir "$3/node_modules"')
    for _ in range(2):
        subprocess.run([tmp_path / "scripts/interop"], env=environment, capture_output=True, check=True)
    assert (tmp_path / "runs").read_text() == "again\n"
    assert (tmp_path / ".interop" / "node_modules").is_dir()
    assert [path.name for path in tmp_path.glob(".interop*")] == [".interop"]


@pytest.mark.parametrize(("npm", "said"), [("", "npm is not on the PATH"), ("exit 1", "Azurite cannot be had")])
def test_servers_that_cannot_be_had_stop_no_test_run(tmp_path: Path, npm: str, said: str) -> None:
    environment = checkout_with_npm(tmp_path, npm)
    done = subprocess.run([tmp_path / "scripts/interop"], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert said in done.stderr
    assert list(tmp_path.glob(".interop*")) == []


def test_documents_become_memories(tmp_path: Path) -> None:
    document = tmp_path / "guide.md"
    document.write_text(
        "# Guide\n\nHow to [use](x.md) it. More.\n\n## 2. First **steps**\n\n```\n# not a heading\n```\n"
        "### Inside\n\nSQLite 3.54 is\ncarried along. And so on.\n\n## List\n\nThese are:\n\n- one\n\n"
        "## List\n\nProse without end\n"
    )
    command = [sys.executable, ROOT / "scripts/doc_memories.py", "guide.md"]
    lines = subprocess.check_output(command, cwd=tmp_path, text=True).splitlines()
    memories = [json.loads(line) for line in lines]
    assert [(memory["key"], memory["content"], memory["evidence"]) for memory in memories] == [
        ("guide", "Guide: How to use it.", "guide.md:L1"),
        ("guide.first-steps.inside", "Inside: SQLite 3.54 is carried along.", "guide.md:L10"),
        ("guide.list", "List: Prose without end", "guide.md:L21"),
    ]
    assert {memory["type"] for memory in memories} == {"semantic"}


def test_the_demo_runs_to_its_end() -> None:
    done = subprocess.run([ROOT / "scripts/demo"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    for command in ("init", "add", "commit", "branch", "switch", "diff", "log", "rollback", "status"):
        assert f"\n$ memora {command}" in done.stdout
