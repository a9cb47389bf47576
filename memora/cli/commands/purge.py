"""``memora purge``."""

from typing import Annotated

import typer

from memora.cli import exits
from memora.cli.exchange_text import ExchangeProgress
from memora.cli.purge_text import advise_of_names, show_outcome, show_plan, show_remotes
from memora.cli.world import World
from memora.errors import BadUsage, NotFound
from memora.errors.history import NotConfirmed
from memora.evidence.files import WorkingFiles
from memora.model.text import CONTENT_BYTES
from memora.operations.care.purge import Erased, NothingToPurge, is_known, purge
from memora.operations.remotes.erasing import Carried, carry_purges, waiting_remotes
from memora.operations.remotes.following import branches_gone_at, purge_from
from memora.repository import Repository
from memora.storage.cleaning import is_unfinished

_STDIN = "-"


def run(
    world: World,
    nodes: Annotated[
        list[str] | None, typer.Argument(metavar="[NODE...]", help="Ids or keys, of whatever time.")
    ] = None,
    match: Annotated[
        str | None, typer.Option("--match", metavar="TEXT", help="A text, wherever it stands; - reads it from input.")
    ] = None,
    source: Annotated[
        str | None, typer.Option("--from", metavar="REMOTE", help="What was erased at a remote, here too.")
    ] = None,
    remote: Annotated[
        list[str] | None, typer.Option("--remote", metavar="REMOTE", help="At this remote alone; may be repeated.")
    ] = None,
    local: Annotated[bool, typer.Option("--local", help="Leave the remotes as they are.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be erased.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> int:
    """Example: memora purge --match - --dry-run < leaked.txt

    Erase memories with all their versions, or every version in which a text stands, from all of history: commits are
    written anew, both logs too, and no byte stays in the store. In messages, notes and events the text alone goes.
    Then the same is done at every remote (--local leaves them alone). With --remote alone all that was ever erased here
    is carried to a remote; --from erases here what was erased at one. It cannot be undone. Other clones, backups and
    exported files still have it: docs/purge.md says what to do.
    """
    if source is not None and (nodes or match is not None or remote or local):
        raise BadUsage("--from takes all that was erased at a remote, and nothing else")
    if remote and local:
        raise BadUsage("--remote and --local exclude each other")
    if remote and dry_run:
        raise BadUsage("a dry run looks at this store alone: leave --remote out")
    text = _read_match(world) if match == _STDIN else match
    carries_only = bool(remote) and not nodes and text is None
    outcome: Erased | NothingToPurge = NothingToPurge(None)
    carried: tuple[Carried, ...] = ()
    with world.open_repository() as repository, ExchangeProgress(world) as progress:
        everywhere = [known.name for known in repository.refs.remotes.list()]
        waiting = () if local else waiting_remotes(repository)
        elsewhere = bool(remote or everywhere) and text is not None and not local
        request = _Request(world, repository, nodes or [], text, source, elsewhere, waiting)
        is_due = is_unfinished(repository.path)
        goes_on = request.is_empty and not remote and (is_due or bool(waiting and not dry_run))
        carries_only |= goes_on and not is_due
        if not dry_run and not yes and not goes_on and not carries_only and not _is_meant(request):
            world.out.note("nothing was changed")
            return exits.NEGATIVE
        if not carries_only:
            outcome = request.purge(dry_run)
        places = remote or (waiting if goes_on else everywhere)
        if not dry_run and not local and source is None:
            carried = carry_purges(
                repository,
                places,
                author=world.author(),
                now=world.now,
                erased=outcome if isinstance(outcome, Erased) else None,
                match=text,
                trusted=world.trusted(),
                progress=progress,
            )
        left = branches_gone_at(repository, source) if source is not None and not dry_run else ()
    if world.options.json:
        from memora.records.purge import purge_record

        world.out.record(purge_record(outcome, carried))
    quiet = world.options.json
    reached = show_remotes(world.out, carried, quiet=quiet)
    if carries_only:
        return reached
    if isinstance(outcome, NothingToPurge) and any(each.changed for each in carried):
        return reached
    code = show_outcome(world.out, outcome, [] if carried or source else places, quiet=quiet)
    advise_of_names(world.out, left)
    return max(code, reached)


class _Request:
    """What was asked for, looked at first and then done.

    ``elsewhere``: remotes are searched for the text, too; ``waiting`` are those that an older purge has yet to go to.
    """

    def __init__(
        self,
        world: World,
        repository: Repository,
        nodes: list[str],
        text: str | None,
        source: str | None,
        elsewhere: bool,
        waiting: tuple[str, ...],
    ) -> None:
        self.world, self.repository, self.elsewhere = world, repository, elsewhere
        self.nodes, self.text, self.source, self.waiting = nodes, text, source, waiting

    @property
    def is_empty(self) -> bool:
        """Whether nothing is named: what was begun is to go on."""
        return not self.nodes and self.text is None and self.source is None

    def purge(self, dry_run: bool) -> Erased | NothingToPurge:
        """Do it, or see what it would do."""
        try:
            return self._purge(dry_run)
        except NotFound:  # the same call again, after it was killed on the way to a remote
            if not self.waiting or any(is_known(self.repository, node) for node in self.nodes):
                raise
            return NothingToPurge(None)

    def _purge(self, dry_run: bool) -> Erased | NothingToPurge:
        import os

        world, files = self.world, WorkingFiles(os.path.dirname(self.repository.path))
        author, now = world.author(), world.now
        if self.source is not None:
            trusted = world.trusted()
            return purge_from(
                self.repository, self.source, author=author, now=now, files=files, dry_run=dry_run, trusted=trusted
            )
        return purge(self.repository, self.nodes, match=self.text, author=author, now=now, files=files, dry_run=dry_run)


def _is_meant(request: _Request) -> bool:
    """Show what would be done, and ask. Raises NotConfirmed where nobody can answer; first what is wrong with it."""
    world = request.world
    plan = request.purge(dry_run=True)
    nothing = isinstance(plan, NothingToPurge)
    if nothing and not request.elsewhere:
        return True
    if not world.stdin_is_terminal():
        raise NotConfirmed("purge")
    if isinstance(plan, Erased):
        show_plan(world.out, plan)
    world.out.flush()
    world.out.ask(
        "It is not in this store. Erase it at the remotes? [y/N] " if nothing else "Erase this for good? [y/N] "
    )
    return world.stdin.readline().strip().lower() in ("y", "yes")


def _read_match(world: World) -> str:
    """The text from standard input, without the line end behind it."""
    if world.stdin_is_terminal():
        world.out.ask("text to erase: ")
        return world.stdin.readline().rstrip("\r\n")
    return world.read_stdin("match", CONTENT_BYTES).removesuffix("\n").removesuffix("\r")
