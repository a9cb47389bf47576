"""Draws docs/terminal.svg: a terminal session made of what the commands really print, with a clock that stands still.

Run it with the project's Python: ``python scripts/draw_terminal.py [FILE]``. The same code gives the same bytes, so a
test notices a picture that no longer shows what memora prints.
"""

from __future__ import annotations

import io
import shlex
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

from memora.cli.main import run
from memora.cli.world import World

TITLE = "memora: git for what coding agents believe"
WIDTH = 100
START = 1_795_000_000_000_000
SECOND = 1_000_000
# The frame of the picture, with the fonts of whoever looks at it: the picture fetches nothing.
FRAME = """\
<svg class="{unique_id}" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace;
font-size: {char_height}px; line-height: {line_height}px; font-variant-east-asian: full-width; }}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix" xml:space="preserve">
{matrix}
</g>
</g>
</svg>
"""
SESSION = """\
memora init
memora add "The database is SQLite" -k db.engine --source import
memora add "Sessions probably live in Redis" -t assumption -k auth.sessions
memora commit -m "First beliefs"
memora switch -c second-agent
memora add "The database is PostgreSQL 16" -k db.engine --replace --source test_result
memora promote --key auth.sessions
memora commit -m "Looked it up"
memora switch main
memora add "The database is MySQL" -k db.engine --replace --source codex
memora commit -m "Guessed"
memora merge second-agent
memora recall "which database do we use"
memora log --oneline --graph
"""


class _Screen(io.StringIO):
    def isatty(self) -> bool:
        return False


def record_session() -> str:
    """The session as a terminal would show it, colours included."""
    shown = []
    now = START
    with tempfile.TemporaryDirectory() as folder:
        for line in SESSION.splitlines():
            now += 60 * SECOND
            out = _Screen()
            world = World(
                directory=folder,
                environment={"FORCE_COLOR": "1", "HOME": folder},
                stdin=io.StringIO(),
                stdout=out,
                stderr=_Screen(),
                now=lambda moment=now: moment,  # type: ignore[misc]
                login=lambda: "ada",
            )
            code = run(shlex.split(line)[1:], world)
            if code:
                raise SystemExit(f"{line} ended with {code}")
            shown.append(f"\x1b[1;32m$\x1b[0m \x1b[1m{line}\x1b[0m\n" + out.getvalue().replace(folder, "~/project"))
    return "".join(shown)


def draw(session: str) -> str:
    """The session as an SVG picture."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    console.print(Text.from_ansi(session.rstrip()))
    return console.export_svg(title=TITLE, unique_id="memora", code_format=FRAME)


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent / "docs" / "terminal.svg"
    target.write_text(draw(record_session()), encoding="utf-8")
