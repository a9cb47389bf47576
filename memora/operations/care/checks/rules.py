"""The rules of ``check``: their names, how bad a find is unless the settings say otherwise, and what each is about."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Final, NamedTuple

from memora.config.settings import Settings
from memora.errors import BadInput
from memora.model.node import Node
from memora.operations.care.problems import ERROR, NOTE, WARNING

OFF: Final = "off"
SEVERITIES: Final = (NOTE, WARNING, ERROR)


class Rule(NamedTuple):
    """One rule: how bad a find is by default, and what it is about, in a few words."""

    severity: str
    what: str
    by_default: bool = True


RULES: Final[dict[str, Rule]] = {
    "store": Rule(ERROR, "a memory of the working tree cannot be read"),
    "secrets": Rule(ERROR, "a memory or a context file holds a secret"),
    "hidden": Rule(ERROR, "a memory or a context file holds characters that a reader cannot see"),
    "hijack": Rule(WARNING, "a memory or a context file reads like an order to an agent"),
    "exports": Rule(WARNING, "a context file does not say what the store believes"),
    "disputed": Rule(ERROR, "a memory is in dispute"),
    "same-key": Rule(ERROR, "two memories under one key say different things"),
    "unsupported": Rule(WARNING, "a memory lost everything that it was derived from"),
    "stale": Rule(WARNING, "the evidence of a memory changed or is gone"),
    "expired": Rule(WARNING, "a memory has outlived itself"),
    "oversized": Rule(WARNING, "a context file is larger than the tool that reads it takes"),
    "contradictions": Rule(WARNING, "two memories probably contradict each other, or say the same", by_default=False),
}
DEFAULT_RULES: Final = tuple(name for name, rule in RULES.items() if rule.by_default)


class Policy(NamedTuple):
    """What the settings say about finds: severities of rules that differ from the default, and what is let be."""

    severities: dict[str, str]
    ignored: tuple[tuple[str, str], ...]
    fail: str = WARNING

    def severity(self, rule: str) -> str:
        """How bad a find of a rule is; ``off`` where nobody wants to know."""
        return self.severities.get(rule, RULES[rule].severity)

    def lets_be(self, rule: str, path: str | None, node: Node | None) -> bool:
        """Whether a find of a rule at a place was said to be let be."""
        return any(rule == name and _is_at(place, path, node) for name, place in self.ignored)

    def is_bad(self, severity: str) -> bool:
        """Whether a find of that severity fails the check."""
        return SEVERITIES.index(severity) >= SEVERITIES.index(self.fail)


PLAIN: Final = Policy({}, ())


def configured_policy(settings: Settings) -> Policy:
    """What the settings ``check.*`` say. Raises BadInput as ``read_policy`` does."""
    return read_policy(settings.words("check.severity"), settings.words("check.ignore"), settings.text("check.fail"))


def read_policy(severities: Iterable[str], ignored: Iterable[str], fail: str) -> Policy:
    """A policy from settings: ``RULE=SEVERITY`` and ``RULE:PLACE``, where a place is a key, an id or a glob of paths.

    Raises BadInput for an entry that is neither, and for a rule or severity that there is not.
    """
    if fail not in SEVERITIES:
        raise BadInput("check.fail", f"{fail!r} is none of {', '.join(SEVERITIES)}")
    return Policy(dict(map(_read_severity, severities)), tuple(map(_read_ignored, ignored)), fail)


def check_names(names: Iterable[str]) -> tuple[str, ...]:
    """Names of rules as somebody typed them. Raises BadInput for one that there is not."""
    return tuple(_known("rule", name) for name in names)


def _read_severity(entry: str) -> tuple[str, str]:
    rule, sign, severity = entry.partition("=")
    if not sign or severity not in (*SEVERITIES, OFF):
        raise BadInput("check.severity", f"{entry!r} is not RULE=SEVERITY with one of {', '.join((*SEVERITIES, OFF))}")
    return _known("check.severity", rule), severity


def _read_ignored(entry: str) -> tuple[str, str]:
    rule, colon, place = entry.partition(":")
    if not colon or not place:
        raise BadInput("check.ignore", f"{entry!r} is not RULE:PLACE with a key, an id or a path")
    return _known("check.ignore", rule), place


def _known(field: str, rule: str) -> str:
    if rule not in RULES:
        raise BadInput(field, f"{rule!r} is none of {', '.join(RULES)}")
    return rule


def _is_at(place: str, path: str | None, node: Node | None) -> bool:
    if path is not None and fnmatchcase(path, place):
        return True
    if node is None:
        return False
    return node.key == place or (len(place) >= 8 and node.id.hex().startswith(place.lower()))
