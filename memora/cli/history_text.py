"""Commits and branches as people read them."""

from __future__ import annotations

from memora.cli.output import Output, escape
from memora.history.changes import ChangeCounts
from memora.model.commit import Commit, Tag
from memora.model.ids import CommitId
from memora.model.times import format_time

SHORT_COMMIT_DIGITS = 8


def short_commit(commit: CommitId) -> str:
    """The first digits of a commit's id."""
    return commit.hex()[:SHORT_COMMIT_DIGITS]


def names_text(out: Output, names: list[str]) -> str:
    """``(HEAD -> main, tag: v1)`` behind a commit's id, with a space before it; empty without names."""
    if not names:
        return ""
    return " (" + ", ".join(out.style(_style_of(name), escape(name)) for name in names) + ")"


def made_lines(
    out: Output, branch: str | None, commit_id: CommitId | None, message: str, changes: ChangeCounts
) -> list[str]:
    """``[main 1a2b3c4d] First beliefs`` and ``2 added, 1 changed``; a commit that is only planned has no id."""
    place = escape("detached HEAD" if branch is None else branch)
    name = "" if commit_id is None else " " + out.style("yellow", short_commit(commit_id))
    subject = message.partition("\n")[0]
    return [f"[{place}{name}] {escape(subject)}", str(changes) or "no changes"]


def commit_line(out: Output, commit_id: CommitId, commit: Commit, names: list[str]) -> str:
    """``1a2b3c4d (HEAD -> main) First beliefs``."""
    return f"{out.style('yellow', short_commit(commit_id))}{names_text(out, names)} {escape(commit.subject)}"


def commit_lines(out: Output, commit_id: CommitId, commit: Commit, names: list[str]) -> list[str]:
    """A commit in full: id, parents of a merge, author, date, and the message four columns in."""
    lines = [out.style("yellow", f"commit {commit_id.hex()}") + names_text(out, names)]
    if len(commit.parents) > 1:
        lines.append("Merge:  " + " ".join(map(short_commit, commit.parents)))
    return [*lines, f"Author: {escape(commit.author)}", f"Date:   {format_time(commit.at)}", *_message(commit.message)]


def tag_lines(out: Output, tag: Tag) -> list[str]:
    """An annotated tag as ``commit_lines`` has a commit: name, who set it, when, and its message."""
    name = out.style("yellow", f"tag {escape(tag.name)}")
    return [name, f"Tagger: {escape(tag.author)}", f"Date:   {format_time(tag.at)}", *_message(tag.message)]


def _message(message: str) -> list[str]:
    return ["", *(f"    {escape(line)}".rstrip() for line in message.split("\n"))]


def _style_of(name: str) -> str:
    if name.startswith("HEAD"):
        return "cyan"
    return "yellow" if name.startswith("tag: ") else "green"
