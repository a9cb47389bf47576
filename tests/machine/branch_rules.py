"""What workspaces do to names: branches, tags, and which of them a workspace is on."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from pointer_model import Refusal
from two_workspaces import WORKSPACES, TwoWorkspaces, branches, revisions, tags, workspaces

from memora.operations.history.branch import create_branch, delete_branch, rename_branch
from memora.operations.history.switch import switch, switch_to_commit, switch_to_new
from memora.operations.history.tag import create_tag, delete_tag


class BranchRules(TwoWorkspaces):
    @rule(workspace=workspaces, name=branches, start=st.none() | revisions)
    def make_branch(self, workspace: str, name: str, start: str | int | None) -> None:
        revision = None if start is None else self.name(start)

        def model(_: object) -> None:
            target = self.model.resolve(workspace, revision)
            self.model.require_absent(name)
            self.model.move(workspace, {f"branch:{name}": target})

        self.both(workspace, create_branch, model, name, revision)

    @rule(workspace=workspaces, name=branches, force=st.booleans())
    def delete_branch(self, workspace: str, name: str, force: bool) -> None:
        def model(_: object) -> None:
            heads = [self.model.get(f"head:{other}") for other in WORKSPACES]
            if any(branch == name for branch, _ in heads):
                raise Refusal("BranchInUse")
            tip = self.model.get(f"branch:{name}")
            if tip is None:
                raise Refusal("NotFound")
            others = [self.model.get(f"branch:{other}") for other in self.model.names("branch") if other != name]
            starts = [start for start in (*others, self.model.get(f"head:{workspace}")[1]) if start is not None]
            if not force and tip not in self.model.ancestors(*starts):
                raise Refusal("NotMerged")
            self.model.move(workspace, {f"branch:{name}": None})

        self.both(workspace, delete_branch, model, name, force=force)

    @rule(workspace=workspaces, old=st.none() | branches, new=branches)
    def rename_branch(self, workspace: str, old: str | None, new: str) -> None:
        def model(_: object) -> None:
            name = old or self.model.get(f"head:{workspace}")[0]
            if name is None:
                raise Refusal("BadUsage")
            moved: dict[str, Any] = {
                f"head:{other}": (new, commit)
                for other in WORKSPACES
                for branch, commit in [self.model.get(f"head:{other}")]
                if branch == name
            }
            tip = self.model.get(f"branch:{name}")
            if tip is None and not moved:
                raise Refusal("NotFound")
            if new == name:
                raise Refusal("AlreadyExists")
            self.model.require_absent(new)
            if tip is not None:
                moved |= {f"branch:{name}": None, f"branch:{new}": tip}
            self.model.move(workspace, moved)

        self.both(workspace, rename_branch, model, old, new)

    @rule(workspace=workspaces, name=branches, carry=st.booleans())
    def switch(self, workspace: str, name: str, carry: bool) -> None:
        def model(_: object) -> None:
            head, tip = self.model.get(f"head:{workspace}"), self.model.get(f"branch:{name}")
            if tip is None and head != (name, None):
                raise Refusal("NotFound")
            if head != (name, tip):
                self.model.go(workspace, (name, tip), carry=carry)

        self.both(workspace, switch, model, name, carry=carry)

    @rule(workspace=workspaces, name=branches, start=st.none() | revisions, carry=st.booleans())
    def switch_to_new(self, workspace: str, name: str, start: str | int | None, carry: bool) -> None:
        revision = None if start is None else self.name(start)

        def model(_: object) -> None:
            branch, here = self.model.get(f"head:{workspace}")
            target = here if revision is None else self.model.resolve(workspace, revision)
            if target is None and branch == name:
                raise Refusal("AlreadyExists")
            self.model.require_absent(name)
            made = {} if target is None else {f"branch:{name}": target}
            self.model.go(workspace, (name, target), made, carry=carry, keep=target == here)

        self.both(workspace, switch_to_new, model, name, revision, carry=carry)

    @rule(workspace=workspaces, start=revisions | st.just("HEAD"), carry=st.booleans())
    def detach(self, workspace: str, start: str | int, carry: bool) -> None:
        revision = self.name(start)

        def model(_: object) -> None:
            target = self.model.resolve(workspace, revision)
            here = self.model.get(f"head:{workspace}")
            if here != (None, target):
                self.model.go(workspace, (None, target), carry=carry, keep=target == here[1])

        self.both(workspace, switch_to_commit, model, revision, carry=carry)

    @rule(workspace=workspaces, name=tags, force=st.booleans(), message=st.none() | st.just("why"))
    def tag(self, workspace: str, name: str, force: bool, message: str | None) -> None:
        def model(_: object) -> None:
            if self.model.get(f"tag:{name}") is not None and not force:
                raise Refusal("AlreadyExists")
            target = self.model.resolve(workspace, None)
            self.model.move(workspace, {f"tag:{name}": (target, None if message is None else self.now)})

        self.both(workspace, create_tag, model, name, message=message, force=force)

    @precondition(lambda self: self.model.names("tag"))
    @rule(workspace=workspaces, name=tags)
    def delete_tag(self, workspace: str, name: str) -> None:
        def model(_: object) -> None:
            if self.model.get(f"tag:{name}") is None:
                raise Refusal("NotFound")
            self.model.move(workspace, {f"tag:{name}": None})

        self.both(workspace, delete_tag, model, name)
