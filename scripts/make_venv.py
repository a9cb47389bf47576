"""Make the checkout's virtual environment, or find that it is already right. Called by scripts/venv.

Prints the environment's directory of programs on standard output; everything else goes to standard error.
Reads the dependency groups itself, because the pip that comes with Python 3.11 knows nothing of them.
"""

import fcntl
import hashlib
import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "made-from.json"


def run(*command: str | Path) -> None:
    if subprocess.run(command, stdout=sys.stderr, cwd=ROOT, check=False).returncode:
        STAMP.unlink(missing_ok=True)
        sys.exit(f"Could not set up {VENV}: {' '.join(map(str, command[1:4]))} failed (see above).")


def digest_of_needs(project: dict[str, Any]) -> str:
    """What an environment rests on. Settings of the linters are left out: they change nothing that is installed."""
    needs = [project[table] for table in ("build-system", "project", "dependency-groups")]
    return hashlib.sha256(json.dumps([needs, sys.version, sys.base_prefix, str(ROOT)]).encode()).hexdigest()


def make(groups: set[str]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    digest = digest_of_needs(project)
    made = json.loads(STAMP.read_text()) if STAMP.exists() else {"digest": None, "groups": []}
    if made["digest"] != digest:
        groups = groups | set(made["groups"])  # a script that needs less must not take away what others work with
        made["groups"] = []
        run(sys.executable, "-m", "venv", "--clear", VENV)
    wanted = sorted(groups - set(made["groups"]))
    if made["digest"] == digest and not wanted:
        return
    requirements = [requirement for group in wanted for requirement in project["dependency-groups"][group]]
    print(f"Setting up {VENV} ...", file=sys.stderr)
    pip: list[str | Path] = [VENV / "bin/python", "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    run(*pip, "--editable", ROOT, *requirements)
    STAMP.write_text(json.dumps({"digest": digest, "groups": sorted(groups | set(made["groups"]))}))


if __name__ == "__main__":
    # Held until this process ends: two scripts started together must not build one environment at once.
    with open(ROOT / "pyproject.toml", "rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        make(set(sys.argv[1:]))
    print(VENV / "bin")
