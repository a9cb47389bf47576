"""Every object that a purge replaces, and what stands in its place: versions, trees, commits, tags and sessions."""

from __future__ import annotations

from collections.abc import Iterator

from memora.errors import BadInput, Damaged
from memora.history.load import load_commit, load_tag
from memora.model import canonical
from memora.model.commit import Commit, encode_commit, encode_tag
from memora.model.erasure import Erasure
from memora.model.ids import CommitId, ObjectId, SessionId, TagId, TreeId, VersionId
from memora.operations.care.projection import parents_first
from memora.operations.care.purging.elsewhere import Elsewhere
from memora.operations.care.purging.events import EventRewriting
from memora.operations.care.purging.names import Names
from memora.operations.care.purging.trees import TreeRewriting
from memora.operations.care.purging.versions import Versions, rewrite_versions
from memora.operations.revisions import REMOTES
from memora.repository import Repository
from memora.sessions.sealing import read_events, read_sealed, seal
from memora.storage.refs import BRANCHES, SESSIONS, TAGS
from memora.storage.session_event import Event
from memora.storage.session_log import Session, chain_hash


class Rewriting:
    """Old ids and new ones. Whatever is written new lies in the open transaction; nothing is removed yet.

    ``logs`` are the sessions, by name, that are to be restored from what stands for them elsewhere; None removes one.
    """

    def __init__(self, repository: Repository, erasure: Erasure, elsewhere: Elsewhere | None = None) -> None:
        self.repository = repository
        self.objects = repository.objects
        self.erasure = erasure
        self.elsewhere = elsewhere
        self.versions: Versions = {}
        self.commits: dict[CommitId, CommitId] = {}
        self.tags: dict[TagId, TagId | None] = {}
        self.sessions: dict[SessionId, SessionId | None] = {}
        self.logs: dict[str, SessionId | None] = {}
        self.parts: set[ObjectId] = set()
        self.names = Names(erasure, self.moved)
        self.trees = TreeRewriting(self.objects, self.versions)
        self.events = EventRewriting(self)

    def run(self) -> None:
        """Write everything that takes the place of something. Raises Damaged."""
        self._reserve_names()
        known: Versions = {} if self.elsewhere is None else self.elsewhere.versions(self.objects)
        self.versions.update(rewrite_versions(self.objects, self.erasure, self.repository.index.add_node, known))
        self._commits()
        self._tags()
        self._sessions()

    def moved(self, target: ObjectId) -> ObjectId | None:
        """What a reference to a commit, tag, session or version leads to now; None where that is gone."""
        if target in self.versions:
            return self.versions[VersionId(target)]
        if target in self.tags:
            return self.tags[TagId(target)]
        return self.commits.get(CommitId(target)) or self.sessions.get(SessionId(target), SessionId(target))

    def replaced(self) -> set[ObjectId]:
        """The versions, commits, tags and sessions that are to go, now that everything in their places is written."""
        return {*self.versions, *self.commits, *self.tags, *self.sessions, *self.parts}

    def places(self) -> Iterator[tuple[ObjectId, ObjectId]]:
        """What was in a place, and what took it."""
        yield from ((old, new) for old, new in self.versions.items() if new is not None)
        yield from self.commits.items()
        yield from ((tag, new) for tag, new in self.tags.items() if new is not None)
        yield from ((session, new) for session, new in self.sessions.items() if new is not None)

    def hit_trees(self) -> set[ObjectId]:
        """Every tree, and part of one, that names a version that is to go."""
        if not self.versions:
            return set()
        trees = [TreeId(tree) for _, tree, kind, _ in self.objects.sizes() if kind == "tree"]
        return {tree for tree in trees if self.trees.is_hit(tree)}

    def _reserve_names(self) -> None:
        refs = self.repository.refs
        for prefix, sort in ((BRANCHES, "branch"), (TAGS, "tag"), (SESSIONS, "session")):
            self.names.reserve(sort, (name for name, _ in refs.list(prefix)))  # type: ignore[arg-type]
        # Branches of remotes are called here as there.
        there = [name for remote in refs.remotes.list() for name in refs.remotes.tips(remote)]
        self.names.reserve("branch", (name.partition("/")[2] for name, _ in refs.list(REMOTES)))
        self.names.reserve("branch", (name.removeprefix(BRANCHES) for name in there if name.startswith(BRANCHES)))
        self.names.reserve("tag", (name.removeprefix(TAGS) for name in there if name.startswith(TAGS)))
        self.names.reserve("workspace", (workspace.name for workspace in refs.workspaces.list()))
        self.names.reserve("remote", (remote.name for remote in refs.remotes.list()))
        self.names.reserve("session", (session.id for session in list(self.repository.sessions.newest_first())))

    def _commits(self) -> None:
        rows = [(row, CommitId(commit)) for row, commit, _ in list(self.objects.rows("commit"))]
        every = {commit: (row, load_commit(self.objects, commit)) for row, commit in rows}
        for commit in parents_first(every):
            known = None if self.elsewhere is None else self.elsewhere.commit(self.objects, commit)
            if known is not None:
                self.commits[commit] = known
                continue
            before = every[commit][1]
            after = self._commit(before)
            if after != before:
                new, row, is_new = self.objects.insert("commit", encode_commit(after))
                if is_new:
                    self.repository.index.commits.add(row, after)
                self.commits[commit] = CommitId(new)

    def _commit(self, commit: Commit) -> Commit:
        decisions = tuple(
            decision if decision.overruled is None else decision._replace(overruled=self._version(decision.overruled))
            for decision in commit.decisions
            if decision.node not in self.erasure.nodes
        )
        # Two parents that differed in what goes alone may have become one.
        parents = tuple(dict.fromkeys(self.commits.get(parent, parent) for parent in commit.parents))
        tree = self.trees.rewrite(commit.tree)
        is_theirs = self.elsewhere is not None and self.elsewhere.name is not None
        if is_theirs and (tree, parents, decisions) == (commit.tree, commit.parents, commit.decisions):
            return commit  # whoever erased it elsewhere left this one as it is, so it has to be the same here
        return Commit(
            tree,
            parents,
            self.erasure.prose(commit.author),
            commit.at,
            self.erasure.prose(commit.message),
            decisions,
        )

    def _version(self, version: VersionId) -> VersionId | None:
        return self.versions.get(version, version)

    def _tags(self) -> None:
        for _, object_id, _ in list(self.objects.rows("tag")):
            before = load_tag(self.objects, TagId(object_id))
            if self.elsewhere is not None and object_id in self.elsewhere.ids:
                self.tags[TagId(object_id)] = self.elsewhere.tag(self.objects, before.name)
                continue
            after = before._replace(
                name=self.names.give("tag", before.name),
                commit=self.commits.get(before.commit, before.commit),
                author=self.erasure.prose(before.author),
                message=self.erasure.prose(before.message),
            )
            if after != before:
                self.tags[TagId(object_id)] = TagId(self.objects.write("tag", encode_tag(after)))

    def _sessions(self) -> None:
        """Seal every session anew that says something else now; its old parts go with it."""
        heads = self._session_heads()
        old: set[ObjectId] = set()
        kept: set[ObjectId] = {head for head in heads if self.elsewhere is None or head not in self.elsewhere.ids}
        for head in heads:
            sealed = read_sealed(self.objects, head)
            parts = set(sealed.parts)
            if self.elsewhere is not None and head in self.elsewhere.ids:
                self._replace_session(head, sealed.session, self.elsewhere.session(self.objects, sealed.session))
                old |= parts
                continue
            new = self._seal(head)
            if new == head:
                kept |= parts
            else:
                self.sessions[head] = new
                old |= parts
                kept |= {new, *read_sealed(self.objects, new).parts}
        # Parts that no session has, such as those of one that was being taken in.
        for needle in self.erasure.texts:
            old |= {object_id for object_id, _ in self.objects.holding("session", needle.encode())}
        if self.elsewhere is not None:
            here = self.objects.present(tuple(self.elsewhere.ids))
            old |= {object_id for object_id in here if self.objects.kind_of(object_id) == "session"}
        self.parts = old - kept

    def _replace_session(self, head: SessionId, name: str, new: SessionId | None) -> None:
        """Put another session in the place of one, whose words that are to go are not known here."""
        self.sessions[head] = new
        if self.repository.refs.find(SESSIONS + name) == head:
            self.logs[name] = new

    def _session_heads(self) -> list[SessionId]:
        return [
            SessionId(object_id)
            for _, object_id, body in self.objects.rows("session")
            if "parts" in canonical.parse_verified(body)
        ]

    def _seal(self, head: SessionId) -> SessionId:
        try:
            sealed = read_sealed(self.objects, head)
            events = list(read_events(self.objects, sealed))
        except BadInput as error:
            raise Damaged(f"the object {head.hex()[:12]} of a session cannot be trusted: {error}") from None
        session = self.session(
            Session(
                0,
                sealed.session,
                sealed.source,
                sealed.workspace,
                sealed.owner,
                sealed.started_at,
                sealed.ended_at,
                sealed.outcome,
            )
        )
        rewritten, last = [], b""
        for event in events:
            name, data, tree = self.events.rewrite(event.event, event.data, event.tree)
            text = canonical.encode_checked(data).decode()
            last = chain_hash(last, session.id, event.seq, event.at, name, text, tree)
            rewritten.append(Event(session.id, event.seq, event.at, name, data, tree))
        return seal(self.objects, session, rewritten, last)

    def session(self, session: Session) -> Session:
        """What a session says of itself, as its first event will say it."""
        return Session(
            session.number,
            self.names.give("session", session.id),
            self.erasure.source(session.source),
            self.names.give("workspace", session.workspace),
            self.erasure.prose(session.owner),
            session.started_at,
            session.ended_at,
            session.outcome,
        )
