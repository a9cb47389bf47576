"""Text that reads like an order to the agent that will read it, not like something that is so.

A memory is put before agents word for word, so whoever writes one may try to command them. These rules see the plain
attempts, by their words; they prove nothing, and miss whatever is put more cleverly (docs/quarantine.md).
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple


class Injection(NamedTuple):
    """A place in a text that reads like an order. ``line`` and ``column`` count characters from 1."""

    rule: str
    line: int
    column: int
    excerpt: str


class Rule(NamedTuple):
    """What a rule looks for, in words and as a pattern on text in any case.

    Whatever the pattern finds has one of the ``telling`` words in it, as a whole one, or the ``<`` that is among them.
    """

    what: str
    pattern: str
    telling: str


RULES: Final[dict[str, Rule]] = {
    "override": Rule(
        "asks to ignore instructions",
        r"\b(?:ignore|disregard|forget|override|bypass)\b[^.\n]{0,40}\b(?:previous|prior|above|earlier|preceding|all|any"
        r"|your|other|system|existing)\b[^.\n]{0,40}\b(?:instructions?|prompts?|rules|guidelines|directions|directives)\b",
        "ignore disregard forget override bypass",
    ),
    "role": Rule(
        "gives the reader another role",
        r"\b(?:you are now\b(?! (?:able|ready|logged))|from now on,? you\b|pretend (?:to be|you are|that you)\b"
        r"|you are no longer\b|enter (?:developer|god|dan) mode\b)",
        "now pretend longer mode",
    ),
    "markup": Rule(
        "imitates the markup of a conversation or of a tool",
        r"(?-i:</?(?:system|assistant|human|instructions?|system[-_]reminder|system[-_]prompt|tool[-_](?:use|call|result)s?"
        r"|function[-_](?:call|result)s?|antml:[a-z_]+)\b[^<>\n]{0,80}>)"
        r"|<\|[a-z_]{2,40}\|>|\[/?inst\]|<</?sys>>|(?:^|\n)\s*(?:system|assistant|human)\s*(?:prompt|message)?:\s*you\b",
        "< inst you",
    ),
    "conceal": Rule(
        "asks to keep something from the user",
        r"\b(?:do not|don't|never|without)\s+(?:tell|telling|mention|mentioning|inform|informing|reveal|revealing"
        r"|alert|alerting|notify|notifying)\b[^.\n]{0,50}\b(?:the user|the human|the developer|the operator|anyone"
        r"|anybody)\b",
        "tell telling mention mentioning inform informing reveal revealing alert alerting notify notifying",
    ),
    "exfiltrate": Rule(
        "asks to send secrets or data away",
        r"(?:^|[.!?:;]\s+|\n\s*[-*]?\s*|\b(?:must|should|always|then|please|first|and)\s+)"
        r"(?:send|post|upload|forward|exfiltrate|leak|transmit|e?mail|copy)\b[^.\n]{0,80}\b(?:secrets?|credentials?"
        r"|passwords?|tokens?|api keys?|environment variables?|private keys?|conversation|source code)\b"
        r"[^\n]{0,60}(?:https?://|\S+@\S+\.)",
        "send post upload forward exfiltrate leak transmit mail email copy",
    ),
    "remote-code": Rule(
        "runs what it fetches",
        r"\b(?:curl|wget|iwr|invoke-webrequest)\b[^|\n]{0,200}\|\s*(?:sudo\s+)?(?:(?:ba|z|da|k)?sh|python3?|iex)\b",
        "curl wget iwr invoke",
    ),
    "authority": Rule(
        "claims to stand above other instructions",
        r"\b(?:this|these|the following)\s+(?:message|instructions?|rules?|note)\s+(?:overrides?|supersedes?"
        r"|takes? precedence|replaces?)\b|\b(?:takes?|has|have) precedence over "
        r"(?:all|any|every|other|previous|your)\b[^.\n]{0,40}"
        r"\b(?:instructions?|rules|prompts?)\b",
        "precedence override overrides supersede supersedes replace replaces",
    ),
    "unasked": Rule(
        "asks to act without asking",
        r"\b(?:do not|don't|never|without)\s+(?:ask|asking|request|requesting|wait|waiting)\b[^.\n]{0,30}"
        r"\b(?:permission|confirmation|approval|consent)\b",
        "permission confirmation approval consent",
    ),
    "encoded": Rule(
        "asks to follow what is encoded",
        r"\b(?:decode|base64|rot13)\b[^.\n]{0,60}\b(?:and|then)\s+(?:run|execute|follow|obey|eval)\b",
        "decode base rot",
    ),
    "marker": Rule(
        "imitates the marks of memora in a context file",
        r"<!--\s*/?\s*(?:(?:begin|end)\s+memora\b|memora:)",
        "<",
    ),
}
_TELLING: Final = {name: frozenset(rule.telling.encode().split()) for name, rule in RULES.items()}
_ANY_TELLING: Final = frozenset().union(*_TELLING.values())
# What leaves of a text in UTF-8 its ASCII letters, small, and spaces.
_LETTERS: Final = bytes(ord(chr(byte).lower()) if byte < 128 and chr(byte).isalpha() else 32 for byte in range(256))
# In patterns for any case these letters stand for i, k and s.
_LIKE_ASCII: Final = re.compile("[\u0130\u0131\u017f\u212a]")
_EXCERPT_CHARACTERS: Final = 80
_patterns: dict[str, re.Pattern[str]] = {}


def may_hold_injection(text: bytes) -> bool:
    """Whether a text in UTF-8 has to be looked at: a quick answer, no only where ``find_injections`` finds nothing."""
    if b"<" in text or not _ANY_TELLING.isdisjoint(text.translate(_LETTERS).split()):
        return True
    return not text.isascii() and _LIKE_ASCII.search(text.decode(errors="replace")) is not None


def find_injections(text: str) -> tuple[Injection, ...]:
    """The first place of each rule that reads like an order, in order of the text."""
    encoded = text.encode(errors="replace")
    if not may_hold_injection(encoded):
        return ()
    words = {*encoded.translate(_LETTERS).split(), *([b"<"] if b"<" in encoded else [])}
    ask_all = not text.isascii() and _LIKE_ASCII.search(text) is not None
    found = []
    for name, rule in RULES.items():
        if not ask_all and _TELLING[name].isdisjoint(words):
            continue
        pattern = _patterns.get(name) or _patterns.setdefault(name, re.compile(rule.pattern, re.IGNORECASE))
        match = pattern.search(text)
        if match is not None:
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            line = text.count("\n", 0, start) + 1
            column = start - text.rfind("\n", 0, start)
            found.append((start, Injection(name, line, column, match[0].strip()[:_EXCERPT_CHARACTERS])))
    return tuple(injection for _, injection in sorted(found))
