"""Canonical JSON (RFC 8785), the only bytes that structured objects have.

Keys sorted, no spaces, UTF-8, NFC text, integers for integral numbers; a field without a value is absent.
The encoder here is RFC 8785 for what memora's objects hold: keys in the Basic Multilingual Plane, integers
below 2^53 and other numbers whose shortest form has no exponent. What is outside of that is refused.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final
from unicodedata import is_normalized

from memora.errors import BadInput

# A text as JSON writes it, in quotation marks.
quote = json.encoder.encode_basestring

LARGEST_INTEGER: Final = 2**53 - 1
DEEPEST: Final = 32

_encode_text = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, check_circular=False
).encode


# Without what ``json.loads`` does around it, which takes half as long again for a small object.
_scan: Callable[[str, int], tuple[Any, int]] = json.JSONDecoder().scan_once  # type: ignore[attr-defined]


def encode_checked(value: dict[str, Any]) -> bytes:
    """The canonical bytes of a mapping whose values the caller has validated already."""
    return _encode_text(value).encode()


def encode(value: dict[str, Any]) -> bytes:
    """The canonical bytes of any mapping of JSON values.

    Raises BadInput for what canonical JSON cannot hold: NaN and infinities, integers beyond 2^53,
    lone surrogates, text that is not NFC, nesting deeper than 32.
    """
    return _encode_text(_canonical_value(value, 0)).encode()


def decode(body: bytes) -> dict[str, Any]:
    """The mapping that canonical bytes hold.

    Raises BadInput where the bytes are not the canonical form of a JSON object.
    """
    value = parse(body)
    if encode(value) != body:
        raise BadInput("object", "is not canonical JSON")
    return value


def parse_verified(body: bytes) -> dict[str, Any]:
    """The JSON object in bytes whose hash vouches for them, without looking for doubled keys.

    Raises BadInput where the bytes are no JSON object all the same.
    """
    try:
        text = body.decode()  # left to itself, json would take UTF-16 and surrogates too
        value, end = _scan(text, 0)
        if end != len(text):
            value = json.loads(text)  # white space, or something that is no JSON
    except StopIteration:
        raise BadInput("object", "is not JSON: it holds no value") from None
    except (ValueError, RecursionError) as error:
        raise BadInput("object", f"is not JSON: {error}") from None
    if not isinstance(value, dict):
        raise BadInput("object", "is not a JSON object")
    return value


def parse(body: bytes) -> dict[str, Any]:
    """The JSON object in some bytes, canonical or not. Raises BadInput, also for a key given twice."""
    try:
        value = json.loads(body.decode(), object_pairs_hook=_refuse_duplicates, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise BadInput("object", f"is not JSON: {error}") from None
    if not isinstance(value, dict):
        raise BadInput("object", "is not a JSON object")
    return value


def _refuse_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a key is given twice")
    return result


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number")


def _canonical_value(value: Any, depth: int) -> Any:
    if depth > DEEPEST:
        raise BadInput("value", f"is nested deeper than {DEEPEST}")
    if isinstance(value, str):
        return _canonical_text(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise BadInput("value", "holds an integer beyond 2^53")
        return value
    if isinstance(value, float):
        return _canonical_number(value)
    if isinstance(value, dict):
        return {_canonical_key(key): _canonical_value(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_canonical_value(item, depth + 1) for item in value]
    raise BadInput("value", f"is a {type(value).__name__}, which JSON cannot hold")


def _canonical_key(key: Any) -> str:
    if not isinstance(key, str):
        raise BadInput("value", "has a key that is not text")
    if any(character > "\uffff" for character in key):
        raise BadInput("value", "has a key outside the Basic Multilingual Plane")
    return _canonical_text(key)


def _canonical_text(text: str) -> str:
    if not text.isascii():
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise BadInput("text", "holds half of a surrogate pair")
        if not is_normalized("NFC", text):
            raise BadInput("text", "is not in Unicode normal form C")
    return text


def _canonical_number(number: float) -> float | int:
    if number != number or number in (float("inf"), float("-inf")):
        raise BadInput("value", "holds a number that is not finite")
    if abs(number) > LARGEST_INTEGER:
        raise BadInput("value", "holds a number beyond 2^53")
    if number.is_integer():
        return int(number)
    if abs(number) < 1e-4:
        raise BadInput("value", "holds a number that needs an exponent")
    return number
