"""What the sample files are read as: a line for each memory, in ``expected.txt``.

``python tests/importers/sample_listing.py`` writes it anew; read the difference before you commit it.
"""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from memora.importers.formats import read_found, tell_format

SAMPLES = Path(__file__).parent / "samples"
EXPECTED = Path(__file__).parent / "expected.txt"


def sample_paths() -> list[str]:
    """Every sample file, from the folder of samples."""
    return sorted(path.relative_to(SAMPLES).as_posix() for path in SAMPLES.rglob("*") if path.is_file())


def listing() -> str:
    """Every memory of every sample."""
    lines = []
    for path in sample_paths():
        text = (SAMPLES / path).read_text(encoding="utf-8")
        told = tell_format(path, text)
        lines.append(f"== {path} ({told})")
        for item in read_found(told, path, text, ()):
            about = " ".join(filter(None, (item.key, *(f"#{tag}" for tag in item.tags), *item.applies_to)))
            content = item.content.replace("\n", " ↵ ")
            lines.append(f"{item.line} [{item.type}] {content}{f'  ({about})' if about else ''}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    EXPECTED.write_text(listing(), encoding="utf-8", newline="\n")
