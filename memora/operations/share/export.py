"""Write memories into the files that coding agents read, and see whether those files are as they should be."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal, NamedTuple

from memora.errors import BadInput, Unavailable
from memora.errors.files import NotOurs
from memora.export.block import Origin, digest_of, find_block, is_blank, remove_block, replace_block
from memora.export.choice import LeftOut
from memora.export.entry import Entry
from memora.export.render import UserTemplate, own_template
from memora.export.sheet import Sheet, is_ours, is_same, lay_out
from memora.export.tokens import estimate_tokens
from memora.operations.sessions.record import note_event
from memora.operations.share.layout import Destination, Sheets, check_apart, find_layout, lay_out_target, name_revision
from memora.operations.share.project_files import ProjectFiles
from memora.operations.share.pull import require_known
from memora.operations.share.selection import ALL, Asked, select
from memora.operations.share.templates import read_templates
from memora.repository import Repository
from memora.storage.session_log import EXPORTED

Outcome = Literal["written", "unchanged", "removed", "outdated", "shown"]

# An event holds 64 KiB, and what it says of one memory takes about a hundred bytes.
_MOST_IN_EVENT: Final = 500

_FRONT_MATTER = re.compile(r"\A\s*---\n.*?\n---\n", re.DOTALL)


class Exported(NamedTuple):
    """What became of one file, or under ``write=False`` what would.

    ``before`` and ``text`` are its whole text, None where there is no file. ``left_out`` had no room, ``beyond`` counts
    those beyond the top. ``tokens`` is an estimate of the part that memora wrote.
    """

    target: str
    path: str
    outcome: Outcome
    before: str | None
    text: str | None
    entries: tuple[Entry, ...]
    left_out: tuple[LeftOut, ...]
    beyond: int
    tokens: int
    revision: str
    digest: str | None
    notes: tuple[str, ...] = ()


class _Plan(NamedTuple):
    """What is to be done to a file, and whether it says already what it should, of whatever revision."""

    exported: Exported
    same: bool


def export(
    repository: Repository,
    destinations: Sequence[Destination],
    *,
    author: str,
    now: int,
    asked: Asked | None = None,
    revision: str | None = None,
    write: bool = True,
    force: bool = False,
) -> list[Exported]:
    """Write each target's files from the working tree or a revision; give what became of every file, in order.

    ``asked`` are filters and limits; None takes those that a file was written with last. Unless ``write`` nothing is
    written: ``outdated`` are the files that would change. Text outside of memora's blocks stays to the byte. Raises
    BadInput for an unknown target, two in one file and a file that is not UTF-8, DamagedBlock, HandEdited for edits
    that the store does not know unless ``force``, NotOurs, OutsideProject, TemplateFailed, NotFound; nothing has been
    written then.
    """
    files = ProjectFiles(os.path.dirname(repository.path))
    planned: list[_Plan] = []
    with repository.snapshot():
        templates = read_templates(repository.path)
        tree, name = name_revision(repository, revision, now)
        places: list[tuple[Destination, str]] = []
        for destination in destinations:
            sheets = lay_out_target(repository, files, templates, destination, tree, name, asked)
            places.append((destination, sheets.files[0][0]))
            planned += _plan(repository, files, destination.target, sheets, now, force or not write)
    check_apart(places)
    planned = _each_path_once(planned)
    if not write:
        return [item.exported._replace(outcome="unchanged" if item.same else "outdated") for item in planned]
    done = []
    for item, _ in planned:
        if item.text is None:
            files.remove(item.path)
        elif item.text != item.before:
            files.write(item.path, item.text)
        done.append(item._replace(outcome="unchanged") if item.text == item.before else item)
    _record(repository, [item for item in done if item.outcome == "written"], author, now)
    return done


def show_export(
    repository: Repository,
    target: str,
    *,
    now: int,
    asked: Asked | None = None,
    revision: str | None = None,
) -> Exported:
    """What a target's file would say if it were new, all in one text; nothing is written."""
    with repository.snapshot():
        templates = read_templates(repository.path)
        tree, name = name_revision(repository, revision, now)
        found, layout = find_layout(target, templates)
        selected = select(repository, tree, asked or ALL, whole=layout.form == "data")
        origin = Origin(target, name, (), (asked or ALL).pairs)
        limit = None if found is None else found.limit
        sheet = lay_out(layout, origin, selected.entries, room=limit, budget=(asked or ALL).budget)
    front = "" if found is None else found.front
    return Exported(
        target, "", "shown", None, front + sheet.text, sheet.entries, sheet.left_out, selected.beyond,
        estimate_tokens(sheet.text), name, None,
    )  # fmt: skip


