"""Leaving no byte of what was erased in the folder of a store, and looking whether that is so."""

from __future__ import annotations

import json
import os
from collections.abc import Collection
from contextlib import suppress
from typing import NamedTuple

from memora.errors import MemoraError
from memora.model.erasure import Erasure
from memora.model.node import Node
from memora.operations.remotes.places import INCOMING
from memora.remotes.spool import Spool
from memora.repository import Repository
from memora.storage import cleaning, place, spool
from memora.storage.hook_failures import rewrite_failures
from memora.storage.lock import WriterLock


class Cleaned(NamedTuple):
    """What came of it: whether the database was written anew, which copies went, and what holds it still.

    ``remains`` are paths in the folder of the store, and ``memora.db: TABLE``.
    """

    finished: bool
    copies: tuple[str, ...]
    remains: tuple[str, ...]


def clean(repository: Repository, erasure: Erasure, needles: Collection[bytes]) -> Cleaned:
    """Remove every copy of what was erased, in the folder of the store, and say what still holds it.

    What a person wrote there, settings and templates, is named and not touched. Safe to call again, and due again as
    long as it is not ``finished``. Raises DiskFull, Busy.
    """
    store, database = repository.path, repository.index.database
    try:
        with WriterLock(os.path.join(store, place.LOCK)):
            finished = cleaning.rewrite_file(database)
            copies = cleaning.remove_copies(store)
            _forget_incoming(os.path.join(store, INCOMING))
            spool.rewrite(store, erasure.data)
            rewrite_failures(store, erasure.prose)
            for name in cleaning.find_in_files(os.path.join(store, place.SPOOL), needles):
                with suppress(OSError):  # what nobody could read, or was never finished
                    os.unlink(os.path.join(store, place.SPOOL, name))
            if finished:
                cleaning.mark_finished(store)
    except MemoraError as error:
        error.add_note("history is rewritten, but the files are not clean yet: call `memora purge` again")
        raise
    remains = cleaning.find_in_files(store, needles)
    remains += [f"{place.DATABASE}: {table}" for table in cleaning.find_in_tables(database, needles)]
    return Cleaned(finished, tuple(copies), tuple(remains))


def _forget_incoming(folder: str) -> None:
    """Throw away packs that were being fetched: what they hold is packed, so that nobody finds it by its bytes."""
    with suppress(FileNotFoundError):
        for name in os.listdir(folder):
            Spool(os.path.join(folder, name)).clear()


def needles_of(erasure: Erasure, versions: Collection[Node]) -> set[bytes]:
    """The bytes to look for: each text as it is written and as JSON writes it; of memories that say little, more.

    ``versions`` are those that went.
    """
    needles = {form.encode() for text in erasure.texts for form in (text, json.dumps(text, ensure_ascii=False)[1:-1])}
    return needles if erasure.match is not None else needles | {_distinct(node) for node in versions}


def _distinct(node: Node) -> bytes:
    """A piece of the body of a version that hardly another memory has: what it says, and when it was born."""
    return f'"content":{json.dumps(node.content, ensure_ascii=False)},"created_at":{node.created_at},'.encode()
