"""What is so of a git repository alone: its references, the user's settings, and hosts that say no."""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from git_hosts import ENVIRONMENT, bare_repository, code_repository, daemon_port, git, http_port, real_ssh

from memora.errors import MemoraError
from memora.errors.remotes import NotARemote, RemoteFileMissing, RemoteNotFound, RemoteUnavailable
from memora.errors.store import DiskFull
from memora.remotes import git_relay
from memora.remotes.git import GitFiles

FORMAT = "refs/memora/remote/format"


@pytest.fixture
def host(tmp_path: Path) -> Path:
    return bare_repository(tmp_path)


@pytest.fixture
def opened() -> Iterator[Callable[..., GitFiles]]:
    """Opens remotes, and closes them."""
    all_opened = []

    def open_one(location: str | Path, directory: str | Path = "", **environment: str) -> GitFiles:
        url = f"file://{location}" if isinstance(location, Path) else location
        files = GitFiles(url, str(directory), environment={**ENVIRONMENT, **environment})
        all_opened.append(files)
        return files

    yield open_one
    for files in all_opened:
        files.close()


Open = Callable[..., GitFiles]


def hook(host: Path, name: str, script: str) -> None:
    folder = host / "hooks"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text("#!/bin/sh\n" + script)
    (folder / name).chmod(0o755)


def every_file(directory: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(directory.rglob("*")) if path.is_file()}


def body(files: GitFiles, name: str) -> bytes:
    return b"".join(files.read(name))


def test_every_file_is_a_reference_that_a_clone_does_not_bring(host: Path, opened: Open, tmp_path: Path) -> None:
    files = opened(host)
    files.create("format", b"x")
    files.upload("packs/aa.pack", [b"x"])
    names = [line.split("\t")[1] for line in git(tmp_path, "ls-remote", str(host)).splitlines()]
    assert names == [FORMAT, "refs/memora/remote/packs/aa.pack"]
    git(tmp_path, "clone", "--quiet", str(host), "clone")
    git(tmp_path, "clone", "--quiet", "--mirror", str(host), "mirror")
    assert git(tmp_path / "clone", "for-each-ref") == ""
    assert FORMAT in git(tmp_path / "mirror", "for-each-ref")
    git(host, "fsck", "--strict")


def test_what_a_reference_names_outlives_gc(host: Path, opened: Open) -> None:
    files = opened(host)
    for number in range(3):
        files.upload(f"packs/a{number}.pack", [b"%d" % number])
        git(host, "gc", "--quiet", "--prune=now")
        files.create(f"manifests/{number:016}", b"%d" % number)
        git(host, "gc", "--quiet", "--prune=now")
    files.remove("packs/a0.pack")
    git(host, "gc", "--quiet", "--prune=now")
    other = opened(host)
    assert [body(other, file.name) for file in other.list("packs/")] == [b"1", b"2"]
    assert [body(other, file.name) for file in other.list("manifests/")] == [b"0", b"1", b"2"]


def test_nothing_is_written_into_the_repository_of_the_code(host: Path, opened: Open, tmp_path: Path) -> None:
    code = code_repository(tmp_path, str(host))
    hook(code / ".git", "pre-push", "touch pushed\nexit 1\n")
    (tmp_path / "everywhere").write_text(f"[core]\n\thooksPath = {code}/.git/hooks\n")
    before = every_file(code)
    files = opened("origin", code, GIT_CONFIG_GLOBAL=str(tmp_path / "everywhere"))
    assert files.create("format", b"x")
    assert body(files, "format") == b"x"
    files.remove("format")
    assert every_file(code) == before


def test_the_repository_that_a_hook_runs_in_is_left_alone(host: Path, opened: Open, tmp_path: Path) -> None:
    code = code_repository(tmp_path, str(host))
    before = every_file(code)
    files = opened(
        host,
        GIT_DIR=str(code / ".git"),
        GIT_WORK_TREE=str(code),
        GIT_INDEX_FILE=str(code / "index"),
        GIT_OBJECT_DIRECTORY=str(code / "objects"),
        GIT_NAMESPACE="elsewhere",
    )
    assert files.create("format", b"x")
    assert body(opened("origin", code, GIT_DIR="/nowhere"), "format") == b"x"
    assert every_file(code) == before
    assert FORMAT in git(host, "for-each-ref")


def test_what_was_fetched_goes_when_the_remote_is_closed(host: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "short"))
    (tmp_path / "short").mkdir()
    files = GitFiles(f"file://{host}", "", environment=ENVIRONMENT)
    files.create("format", b"x")
    assert body(files, "format") == b"x"
    assert os.listdir(tmp_path / "short")
    files.close()
    assert os.listdir(tmp_path / "short") == []


def test_rewritten_urls_of_the_code_are_followed_and_two_pushes_meet(host: Path, opened: Open, tmp_path: Path) -> None:
    code = code_repository(tmp_path, "team:code")
    git(code, "config", f"url.file://{tmp_path}/.insteadOf", "team:")
    (host.parent / "code").rename(tmp_path / "work")
    host.rename(tmp_path / "code")
    files = opened("origin", tmp_path / "work")
    assert files.create("format", b"x")
    assert not opened("team:code", tmp_path / "work").create("format", b"x")


