"""What ``check`` found as SARIF 2.1.0, which code scanning reads.

Every result has a file, because a result without one is not shown: that of the find, else that of its memory's
evidence, else the store's folder. At most 25,000 results, the worst first: more would be refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any, Final
from urllib.parse import quote

from memora.operations.care.checks.memories import Find
from memora.operations.care.checks.rules import RULES
from memora.records.checks import shown_at
from memora.version import __version__

MOST_RESULTS: Final = 25_000
_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_STORE: Final = ".memora"


def sarif_log(finds: Sequence[Find]) -> dict[str, Any]:
    """A SARIF log with one run; the finds have to come the worst first."""
    names = list(RULES)
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "memora",
                        "semanticVersion": __version__,
                        "rules": [
                            {
                                "id": name,
                                "shortDescription": {"text": rule.what},
                                "defaultConfiguration": {"level": rule.severity},
                            }
                            for name, rule in RULES.items()
                        ],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [_result(find, names.index(find.problem.rule)) for find in finds[:MOST_RESULTS]],
            }
        ],
    }


def _result(find: Find, rule: int) -> dict[str, Any]:
    problem, place = find.problem, shown_at(find)
    location: dict[str, Any] = {"artifactLocation": {"uri": quote(place.path if place else _STORE)}}
    if place is not None and place.first is not None:
        location["region"] = {"startLine": place.first}
    about = "" if problem.node is None else problem.node.hex()
    # No line: the same find a few lines further down is the same find.
    print_of = sha256("\0".join((problem.rule, problem.path or "", about, problem.message)).encode()).hexdigest()
    message = problem.message if not about else f"memory {about[:8]}: {problem.message}"
    return {
        "ruleId": problem.rule,
        "ruleIndex": rule,
        "level": problem.severity,
        "message": {"text": message},
        "locations": [{"physicalLocation": location}],
        "partialFingerprints": {"memoraFind/v1": print_of},
    }
