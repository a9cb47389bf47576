"""Passwords, tokens and private keys in text: where they are, and the text without them.

``add`` looks at every memory, so a quick look comes first that nearly all text passes; the rules
(``memora.model.secret_rules``) are read only for a text that does not pass it. What is looked for and how often it is
right stands in docs/secrets.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from memora.errors import BadInput, SecretFound

TYPE_CHECKING = False  # importing typing would be felt at every hook
if TYPE_CHECKING:
    from typing import Final

    from memora.model.secret import Secret


# Letters that a token is written in; all others part it from its neighbours.
_TOKEN_LETTERS: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.+")
_APART: Final = bytes(byte if byte in _TOKEN_LETTERS else 32 for byte in range(256))
_SHORTEST_TOKEN: Final = 16
_LONGEST_NAMED: Final = 2000

_BETWEEN_LETTERS: Final = b"0123456789+"

# The first three letters of everything that ``secret_rules`` knows by its first letters; a test compares the two.
FIRST_LETTERS: Final = frozenset(
    (
        b"A3- ABI ACC AGE AIz AKC AKI AQ. AQV ASI ATA ATB ATC CCI CFP EAA EZA EZT FLW GOC GR1 HRK LTA NRA NRJ PMA"
        b" SG. SK0 SK1 SK2 SK3 SK4 SK5 SK6 SK7 SK8 SK9 SKa SKb SKc SKd SKe SKf aph api bkc bku cfa cfu cio cmV csk"
        b" dap dck doo dop dor dp. dt0 e2b ese eyJ fc- fig fm2 fo1 gho ghp ghr ghs ghu git gla glc gld glf gli glo"
        b" glp glr gls gsk hf_ hvb hvs ico jin key lin lsv nap nfp npm ntn nva ops oy2 pat pcs phx pnu ppl psc pul"
        b" pyp r8_ re_ rk_ rpa rub sb_ sbp sgp shp sk- sk_ sl. snt sny sq0 sqa sqp squ tfp tsk tvl vc_ vcp whs xai"
        b" xap xke xox ya2"
    ).split()
)
# A value of any length may be assigned to these, a whole token may follow those, and something random the last.
_WORDS_FOR_PASSWORDS: Final = ("assw", "assphrase", "pwd", "secret")
_ASSIGNING: Final = ("=", ":", "is", "was")
_WORDS_FOR_ANY_TOKEN: Final = ("basic ", "bearer ", "key=")
_WORDS_FOR_TOKENS: Final = (
    "token",
    "key",
    "cred",
    "authoriz",
    "bearer",
    "hooks.",
    "hooks/",
    "hook.",
    ":aa",
    "8q~",
    "-us",
    "atlasv1",
)
# Tokens that hold other letters than most do, and so may come in pieces.
_BEGINNINGS_OF_PIECES: Final = ("whsec_", "fm2_", "fo1_", "glc_", "sntry", "ops_ey")
_SIGNS_IN_WORDS: Final = (b"-", b".", b"+")  # behind which a token may begin; letters, digits and _ go on with a word


def find_secrets(text: str) -> tuple[Secret, ...]:
    """The secrets in a text, in order; no two overlap."""
    tokens, announced = _look(text)
    if not (tokens or announced):
        return ()
    from memora.model.secret_rules import scan

    return scan(text, tokens=tokens, announced=announced)


def may_hold_secret(text: str) -> bool:
    """Whether the rules are worth asking. False is certain; True says little."""
    return any(_look(text))


def _look(text: str) -> tuple[bool, bool]:
    """Whether there may be tokens known by their first letters, and secrets that other words announce."""
    lowered = text.lower()
    long_words = [
        word for word in text.encode("utf-8", "surrogatepass").translate(_APART).split() if len(word) >= _SHORTEST_TOKEN
    ]
    return _may_hold_token(long_words, lowered), _may_be_announced(long_words, lowered)


def _may_hold_token(long_words: list[bytes], lowered: str) -> bool:
    for word in long_words:
        if word[:3] in FIRST_LETTERS:
            return True
        if not word.isalnum() and _may_begin_inside(word):
            return True
    if "_" in lowered:
        for known in _BEGINNINGS_OF_PIECES:
            if known in lowered:
                return True
    return False


def _may_begin_inside(word: bytes) -> bool:
    for sign in _SIGNS_IN_WORDS:
        at = word.find(sign)
        while at >= 0:
            if word[at + 1 : at + 4] in FIRST_LETTERS:
                return True
            at = word.find(sign, at + 1)
    return False


def _may_be_announced(long_words: list[bytes], lowered: str) -> bool:
    for known in _WORDS_FOR_PASSWORDS:
        if known in lowered:
            for sign in _ASSIGNING:
                if sign in lowered:
                    return True
            break
    if long_words:
        for known in _WORDS_FOR_ANY_TOKEN:
            if known in lowered:
                return True
        if _may_be_random(long_words, lowered):
            for known in _WORDS_FOR_TOKENS:
                if known in lowered:
                    return True
    return "://" in lowered and "@" in lowered


def _may_be_random(words: list[bytes], text: str) -> bool:
    """Whether one of the words may change often enough between letters and others to be random: four times."""
    for word in words:
        if len(word) - len(word.translate(None, _BETWEEN_LETTERS)) > 1:
            return True
    return "/" in text or "%" in text or "~" in text


def refuse_secrets(field: str, texts: Iterable[str], allowed: Collection[str] = ()) -> None:
    """Raise SecretFound for the first secret in some texts, unless its rule is one of those ``allowed``."""
    for text in texts:
        for secret in find_secrets(text):
            if secret.rule not in allowed:
                raise SecretFound(field, secret.rule, secret.line, secret.column, secret.masked)


def refuse_secret_labels(
    key: str | None, tags: Iterable[str], applies_to: Iterable[str], allowed: Collection[str] = ()
) -> None:
    """Raise SecretFound for a secret in what a memory is found by, which is copied as far as what it says."""
    if key is not None:
        refuse_secrets("key", (key, *key.split(".")), allowed)  # a token may be a part of one, or hold dots itself
    refuse_secrets("tag", tags, allowed)
    refuse_secrets("applies_to", applies_to, allowed)


def check_rules(names: Iterable[str]) -> frozenset[str]:
    """Names of rules, as somebody typed them. Raises BadInput for one that there is not."""
    asked = frozenset(names)
    if not asked:
        return asked
    from memora.model.secret_rules import RULES

    if not asked <= RULES.keys():
        raise BadInput("secret rule", f"{min(asked - RULES.keys())!r} is not known; docs/secrets.md lists them")
    return asked


def mask(text: str) -> str:
    """The text with each secret replaced by what may be shown of it. Masking twice changes nothing more."""
    parts, done = [], 0
    for secret in find_secrets(text):
        parts += [text[done : secret.start], secret.masked]
        done = secret.end
    return text if not parts else "".join([*parts, text[done:]])


def mask_named(name: str, text: str) -> str:
    """The text of a field as ``mask`` gives it; all of it is a secret where the field's name says so."""
    masked = mask(text)
    if masked == text and len(text) <= _LONGEST_NAMED:
        found = next(iter(find_secrets(f"{name}={text}")), None)
        if found is not None and found.end > len(name):
            return found.masked
    return masked