def test_a_name_that_git_does_not_know(opened: Open, host: Path, tmp_path: Path) -> None:
    code = code_repository(tmp_path, str(host))
    with pytest.raises(RemoteNotFound, match=r"git\+upstream: git knows no remote 'upstream' here"):
        opened("upstream", code).create("format", b"x")
    (tmp_path / "bare of git").mkdir()
    with pytest.raises(RemoteNotFound, match="git knows no remote 'origin' here"):
        list(opened("origin", tmp_path / "bare of git", GIT_CEILING_DIRECTORIES=str(tmp_path)).list("packs/"))
    with pytest.raises(RemoteNotFound, match="there is none here"):
        list(opened("origin").list("packs/"))


@pytest.mark.parametrize("rewritten", [False, True])
def test_no_program_is_started_that_a_url_names(opened: Open, tmp_path: Path, rewritten: bool) -> None:
    code = code_repository(tmp_path, "team:code" if rewritten else f"ext::touch {tmp_path}/touched")
    if rewritten:
        git(code, "config", f"url.ext::touch {tmp_path}/touched .insteadOf", "team:")
    git(code, "config", "protocol.ext.allow", "always")
    for action in (lambda f: f.create("format", b"x"), lambda f: list(f.list("packs/")), lambda f: body(f, "format")):
        with pytest.raises(MemoraError, match="ext"):
            action(opened("origin", code))
    assert not (tmp_path / "touched").exists()


def test_a_hook_that_refuses_is_quoted_without_its_colours(host: Path, opened: Open) -> None:
    hook(host, "pre-receive", "printf '\\033[2J\\033]0;owned\\007no memory here %0500d\\n' 7 >&2\nexit 1\n")
    with pytest.raises(RemoteUnavailable, match=r"pre-receive hook declined.*no memory here") as caught:
        opened(host).create("format", b"x")
    assert str(caught.value).isprintable()
    assert len(caught.value.problem) <= 300
    assert git(host, "for-each-ref") == ""


def test_a_push_whose_answer_was_lost_is_known_by_its_reference(host: Path, opened: Open) -> None:
    hook(host, "post-receive", "kill -9 $PPID\n")
    assert opened(host).create("format", b"the same")
    assert not opened(host).create("format", b"the same")


def test_the_same_bytes_of_another_are_not_taken_for_ones_own(host: Path, opened: Open, tmp_path: Path) -> None:
    opened(host).create("manifests/1", b"the same")
    others = git(host, "rev-parse", "refs/memora/remote/manifests/1").strip()
    hook(host, "update", f"env -u GIT_QUARANTINE_PATH git update-ref $1 {others}\nexit 1\n")
    assert not opened(host).create("manifests/2", b"the same")
    with pytest.raises(NotARemote, match=r"packs/aa\.pack that nobody was to make"):
        opened(host).upload("packs/aa.pack", [b"the same"])


def test_a_reference_that_another_holds_is_tried_again_and_then_given_up(host: Path, opened: Open) -> None:
    lock = host / f"{FORMAT}.lock"
    lock.parent.mkdir(parents=True)
    lock.touch()
    with pytest.raises(RemoteUnavailable, match="failed to update ref"):
        opened(host).create("format", b"x")
    hook(host, "pre-receive", f"test -e tried && rm -f {lock}; touch tried\n")
    assert opened(host).create("format", b"x")


def test_a_host_that_removes_nothing(host: Path, opened: Open) -> None:
    files = opened(host)
    files.create("format", b"x")
    hook(host, "update", "case $3 in *[!0]*) ;; *) echo kept for good; exit 1;; esac\n")
    with pytest.raises(RemoteUnavailable, match="hook declined; kept for good"):
        files.remove("format")
    files.remove("packs/never.pack")


def test_a_host_without_room(host: Path, opened: Open) -> None:
    hook(host, "pre-receive", "echo 'write error: No space left on device' >&2\nexit 1\n")
    with pytest.raises(DiskFull, match="No space left"):
        opened(host).create("format", b"x")


def test_where_nothing_is(host: Path, opened: Open, tmp_path: Path) -> None:
    for url in (
        f"file://{tmp_path}/never.git",
        f"git://127.0.0.1:{daemon_port()}{tmp_path}/never.git",
        f"http://127.0.0.1:{http_port()}{tmp_path}/never.git",
    ):
        files = opened(url)
        for action in (
            lambda f: list(f.list("packs/")),
            lambda f: body(f, "format"),
            lambda f: f.create("format", b"x"),
            lambda f: f.remove("format"),
        ):
            with pytest.raises(RemoteNotFound):
                action(files)


def test_who_may_only_read(host: Path, opened: Open) -> None:
    opened(host).create("format", b"x")
    git(host, "config", "http.receivepack", "false")
    files = opened(f"http://127.0.0.1:{http_port()}{host}")
    assert body(files, "format") == b"x"
    with pytest.raises(RemoteUnavailable, match="403"):
        files.upload("packs/aa.pack", [b"x"])


