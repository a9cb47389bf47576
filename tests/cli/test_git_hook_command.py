"""``memora git-hook`` in real git repositories: what was there runs first, and memory follows git."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from git_project import GitProject
from secret_corpus import draw

TOKEN = draw("gh" + "p_{A36}", "a token")
HOOKS = ("pre-commit", "post-checkout", "post-merge")


@pytest.fixture
def project(tmp_path: Path) -> GitProject:
    return GitProject(tmp_path / "project", tmp_path / "programs")


def hooks(project: GitProject) -> dict[str, str]:
    folder = project.directory / ".git" / "hooks"
    return {path.name: path.read_text() for path in folder.iterdir() if not path.name.endswith(".sample")}


def branch(project: GitProject) -> str:
    return str(json.loads(project.memora("status", "--json"))["branch"])


def test_a_commit_with_a_secret_for_agents_is_stopped(project: GitProject) -> None:
    project.memora("git-hook", "install")
    project.write("AGENTS.md", f"Use {TOKEN}\n")
    project.git("add", "AGENTS.md")
    project.write("AGENTS.md", "mended, but not staged\n")
    refused = project.run("git", "commit", "-qm", "x")
    assert refused.returncode == 1
    assert "error: secrets  AGENTS.md:1" in refused.stdout + refused.stderr
    project.git("add", "AGENTS.md")
    project.git("commit", "-qm", "x")


def test_what_git_leaves_out_of_a_commit_is_not_looked_at(project: GitProject) -> None:
    """``git commit PATH`` commits from an index of its own, which it names in the environment."""
    project.memora("git-hook", "install")
    project.write("notes.md", "a\n")
    project.write("AGENTS.md", "fine\n")
    project.git("add", "-A")
    project.git("commit", "-qm", "x")
    project.write("AGENTS.md", f"Use {TOKEN}\n")
    project.git("add", "AGENTS.md")
    project.write("notes.md", "b\n")
    project.git("commit", "-qm", "only notes", "notes.md")
    assert project.run("git", "commit", "-qm", "the rest").returncode == 1


def test_a_hook_that_is_there_runs_first_and_is_put_back(project: GitProject) -> None:
    hook = project.directory / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    mine = "#!/bin/sh\necho mine >> ran\nexit $(cat code)\n"
    hook.write_text(mine)
    hook.chmod(0o755)
    assert "after the one that was there" in project.memora("git-hook", "install")
    project.write("code", "3\n")
    project.write("a.txt", "a\n")
    project.git("add", "a.txt")
    assert project.run("git", "commit", "-qm", "x").returncode != 0
    project.write("code", "0\n")
    project.git("commit", "-qm", "x")
    assert (project.directory / "ran").read_text() == "mine\nmine\n"
    project.memora("git-hook", "uninstall")
    assert hooks(project) == {"pre-commit": mine}
    assert hook.stat().st_mode & 0o111


def test_install_and_uninstall_twice_are_once(project: GitProject) -> None:
    project.memora("git-hook", "install")
    first = hooks(project)
    assert set(first) == set(HOOKS)
    records = [json.loads(line) for line in project.memora("git-hook", "install", "--json").splitlines()]
    assert [record["outcome"] for record in records] == ["unchanged"] * 3
    assert hooks(project) == first
    project.memora("git-hook", "uninstall")
    assert hooks(project) == {}
    assert "absent" in project.memora("git-hook", "uninstall")


def test_hooks_of_others_are_not_taken_away(project: GitProject) -> None:
    hook = project.directory / ".git" / "hooks" / "post-merge"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\n")
    project.memora("git-hook", "uninstall")
    assert hooks(project) == {"post-merge": "#!/bin/sh\n"}


def test_worktrees_share_their_hooks(project: GitProject, tmp_path: Path) -> None:
    project.git("worktree", "add", "-q", str(tmp_path / "tree"))
    project.run("git", "status")
    done = project.run("memora", "git-hook", "install", directory=tmp_path / "tree")
    assert done.returncode == 0, done.stderr
    assert set(hooks(project)) == set(HOOKS)


def test_a_folder_named_in_the_settings_is_used_if_it_is_of_this_project(project: GitProject, tmp_path: Path) -> None:
    project.git("config", "core.hooksPath", ".husky")
    project.memora("git-hook", "install")
    assert {path.name for path in (project.directory / ".husky").iterdir()} == set(HOOKS)
    project.git("config", "core.hooksPath", str(tmp_path / "everybody"))
    assert "serves other repositories" in project.memora("git-hook", "install", code=5)
    assert not (tmp_path / "everybody").exists()


def test_outside_of_git_there_is_nothing_to_install(tmp_path: Path) -> None:
    project = GitProject(tmp_path / "project", tmp_path / "programs")
    (tmp_path / "elsewhere").mkdir()
    done = project.run("memora", "git-hook", "install", directory=tmp_path / "elsewhere")
    assert (done.returncode, "no git repository" in done.stderr) == (5, True)


def test_a_project_without_a_store_is_not_held_up(tmp_path: Path) -> None:
    project = GitProject(tmp_path / "project", tmp_path / "programs", store=False)
    project.memora("git-hook", "install")
    project.write("a.txt", "a\n")
    project.git("add", "a.txt")
    project.git("commit", "-qm", "x")


def test_a_hook_that_there_is_not(project: GitProject) -> None:
    project.memora("git-hook", "run", "pre-push", code=2)


def test_memory_follows_the_branch_of_git_only_where_it_is_asked_to(project: GitProject) -> None:
    project.memora("git-hook", "install")
    project.git("switch", "-qc", "feature")
    assert branch(project) == "main"
    project.memora("config", "set", "follow.git", "true")
    project.git("switch", "-q", "main")
    project.git("switch", "-q", "feature")
    assert branch(project) == "feature"
    project.memora("add", "Deploys take an hour", "-k", "deploy.time")
    project.git("switch", "-q", "main")
    assert branch(project) == "main"
    assert "deploy.time" in project.memora("list")  # what was not committed comes along
    project.git("checkout", "-q", "--", ".gitignore")
    assert branch(project) == "main"


def test_a_merge_of_git_merges_the_memory(project: GitProject) -> None:
    project.memora("config", "set", "follow.git", "true")
    project.memora("git-hook", "install")
    for name, key in (("one", "deploy.time"), ("two", "deploy.day")):
        project.git("switch", "-qc", name, "main")
        project.write(f"{name}.txt", "x\n")
        project.git("add", f"{name}.txt")
        project.git("commit", "-qm", name)
        project.memora("add", f"What {name} learnt", "-k", key)
        project.memora("commit", "-m", name)
    project.git("switch", "-q", "main")
    assert "learnt" not in project.memora("list")
    assert "memory of one is merged" in project.git("merge", "-q", "one")  # git moves ahead
    assert "What one learnt" in project.memora("list")
    assert "memory of two is merged" in project.git("merge", "-q", "--no-edit", "two")  # a merge commit
    assert "What two learnt" in project.memora("list")


def test_what_cannot_be_followed_is_said_and_git_goes_on(project: GitProject) -> None:
    project.memora("config", "set", "follow.git", "true")
    project.memora("git-hook", "install")
    project.git("switch", "-qc", "feature")
    project.write("a.txt", "x\n")
    project.git("add", "a.txt")
    project.git("commit", "-qm", "x")
    project.memora("add", "Deploys take an hour", "-k", "deploy.time")
    project.memora("commit", "-m", "x")
    project.git("switch", "-q", "main")
    project.memora("add", "Deploys are quick", "-k", "deploy.speed")
    assert "memory of feature is not merged" in project.git("merge", "-q", "feature")
