"""install.ps1, run for real where there is a PowerShell."""

import os
import re
import shutil
import subprocess
import tarfile
from hashlib import sha256
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
POWERSHELL = shutil.which("pwsh")

needs_powershell = pytest.mark.skipif(POWERSHELL is None, reason="no pwsh on the PATH")


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(POWERSHELL), "-NoProfile", "-File", ROOT / "install.ps1", *arguments],
        cwd=os.environ["HOME"],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def release(tmp_path: Path) -> Path:
    program = tmp_path / "memora"
    program.write_text("#!/bin/sh\necho memora 9.1\n")
    program.chmod(0o755)
    archive = tmp_path / "memora-9.1.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(program, "memora/memora")
    return archive


@needs_powershell
@pytest.mark.skipif(os.name == "nt", reason="the program in this archive is a shell script")
def test_install_and_uninstall(release: Path) -> None:
    digest = sha256(release.read_bytes()).hexdigest()
    done = run("-Archive", release, "-Checksum", digest)
    assert done.returncode == 0, done.stderr
    command = Path(os.environ["HOME"], ".local/bin/memora")
    assert subprocess.check_output([command], text=True) == "memora 9.1\n"
    assert run("-Archive", release, "-Checksum", digest).returncode == 0
    assert run("-Uninstall").returncode == 0
    assert not command.exists()


@needs_powershell
def test_a_wrong_checksum_installs_nothing_with_powershell(release: Path) -> None:
    done = run("-Archive", release, "-Checksum", "0" * 64)
    assert done.returncode == 1
    assert "nothing was installed" in done.stderr


def test_both_installers_read_the_same_variables_and_name_no_host() -> None:
    for name in ("install.sh", "install.ps1"):
        text = (ROOT / name).read_text(encoding="ascii")
        assert "MEMORA_INSTALL_DIR" in text
        assert "XDG_BIN_HOME" in text
        assert not re.search(r"https?://\w", text)
