"""The tables of docs/secrets.md: ``python tests/docs/documented_secrets.py`` writes them anew."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Final

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parents[1])]

from secret_corpus import HARMLESS, samples

from memora.model.secret_rules import RULES
from memora.model.secrets import find_secrets

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "secrets.md"

_PART = re.compile(r"^<!-- (rates|rules) -->\n.*?^<!-- end -->$", re.MULTILINE | re.DOTALL)


def write_anew(page: str) -> str:
    """The page with rates and rules as they are now."""
    parts = {"rates": _rates(), "rules": _rules()}
    return _PART.sub(lambda part: f"<!-- {part[1]} -->\n{parts[part[1]]}\n<!-- end -->", page)


def _rates() -> str:
    corpus = samples()
    found = sum([secret.rule for secret in find_secrets(sample.text)] == [sample.rule] for sample in corpus)
    wrong = sum(bool(find_secrets(text)) for text in HARMLESS)
    return "\n".join(
        [
            "| texts of `tests/secret_corpus.py` | texts | |",
            "|---|---|---|",
            f"| with one secret | {len(corpus)} | found by the right rule, and nothing else: {found} |",
            f"| prose and code without | {len(HARMLESS)} | something found: {wrong} |",
        ]
    )


def _rules() -> str:
    return "\n".join(["| rule | whose |", "|---|---|", *(f"| `{name}` | {what} |" for name, what in RULES.items())])


if __name__ == "__main__":
    PAGE.write_text(write_anew(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
