"""Measure the figures that memora promises: ``python -m bench [--quick] [--only NAME] [--json FILE]``."""

from __future__ import annotations

import argparse
from pathlib import Path

from bench.figure import Figure
from bench.measures import MEASURES
from bench.report import format_table, to_json
from bench.timing import yardstick_seconds
from bench.workshop import FULL, QUICK, open_workshop


def main() -> None:
    """Measure, print a table and write the figures as JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="no store of a million memories, fewer rounds")
    parser.add_argument("--only", action="append", choices=list(MEASURES), metavar="NAME", help=", ".join(MEASURES))
    parser.add_argument("--json", type=Path, default=Path(__file__).parent / "results.json", metavar="FILE")
    options = parser.parse_args()
    figures: list[Figure] = []
    yardstick = yardstick_seconds()
    with open_workshop(QUICK if options.quick else FULL) as workshop:
        for name in options.only or MEASURES:
            workshop.say(f"measuring: {name}")
            figures += MEASURES[name](workshop)
    print(format_table(figures))
    print(
        f"\nTen million additions took {yardstick:.2f} s in this Python before, and {yardstick_seconds():.2f} s after."
    )
    options.json.write_text(to_json(figures, quick=options.quick, yardstick=yardstick), encoding="utf-8")


if __name__ == "__main__":
    main()
