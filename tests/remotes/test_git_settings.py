"""Which settings of git go along to a remote: those that say how it is reached, each once."""

from __future__ import annotations

from pathlib import Path

import pytest
from git_hosts import ENVIRONMENT, code_repository, git

from memora.remotes.git_process import clean_environment
from memora.remotes.git_settings import PLACE, NoSuchName, Reach, find_reach


@pytest.fixture
def code(tmp_path: Path) -> Path:
    return code_repository(tmp_path, "https://example.org/code.git")


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    path = tmp_path / "elsewhere"
    path.mkdir()
    return path


def reach(code: Path | str, elsewhere: Path, location: str = "origin", **environment: str) -> Reach:
    return find_reach(location, str(code), str(elsewhere), {**ENVIRONMENT, **environment})


def test_what_a_pipeline_left_in_the_repository_goes_along(code: Path, elsewhere: Path) -> None:
    git(code, "config", "http.https://example.org/.extraheader", "AUTHORIZATION: basic secret")
    git(code, "config", "core.editor", "evil")
    git(code, "config", "core.worktree", "/elsewhere")
    found = dict(reach(code, elsewhere).settings)
    assert found["http.https://example.org/.extraheader"] == "AUTHORIZATION: basic secret"
    assert found[f"remote.{PLACE}.url"] == "https://example.org/code.git"
    assert found["core.hooksPath"] == "/dev/null"
    assert not found.keys() & {"core.editor", "core.worktree", "remote.origin.url"}


def test_settings_for_all_repositories_are_left_to_git_and_those_for_some_are_not(
    code: Path, elsewhere: Path, tmp_path: Path
) -> None:
    (tmp_path / "work").write_text("[core]\n\tsshCommand = ssh -i work\n")
    (tmp_path / "everywhere").write_text(
        f'[credential]\n\thelper = store\n[includeIf "gitdir:{code}/"]\n\tpath = {tmp_path}/work\n'
    )
    found = dict(reach(code, elsewhere, GIT_CONFIG_GLOBAL=str(tmp_path / "everywhere")).settings)
    assert found["core.sshcommand"] == "ssh -i work"
    assert "credential.helper" not in found


def test_settings_in_the_environment_go_along(code: Path, elsewhere: Path) -> None:
    given = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "http.proxy", "GIT_CONFIG_VALUE_0": "http://proxy:1"}
    assert ("http.proxy", "http://proxy:1") in reach(code, elsewhere, **given).settings


def test_of_several_urls_the_first_counts(code: Path, elsewhere: Path) -> None:
    for kind in ("url", "pushurl"):
        for number in range(2):
            git(code, "config", "--add", f"remote.origin.{kind}", f"https://{kind}{number}.example.org/code.git")
    urls = [value for key, value in reach(code, elsewhere).settings if key.startswith(f"remote.{PLACE}.")]
    assert urls == ["https://example.org/code.git", "https://pushurl0.example.org/code.git"]


def test_relative_paths_count_from_the_top(code: Path, elsewhere: Path) -> None:
    (code / "a" / "b").mkdir(parents=True)
    assert Path(reach(code / "a" / "b", elsewhere).directory).resolve() == code


def test_a_url_needs_no_repository(elsewhere: Path) -> None:
    for directory in ("", str(elsewhere)):
        found = reach(directory, elsewhere, "ssh://example.org/code.git")
        assert (f"remote.{PLACE}.url", "ssh://example.org/code.git") in found.settings
    with pytest.raises(NoSuchName):
        reach("", elsewhere)


def test_what_is_left_of_the_environment() -> None:
    clean = clean_environment(
        {
            "PATH": "/bin",
            "LANGUAGE": "de",
            "LC_ALL": "de_DE.UTF-8",
            "GIT_DIR": "/code/.git",
            "GIT_TRACE_CURL": "1",
            "GIT_CONFIG_PARAMETERS": "'core.hooksPath=/x'",
            "GIT_SSH_COMMAND": "ssh -i key",
            "GIT_ALLOW_PROTOCOL": "https:ext",
        }
    )
    assert clean.items() >= {"PATH": "/bin", "LC_ALL": "C", "GIT_SSH_COMMAND": "ssh -i key"}.items()
    assert clean["GIT_ALLOW_PROTOCOL"] == "https"
    assert clean["GIT_TERMINAL_PROMPT"] == "0"
    assert not clean.keys() & {"LANGUAGE", "GIT_DIR", "GIT_TRACE_CURL", "GIT_CONFIG_PARAMETERS"}
