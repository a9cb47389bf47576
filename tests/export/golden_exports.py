"""The golden file of each target: what its files say of the samples, in a project that has nothing else.

``python tests/export/golden_exports.py`` writes them anew; read the difference before you commit it.
"""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[2])]
    sys.path.insert(0, str(Path(__file__).resolve().parent))

from export_samples import SAMPLES

from memora.export.block import Origin
from memora.export.choice import ranked
from memora.export.placement import place
from memora.export.rules import front_matter, own_scopes, rule_path
from memora.export.sheet import Layout, lay_out
from memora.export.targets import TARGETS, Target
from memora.version import __version__

GOLDEN = Path(__file__).parent / "golden"
REVISION = "0123456789ab"


def golden_path(target: Target) -> Path:
    """Where the golden file of a target lies."""
    return GOLDEN / f"{target.name}.txt"


def written(target: Target) -> str:
    """Every file of a target, each below its path."""
    placement = place(target, lambda _: None, lambda _: None)
    layout = Layout(target.template or target.name, target.form, {})
    entries = ranked(SAMPLES)
    origin = Origin(target.name, REVISION)
    scopes = [] if placement.rules is None else own_scopes((item.node.applies_to for item in entries), placement.rules)
    main = [item for item in entries if item.node.applies_to not in scopes]
    files = {placement.path: placement.front + lay_out(layout, origin, main, room=target.limit).text}
    for scope in scopes:
        assert placement.rules is not None
        some = [item for item in entries if item.node.applies_to == scope]
        text = lay_out(layout, origin._replace(scope=scope), some).text
        files[rule_path(scope, placement.rules)] = front_matter(scope, placement.rules) + text
    text = "".join(f"==== {path}\n{text}" for path, text in files.items())
    return text.replace(f"memora {__version__}", "memora VERSION")


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for target in TARGETS:
        golden_path(target).write_text(written(target), encoding="utf-8", newline="\n")
