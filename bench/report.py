"""Figures as a table for people and as JSON for programs."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Sequence
from typing import Any, Final

import apsw

from bench.figure import Figure
from memora.version import __version__

_HEADINGS: Final = ("figure", "memora", "must", "verdict", "git")
_SIGNS: Final = {"x": "×"}


def format_table(figures: Sequence[Figure]) -> str:
    """A Markdown table, a line a figure, and below it the notes on single figures."""
    lines = [
        "| " + " | ".join(_HEADINGS) + " |",
        "|---|---:|---:|---|---:|",
        *(f"| {figure.what} | {' | '.join(_cells(figure))} |" for figure in figures),
    ]
    notes = [f"- {figure.what}: {figure.note}" for figure in figures if figure.note]
    return "\n".join(lines + ([""] if notes else []) + notes)


def to_json(figures: Sequence[Figure], *, quick: bool, yardstick: float) -> str:
    """All figures and what they were measured with, as one JSON object; ``yardstick`` in seconds."""
    record: dict[str, Any] = {
        "memora": __version__,
        "python": platform.python_version(),
        "sqlite": apsw.sqlite_lib_version(),
        "git": git_version(),
        "system": platform.system(),
        "cores": os.cpu_count(),
        "quick": quick,
        "yardstick": round(yardstick, 3),
        "figures": [{**figure._asdict(), "verdict": figure.verdict} for figure in figures],
    }
    return json.dumps(record, indent=2, ensure_ascii=False) + "\n"


def git_version() -> str:
    """The version of the git that is compared with."""
    text = subprocess.run(["git", "--version"], capture_output=True, text=True, check=True).stdout
    return text.removeprefix("git version ").strip()


def format_number(number: float | None, unit: str) -> str:
    """A number with three telling digits and its unit; empty for None."""
    if number is None:
        return ""
    shown = f"{number:,.0f}" if number >= 100 else f"{number:.3g}"
    sign = _SIGNS.get(unit)
    return f"{shown}{sign}" if sign else f"{shown} {unit}"


def _cells(figure: Figure) -> tuple[str, str, str, str]:
    bound = format_number(figure.bound, figure.unit)
    sign = "" if not bound else "≥ " if figure.at_least else "≤ "
    return (
        format_number(figure.measured, figure.unit) or "–",
        sign + bound,
        figure.verdict,
        format_number(figure.git, figure.unit),
    )
