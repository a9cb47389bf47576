"""Secrets that nothing but the words before them gives away: passwords, keys and tokens that are just random.

Such a find rests on how a value looks, so each kind asks more of the value the less its words promise. Every function
gives (start, end, rule, what may be shown) of the value alone.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

Found = tuple[int, int, str, str]

WORD_RULES: Final = {
    "private-key": "a private key in PEM",
    "putty-key": "a private key of PuTTY",
    "url-password": "a password in a URL",
    "slack-webhook": "the address of a Slack webhook",
    "discord-webhook": "the address of a Discord webhook",
    "teams-webhook": "the address of a Microsoft Teams webhook",
    "telegram-token": "the token of a Telegram bot",
    "azure-key": "a key of Azure storage, or of a service beside it",
    "azure-secret": "a client secret of Microsoft Entra",
    "mailchimp-key": "a key of Mailchimp",
    "terraform-cloud-token": "a token of Terraform Cloud",
    "auth-header": "the credentials in an Authorization header",
    "password": "a password behind the word",
    "key-or-token": "a random value behind such words as api_key, secret or token",
}
_MASK: Final = "****"
_VALUE: Final = r"[^\s\"'`,;=<>(){}\[\]]"


def find_announced(text: str) -> Iterator[Found]:
    """The secrets of a text that words announce."""
    for word, find in _FINDERS:
        if word in text:
            yield from find(text)
    lowered = _lowered(text)
    for word, find in _FINDERS_IN_ANY_CASE:
        if word in lowered:
            yield from find(text)
    yield from _find_assigned(text, lowered)


def _matches(rule: str, pattern: str, shown: str = "") -> Callable[[str], Iterator[Found]]:
    """A finder of the group ``value`` wherever the pattern matches."""

    def find(text: str) -> Iterator[Found]:
        for match in re.finditer(pattern, text):
            if len(set(match["value"])) >= 7 and not _STAND_IN.search(match["value"]):
                yield match.start("value"), match.end("value"), rule, shown + _MASK

    return find


def _find_url_passwords(text: str) -> Iterator[Found]:
    at = text.find("://")
    while at >= 0:
        match = _CREDENTIALS.match(text, at)
        if match is not None and _is_password(match["value"]) and match["value"] != match["user"]:
            yield match.start("value"), match.end("value"), "url-password", _MASK
        at = text.find("://", at + 3)


def _find_private_keys(text: str) -> Iterator[Found]:
    for match in _PRIVATE_KEY.finditer(text):
        yield match.start("value"), match.end("value"), "private-key", _MASK


def _find_putty_keys(text: str) -> Iterator[Found]:
    at = text.find("PuTTY-User-Key-File-")
    while at >= 0:
        lines = text.find("Private-Lines: ", at, at + _PUTTY_CHARACTERS)
        match = None if lines < 0 else _PUTTY_LINES.match(text, lines)
        if match is not None:
            yield match.start("value"), match.end("value"), "putty-key", _MASK
        at = text.find("PuTTY-User-Key-File-", at + 1 if match is None else match.end())


_PUTTY_CHARACTERS: Final = 4000
_PUTTY_LINES = re.compile(r"Private-Lines: \d+(?P<value>[\sA-Za-z0-9+/=]{40,})")
_PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?P<value>(?:[\sA-Za-z0-9+/=:,.]|\\[nr]|-(?!-)){40,}+)"
)
_CREDENTIALS = re.compile(r"://(?P<user>[^\s/:@\"'<>]{0,200}):(?P<value>[^\s/@\"'<>]{3,200})@(?=[A-Za-z0-9\[])")

_FINDERS: Final = (
    ("PRIVATE KEY", _find_private_keys),
    ("PuTTY-User-Key-File-", _find_putty_keys),
    ("://", _find_url_passwords),
    (
        "hooks.slack.com/",
        _matches("slack-webhook", r"hooks\.slack\.com/(?:services|workflows|triggers)/(?P<value>[A-Za-z0-9+/]{40,60})"),
    ),
    (
        "/api/webhooks/",
        _matches("discord-webhook", r"discord(?:app)?\.com/api/webhooks/(?P<value>\d{17,20}/[\w-]{60,80})"),
    ),
    (
        ".webhook.office.com/",
        _matches(
            "teams-webhook",
            r"\.webhook\.office\.com/webhookb2/(?P<value>[0-9a-f-]{36}@[0-9a-f-]{36}/\w+/[0-9a-f]{32}/[0-9a-f-]{36})",
        ),
    ),
    (":AA", _matches("telegram-token", r"(?<![0-9])(?P<value>[0-9]{8,10}:AA[A-Za-z0-9_-]{33})(?![A-Za-z0-9_-])")),
    ("8Q~", _matches("azure-secret", r"(?<![\w.~-])(?P<value>[A-Za-z0-9_~.]{3}8Q~[A-Za-z0-9_~.-]{31,34})(?![\w~-])")),
    ("-us", _matches("mailchimp-key", r"(?<![0-9a-f])(?P<value>[0-9a-f]{32}-us[0-9]{1,2})(?![0-9a-z])")),
    (".atlasv1.", _matches("terraform-cloud-token", r"(?<!\w)(?P<value>\w{14}\.atlasv1\.[\w=-]{60,70})")),
)
_FINDERS_IN_ANY_CASE: Final = (
    ("key=", _matches("azure-key", r"(?i)(?:AccountKey|SharedAccessKey)=(?P<value>[A-Za-z0-9+/]{42,86}={0,2})")),
    ("bearer ", _matches("auth-header", r"(?i)\bbearer\s+(?P<value>(?=[^\s]*\d)[A-Za-z0-9_.~+/-]{20,2000}=*)")),
    (
        "basic ",
        _matches(
            "auth-header", r"(?i)authorization[\"']?\s*[:=]\s*[\"']?basic\s+(?P<value>[A-Za-z0-9+/]{16,500}={0,2})"
        ),
    ),
)

_FOR_PASSWORDS: Final = ("password", "passwd", "passphrase", "passwort", "pwd")
_FOR_TOKENS: Final = ("token", "secret", "credential", "apikey", "api_key", "api-key", "api key", "access_key")
_FOR_TOKENS_TOO: Final = (
    "accesskey",
    "access-key",
    "access key",
    "private_key",
    "auth_key",
    "signing_key",
    "master_key",
)
_AFTER: Final = r"[A-Za-z0-9_.-]{0,30}[\"'`]?\]?\s{0,4}"
_ASSIGNED = re.compile(
    rf"{_AFTER}(?P<sign>:=|=>|==?|:|\b(?:is|was)\b)\s{{0,4}}(?:is\s)?[bru]?(?P<quote>[\"'`]?)(?P<value>{_VALUE}{{6,400}}={{0,2}})(?P<after>.?)"
)
_STAND_IN = re.compile(
    r"example|placeholder|redacted|changeme|change_me|dummy|x{4}|\*{3}|\.{3}|your[_-]|my[_-]?(?:pass|secret|token)"
    r"|[$%{<]|^(?:none|null|true|false|undefined|required|optional|secret|password|passwd|token)\W*$|1234567890|abcdefghij",
    re.IGNORECASE,
)
_METHOD = re.compile(
    r"argon2|bcrypt|scrypt|pbkdf2|sha-?\d|md5|base64|hmac|utf-?8|oauth|aes-?\d|rsa-?\d|ed25519", re.IGNORECASE
)
_NO_VALUE = re.compile(r"[./~@#&|-]|\w+(?:\.\w+)+$|https?:|\w+://|\w+\.\w+\(")
_NUMBER = re.compile(r"[\d.,:_%-]+(?:ms|s|m|h|d|kb|mb|gb|px|em|st|nd|rd|th)?$", re.IGNORECASE)


def _find_assigned(text: str, lowered: str) -> Iterator[Found]:
    for word in _FOR_PASSWORDS:
        yield from _find_behind(text, lowered, word, "password", _is_assigned_password)
    for word in (*_FOR_TOKENS, *_FOR_TOKENS_TOO):
        yield from _find_behind(text, lowered, word, "key-or-token", _is_assigned_token)


def _find_behind(
    text: str, lowered: str, word: str, rule: str, accepts: Callable[[re.Match[str]], bool]
) -> Iterator[Found]:
    at = lowered.find(word)
    while at >= 0:
        end = at + len(word)
        match = _ASSIGNED.match(text, end)
        if match is not None and accepts(match):
            yield match.start("value"), match.end("value"), rule, _MASK
        at = lowered.find(word, end)


def _is_assigned_password(match: re.Match[str]) -> bool:
    value = match["value"]
    if match["after"] in ("(", "[", "{", "<") or not _is_password(value) or _NO_VALUE.match(value):
        return False
    if match["sign"] in ("is", "was"):
        return len(value) >= 8 and _changes(value) >= 3
    if match["quote"]:
        return _changes(value) >= 1 or re.search(r"[a-z][A-Z]|[!?$%^&*+=]", value) is not None
    return _changes(value) >= 1 and any(_changes(part) for part in re.split(r"[-_.]", value))


def _is_assigned_token(match: re.Match[str]) -> bool:
    """Long, random, and no name, path or number: what such words announce in code is mostly one of these."""
    value = match["value"].rstrip(".:")
    return (
        len(value) >= 16
        and match["after"] not in ("(", "[", "{", "<")
        and re.fullmatch(r"[A-Za-z0-9_+/=.~%-]+", value) is not None
        and not _STAND_IN.search(value)
        and not _METHOD.search(value)
        and not _NO_VALUE.match(value)
        and _changes(value) >= 4
        and _entropy(value) >= 3.0
    )


def _is_password(value: str) -> bool:
    return (
        not _STAND_IN.search(value)
        and not _METHOD.search(value)
        and not _NUMBER.fullmatch(value)
        and value.lower() not in ("password", "passwd", "pass", "secret", "token", "postgres", "guest", "user")
        and len(set(value)) > 3
    )


def _changes(value: str) -> int:
    """How often letters, digits and other signs take turns: words and names change seldom, random text often."""
    kinds = "".join(
        "d" if letter.isdigit() else "a" if letter.isalpha() else " " if letter in "-_." else "s" for letter in value
    )
    return sum(before != after and " " not in (before, after) for before, after in pairwise(kinds))


def _entropy(value: str) -> float:
    """Bits a letter, by how often each letter of it occurs."""
    return -sum(count / len(value) * math.log2(count / len(value)) for count in Counter(value).values())


def _lowered(text: str) -> str:
    """The text in lower case, letter for letter: a few letters have two in lower case, which would move all others."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(letter.lower() if letter.isascii() else letter for letter in text)
