"""What a purge did, and what it cannot reach, as people read it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from memora.cli import exits
from memora.cli.output import Output, escape
from memora.model.counts import counted, memories
from memora.operations.care.purge import Erased, NothingToPurge
from memora.operations.care.purging.cleaning import Cleaned
from memora.operations.care.purging.pointers import MovedRef
from memora.operations.remotes.erasing import Carried

_MOST_NAMED: Final = 20
_UNREACHED: Final = (
    "not reached: other clones (`memora purge --from REMOTE` there), versions that object storage keeps, forks and"
    " caches of git hosts, bundles, backups, the git history of exported files, transcripts of agents"
)


def show_plan(out: Output, plan: Erased) -> None:
    """What would be erased, and nothing of what it says."""
    out.lines(_lines(out, plan))


def show_outcome(out: Output, outcome: Erased | NothingToPurge, remotes: Sequence[str], *, quiet: bool) -> int:
    """What was done, what is left to do, and the exit code; only notes where ``quiet``."""
    if isinstance(outcome, NothingToPurge):
        if not quiet:
            out.line("nothing found" if outcome.cleaned is None else "nothing found in history; the files were cleaned")
        code = exits.NEGATIVE if outcome.cleaned is None else exits.DONE
    else:
        if not quiet:
            show_plan(out, outcome)
        code = exits.DONE
        _advise(out, outcome, remotes)
    if outcome.cleaned is not None:
        code = max(code, _tell_remains(out, outcome.cleaned))
    return code


def show_remotes(out: Output, carried: Sequence[Carried], *, quiet: bool) -> int:
    """What became of each remote, and the exit code: 1 where one was not reached."""
    code = exits.DONE
    for remote in carried:
        name = escape(remote.remote)
        if remote.problem is None:
            if not quiet:
                moved = f"erased at {name}: {counted(len(remote.moves), 'reference')} moved"
                out.line(moved if remote.changed else f"nothing to erase at {name}")
            continue
        code = exits.NEGATIVE
        out.note(f"not erased at {name}: {escape(remote.problem)}")
        later = f"`memora purge --remote {name}` does it later"
        out.note("run `memora purge` there" if remote.is_store else later)
    return code


def advise_of_names(out: Output, branches: Sequence[str]) -> None:
    """Name branches that would bring their names back to a remote where others may have erased these."""
    for branch in branches:
        name = escape(branch)
        out.note(
            f"{name} follows a branch that is gone there: if its name is what was erased, `memora branch -m` first"
        )


def _lines(out: Output, erased: Erased) -> Iterator[str]:
    versions = f"{counted(erased.gone, 'version')} of {memories(len(erased.nodes))}"
    verb = "would erase" if erased.dry_run else "erased"
    yield f"{verb} {versions}; {counted(len(erased.commits), 'commit')} written anew"
    if erased.strange:
        refuses = "would refuse" if erased.dry_run else "refuses"
        was = "was" if erased.strange == 1 else "were"
        yield f"{refuses} from now on {counted(erased.strange, 'object')} that {was} never here"
    pointers = erased.pointers
    kept = len(erased.versions) - erased.gone
    counts = (
        (kept, "version"),
        (erased.tags, "tag"),
        (erased.sessions, "session"),
        (pointers.workspaces, "workspace"),
        (pointers.operations, "operation"),
        (pointers.events, "event"),
        (pointers.remotes, "remote setting"),
    )
    changed = ", ".join(counted(count, what) for count, what in counts if count)
    if changed:
        yield f"changed: {changed}"
    for ref in pointers.refs[:_MOST_NAMED]:
        yield _ref_line(out, ref)
    if len(pointers.refs) > _MOST_NAMED:
        yield f"  and {len(pointers.refs) - _MOST_NAMED} more references"
    if erased.copies:
        yield f"{'would remove' if erased.dry_run else 'removed'} older copies: {', '.join(map(escape, erased.copies))}"


def _ref_line(out: Output, ref: MovedRef) -> str:
    """A reference under the name that it has now: the one before may be what was to be erased."""
    after = "gone" if ref.after is None else ref.after.hex()[:8]
    moved = f"{out.style('yellow', ref.before.hex()[:8])} → {out.style('yellow', after)}"
    return f"  {escape(ref.name)}  {moved}{'' if ref.name == ref.was else ', renamed'}"


def _advise(out: Output, erased: Erased, remotes: Sequence[str]) -> None:
    if erased.rules:
        out.note(f"this looks like a secret ({', '.join(erased.rules)}): rotate it where it is used")
    for path in erased.exports:
        out.note(f"{escape(path)} was told it: export again")
    for node in erased.elsewhere[:_MOST_NAMED]:
        out.note(f"memory {node.hex()[:8]} says the same and stays: purge it too, or use --match")
    if remotes:
        out.note(f"remotes may hold it: {', '.join(map(escape, remotes))}")
    out.note(_UNREACHED)


def _tell_remains(out: Output, cleaned: Cleaned) -> int:
    for path in cleaned.remains:
        out.note(f"still holds it: .memora/{escape(path)}")
    if not cleaned.finished:
        out.note("somebody reads the store, so its file could not be written anew: call `memora purge` again later")
    return exits.NEGATIVE if cleaned.remains or not cleaned.finished else exits.DONE