def test_a_password_stays_out_of_what_is_said(opened: Open) -> None:
    files = opened("http://ada:hunter2@127.0.0.1:1/code.git")
    with pytest.raises(RemoteUnavailable, match=r"git\+http://ada:\*\*\*@127.0.0.1:1/code.git") as caught:
        list(files.list("packs/"))
    assert "hunter2" not in str(caught.value)


def test_neither_does_one_that_the_host_repeats(host: Path, opened: Open) -> None:
    hook(
        host,
        "pre-receive",
        "echo 'Why? Use https://ada:hunter2@example.org/ and https://h?token=hunter2' >&2\nexit 1\n",
    )
    with pytest.raises(RemoteUnavailable, match="Why") as caught:
        opened(host).create("format", b"x")
    assert "hunter2" not in str(caught.value)


def test_a_host_that_asks_for_a_password_is_not_waited_for(host: Path, opened: Open) -> None:
    files = opened(f"http://127.0.0.1:{http_port()}/locked{host}")
    with pytest.raises(RemoteUnavailable, match="terminal prompts disabled"):
        list(files.list("packs/"))


def test_a_host_that_never_answers_is_given_up(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git_relay, "ASKED_SECONDS", 0)
    files = opened("git@host.invalid:code.git", GIT_SSH_COMMAND="sleep 600 #", GIT_SSH_VARIANT="simple")
    with pytest.raises(RemoteUnavailable, match="git was stopped because it took longer than 0 seconds"):
        list(files.list("packs/"))


def test_a_host_that_talks_without_end_is_heard_in_part(host: Path, opened: Open) -> None:
    hook(host, "pre-receive", "yes 'no and no and no' | head -c 3000000 >&2\nexit 1\n")
    with pytest.raises(RemoteUnavailable, match="no and no") as caught:
        opened(host).create("format", b"x")
    assert len(caught.value.problem) <= 300


def test_without_git(opened: Open, tmp_path: Path) -> None:
    for files in (opened("file:///x", PATH=str(tmp_path)), opened("origin", tmp_path, PATH=str(tmp_path))):
        with pytest.raises(RemoteUnavailable, match="git is not installed"):
            list(files.list("packs/"))


@pytest.mark.parametrize(
    "name", ["../heads/main", "packs/*", "-x", "packs/a b", "packs/aa.lock", "Packs/aa", "a/b/c", ""]
)
def test_a_name_that_memora_would_not_make(host: Path, opened: Open, name: str) -> None:
    for action in (lambda f: body(f, name), lambda f: f.create(name, b"x"), lambda f: f.remove(name)):
        with pytest.raises(NotARemote, match="which cannot be"):
            action(opened(host))
    assert git(host, "for-each-ref") == ""


def test_whether_a_manifest_is_there_still_is_asked_after_every_write(host: Path, opened: Open) -> None:
    files = opened(host)
    files.create("manifests/1", b"one")
    assert body(files, "manifests/1") == b"one"
    opened(host).remove("manifests/1")
    files.create("manifests/2", b"two")
    with pytest.raises(RemoteFileMissing):
        body(files, "manifests/1")
    assert [file.name for file in files.list("manifests/")] == ["manifests/2"]
    assert body(files, "manifests/2") == b"two"
    opened(host).remove("manifests/2")
    assert body(files, "manifests/2") == b"two"
    assert list(files.list("manifests/")) == []
    with pytest.raises(RemoteFileMissing):
        body(files, "manifests/2")


def test_over_ssh_itself(host: Path, opened: Open, tmp_path: Path) -> None:
    """The whole contract runs over a stand-in for ssh; that git finds its way through a real one is seen here."""
    environment = real_ssh(tmp_path)
    files = opened(f"ssh://{getpass.getuser()}@host.invalid{host}", **environment)
    assert files.create("format", b"x")
    assert not files.create("format", b"x")
    files.upload("packs/aa.pack", [b"y"])
    assert [file.name for file in files.list("packs/")] == ["packs/aa.pack"]
    assert (body(files, "format"), body(files, "packs/aa.pack")) == (b"x", b"y")
    files.remove("packs/aa.pack")
    nowhere = opened(f"ssh://{getpass.getuser()}@host.invalid/never.git", **environment)
    with pytest.raises(RemoteNotFound):
        body(nowhere, "format")
    nobody = opened(f"ssh://{getpass.getuser()}@host.invalid{host}", **environment)
    (tmp_path / "authorized").write_text("")
    with pytest.raises(RemoteUnavailable, match="Permission denied"):
        nobody.create("packs/bb.pack", b"z")


def test_a_missing_file_beside_one_with_a_longer_name(host: Path, opened: Open) -> None:
    files = opened(host)
    files.upload("packs/aa.packs", [b"x"])
    with pytest.raises(RemoteFileMissing):
        body(files, "packs/aa.pack")
