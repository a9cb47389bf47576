"""The filters of memories as options, which ``list``, ``recall`` and ``export`` take; and the pairs a block carries."""

from typing import Annotated

import typer

TypeOption = Annotated[list[str] | None, typer.Option("--type", "-t", help="Of this type; may be repeated.")]
StatusOption = Annotated[list[str] | None, typer.Option("--status", help="Of this status; may be repeated.")]
TagOption = Annotated[list[str] | None, typer.Option("--tag", help="With this tag, and each further one.")]
SourceOption = Annotated[list[str] | None, typer.Option("--source", help="Seen by this source; may be repeated.")]
KeyOption = Annotated[str | None, typer.Option("--key", "-k", metavar="PREFIX", help="Whose key begins so.")]
ConfidenceOption = Annotated[str | None, typer.Option("--min-confidence", help="At least so certain.")]
TextOption = Annotated[str | None, typer.Option("--text", help="With this in its content, in any case.")]
ExpiredOption = Annotated[bool | None, typer.Option("--expired/--no-expired", help="Only those, or none.")]
UnsupportedOption = Annotated[bool, typer.Option("--unsupported", help="Only what lost what it was derived from.")]


def as_pairs(**given: object) -> tuple[tuple[str, str], ...]:
    """Options that were given as (name, value), lists one pair each; names with ``-`` for ``_``."""
    pairs: list[tuple[str, str]] = []
    for name, value in given.items():
        word = name.replace("_", "-")
        if isinstance(value, bool):
            if value or name == "expired":
                pairs.append((word, "yes" if value else "no"))
        elif isinstance(value, list):
            pairs += [(word, item) for item in value]
        elif value is not None:
            pairs.append((word, str(value)))
    return tuple(pairs)
