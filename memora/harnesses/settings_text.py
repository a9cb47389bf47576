"""Putting memora's hooks into the text of a settings file, and taking exactly them out again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from memora.harnesses.json_edit import add, format_new, is_added, remove
from memora.harnesses.json_text import NotJson, Piece, parse
from memora.harnesses.registration import EVENTS, entry_for, is_ours, needs_version

_HOOKS: Final = "hooks"
_VERSION: Final = "version"
_EMPTY: Final = "{\n}\n"


class Registered(NamedTuple):
    """What a settings file has of memora's hooks.

    ``current`` are the events that call memora as they should, ``stale`` those that call it otherwise or are of no
    use any more, ``missing`` those that do not.
    """

    current: tuple[str, ...]
    stale: tuple[str, ...]
    missing: tuple[str, ...]


def look(text: str | None, harness: str) -> Registered:
    """What the text of a settings file has; None stands for no file. Raises NotJson."""
    events = EVENTS[harness]
    if text is None:
        return Registered((), (), events)
    found = {event: entries for event, entries in _entries(text).items() if _ours(entries)}
    current = tuple(event for event in events if event in found and _is_current(found[event], harness, event))
    stale = tuple(event for event in found if event not in current)
    return Registered(current, stale, tuple(event for event in events if event not in found))


def install(text: str | None, harness: str) -> str:
    """The text with memora's hooks, each once. Raises NotJson; a text that has them is given back as it is."""
    if text is None:
        return format_new(_new_file(harness))
    registered = look(text, harness)
    wanted = [event for event in EVENTS[harness] if event not in registered.current]
    for event in registered.stale:
        text = _take_out(text, event) or _EMPTY
    for event in wanted:
        hooks = _hooks(text)
        entry = entry_for(harness, event)
        if hooks is None:
            text = add(text, _root(text), {event: [entry]}, _HOOKS)
            if needs_version(harness) and _VERSION not in (_root(text).members or {}):
                text = add(text, _root(text), 1, _VERSION)
        elif event in (hooks.members or {}):
            text = add(text, _entries(text)[event], entry)
        else:
            text = add(text, hooks, [entry], event)
    return text


def uninstall(text: str, harness: str) -> str | None:
    """The text without memora's hooks; None where nothing but what ``install`` had made is left.

    Raises NotJson; a text that has none is given back as it is.
    """
    events = [event for event, entries in _entries(text).items() if _ours(entries)]
    if not events:
        return text
    keys = list(_root(text).members or {})
    left: str | None = text
    for event in events:
        left = None if left is None else _take_out(left, event)
    if left is None or not needs_version(harness) or _HOOKS in (_root(left).members or {}):
        return left
    # ``install`` writes the version behind the hooks, where nobody else has to put it.
    added = keys[keys.index(_HOOKS) + 1 :][:1] == [_VERSION]
    return _remove(left, [_VERSION]) if added else left


def _take_out(text: str, event: str) -> str | None:
    """The text without the handlers of an event that are memora's; None where that leaves nothing."""
    left: str | None = text
    while left is not None:
        entries = _entries(left).get(event)
        paths = [] if entries is None else _ours(entries)
        if not paths:
            return left
        left = _remove(left, [_HOOKS, event, *paths[0]])
    return None


def _remove(text: str, path: Sequence[str | int]) -> str | None:
    """The text without the value at a path, and without the containers of memora's own making that it leaves empty."""
    chain = [_root(text)]
    for step in path:
        here = chain[-1]
        chain.append((here.members or {})[step] if isinstance(step, str) else (here.items or [])[step])
    while len(chain) > 1 and len(chain[-2].parts) == 1 and is_added(text, chain[-2]):
        chain.pop()
    return remove(text, chain[-2], chain[-1]) if len(chain) > 1 else None


def _ours(entries: Piece) -> list[list[str | int]]:
    """The paths to memora's handlers below the entries of an event, in groups and by themselves."""
    paths: list[list[str | int]] = []
    for place, entry in enumerate(entries.items or []):
        if is_ours(entry.value):
            paths.append([place])
        group = (entry.members or {}).get(_HOOKS)
        for inner, handler in enumerate(group.items or [] if group else []):
            if is_ours(handler.value):
                paths.append([place, _HOOKS, inner])
    return paths


def _is_current(entries: Piece, harness: str, event: str) -> bool:
    """Whether memora's one handler among the entries is the one it should be."""
    paths = _ours(entries)
    return len(paths) == 1 and entries.value[paths[0][0]] == entry_for(harness, event)


def _entries(text: str) -> dict[str, Piece]:
    """What stands under each event. Raises NotJson."""
    hooks = _hooks(text)
    entries = {} if hooks is None else hooks.members or {}
    for event, piece in entries.items():
        if piece.items is None:
            raise NotJson(f"{_HOOKS}.{event} is not a list")
    return entries


def _hooks(text: str) -> Piece | None:
    hooks = (_root(text).members or {}).get(_HOOKS)
    if hooks is not None and hooks.members is None:
        raise NotJson(f"{_HOOKS} is not an object")
    return hooks


def _root(text: str) -> Piece:
    root = parse(text)
    if root.members is None:
        raise NotJson("it is not an object")
    return root


def _new_file(harness: str) -> dict[str, Any]:
    hooks = {event: [entry_for(harness, event)] for event in EVENTS[harness]}
    return {_HOOKS: hooks, _VERSION: 1} if needs_version(harness) else {_HOOKS: hooks}
