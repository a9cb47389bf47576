"""This process as a world: what the system tells of it that no command expects."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest
from commandline import Terminal

from memora.cli.process import run_process


def test_a_clock_that_no_number_can_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Terminal(tmp_path).ok("init")

    def broken() -> int:
        raise OverflowError("timestamp too large to convert to C _PyTime_t")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("MEMORA_DIR", raising=False)
    monkeypatch.setattr(time, "time_ns", broken)
    monkeypatch.setattr(sys, "argv", ["memora", "add", "One"])
    assert run_process() == 7
    assert capsys.readouterr().err.startswith("error: the clock is outside of the years 1684 to 2255")
    monkeypatch.setattr(sys, "argv", ["memora", "status"])
    assert run_process() == 0
