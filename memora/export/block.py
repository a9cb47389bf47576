"""The part of a file that memora owns: between two comments, and nothing else (SPEC.md, "Blocks in files").

What stands outside of the block is kept to the byte. A block's first line says what was written into it: for which
target, from which revision, with which filters, and a digest by which an edit by hand shows.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple
from urllib.parse import parse_qsl, quote, unquote, urlencode

from blake3 import blake3

from memora.errors.files import DamagedBlock

VERSION: Final = 1
END: Final = "<!-- memora:end -->"
_DIGEST_DIGITS: Final = 16

_MARKER_LINE = re.compile(r"^\ufeff?[ \t]*<!--[ \t]*memora:(begin|end)\b(.*)$")
_BEGIN = re.compile(r"((?: [a-z]+=[^\s\"'<>]+)*) -->[ \t]*")
_NAMES: Final = ("v", "to", "rev", "digest", "for", "with", "room")


class Origin(NamedTuple):
    """What a block was made from.

    ``scope`` are the globs of a file of rules for paths; ``options`` the filters it was asked for with, as pairs;
    ``room`` how much of the limit's unit there was where not everything fitted.
    """

    target: str
    revision: str
    scope: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    room: int | None = None


class Block(NamedTuple):
    """A block in a file: its place in the text, what it says, and what its first line says of it.

    ``line`` is the number of the line after the first marker, from 1.
    """

    start: int
    end: int
    body: str
    origin: Origin
    digest: str
    line: int

    @property
    def is_edited(self) -> bool:
        """Whether somebody changed it by hand."""
        return digest_of(self.body) != self.digest


def digest_of(body: str) -> str:
    """The digest of what stands between the markers, whatever ends its lines."""
    return blake3(body.replace("\r\n", "\n").encode(errors="surrogatepass")).hexdigest()[:_DIGEST_DIGITS]


def format_block(body: str, origin: Origin) -> str:
    """A block with its markers, ending in a line feed. ``body`` holds neither marker."""
    fields = [("v", str(VERSION)), ("to", quote(origin.target, safe="")), ("rev", quote(origin.revision, safe=""))]
    fields.append(("digest", digest_of(body)))
    if origin.scope:
        fields.append(("for", ",".join(quote(glob, safe="/*") for glob in origin.scope)))
    if origin.options:
        fields.append(("with", urlencode(origin.options)))
    if origin.room is not None:
        fields.append(("room", str(origin.room)))
    said = " ".join(f"{name}={value}" for name, value in fields)
    return f"<!-- memora:begin {said} -->\n{body}{END}\n"


def find_marker(text: str) -> int | None:
    """The number of the first line, from 1, that would be taken for the first or last of a block; None without one."""
    lines = enumerate(text.splitlines() if "memora:" in text else (), 1)
    return next((number for number, line in lines if _MARKER_LINE.match(line)), None)


def find_block(text: str, path: str) -> Block | None:
    """The block in the text of a file; None where there is none.

    Raises DamagedBlock for a marker without its other half, a second block, and a first line that cannot be read.
    """
    found: list[tuple[int, int, str, str, int]] = []
    offset = 0
    for number, line in enumerate(text.splitlines(keepends=True) if "memora:" in text else (), 1):
        match = _MARKER_LINE.match(line.rstrip("\r\n"))
        if match:
            found.append((offset, offset + len(line), match[1], match[2], number))
        offset += len(line)
    if not found:
        return None
    kinds = [kind for _, _, kind, _, _ in found]
    numbers = tuple(number for *_, number in found)
    if kinds != ["begin", "end"]:
        raise DamagedBlock(path, _what_is_wrong(kinds), numbers)
    begin, end = found
    if end[3].strip() != "-->":
        raise DamagedBlock(path, "the closing marker is not whole", numbers[1:])
    origin, digest = _read_begin(begin[3], path, begin[4])
    return Block(begin[0], end[1], text[begin[1] : end[0]], origin, digest, begin[4] + 1)


def replace_block(text: str, block: Block | None, written: str) -> str:
    """The text with a block in place of the one it has, or behind all else. Lines end as those of the file do."""
    if "\r\n" in text:
        written = written.replace("\n", "\r\n")
    if block is not None:
        ends = text[block.start : block.end].endswith("\n")
        return text[: block.start] + (written if ends else written.rstrip("\r\n")) + text[block.end :]
    if not text or text == "\ufeff":
        return text + written
    line_end = "\r\n" if "\r\n" in text else "\n"
    return text + ("" if text.endswith("\n") else line_end) + line_end + written


def is_blank(text: str) -> bool:
    """Whether a file says nothing, so that it is begun as if there were none."""
    return not text.strip("\ufeff\r\n \t")


def remove_block(text: str, block: Block) -> str:
    """The text without its block."""
    return text[: block.start] + text[block.end :]


def _what_is_wrong(kinds: list[str]) -> str:
    if kinds.count("begin") > 1:
        return "there are two blocks, or one inside the other"
    if kinds.count("end") > 1:
        return "a block is closed twice"
    if kinds == ["end", "begin"]:
        return "a block is closed before it begins"
    return "a block begins and is not closed" if kinds == ["begin"] else "a block is closed that never began"


def _read_begin(said: str, path: str, line: int) -> tuple[Origin, str]:
    match = _BEGIN.fullmatch(said)
    pairs = [(name, value) for name, _, value in (field.partition("=") for field in match[1].split())] if match else []
    fields = dict(pairs)
    if match is None or len(fields) != len(pairs) or not {"v", "to", "rev", "digest"} <= fields.keys():
        raise DamagedBlock(path, "the opening marker cannot be read", (line,))
    if fields["v"] != str(VERSION) or not fields.keys() <= set(_NAMES):
        raise DamagedBlock(path, f"the block was written by another memora, as version {fields['v']}", (line,))
    room = fields.get("room")
    if room is not None and not (room.isascii() and room.isdigit() and len(room) < 10):
        raise DamagedBlock(path, "the opening marker cannot be read", (line,))
    origin = Origin(
        unquote(fields["to"]),
        unquote(fields["rev"]),
        tuple(unquote(glob) for glob in fields["for"].split(",")) if "for" in fields else (),
        tuple(parse_qsl(fields.get("with", ""))),
        None if room is None else int(room),
    )
    return origin, fields["digest"]
