"""What events of sessions say once something is erased."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from memora.model.ids import CommitId, ObjectId, TreeId, VersionId
from memora.sessions.events import ERASED, OWN_TYPES

if TYPE_CHECKING:
    from memora.operations.care.purging.rewriting import Rewriting


_OTHER = "x_"  # types of events that agents name themselves


class EventRewriting:
    """Rewrites events one by one. The same event says the same wherever it is kept."""

    def __init__(self, rewriting: Rewriting) -> None:
        self._rewriting = rewriting
        erasure, names = rewriting.erasure, rewriting.names
        # What memora itself writes, by the field: ids lead to what is there now, and names stay names.
        self._fields: dict[str, Callable[[Any], Any]] = {
            "version": self._version,
            "was": self._version,
            "commit": self._commit,
            "before": self._tree,
            "nodes": self._handed_out,
            "summary": lambda text: erasure.summary(text) if isinstance(text, str) else text,
            "source": lambda text: erasure.source(text) if isinstance(text, str) else text,
            "branch": lambda text: names.give("branch", text) if isinstance(text, str) else text,
            "workspace": lambda text: names.give("workspace", text) if isinstance(text, str) else text,
        }

    def rewrite(self, event: str, data: dict[str, Any], tree: bytes | None) -> tuple[str, dict[str, Any], bytes | None]:
        """Type, data and tree of an event. One about a version that is gone says only that it was."""
        after = tree if tree is None else self._rewriting.trees.rewrite(TreeId(ObjectId(tree)))
        if event not in OWN_TYPES:
            return self._type(event), self._rewriting.erasure.data(data), after
        if event.startswith("node_") and any(self._is_gone(data.get(field)) for field in ("version", "was")):
            return ERASED, {"operation": data["operation"]} if "operation" in data else {}, after
        said = {
            name: self._fields[name](value) if name in self._fields else self._own(value)
            for name, value in data.items()
        }
        return event, said, after

    def _type(self, event: str) -> str:
        own = event.removeprefix(_OTHER)
        return event if own == event else _OTHER + self._rewriting.erasure.name(own)

    def _own(self, value: Any) -> Any:
        """What memora says where it is not known what: numbers of its own are times and counts."""
        return value if isinstance(value, int) else self._rewriting.erasure.data(value)

    def _is_gone(self, value: Any) -> bool:
        return self._known(value) is None

    def _known(self, value: Any) -> Any:
        """The id of a version in the place of one, in hexadecimal; None where there is none."""
        version = _id_of(value)
        if version is None or version not in self._rewriting.versions:
            return value if value is not None else ""
        new = self._rewriting.versions[VersionId(version)]
        return None if new is None else new.hex()

    def _version(self, value: Any) -> Any:
        return self._known(value) or value

    def _commit(self, value: Any) -> Any:
        commit = _id_of(value)
        new = None if commit is None else self._rewriting.commits.get(CommitId(commit))
        return value if new is None else new.hex()

    def _tree(self, value: Any) -> Any:
        tree = _id_of(value)
        if tree is None or self._rewriting.objects.kind_of(tree) != "tree":
            return value
        return self._rewriting.trees.rewrite(TreeId(tree)).hex()

    def _handed_out(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        known = ((node, self._known(version)) for node, version in value.items())
        return {node: version for node, version in known if version is not None}


def _id_of(value: Any) -> ObjectId | None:
    """The id of an object that a text in hexadecimal is, or None."""
    try:
        found = bytes.fromhex(value)
    except (TypeError, ValueError):
        return None
    return ObjectId(found) if len(found) == 32 else None
