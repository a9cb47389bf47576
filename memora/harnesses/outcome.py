"""Whether a tool's result is a failure, and what it complained of. Every harness and tool says it otherwise."""

from __future__ import annotations

import json

TYPE_CHECKING = False  # importing typing would be felt at every hook
if TYPE_CHECKING:
    from typing import Any, Final

# Of a long complaint only so much is looked at: its beginning and its end, where the reasons stand.
LONGEST_ERROR: Final = 4_000

_DEEPEST: Final = 4
_LARGEST_JSON: Final = 1_000_000
_FAILED_TYPES: Final = ("failure", "denied", "error", "timeout")
_COMPLAINTS: Final = ("error", "stderr", "message", "textResultForLlm", "output", "stdout", "llmContent", "content")
_EXIT_WORDS: Final = ("Exit code: ", "Process exited with code ", "exit status ")


def find_error(output: Any) -> str | None:
    """What a tool's output complains of; None when it does not say that it failed."""
    return _find(output, 0)


def _find(output: Any, depth: int) -> str | None:
    if depth > _DEEPEST:
        return None
    if isinstance(output, str):
        return _find_in_text(output, depth)
    if isinstance(output, list):
        return next((found for item in output[:8] if (found := _find(item, depth + 1))), None)
    if not isinstance(output, dict):
        return None
    if _says_failed(output):
        return cut(_complaint(output) or "failed")
    return _find(output["content"], depth + 1) if isinstance(output.get("content"), list) else None


def _says_failed(output: dict[str, Any]) -> bool:
    metadata = output.get("metadata")
    for record in (output, metadata) if isinstance(metadata, dict) else (output,):
        for name in ("exit_code", "exitCode", "returncode"):
            code = record.get(name)
            if type(code) is int and code != 0:
                return True
    error = output.get("error")
    return (
        output.get("is_error") is True
        or output.get("isError") is True
        or output.get("success") is False
        or output.get("resultType") in _FAILED_TYPES
        or (isinstance(error, str) and bool(error.strip()))
        or (isinstance(error, dict) and isinstance(error.get("message"), str))
    )


def _complaint(output: dict[str, Any]) -> str:
    """What a failed result says, the most telling field first."""
    for name in _COMPLAINTS:
        found = output.get(name)
        if isinstance(found, dict):
            found = found.get("message")
        if isinstance(found, list):
            found = "\n".join(
                item["text"] for item in found if isinstance(item, dict) and type(item.get("text")) is str
            )
        if isinstance(found, str) and found.strip():
            return found
    return ""


def _find_in_text(text: str, depth: int) -> str | None:
    """A result that is text: JSON once more, or a command's output under a line that tells its exit code."""
    if text.startswith(("{", "[")) and len(text) <= _LARGEST_JSON:
        try:
            return _find(json.loads(text), depth + 1)
        except (ValueError, RecursionError):
            pass
    head = text[:400]
    for words in _EXIT_WORDS:
        at = head.find(words)
        if at >= 0 and (at == 0 or head[at - 1] == "\n"):
            code = head[at + len(words) :].split(None, 1)[:1]
            if code and code[0].rstrip(".").lstrip("-").isdecimal() and code[0].rstrip(".") != "0":
                return cut(text)
    return None


def cut(text: str) -> str:
    """A text of at most ``LONGEST_ERROR`` characters and an ellipsis."""
    half = LONGEST_ERROR // 2
    return text if len(text) <= LONGEST_ERROR else f"{text[:half]} … {text[-half:]}"
