"""install.sh, run for real in a home directory of its own.

Most cases install a small archive in the form of a binary release, whose program is a shell script; the last
one builds memora itself, and needs what pip needs.
"""

import hashlib
import io
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
INSTALLER = ROOT / "install.sh"
# Found before the home directory is replaced, so that building does not download everything again.
PIP_CACHE = subprocess.run(
    [sys.executable, "-m", "pip", "cache", "dir"], capture_output=True, text=True, check=False
).stdout.strip()

pytestmark = pytest.mark.skipif(os.name == "nt", reason="install.ps1 is for Windows")


def run(*arguments: str | Path, script: Path = INSTALLER, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PIP_CACHE_DIR": PIP_CACHE, **variables}
    del environment["PYTHONPATH"]
    return subprocess.run(
        ["sh", script, *arguments], env=environment, cwd=home(), capture_output=True, text=True, check=False
    )


def home() -> Path:
    return Path(os.environ["HOME"])


def output_of(command: Path, *arguments: str) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run([command, *arguments], env=environment, capture_output=True, text=True, check=True).stdout


def write_release(archive: Path, script: str = "echo memora 9.1", name: str = "memora/memora") -> Path:
    """An archive as scripts/build-binary makes it, with its checksum beside it."""
    body = f"#!/bin/sh\n{script}\n".encode()
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(body), 0o755
    with tarfile.open(archive, "w:gz") as tar:
        tar.addfile(entry, io.BytesIO(body))
    write_checksum(archive)
    return archive


def write_checksum(archive: Path) -> None:
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    archive.with_name(f"{archive.name}.sha256").write_text(f"{digest}  {archive.name}\n")


def files_of(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir()}


@pytest.fixture
def release(tmp_path: Path) -> Path:
    return write_release(tmp_path / "memora-9.1.tar.gz")


def test_a_release_is_installed_for_this_user(release: Path) -> None:
    done = run("--archive", release)
    assert done.returncode == 0, done.stderr
    command = home() / ".local/bin/memora"
    assert done.stdout.startswith(f"Installed memora 9.1 as {command}\n")
    assert output_of(command) == "memora 9.1\n"


def test_the_folder_of_the_command_can_be_chosen(release: Path, tmp_path: Path) -> None:
    chosen = {"MEMORA_INSTALL_DIR": str(tmp_path / "chosen dir"), "XDG_BIN_HOME": str(tmp_path / "xdg")}
    assert run("--archive", release, **chosen).returncode == 0
    assert (tmp_path / "chosen dir/memora").is_symlink()
    assert not (tmp_path / "xdg").exists()


def test_the_folder_for_programs_of_xdg_is_used(release: Path, tmp_path: Path) -> None:
    run("--archive", release, XDG_BIN_HOME=str(tmp_path / "xdg"), XDG_DATA_HOME=str(tmp_path / "data"))
    assert (tmp_path / "xdg/memora").resolve().is_relative_to(tmp_path / "data/memora/install")
    assert files_of(home()) == set()


@pytest.mark.parametrize("on_path", [True, False])
def test_a_path_hint_only_where_it_is_needed(release: Path, on_path: bool) -> None:
    path = f"{home()}/.local/bin:{os.environ['PATH']}" if on_path else os.environ["PATH"]
    assert ("not on your PATH" in run("--archive", release, PATH=path).stdout) is not on_path


def test_a_wrong_checksum_installs_nothing(release: Path) -> None:
    done = run("--archive", release, "--checksum", "0" * 64)
    assert done.returncode == 1
    assert f"not {'0' * 64}; nothing was installed" in done.stderr
    assert files_of(home()) == set()


def test_an_archive_that_was_changed_is_refused(release: Path) -> None:
    release.write_bytes(release.read_bytes() + b"\0")
    done = run("--archive", release)
    assert done.returncode == 1
    assert "has checksum" in done.stderr


def test_no_checksum_no_installation(release: Path) -> None:
    release.with_name(f"{release.name}.sha256").unlink()
    done = run("--archive", release)
    assert done.returncode == 1
    assert "no checksum: give --checksum SHA256" in done.stderr
    digest = hashlib.sha256(release.read_bytes()).hexdigest().upper()
    assert run("--archive", release, "--checksum", digest).returncode == 0


def test_an_archive_that_leads_outside_is_refused(tmp_path: Path) -> None:
    done = run("--archive", write_release(tmp_path / "bad.tar.gz", name="memora/../../memora"))
    assert done.returncode == 1
    assert "lead outside" in done.stderr


def test_something_else_than_an_archive_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "text.tar.gz"
    text.write_text("hello")
    write_checksum(text)
    assert "is not a .tar.gz archive" in run("--archive", text).stderr
    assert "holds neither" in run("--archive", write_release(tmp_path / "other.tar.gz", name="other/other")).stderr
    assert "there is no file" in run("--archive", tmp_path / "absent.tar.gz").stderr
    assert "only https" in run("--archive", "http://localhost/memora.tar.gz").stderr
    assert files_of(home()) == set()


def test_an_upgrade_replaces_the_program_and_keeps_one(release: Path, tmp_path: Path) -> None:
    assert run("--archive", release).returncode == 0
    assert run("--archive", write_release(tmp_path / "newer.tar.gz", "echo memora 9.2")).returncode == 0
    assert output_of(home() / ".local/bin/memora") == "memora 9.2\n"
    assert len([path for path in (home() / ".local/share/memora/install").iterdir() if path.is_dir()]) == 1


def test_an_upgrade_to_another_folder_moves_the_command(release: Path, tmp_path: Path) -> None:
    run("--archive", release)
    run("--archive", release, MEMORA_INSTALL_DIR=str(tmp_path / "elsewhere"))
    assert not (home() / ".local/bin/memora").is_symlink()
    assert output_of(tmp_path / "elsewhere/memora") == "memora 9.1\n"


def test_an_upgrade_that_does_not_start_leaves_the_old_program(release: Path, tmp_path: Path) -> None:
    run("--archive", release)
    before = files_of(home())
    done = run("--archive", write_release(tmp_path / "broken.tar.gz", "exit 1"))
    assert done.returncode == 1
    assert "does not start; nothing was changed" in done.stderr
    assert output_of(home() / ".local/bin/memora") == "memora 9.1\n"
    assert files_of(home()) == before


def test_another_program_called_memora_is_never_replaced(release: Path) -> None:
    other = home() / ".local/bin/memora"
    other.parent.mkdir(parents=True)
    other.write_text("something else")
    done = run("--archive", release)
    assert done.returncode == 1
    assert "is not from this script" in done.stderr
    assert other.read_text() == "something else"


def test_a_folder_that_cannot_be_written_is_named(release: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = run("--archive", release, MEMORA_INSTALL_DIR=str(tmp_path / "file/bin"))
    assert done.returncode == 1
    assert done.stderr == f"install.sh: cannot write to {tmp_path / 'file/bin'}\n"


def test_uninstall_removes_exactly_what_was_installed(release: Path) -> None:
    for neighbour in (".local/bin/other", ".local/share/memora/notes", "project/.memora/memora.db"):
        (home() / neighbour).parent.mkdir(parents=True, exist_ok=True)
        (home() / neighbour).touch()
    before = files_of(home())
    run("--archive", release)
    assert files_of(home()) > before
    assert run("--uninstall").returncode == 0
    assert files_of(home()) == before
    assert not (home() / ".local/share/memora/install").exists()
    assert "nothing to remove" in run("--uninstall").stderr


def test_uninstall_keeps_a_command_that_took_the_place(release: Path) -> None:
    run("--archive", release)
    command = home() / ".local/bin/memora"
    command.unlink()
    command.write_text("something else")
    assert run("--uninstall").returncode == 0
    assert files_of(home()) == {".local/bin/memora"}


@pytest.mark.parametrize(
    "arguments", [["--frobnicate"], ["--archive"], ["--checksum", "ab"], ["--uninstall", "--archive", "x"]]
)
def test_wrong_usage_is_one_sentence(arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 1
    assert done.stderr.startswith("install.sh: ")
    assert done.stderr.count("\n") == 1
    assert files_of(home()) == set()


def test_help_names_every_option() -> None:
    shown = run("--help")
    assert shown.returncode == 0
    for option in ("--archive", "--checksum", "--uninstall", "--help", "MEMORA_INSTALL_DIR", "XDG_BIN_HOME"):
        assert option in shown.stdout


def test_a_download_that_was_cut_short_does_nothing(tmp_path: Path) -> None:
    whole = INSTALLER.read_text()
    for part in range(1, 20):
        cut = tmp_path / "install.sh"
        cut.write_text(whole[: len(whole) * part // 20])
        run("--archive", "x", script=cut)
    cut.write_text(whole.removesuffix('main "$@"\n'))
    assert run("--archive", "x", script=cut).returncode == 0
    assert files_of(home()) == set()


@pytest.mark.parametrize("from_archive", [False, True])
def test_source_without_a_new_enough_python_is_one_sentence(tmp_path: Path, from_archive: bool) -> None:
    old = tmp_path / "old"
    old.mkdir()
    for name in ("python3", "python3.13", "python3.12", "python3.11"):
        (old / name).write_text("#!/bin/sh\nexit 1\n")
        (old / name).chmod(0o755)
    source = write_release(tmp_path / "source.tar.gz", name="memora_vcs-0.1.0/pyproject.toml")
    done = run(*(["--archive", source] if from_archive else []), PATH=f"{old}:{os.environ['PATH']}")
    assert done.returncode == 1
    assert done.stderr == "install.sh: memora needs Python 3.11 or newer, and there is none on your PATH\n"
    assert files_of(home()) == set()


def test_memora_itself_is_built_from_a_checkout_and_removed_again() -> None:
    done = run()
    assert done.returncode == 0, done.stderr
    memora = home() / ".local/bin/memora"
    assert output_of(memora, "--version").startswith("memora ")
    project = str(home() / "project")
    output_of(memora, "init", project)
    output_of(memora, "-C", project, "add", "Auth uses JWT RS256")
    output_of(memora, "-C", project, "commit", "-m", "first")
    assert "first" in output_of(memora, "-C", project, "log")
    assert run("--uninstall").returncode == 0
    assert not [name for name in files_of(home()) if "memora" in name and not name.startswith("project/")]
