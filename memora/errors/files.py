"""What is wrong with files beside the store: those that memora imports, and those that it writes."""

from __future__ import annotations

from memora.errors import BadUsage, Kind, MemoraError, Refused


class BadFiles(MemoraError):
    """Files that cannot be imported. Nothing of any was stored. ``places`` holds ``PATH:LINE: PROBLEM``, the first."""

    code = "bad_files"
    kind = Kind.USAGE
    wish = "read"

    def __init__(self, places: tuple[str, ...]) -> None:
        many = "1 place" if len(places) == 1 else f"{len(places)} places"
        super().__init__(f"{many} cannot be {self.wish}, nothing was imported")
        self.places = places


class SecretFiles(BadFiles):
    """Files of which some hold secrets. Nothing of any was stored."""

    code = "secret_files"
    kind = Kind.REFUSED
    wish = "taken in"


class TemplateFailed(BadUsage):
    """A template cannot be read, does what none may, or did not end. ``line`` is None where it is not known."""

    code = "template_failed"

    def __init__(self, file: str, line: int | None, problem: str) -> None:
        super().__init__(f"template {file}{'' if line is None else f', line {line}'}: {problem}")
        self.file, self.line, self.problem = file, line, problem


class DamagedBlock(Refused):
    """The markers of memora's block in a file do not make one block. Nothing was written.

    ``lines`` are the numbers of the lines with markers, from 1.
    """

    code = "damaged_block"

    def __init__(self, path: str, problem: str, lines: tuple[int, ...]) -> None:
        places = ", ".join(map(str, lines[:5])) + (", …" if len(lines) > 5 else "")
        super().__init__(f"{path}: {problem} (line {places})" if len(lines) == 1 else f"{path}: {problem} ({places})")
        self.path, self.problem, self.lines = path, problem, lines


class HandEdited(Refused):
    """A block was edited by hand, and to write it anew would lose that. Nothing was written."""

    code = "hand_edited"

    def __init__(self, path: str, edits: tuple[str, ...]) -> None:
        count = "1 edit" if len(edits) == 1 else f"{len(edits)} edits"
        super().__init__(f"{path} was edited by hand, and the store does not know of {count}")
        self.path, self.edits = path, edits


class NotOurs(Refused):
    """A file that memora would write whole is there and was not written by memora. Nothing was written."""

    code = "not_ours"

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} exists and was not written by memora")
        self.path = path


class OutsideProject(Refused):
    """A path to write to that is not the project's. Nothing was written."""

    code = "outside_project"

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path} {problem}")
        self.path, self.problem = path, problem
