"""``memora status``."""

from memora.cli.history_text import short_commit
from memora.cli.nodes_text import node_line
from memora.cli.output import escape
from memora.cli.world import World
from memora.operations.start.status import Status, status

_SECTIONS = ("added", "changed", "promoted", "conflicted", "removed")


def run(world: World) -> int:
    """Example: memora status

    Show where the workspace stands, and what changed since the last commit.
    """
    with world.open_repository() as repository:
        found = status(repository, now=world.now)
    if world.options.json:
        from memora.records.status import status_record

        world.out.record(status_record(found))
    else:
        _show(world, found)
    return 0


def _show(world: World, found: Status) -> None:
    line = world.out.line
    line(_headline(found))
    if found.behind or found.ahead:
        line(_distance(found))
    if found.upstream is not None:
        from memora.cli.remotes_text import tracked_words, what_to_do

        line(f"{escape(found.branch or '')} is {tracked_words(found.upstream)}{what_to_do(found.upstream)}")
    if found.merging:
        names = ", ".join(short_commit(commit) for commit in found.merging)
        line(f"A merge of {names} waits: `memora commit` records it, `memora undo` takes it back")
    if found.bisecting:
        line("A bisect search is going on: `memora bisect good|bad|skip` goes on, `memora bisect reset` ends it")
    for effect in _SECTIONS:
        changes = [change for change in found.changes if change.effect == effect]
        if not changes:
            continue
        line(f"\n{effect.capitalize()}:")
        for change in changes:
            line("  " + node_line(world.out, change.latest, now=world.now, indent=2))
        more = getattr(found.counts, effect) - len(changes)
        if more:
            line(f"  … and {more:,} more")
    line()
    line(str(found.counts) or "nothing to commit, working tree clean")
    line(_holdings(found))
    if found.conflicted:
        world.out.note("`memora conflicts` shows the disputes, `memora resolve NODE --ours|--theirs` settles one")
    elif not found.nodes and found.is_clean:
        world.out.note("`memora add TEXT` remembers something")


def _headline(found: Status) -> str:
    place = f"On branch {escape(found.branch)}" if found.branch is not None else "HEAD detached"
    at = "no commits yet" if found.head is None else f"at {short_commit(found.head)}"
    return f"{place}, {at} (workspace {escape(found.workspace)})"


def _distance(found: Status) -> str:
    """What another workspace did to the branch meanwhile."""
    moves = []
    if found.behind:
        moves.append(f"{found.behind:,} {'commit' if found.behind == 1 else 'commits'} on")
    if found.ahead:
        moves.append(f"{found.ahead:,} {'commit' if found.ahead == 1 else 'commits'} back")
    branch = escape(found.branch or "")
    return f"Another workspace has moved {branch}: {', '.join(moves)} (`memora switch --carry {branch}` goes there)"


def _holdings(found: Status) -> str:
    parts = ["1 memory" if found.nodes == 1 else f"{found.nodes:,} memories"]
    if found.expired:
        parts.append(f"{found.expired:,} expired")
    if found.conflicted:
        parts.append(f"{found.conflicted:,} conflicted")
    if found.unsupported:
        parts.append(f"{found.unsupported:,} unsupported")
    if found.stale:
        parts.append(f"{found.stale:,} stale")
    if found.quarantined:
        parts.append(f"{found.quarantined:,} in quarantine")
    return ", ".join(parts)
