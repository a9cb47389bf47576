"""What a store knows of the remotes it shares with: their names and addresses, and what was seen there last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from memora.errors import AlreadyExists, LooksAlike, NotFound
from memora.model.ids import ObjectId
from memora.model.names import fold_name
from memora.storage.database import Database


class Remote(NamedTuple):
    """A place that a store shares with.

    ``identity`` is None until it was seen; ``generation`` is that of the manifest seen last (0 for none), ``manifest``
    the digest of its bytes. All that was there at generation ``fetched`` was taken in. ``shared`` lets the group write
    in a folder that is made there.
    """

    number: int
    name: str
    address: str
    shared: bool = False
    identity: str | None = None
    generation: int = 0
    manifest: bytes | None = None
    epoch: int = 0
    fetched: int = 0


class Upstream(NamedTuple):
    """The branch of a remote that a branch follows."""

    remote: str
    branch: str


_AT_ONCE = 500  # objects that one statement is asked about
_MOST_PLAIN = 200_000  # in about 20 MB
_COLUMNS = "number, name, address, shared, identity, generation, manifest, epoch, fetched"


class Remotes:
    """The remotes of a store, by name. Writes need a transaction that somebody else has begun."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.plain: set[ObjectId] = set()  # versions that read like no order, as this process has seen already

    def find(self, name: str) -> Remote | None:
        """The remote of that name, or None."""
        row = self._database.one(f"SELECT {_COLUMNS} FROM remotes WHERE name = ?", (name,))
        return None if row is None else _remote(row)

    def get(self, name: str) -> Remote:
        """The remote of that name. Raises NotFound with names that are like it."""
        found = self.find(name)
        if found is None:
            from difflib import get_close_matches

            raise NotFound("remote", name, tuple(get_close_matches(name, [remote.name for remote in self.list()], 3)))
        return found

    def list(self) -> list[Remote]:
        """All remotes, by name."""
        return [_remote(row) for row in self._database.all(f"SELECT {_COLUMNS} FROM remotes ORDER BY name")]

    def add(self, name: str, address: str, *, shared: bool = False) -> Remote:
        """Make a remote. Raises AlreadyExists where the name, or one that looks like it, is taken."""
        self._require_free(name)
        self._database.execute(
            "INSERT INTO remotes(name, folded, address, shared, generation, epoch, fetched)"
            " VALUES(?, ?, ?, ?, 0, 0, 0)",
            (name, fold_name(name), address, int(shared)),
        )
        return Remote(self._database.last_row(), name, address, shared)

    def rename(self, old: str, new: str) -> None:
        """Give a remote another name, and those of its branches that are followed. Raises as ``get`` and ``add``."""
        remote = self.get(old)
        self._require_free(new, but=remote.number)
        self._database.execute(
            "UPDATE remotes SET name = ?, folded = ? WHERE number = ?", (new, fold_name(new), remote.number)
        )
        self._database.execute("UPDATE upstreams SET remote = ? WHERE remote = ?", (new, old))
        self._database.execute("UPDATE arrivals SET remote = ? WHERE remote = ?", (new, old))

    def set_address(self, name: str, address: str) -> None:
        """Give a remote another address; nothing that was seen at the old one counts. Raises as ``get``."""
        remote = self.get(name)
        self._database.execute("UPDATE remotes SET address = ? WHERE number = ?", (address, remote.number))
        self.forget_seen(remote)

    def remove(self, name: str) -> None:
        """Forget a remote and which branches follow it. Raises as ``get``."""
        remote = self.get(name)
        self.forget_seen(remote)
        self._database.execute("DELETE FROM upstreams WHERE remote = ?", (name,))
        self._database.execute("DELETE FROM remotes WHERE number = ?", (remote.number,))

    def see(self, remote: Remote, tips: Mapping[str, ObjectId]) -> None:
        """Remember what was seen there: identity, generation, manifest and epoch as ``remote`` says, and its tips."""
        self._database.execute(
            "UPDATE remotes SET identity = ?, generation = ?, manifest = ?, epoch = ?, fetched = ? WHERE number = ?",
            (remote.identity, remote.generation, remote.manifest, remote.epoch, remote.fetched, remote.number),
        )
        self._database.execute("DELETE FROM remote_tips WHERE remote = ?", (remote.number,))
        self._database.execute_many(
            "INSERT INTO remote_tips(remote, ref, target) VALUES(?, ?, ?)",
            [(remote.number, ref, target) for ref, target in tips.items()],
        )

    def tips(self, remote: Remote) -> dict[str, ObjectId]:
        """What the references of a remote named when it was seen last."""
        rows = self._database.all("SELECT ref, target FROM remote_tips WHERE remote = ? ORDER BY ref", (remote.number,))
        return {ref: ObjectId(target) for ref, target in rows}

    def forget_seen(self, remote: Remote) -> None:
        """Forget everything that was seen at a remote."""
        for table in ("remote_tips", "remote_packs", "remote_objects"):
            self._database.execute(f"DELETE FROM {table} WHERE remote = ?", (remote.number,))
        self._database.execute(
            "UPDATE remotes SET identity = NULL, generation = 0, manifest = NULL, epoch = 0, fetched = 0"
            " WHERE number = ?",
            (remote.number,),
        )

    def packs(self, remote: Remote) -> set[str]:
        """The packs that were put there from here since all was taken in."""
        rows = self._database.all("SELECT pack FROM remote_packs WHERE remote = ?", (remote.number,))
        return {row[0] for row in rows}

    def forget_packs(self, remote: Remote) -> None:
        """Forget the packs that were put there from here: all that is there was taken in."""
        self._database.execute("DELETE FROM remote_packs WHERE remote = ?", (remote.number,))

    def add_packs(self, remote: Remote, packs: Iterable[str]) -> None:
        """Remember packs that were put there from here."""
        self._database.execute_many(
            "INSERT OR IGNORE INTO remote_packs(remote, pack) VALUES(?, ?)", [(remote.number, pack) for pack in packs]
        )

    def add_objects(self, remote: Remote, objects: Iterable[ObjectId]) -> None:
        """Remember that a remote holds some objects of this store."""
        self._database.execute_many(
            "INSERT OR IGNORE INTO remote_objects(remote, object) SELECT ?, row FROM objects WHERE id = ?",
            ((remote.number, object_id) for object_id in objects),
        )

    def add_objects_after(self, remote: Remote, row: int) -> None:
        """Remember that a remote holds the objects stored after that of a row: it brought them."""
        self._database.execute(
            "INSERT OR IGNORE INTO remote_objects(remote, object) SELECT ?, row FROM objects WHERE row > ?",
            (remote.number, row),
        )

    def holds(self, remote: Remote, object_id: ObjectId) -> bool:
        """Whether a remote is known to hold an object of this store."""
        sql = "SELECT 1 FROM objects o JOIN remote_objects r ON r.object = o.row WHERE o.id = ? AND r.remote = ?"
        return self._database.one(sql, (object_id, remote.number)) is not None

    def forget_objects(self, remote: Remote) -> None:
        """Forget which objects a remote holds, and which packs hold nothing new: it threw some away."""
        self._database.execute("DELETE FROM remote_objects WHERE remote = ?", (remote.number,))
        self._database.execute("DELETE FROM remote_packs WHERE remote = ?", (remote.number,))

    def mark_arrivals(self, rows: Iterable[int], name: str) -> None:
        """Remember of which remote some objects came first, by their rows. One that is marked stays as it is."""
        self._database.execute_many(
            "INSERT OR IGNORE INTO arrivals(object, remote) VALUES(?, ?)", ((row, name) for row in rows)
        )

    def arrival_of(self, object_id: ObjectId) -> str | None:
        """The remote that an object came from first; None for one that was made here, or is not here."""
        sql = "SELECT a.remote FROM objects o JOIN arrivals a ON a.object = o.row WHERE o.id = ?"
        row = self._database.one(sql, (object_id,))
        return None if row is None else str(row[0])

    def arrivals_of(self, objects: Sequence[ObjectId]) -> Iterator[tuple[ObjectId, str, bytes]]:
        """Those of some objects that remotes brought: which one did first, and the body, which is not verified."""
        for start in range(0, len(objects), _AT_ONCE):
            some = tuple(objects[start : start + _AT_ONCE])
            for object_id, remote, body in self._database.all(
                "SELECT o.id, a.remote, o.body FROM objects o JOIN arrivals a ON a.object = o.row"
                f" WHERE o.id IN ({', '.join('?' * len(some))})",
                some,
            ):
                yield ObjectId(object_id), remote, body

    def remember_plain(self, versions: Iterable[ObjectId]) -> None:
        """Versions need not be looked at for orders again by this process. Of very many the later ones are."""
        if len(self.plain) < _MOST_PLAIN:
            self.plain.update(versions)

    def has_arrived(self, row: int) -> bool:
        """Whether a remote brought the object in a row."""
        return self._database.one("SELECT 1 FROM arrivals WHERE object = ?", (row,)) is not None

    def arrived_rows(self, name: str) -> set[int]:
        """The rows of the objects that came from a remote first."""
        return {row[0] for row in self._database.all("SELECT object FROM arrivals WHERE remote = ?", (name,))}

    def mark_arrivals_after(self, row: int, name: str) -> None:
        """Remember that the versions stored after that of a row came from a remote."""
        self._database.execute(
            "INSERT OR IGNORE INTO arrivals(object, remote) SELECT row, ? FROM versions WHERE row > ?", (name, row)
        )

    def upstream(self, branch: str) -> Upstream | None:
        """What a branch follows, or None."""
        row = self._database.one("SELECT remote, remote_branch FROM upstreams WHERE branch = ?", (branch,))
        return None if row is None else Upstream(row[0], row[1])

    def set_upstream(self, branch: str, upstream: Upstream | None) -> None:
        """Let a branch follow one of a remote; None lets it follow nothing."""
        self._database.execute("DELETE FROM upstreams WHERE branch = ?", (branch,))
        if upstream is not None:
            self._database.execute("INSERT INTO upstreams VALUES(?, ?, ?)", (branch, upstream.remote, upstream.branch))

    def upstreams(self) -> Iterator[tuple[str, Upstream]]:
        """Every branch that follows one of a remote, by name; also some that are gone, which undo would bring back."""
        for branch, remote, followed in self._database.all(
            "SELECT branch, remote, remote_branch FROM upstreams ORDER BY branch"
        ):
            yield branch, Upstream(remote, followed)

    def _require_free(self, name: str, but: int = 0) -> None:
        sql = "SELECT name FROM remotes WHERE folded = ? AND number <> ?"
        taken = self._database.one(sql, (fold_name(name), but))
        if taken is not None:
            raise AlreadyExists("remote", name) if taken[0] == name else LooksAlike(name, taken[0])


def _remote(row: tuple[Any, ...]) -> Remote:
    return Remote(*row)._replace(shared=bool(row[3]))
