"""The table of docs/python.md that has every verb: ``python tests/docs/documented_operations.py`` writes it anew."""

from __future__ import annotations

import inspect
import re
import sys
from pathlib import Path
from typing import Final

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from memora import operations

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "python.md"

_TABLE = re.compile(r"^<!-- operations -->\n.*?^<!-- end -->$", re.MULTILINE | re.DOTALL)


def write_anew(page: str) -> str:
    """A page with the table of verbs as they are now."""
    table = f"<!-- operations -->\n{_rows()}\n<!-- end -->"
    return _TABLE.sub(lambda _: table, page)


def _rows() -> str:
    rows = ["| verb | what it gives |", "|---|---|"]
    for name in dir(operations):
        function = getattr(operations, name)
        words = [parameter for parameter in inspect.signature(function).parameters if parameter != "repository"]
        said = inspect.getdoc(function).partition("\n\n")[0].replace("\n", " ").replace("``", "`").replace("|", "\\|")
        rows.append(f"| `{name}({', '.join(words)})` | {said} |")
    return "\n".join(rows)


if __name__ == "__main__":
    PAGE.write_text(write_anew(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