def export_templates(repository: Repository) -> Mapping[str, UserTemplate]:
    """The user's own templates by name: each is a target too."""
    return read_templates(repository.path)


def template_source(repository: Repository, target: str) -> str:
    """The source of the template that a target is written by. Raises BadInput where it has none."""
    templates = read_templates(repository.path)
    found, layout = find_layout(target, templates)
    if found is not None and layout.form == "data":
        raise BadInput("target", f"{target!r} is written without a template")
    return templates[target].source if target in templates else own_template(layout.template)


def _plan(
    repository: Repository, files: ProjectFiles, target: str, sheets: Sheets, now: int, force: bool
) -> list[_Plan]:
    planned = []
    for number, (path, front, sheet) in enumerate(sheets.files):
        before = files.read(path)
        if sheets.form == "block":
            text, same = _with_block(repository, path, before, front, sheet, now, force)
        else:
            text, same = sheet.text, before is not None and is_same(sheets.form, before, sheet.text)
            if before is not None and not force and not is_ours(sheets.form, before):
                raise NotOurs(path)
        exported = Exported(
            target=target,
            path=path,
            outcome="written",
            before=before,
            text=text,
            entries=sheet.entries,
            left_out=sheet.left_out,
            beyond=0 if number else sheets.beyond,
            tokens=estimate_tokens(sheet.text),
            revision=sheet.origin.revision,
            digest=digest_of(sheet.body) if sheets.form == "block" else None,
            notes=() if number else sheets.notes,
        )
        planned.append(_Plan(exported, same))
    return planned + [_without_block(repository, files, target, path, now, force) for path in sheets.stale]


def _with_block(
    repository: Repository, path: str, before: str | None, front: str, sheet: Sheet, now: int, force: bool
) -> tuple[str, bool]:
    """The text of a file with its block, and whether the block says already what it should."""
    block = find_block(before or "", path)
    if block is None:
        new = is_blank(before or "")
        return front + sheet.text if new else replace_block(before or "", None, sheet.text), False
    same = block.body.replace("\r\n", "\n") == sheet.body and block.origin.options == sheet.origin.options
    if block.is_edited and not same and not force:
        require_known(repository, path, block, now)
    return replace_block(before or "", block, sheet.text), same


def _without_block(repository: Repository, files: ProjectFiles, target: str, path: str, now: int, force: bool) -> _Plan:
    """What becomes of a file of rules that nothing is to be written in any more."""
    before = files.read(path) or ""
    block = find_block(before, path)
    assert block is not None
    if block.is_edited and not force:
        require_known(repository, path, block, now)
    rest = remove_block(before, block)
    only_front = not _FRONT_MATTER.sub("", rest.replace("\r\n", "\n"), count=1).strip()
    outcome: Outcome = "removed" if only_front else "written"
    text = None if only_front else rest
    return _Plan(Exported(target, path, outcome, before, text, (), (), 0, 0, block.origin.revision, None), False)


def _each_path_once(planned: Iterable[_Plan]) -> list[_Plan]:
    """Plans without those for a file that another target writes too, as Zed may; the first is kept."""
    found: dict[str, _Plan] = {}
    for item in planned:
        found.setdefault(item.exported.path, item)
    return list(found.values())


def _record(repository: Repository, written: Sequence[Exported], author: str, now: int) -> None:
    """Note which versions went into files: for ``memora session show``, and to ask later who saw a wrong belief.

    A store that is full or read-only does without, and outside of a session one that is busy.
    """
    if not written:
        return
    try:
        in_session = repository.sessions.find_active(repository.workspace.name) is not None
        with repository.exclusive(wait=in_session):
            for item in written:
                about = {"target": item.target, "path": item.path, "revision": item.revision}
                about |= {"author": author, "workspace": repository.workspace.name}
                for start in range(0, max(len(item.entries), 1), _MOST_IN_EVENT):
                    part = item.entries[start : start + _MOST_IN_EVENT]
                    nodes = {entry.node.id.hex(): entry.version.hex() for entry in part}
                    note_event(repository, EXPORTED, {**about, "nodes": nodes}, now=now)
    except Unavailable:
        return
