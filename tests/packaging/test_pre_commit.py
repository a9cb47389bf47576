"""The hooks for pre-commit, by pre-commit itself, in a real repository."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest
from git_project import GitProject
from secret_corpus import draw

ROOT = Path(__file__).resolve().parents[2]
MANIFEST = ROOT / ".pre-commit-hooks.yaml"
TOKEN = draw("gh" + "p_{A36}", "a token")

needs_pre_commit = pytest.mark.skipif(
    importlib.util.find_spec("pre_commit") is None, reason="pre-commit is not installed (group interop)"
)


@pytest.fixture
def project(tmp_path: Path) -> GitProject:
    project = GitProject(tmp_path / "project", tmp_path / "programs")
    project.environment["PRE_COMMIT_HOME"] = str(tmp_path / "cache")
    return project


@pytest.fixture
def hooks(tmp_path: Path) -> GitProject:
    """A repository with the manifest, whose hooks take memora from the PATH: no package has to be built and fetched."""
    hooks = GitProject(tmp_path / "hooks", tmp_path / "programs", store=False)
    text = MANIFEST.read_text(encoding="utf-8")
    assert text.count("language: python") == text.count("- id: ") == 3
    hooks.write(".pre-commit-hooks.yaml", text.replace("language: python", "language: system"))
    hooks.git("add", "-A")
    hooks.git("commit", "-qm", "hooks")
    return hooks


@needs_pre_commit
def test_the_manifest_is_valid(project: GitProject) -> None:
    done = project.run(sys.executable, "-m", "pre_commit", "validate-manifest", str(MANIFEST))
    assert done.returncode == 0, done.stdout


@needs_pre_commit
def test_pre_commit_stops_what_is_staged_and_lets_the_rest_pass(project: GitProject, hooks: GitProject) -> None:
    revision = hooks.git("rev-parse", "HEAD").strip()
    project.write(
        ".pre-commit-config.yaml",
        f"repos:\n- repo: {hooks.directory}\n  rev: {revision}\n"
        "  hooks:\n  - id: memora-check\n  - id: memora-secrets\n  - id: memora-export\n",
    )
    project.memora("config", "set", "export.targets", "claude-code")
    project.memora("export", "--all")
    project.git("add", "-A")
    passed = project.run(sys.executable, "-m", "pre_commit", "run")
    assert passed.returncode == 0, passed.stdout
    assert passed.stdout.count("Passed") == 3
    project.write("AGENTS.md", f"{TOKEN}\n")
    project.git("add", "AGENTS.md")
    project.write("AGENTS.md", "mended, but not staged\n")
    stopped = project.run(sys.executable, "-m", "pre_commit", "run")
    assert stopped.returncode == 1
    assert "error: secrets  AGENTS.md:1" in stopped.stdout
    assert TOKEN not in stopped.stdout


@needs_pre_commit
def test_pre_commit_sees_an_export_that_is_out_of_date(project: GitProject, hooks: GitProject) -> None:
    revision = hooks.git("rev-parse", "HEAD").strip()
    project.write(
        ".pre-commit-config.yaml",
        f"repos:\n- repo: {hooks.directory}\n  rev: {revision}\n  hooks:\n  - id: memora-export\n",
    )
    project.memora("config", "set", "export.targets", "claude-code")
    project.memora("export", "--all")
    project.memora("add", "Auth uses ES256")
    project.git("add", "-A")
    stopped = project.run(sys.executable, "-m", "pre_commit", "run")
    assert stopped.returncode == 1, stopped.stdout


def test_the_action_never_puts_what_it_is_given_into_a_script() -> None:
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    scripts = [part.split("\n    - name:")[0] for part in text.split("run: |\n")[1:]]
    assert len(scripts) == 2
    assert not [script for script in scripts if "${{" in script]


@needs_pre_commit
def test_the_action_is_a_composite_one_whose_scripts_are_shell(tmp_path: Path) -> None:
    yaml = pytest.importorskip("yaml", reason="comes with pre-commit")
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    assert action["runs"]["using"] == "composite"
    project = GitProject(tmp_path / "project", tmp_path / "programs", store=False)
    for step in action["runs"]["steps"]:
        (tmp_path / "step.sh").write_text(step["run"])
        assert step["shell"] == "bash"
        assert project.run("bash", "-n", str(tmp_path / "step.sh")).returncode == 0
    names = {f"INPUT_{name.upper()}" for name in action["inputs"]}
    assert names == {name for step in action["runs"]["steps"] for name in step["env"]}


@needs_pre_commit
def test_the_action_checks_and_tells(tmp_path: Path) -> None:
    yaml = pytest.importorskip("yaml", reason="comes with pre-commit")
    step = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["runs"]["steps"][1]
    project = GitProject(tmp_path / "project", tmp_path / "programs")
    shim = tmp_path / "runner" / "memora" / "bin" / "memora"
    shim.parent.mkdir(parents=True)
    shim.symlink_to(tmp_path / "programs" / "memora")
    (tmp_path / "step.sh").write_text(step["run"])
    project.environment |= {
        "RUNNER_TEMP": str(tmp_path / "runner"),
        "INPUT_RULES": "secrets hidden",
        "INPUT_DIRECTORY": ".",
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
    }
    command = ("bash", "--noprofile", "--norc", "-eo", "pipefail", str(tmp_path / "step.sh"))
    assert project.run(*command).returncode == 0
    project.write("AGENTS.md", f"{TOKEN}\n")
    failed = project.run(*command)
    assert failed.returncode == 1
    assert failed.stdout.startswith("::error file=AGENTS.md,line=1,")
    assert (tmp_path / "output").read_text() == "found=false\nfound=true\n"
    assert "error: secrets  AGENTS.md:1" in (tmp_path / "summary").read_text()
