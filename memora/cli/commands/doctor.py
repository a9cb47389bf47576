"""``memora doctor``."""

import locale
import os
import platform
import shutil
import sys
from collections.abc import Iterator

from memora.cli import exits
from memora.cli.editor import named_editor, split_command
from memora.cli.output import escape
from memora.cli.world import DEFAULT_NAME, World
from memora.errors import MemoraError
from memora.operations.care.doctor import Check, doctor
from memora.version import __version__

_STYLES = {"ok": "green", "warning": "yellow", "failure": "red"}
_NAME_EDITOR = "MEMORA_EDITOR, `memora config set core.editor COMMAND --user`, VISUAL or EDITOR name one"
_LEAST_SQLITE = (3, 51, 3)


def run(world: World) -> int:
    """Example: memora doctor

    Look at the set-up: versions, the store's place, file system, room and lock, whether the index is in step, and who
    you are to memora. Each line that is not ok says what to do. Exit code 1 unless all is ok.
    """
    path = world.store_path()
    states = set()
    for check in _checks(world, path):
        states.add(check.state)
        if world.options.json:
            from memora.records.care import check_record

            world.out.record(check_record(check))
        elif check.state != "ok" or not world.options.quiet:
            _show(world, check)
    return exits.DONE if states <= {"ok"} else exits.NEGATIVE


def _checks(world: World, path: str) -> Iterator[Check]:
    yield Check("memora", "ok", f"memora {__version__}")
    yield Check("python", "ok", f"Python {platform.python_version()} in {sys.prefix}")
    yield _sqlite()
    yield from doctor(path, trusted=world.trusted())
    yield _settings(world)
    yield _author(world)
    yield _editor(world)
    yield _encoding()


def _sqlite() -> Check:
    import apsw

    version = apsw.sqlite_lib_version()
    if tuple(int(part) for part in version.split(".")) < _LEAST_SQLITE:
        advice = "upgrade apsw: versions before 3.51.3 can damage a database that several processes write"
        return Check("sqlite", "failure", f"SQLite {version}", advice)
    return Check("sqlite", "ok", f"SQLite {version}")


def _settings(world: World) -> Check:
    try:
        world.settings.value("user.name")
        ignored = world.settings.ignored()
    except MemoraError as error:
        return Check("settings", "failure", str(error), "mend the file by hand")
    if ignored:
        advice = "`memora config set --user` sets them for you; the store's file cannot"
        return Check("settings", "warning", f"the store's file sets {', '.join(ignored)}, which is ignored", advice)
    return Check("settings", "ok", "the settings files can be read")


def _author(world: World) -> Check:
    try:
        name = world.author()
    except MemoraError as error:
        return Check("author", "failure", str(error), "`memora config set user.name NAME --user`")
    if name == DEFAULT_NAME:
        advice = "`memora config set user.name NAME --user`"
        return Check("author", "warning", "nobody knows who you are, so you are called unknown", advice)
    return Check("author", "ok", f"you are {name}")


def _editor(world: World) -> Check:
    try:
        named = named_editor(world)
        program = split_command(named)[0] if named else ""
    except MemoraError as error:
        return Check("editor", "failure", str(error), _NAME_EDITOR)
    if not named:
        return Check("editor", "ok", "no editor is named: `memora edit` without options opens vi")
    # A program with a folder in its name is looked for from where memora works, any other where the shell would.
    place = os.path.join(world.directory, program) if os.path.dirname(program) else program
    if shutil.which(place, path=world.environment.get("PATH")) is None:
        return Check("editor", "warning", f"{program}, which `memora edit` would open, is not there", _NAME_EDITOR)
    return Check("editor", "ok", f"`memora edit` opens {named}")


def _encoding() -> Check:
    encoding = locale.getpreferredencoding(False)
    if encoding.lower().replace("-", "") not in ("utf8", "cp65001"):
        return Check("encoding", "warning", f"the locale's encoding is {encoding}", "set LC_ALL=C.UTF-8 or the like")
    return Check("encoding", "ok", encoding)


def _show(world: World, check: Check) -> None:
    state = world.out.style(_STYLES[check.state], f"{check.state:<8}")
    world.out.line(f"{state} {check.name:<16} {escape(check.message)}")
    if check.advice:
        world.out.line(f"{'':<26}{world.out.style('dim', escape(check.advice))}")
