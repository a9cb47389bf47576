"""From memories to the text of one file, as much of them as there is room for."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from memora.errors.files import TemplateFailed
from memora.export import context as contexts
from memora.export.block import Origin, find_marker, format_block
from memora.export.choice import Choice, LeftOut, choose
from memora.export.data import NODE_SCHEMA, SCHEMA, format_document, format_lines
from memora.export.entry import Entry, format_item
from memora.export.render import UserTemplate, render
from memora.export.targets import Form, Limit, Unit
from memora.export.tokens import BYTES_PER_TOKEN, estimate_tokens
from memora.version import __version__

_ROUNDS: Final = 12
_REVISION = re.compile(r"(revision\W{0,6}(?:<code>)?)[0-9a-f]{12}\b")


class Sheet(NamedTuple):
    """What one file is to say: its block or, of a form that is memora's whole, all of it.

    ``left_out`` had no room, or said what another entry says.
    """

    text: str
    body: str
    entries: tuple[Entry, ...]
    left_out: tuple[LeftOut, ...]
    origin: Origin


class Layout(NamedTuple):
    """How a file is written: by which template and in which form."""

    template: str
    form: Form
    user: Mapping[str, UserTemplate]


def lay_out(
    layout: Layout, origin: Origin, entries: Sequence[Entry], *, room: Limit | None = None, budget: int | None = None
) -> Sheet:
    """A sheet of the entries, given by importance, within a room and a budget of tokens."""
    chosen = Choice(tuple(entries), ())

    def written(some: Sequence[Entry]) -> str:
        return _body(layout, origin, some)

    if budget is not None:
        whole = Limit(budget * BYTES_PER_TOKEN, "bytes")
        chosen = _fit(chosen, lambda some: _whole(layout.form, written(some), origin), whole)
    if room is not None:
        before = len(chosen.kept)
        chosen = _fit(chosen, written, room)
        if len(chosen.kept) < before:
            origin = origin._replace(room=room.most)
    body = written(chosen.kept)
    return Sheet(_whole(layout.form, body, origin), body, chosen.kept, chosen.left_out, origin)


def measure(text: str, unit: Unit) -> int:
    """How long a text is in a unit."""
    if unit == "lines":
        return text.count("\n") + (not text.endswith("\n") and bool(text))
    return len(text.encode(errors="surrogatepass")) if unit == "bytes" else len(text)


def tokens_of(sheet: Sheet) -> int:
    """About how many tokens a sheet is."""
    return estimate_tokens(sheet.text)


def is_same(form: Form, one: str, other: str) -> bool:
    """Whether two files that are memora's whole say the same, of whatever revision."""
    return one == other or (form != "block" and _REVISION.sub(r"\1", one) == _REVISION.sub(r"\1", other))


def is_ours(form: Form, text: str) -> bool:
    """Whether a file was written by memora as a whole."""
    begins = {
        "data": (f'{{"schema":"{SCHEMA}"', f'{{"schema":"{NODE_SCHEMA}"'),
        "page": ("<!DOCTYPE html>",),
        "instructions": ('{\n  "instructions":',),
        "block": (),
    }[form]
    mark = {"page": '<meta name="generator" content="memora">', "instructions": '"memora_revision":'}.get(form, "")
    return not text.strip() or (text.startswith(begins) and mark in text)


def _whole(form: Form, body: str, origin: Origin) -> str:
    if form == "block":
        return format_block(body, origin)
    if form == "instructions":
        said = {"instructions": body, "metadata": {"memora_revision": origin.revision}}
        return json.dumps(said, ensure_ascii=False, indent=2) + "\n"
    return body


def _body(layout: Layout, origin: Origin, entries: Sequence[Entry]) -> str:
    if layout.form == "data":
        return format_document(entries, origin) if layout.template == "json" else format_lines(entries, origin)
    context = contexts.build_context(
        entries, target=origin.target, revision=origin.revision, scope=origin.scope, version=__version__
    )
    text = render(layout.template, context, layout.user)
    marker = find_marker(text) if layout.form == "block" else None
    if marker is not None:
        raise TemplateFailed(layout.template, None, f"writes a marker of memora's own, in its line {marker}")
    return text if text.endswith("\n") or not text else text + "\n"


def _fit(choice: Choice, written: Callable[[Sequence[Entry]], str], limit: Limit) -> Choice:
    """As many of the entries that were kept as fit, by what the text really comes to.

    What a template makes of an entry is not known before, so the room for entries is corrected until the text fits.
    """
    entries = choice.kept
    if measure(written(entries), limit.unit) <= limit.most:
        return choice
    sizes = [measure(format_item(entry), limit.unit) for entry in entries]
    room = limit.most - measure(written(()), limit.unit)
    fitted = Choice((), ())
    for _ in range(_ROUNDS):
        fitted = choose(entries, sizes, max(room, 0))
        over = measure(written(fitted.kept), limit.unit) - limit.most
        if over <= 0:
            break
        room = min(room, sum(size for entry, size in zip(entries, sizes, strict=True) if entry in fitted.kept)) - over
    else:
        fitted = Choice((), tuple(LeftOut(entry, "no room") for entry in entries))
    return Choice(fitted.kept, (*choice.left_out, *fitted.left_out))
