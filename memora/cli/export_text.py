"""What an export did, or would do, as people and programs read it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from memora.cli import exits
from memora.cli.nodes_text import SHORT_ID_DIGITS
from memora.cli.output import escape
from memora.cli.world import World
from memora.model.counts import memories
from memora.model.text import first_line
from memora.operations.share.export import Exported, export_templates, template_source

if TYPE_CHECKING:
    from memora.operations.share.pull import Pulled
    from memora.repository import Repository

_MOST_NAMED: Final = 20
_STYLES: Final = {"written": "green", "outdated": "yellow", "removed": "red"}
_SIGNS: Final = {"changed": "~", "added": "+", "removed": "-"}


def show_exported(world: World, done: list[Exported], *, diff: bool = False, text: bool = False) -> None:
    """Print what became of each file, on standard error what was left out; under ``text`` the text itself."""
    for item in done:
        if world.options.json:
            from memora.records.exports import export_record

            world.out.record(export_record(item, text=text))
        elif text:
            world.out.text(item.text or "")
        elif diff:
            _show_diff(world, item)
        else:
            world.out.line(_line(world, item))
        for note in item.notes:
            world.out.note(escape(note))
        _name_left_out(world, item)


def show_targets(world: World) -> int:
    """Print every target, a user's own templates too."""
    with world.open_repository() as repository:
        rows, own = _targets(repository)
    for name, path, about in rows:
        if world.options.json:
            from memora.records.exports import target_record

            world.out.record(target_record(name, path, about, own.get(name)))
        else:
            changed = f"  (by .memora/templates/{own[name]})" if name in own and path else ""
            world.out.line(f"{name:<17} {path:<36} {about}{changed}".rstrip())
    return exits.DONE


def show_template(world: World, target: str) -> int:
    """Print the template of a target."""
    with world.open_repository() as repository:
        source = template_source(repository, target)
        rows, own = _targets(repository)
    if world.options.json:
        from memora.records.exports import target_record

        [row] = [row for row in rows if row[0] == target]
        world.out.record(target_record(*row, own.get(target), source))
    else:
        world.out.text(source)
    return exits.DONE


def show_pulled(world: World, pulled: Pulled) -> None:
    """Print every edit and what became of it."""
    for item in pulled.taken:
        edit = item.edit
        if world.options.json:
            from memora.records.exports import hand_edit_record

            world.out.record(hand_edit_record(item, pulled.commit))
            continue
        short = item.node.hex()[:SHORT_ID_DIGITS] if item.node else "-" * SHORT_ID_DIGITS
        said = edit.content if edit.content is not None else edit.node.content if edit.node else ""
        style = "green" if item.outcome == "taken" else "yellow"
        world.out.line(
            f"{world.out.style(style, _SIGNS[edit.change])} {world.out.style('yellow', short)}"
            f"  {escape(edit.path)}:{edit.line}  {escape(first_line(said))}  ({item.outcome})"
        )
        if edit.problem:
            world.out.note(f"  {escape(edit.problem)}")
    if pulled.commit is not None:
        world.out.note(f"committed as {pulled.commit.commit.hex()[:SHORT_ID_DIGITS]}")
    elif any(item.outcome in ("taken", "disputed") for item in pulled.taken):
        world.out.note("`memora commit` records them, `memora export` writes the files anew")
    elif not pulled.pending:
        world.out.note(f"no edits in {len(pulled.paths)} {'file' if len(pulled.paths) == 1 else 'files'}")


def _targets(repository: Repository) -> tuple[list[tuple[str, str, str]], dict[str, str]]:
    """Name, path and help of every target, and the file of the user's template for some."""
    from memora.export.targets import TARGETS

    rows = [(target.name, target.paths[0], target.help) for target in TARGETS]
    own = {name: template.file for name, template in export_templates(repository).items()}
    rows += [(name, "", f"template {file}") for name, file in own.items() if name not in {row[0] for row in rows}]
    return rows, own


def _line(world: World, item: Exported) -> str:
    count = len(item.entries)
    nodes = memories(count)
    outcome = world.out.style(_STYLES.get(item.outcome, "dim"), item.outcome)
    size = f"{nodes}, about {item.tokens:,} tokens" if item.outcome != "removed" else "nothing is left for it"
    return f"{escape(item.target):<16} {escape(item.path)}  {outcome}  ({size})"


def _show_diff(world: World, item: Exported) -> None:
    from difflib import unified_diff

    if item.outcome == "unchanged":
        return
    before, after = (item.before or "").splitlines(), (item.text or "").splitlines()
    names = (f"a/{item.path}" if item.before is not None else "empty", f"b/{item.path}" if item.text else "empty")
    _colour_lines(world, unified_diff(before, after, *names, lineterm=""))


def _colour_lines(world: World, lines: Iterable[str]) -> None:
    styles = {"+": "green", "-": "red", "@": "cyan"}
    for line in lines:
        shown = escape(line)
        world.out.line(world.out.style(styles[line[0]], shown) if line[:1] in styles else shown)


def _name_left_out(world: World, item: Exported) -> None:
    if item.beyond:
        world.out.note(f"{item.path or item.target}: {item.beyond:,} more lie beyond the top")
    if not item.left_out:
        return
    world.out.note(f"{escape(item.path or item.target)}: {len(item.left_out):,} did not fit")
    for left in item.left_out[:_MOST_NAMED]:
        why = "" if left.of is None else f" of {left.of.node.id.hex()[:SHORT_ID_DIGITS]}"
        node = left.entry.node
        short = node.id.hex()[:SHORT_ID_DIGITS]
        world.out.note(f"  {short}  {escape(first_line(node.content, 80))}  ({left.reason}{why})")
    if len(item.left_out) > _MOST_NAMED:
        world.out.note(f"  and {len(item.left_out) - _MOST_NAMED:,} more")
