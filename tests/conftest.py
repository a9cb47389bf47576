"""What every test rests on: hypothesis profiles, and a world without the developer's own settings."""

import itertools
import os
from pathlib import Path

import pytest
from hypothesis import settings

from memora.operations.start.init import init

ROOT = Path(__file__).resolve().parent.parent

settings.register_profile("default", deadline=None, max_examples=60, derandomize="CI" in os.environ, print_blob=True)
settings.register_profile("thorough", deadline=None, max_examples=2000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

FROM_THE_USER = ("MEMORA_", "_MEMORA_", "GIT_", "XDG_", "CLICOLOR")
FROM_THE_TERMINAL = ("EDITOR", "VISUAL", "PAGER", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES")
counter = itertools.count()


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("homes")


@pytest.fixture(autouse=True)
def no_user_settings(homes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each test, and every process it starts, an empty home directory and no variables of memora or git."""
    for name in list(os.environ):
        if name.startswith(FROM_THE_USER) or name in FROM_THE_TERMINAL:
            monkeypatch.delenv(name)
    home = homes / str(next(counter))
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / ".config"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    # A process started in another directory finds this checkout, whether or not it is installed.
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    """A folder to share by, which nobody has made yet."""
    return tmp_path / "shared"


@pytest.fixture(params=["folder", "store"])
def folder_or_store(request: pytest.FixtureRequest, remote: Path) -> Path:
    """Where to share: a folder that nobody has made yet, or a project with a store in which nothing was done."""
    if request.param == "store":
        init(str(remote)).close()
    return remote
