"""``memora config``: ``get``, ``set``, ``list`` and ``path``."""

from typing import Annotated

import typer

from memora.cli.editor import split_command
from memora.cli.output import escape
from memora.cli.world import World
from memora.config.settings import SETTINGS, Origin, Value, find_setting, parse_value
from memora.errors import Refused
from memora.model.text import clean_text
from memora.records.start import setting_record, settings_file_record

_Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the setting, such as gc.threshold.")]


def run_get(world: World, name: _Name) -> int:
    """Example: memora config get gc.threshold

    Print the value of a setting: of the store's file, else of the user's, else the default.
    """
    world.store_path()
    value, origin = world.settings.look_up(name)
    if world.options.json:
        _record(world, name, value, origin)
    else:
        world.out.line(escape(_text(value)))
    return 0


def run_set(
    world: World,
    name: _Name,
    value: Annotated[str, typer.Argument(metavar="VALUE", help="Its value; lists are separated by commas.")],
    user: Annotated[bool, typer.Option("--user", help="For all stores of this user.")] = False,
) -> int:
    """Example: memora config set gc.threshold 0.25

    Give a setting a value, in the store's file or with --user in the user's. What runs a program or trusts somebody is
    the user's alone. A value that the commands which use it would refuse is refused. Comments and all else in the file
    stay.
    """
    from memora.operations.start.configure import require_usable, set_in_store, set_of_user

    store = world.store_path()
    if find_setting(name).user_only and not user:
        raise Refused(f"{name} can be set by the user alone, with --user; a store must not bring it along")
    parsed = parse_value(name, clean_text(name, value))
    require_usable(store, name, parsed)
    if name == "core.editor" and parsed:
        split_command(str(parsed))
    origin = world.origins()[-1 if user else 0]
    if user:
        set_of_user(origin.path, name, parsed)
    else:
        set_in_store(store, name, parsed, trusted=world.trusted())
    if world.options.json:
        _record(world, name, parsed, origin)
    else:
        world.out.line(f"{name} = {escape(_text(parsed))}  ({origin.name})")
    return 0


def run_list(world: World) -> int:
    """Example: memora config list

    Print every setting, its value, and where that is from: the store, the user, or the default.
    """
    world.store_path()
    for setting in SETTINGS:
        value, origin = world.settings.look_up(setting.name)
        if world.options.json:
            _record(world, setting.name, value, origin)
        else:
            source = world.out.style("dim", f"({_source(value, origin)})")
            world.out.line(f"{setting.name} = {escape(_text(value))}  {source}")
    return 0


def run_path(world: World) -> int:
    """Example: memora config path

    Print where the settings files are, the strongest first. A file need not exist.
    """
    world.store_path()
    for origin in world.origins():
        if world.options.json:
            world.out.record(settings_file_record(origin))
        else:
            world.out.line(f"{origin.name:<6} {escape(origin.path)}")
    return 0


def _record(world: World, name: str, value: Value, origin: Origin | None) -> None:
    world.out.record(setting_record(name, value, origin))


def _source(value: Value, origin: Origin | None) -> str:
    if origin is not None:
        return origin.name
    return "not set" if value in ("", []) else "default"


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(value) if isinstance(value, list) else str(value)
