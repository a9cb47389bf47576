"""Text of a memory as Markdown that says the same and can do nothing else, and back.

A memory is hostile text: a heading, an ``@`` import, a comment, HTML, a code fence or a marker in it would change what
an agent reads around it. What could is written as a character reference (``&lt;``); an ``@word`` goes into backticks,
because tools look for imports outside of code alone. ``restore(neutralise(text)) == text`` for every content.
"""

from __future__ import annotations

import html
import re
from typing import Any, Final

from markupsafe import Markup

_CODES: Final = {
    "lt": "<", "gt": ">", "#33": "!", "#35": "#", "#40": "(", "#42": "*", "#45": "-", "#58": ":", "#61": "=",
    "#64": "@", "#91": "[", "#95": "_", "#96": "`", "#126": "~",
}  # fmt: skip
_REFERENCES: Final = {character: f"&{code};" for code, character in _CODES.items()}
_KNOWN: Final = "|".join(_CODES)
_LOOKS_LIKE_REFERENCE = re.compile(rf"&(?=(?:amp;)*(?:{_KNOWN});)")
_REFERENCE = re.compile(rf"&((?:amp;)*)({_KNOWN});")

_FENCE = re.compile(r"([ \t]*)(`{3,}|~{3,})(.*)")
_DEEPEST_FENCE: Final = 3
_CODE_SPAN = re.compile(r"(?<![\\`])(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_MARKER = re.compile(r"memora:(?=begin|end)")
# What may stand before the first word of a line: quotes, bullets, numbers.
_BEFORE: Final = r"(?:[ \t]*(?:[-*+>]|\d{1,9}[.)]))*[ \t]*"
_FENCE_ANYWHERE = re.compile(rf"({_BEFORE})([`~])(?=\2\2)")
_HEADING = re.compile(rf"({_BEFORE})#(?=#{{0,5}}(?:\s|$))")
_RULE = re.compile(rf"({_BEFORE})([=\-*_])(?=[=\-*_ \t]*$)")
_DEFINITION = re.compile(rf"({_BEFORE})\[(?=[^\]]*\]:)")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_IMAGE = re.compile(r"!(?=\[)")
_FILE_REFERENCE = re.compile(r"#(?=\[\[)")
_LOOKS_LIKE_NOTE = re.compile(r"\((?=(?:[^()\n]*; )?[0-9a-f]{8,32}\)[ \t]*$)")
_MENTION_WORD: Final = r"@(?:[^\s`]*[^\s`.,;:!?)\]}'\"*])"
_MENTION = re.compile(rf"(?<![\w`\\]){_MENTION_WORD}(?!`)")
_WHOLE_MENTION = re.compile(_MENTION_WORD)
_AT = re.compile(r"(?<!\w)@")


class NeutralText(Markup):
    """Neutral Markdown, which a template may put into Markdown as it is; what is joined to it becomes neutral too."""

    @classmethod
    def escape(cls, value: Any) -> NeutralText:
        return value if isinstance(value, NeutralText) else cls(neutralise(str(value)))

    def __html__(self) -> Any:  # in HTML it is text like any other, not Self as in Markup
        return Markup(html.escape(str.__str__(self)))


def neutralise(text: str) -> str:
    """A content as Markdown that has no structure of its own but paragraphs, lists and balanced code."""
    if text.isalnum():
        return text
    lines = text.split("\n")
    fenced = _fenced(lines)
    out = []
    dangling = False
    for number, line in enumerate(lines):
        safe = _LOOKS_LIKE_REFERENCE.sub("&amp;", line) if "&" in line else line
        safe = _MARKER.sub("memora&#58;", safe.replace("<!--", "&lt;!--").replace("-->", "--&gt;"))
        if number in fenced:
            dangling = False
        else:
            dangling = dangling and bool(line.strip())
            safe, dangling = _neutral_line(safe, dangling)
        out.append(safe)
    return "\n".join(out)


def restore(text: str) -> str:
    """The content that a neutral text was made from, or what a person who wrote in it meant."""
    lines = text.split("\n")
    fenced = _fenced(lines)
    out = []
    dangling = False
    for number, line in enumerate(lines):
        meant = line
        if number in fenced:
            dangling = False
        else:
            spans, unpaired = _spans(line)
            dangling = (dangling and bool(line.strip())) or unpaired
            if not dangling:
                meant = "".join(_bare_mention(piece) if is_code else piece for is_code, piece in spans)
        out.append(_REFERENCE.sub(_decoded, meant))
    return "\n".join(out)


def neutral_word(text: str) -> str:
    """A short text, such as a place in the code, for a note in brackets: one line, nothing that could end the note."""
    folded = re.sub(r"[()\s;`]+", " ", text).strip()
    return neutralise(folded).replace("`", "")


def _neutral_line(line: str, dangling: bool) -> tuple[str, bool]:
    """A line outside of fences; ``dangling`` says that a backtick of the lines above may pair with one of this."""
    fence = _FENCE_ANYWHERE.match(line)
    if fence:
        line = f"{fence[1]}{_REFERENCES[fence[2]]}{line[fence.end() :]}"
    line = _HEADING.sub(r"\1&#35;", line, count=1) if _HEADING.match(line) else line
    rule = _RULE.match(line)
    if rule:
        line = f"{rule[1]}{_REFERENCES[rule[2]]}{line[rule.end() :]}"
    definition = _DEFINITION.match(line)
    if definition:
        line = f"{definition[1]}&#91;{line[definition.end() :]}"
    line = _LOOKS_LIKE_NOTE.sub("&#40;", line)
    spans, unpaired = _spans(line)
    if dangling or unpaired:
        return _AT.sub("&#64;", _neutral_text(line)), True
    last = len(spans) - 1
    return "".join(
        _kept_mention(piece) if is_code else _with_mentions(_neutral_text(piece), number == 0, number == last)
        for number, (is_code, piece) in enumerate(spans)
    ), False


def _neutral_text(text: str) -> str:
    return _FILE_REFERENCE.sub("&#35;", _IMAGE.sub("&#33;", _TAG.sub("&lt;", text)))


def _spans(line: str) -> tuple[list[tuple[bool, str]], bool]:
    """A line cut into code and text, and whether a backtick is left that pairs with none in it."""
    if "`" not in line:
        return [(False, line)], False
    pieces = []
    end = 0
    for match in _CODE_SPAN.finditer(line):
        pieces += [(False, line[end : match.start()]), (True, match[0])]
        end = match.end()
    pieces.append((False, line[end:]))
    return pieces, any("`" in piece for is_code, piece in pieces if not is_code)


def _with_mentions(text: str, first: bool, last: bool) -> str:
    """A piece of text with its mentions as code; beside a code span, where no other can begin, by a reference."""
    if "@" not in text:
        return text
    out = []
    end = 0
    for match in _MENTION.finditer(text):
        if (match.start() or first) and (match.end() < len(text) or last):
            out += [_AT.sub("&#64;", text[end : match.start()]), f"`{match[0]}`"]
            end = match.end()
    return "".join((*out, _AT.sub("&#64;", text[end:])))


def _kept_mention(span: str) -> str:
    """A mention that was code from the start has one more backtick, so that the way back tells it apart."""
    return f"`{span}`" if _WHOLE_MENTION.fullmatch(span.strip("`")) else span


def _bare_mention(span: str) -> str:
    if not _WHOLE_MENTION.fullmatch(span.strip("`")):
        return span
    return span[1:-1]


def _decoded(match: re.Match[str]) -> str:
    return f"&{match[1][4:]}{match[2]};" if match[1] else _CODES[match[2]]


def _fenced(lines: list[str]) -> set[int]:
    """The lines of fenced code that is closed again; none at all where readers may differ about where code begins.

    All agree on a fence up to three spaces in, nothing before it, closed as far in, with nothing further out between.
    """
    found: set[int] = set()
    opened: tuple[int, str, str] | None = None
    for number, line in enumerate(lines):
        match = _FENCE.fullmatch(line)
        if opened is None:
            if match is None:
                if _FENCE_ANYWHERE.match(line):
                    return set()
            elif "\t" in match[1] or len(match[1]) > _DEEPEST_FENCE:
                return set()
            elif not (match[2][0] == "`" and "`" in match[3]):
                opened = number, match[1], match[2]
        elif match is not None and match[2].startswith(opened[2]) and not match[3].strip():
            if match[1] != opened[1]:
                return set()
            found.update(range(opened[0], number + 1))
            opened = None
        elif line.strip() and not line.startswith(opened[1]):
            return set()
    return found
