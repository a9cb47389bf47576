"""``memora remote`` and what belongs to it."""

from typing import Annotated

import typer

from memora.cli.history_text import short_commit
from memora.cli.output import escape
from memora.cli.remote_upkeep import run_compact as run_compact
from memora.cli.remote_upkeep import run_fsck as run_fsck
from memora.cli.remote_upkeep import run_prune as run_prune
from memora.cli.remotes_text import tracked_words
from memora.cli.world import World
from memora.model.ids import CommitId
from memora.operations.remotes.probe import probe_folder
from memora.operations.share.remotes import (
    RemoteDetail,
    add_remote,
    list_remotes,
    remove_remote,
    rename_remote,
    set_remote_address,
    show_remote,
)
from memora.remotes.address import shown_address
from memora.storage.refs import BRANCHES, TAGS
from memora.storage.remotes import Remote

_Name = Annotated[str, typer.Argument(metavar="NAME", help="The remote.")]
_Address = Annotated[str, typer.Argument(metavar="ADDRESS", help="Where it is: a path, s3://…, git+https://… .")]


def run_add(
    world: World,
    name: _Name,
    address: _Address,
    shared: Annotated[
        bool, typer.Option("--shared", help="Let the group write in a folder that is made there.")
    ] = False,
) -> int:
    """Example: memora remote add origin /srv/memory

    Name a place to share memory with. Nothing is sent and nothing is made there before `memora push`. A folder that is
    there must be a remote, or empty.
    """
    with world.open_repository() as repository:
        remote = add_remote(repository, name, address, directory=world.directory, shared=shared, probe=probe_folder)
    _show(world, remote, f"Added remote '{escape(remote.name)}' at {_address(remote)}")
    _warn_of_secret(world, remote)
    return 0


def run_list(
    world: World,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="With their addresses.")] = False,
) -> int:
    """Example: memora remote list -v

    List the remotes. Passwords in addresses are not shown.
    """
    with world.open_repository() as repository:
        remotes = list_remotes(repository)
    width = max((len(remote.name) for remote in remotes), default=0)
    for remote in remotes:
        rest = f"{' ' * (width - len(remote.name))}  {_address(remote)}" if verbose else ""
        _show(world, remote, f"{escape(remote.name)}{rest}")
    return 0


def run_show(world: World, name: _Name) -> int:
    """Example: memora remote show origin

    Show what is known here of a remote: what it held when it was seen last, and which branches follow it. The remote
    itself is not asked; `memora fetch` does that.
    """
    with world.open_repository() as repository:
        detail = show_remote(repository, name)
    if world.options.json:
        from memora.records.remotes import remote_detail_record

        world.out.record(remote_detail_record(detail))
    else:
        _show_detail(world, detail)
    return 0


def run_set_url(world: World, name: _Name, address: _Address) -> int:
    """Example: memora remote set-url origin s3://team-memory/project

    Give a remote another address. What was seen at the old one is forgotten; its branches stay until the next fetch.
    """
    with world.open_repository() as repository:
        remote = set_remote_address(repository, name, address, directory=world.directory)
    _show(world, remote, f"Remote '{escape(remote.name)}' is at {_address(remote)} now")
    _warn_of_secret(world, remote)
    return 0


def run_rename(
    world: World,
    old: Annotated[str, typer.Argument(metavar="OLD", help="The remote.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="Its new name.")],
) -> int:
    """Example: memora remote rename origin team

    Give a remote another name. Its branches here and the branches that follow it go along.
    """
    with world.open_repository() as repository:
        remote = rename_remote(repository, old, new, author=world.author(), now=world.now)
    _rename_in_settings(world, old, remote.name)
    _show(world, remote, f"Renamed remote '{escape(old)}' to '{escape(remote.name)}'")
    return 0


def _rename_in_settings(world: World, old: str, new: str) -> None:
    """Let the store's own setting of which branches come speak of a remote by its new name."""
    branches, origin = world.settings.look_up("fetch.branches")
    if origin is None or origin.name != "store" or not isinstance(branches, list):
        return
    renamed = [f"{new}{text.removeprefix(old)}" if text.startswith(f"{old}/") else text for text in branches]
    if renamed != branches:
        from memora.operations.start.configure import set_in_store

        set_in_store(world.store_path(), "fetch.branches", renamed, trusted=world.trusted())


def run_remove(world: World, name: _Name) -> int:
    """Example: memora remote remove origin

    Forget a remote and its branches here. The place itself stays as it is, and so does everything that came from it.
    """
    with world.open_repository() as repository:
        remote = remove_remote(repository, name, author=world.author(), now=world.now)
    _show(world, remote, f"Removed remote '{escape(remote.name)}', which was at {_address(remote)}")
    return 0


def _show(world: World, remote: Remote, text: str) -> None:
    if world.options.json:
        from memora.records.remotes import remote_record

        world.out.record(remote_record(remote))
    else:
        world.out.line(text)


def _show_detail(world: World, detail: RemoteDetail) -> None:
    line, remote = world.out.line, detail.remote
    line(world.out.style("bold", escape(remote.name)))
    line(f"  address   {_address(remote)}{', shared' if remote.shared else ''}")
    line(f"  seen      {f'generation {remote.generation:,}' if remote.generation else 'never'}")
    for title, prefix in (("branches there", BRANCHES), ("tags there", TAGS)):
        found = {ref.removeprefix(prefix): tip for ref, tip in sorted(detail.tips.items()) if ref.startswith(prefix)}
        width = max(map(len, found), default=0)
        for number, (name, target) in enumerate(found.items()):
            if not number:
                line(f"  {title}")
            line(f"    {escape(name)}{' ' * (width - len(name))}  {short_commit(CommitId(target))}")
    for number, follower in enumerate(detail.followers):
        if not number:
            line("  followed by")
        line(f"    {escape(follower.branch)}: {tracked_words(follower.tracked)}")


def _address(remote: Remote) -> str:
    return escape(shown_address(remote.address))


def _warn_of_secret(world: World, remote: Remote) -> None:
    if shown_address(remote.address) != remote.address:
        world.out.note(
            "the password in the address is stored in .memora as it is; take it out, and let a credential helper or "
            "the environment give it"
        )
