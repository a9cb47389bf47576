"""The lines of history drawn in columns: one commit a row, `*` where it is, and how the columns move between rows.

Pure: it sees nothing but ids. A column holds the commit that its line leads down to. Edges move one column a
line, so an edge that crosses others takes several lines, and always runs between the columns, never on one.
"""

from __future__ import annotations

from collections.abc import Sequence

from memora.model.ids import CommitId

_Edge = tuple[int, int]


class GraphText:
    """Draws commits given one after the other, each before its parents."""

    def __init__(self) -> None:
        self._columns: list[CommitId] = []

    def draw(self, commit: CommitId, parents: Sequence[CommitId]) -> tuple[list[str], str]:
        """The lines of one commit, all of one width, and the line that goes on below them.

        The first holds the commit; the others move the columns and may stand beside text.
        """
        if commit not in self._columns:
            self._columns.append(commit)
        place = self._columns.index(commit)
        lines = ["".join("* " if column == place else "| " for column in range(len(self._columns)))]
        if not parents:
            lines += self._end(place)
        else:
            lines += self._part(place, parents) + self._join()
        below = "| " * len(self._columns)
        width = max(map(len, [*lines, below]))
        return [line.ljust(width) for line in lines], below.ljust(width)

    def _end(self, place: int) -> list[str]:
        """Close the column of a first commit."""
        edges = [(column, column - (column > place)) for column in range(len(self._columns)) if column != place]
        del self._columns[place]
        return [_line(edges)] if any(start != end for start, end in edges) else []

    def _part(self, place: int, parents: Sequence[CommitId]) -> list[str]:
        """Lead the column on to the first parent, and open one for each other parent to its right."""
        self._columns[place] = parents[0]
        lines = []
        for parent in reversed(parents[1:]):
            edges = [(column, column + (column > place)) for column in range(len(self._columns))]
            lines.append(_line([*edges, (place, place + 1)]))
            self._columns.insert(place + 1, parent)
        return lines

    def _join(self) -> list[str]:
        """Lead columns that go down to the same commit into the leftmost of them."""
        wanted = list(dict.fromkeys(self._columns))
        ends = [wanted.index(commit) for commit in self._columns]
        places = list(range(len(ends)))
        self._columns = wanted
        lines = []
        while places != ends:
            moved = [place - (place > end) for place, end in zip(places, ends, strict=True)]
            lines.append(_line(list(zip(places, moved, strict=True))))
            places = moved
        return lines


def _line(edges: list[_Edge]) -> str:
    """One line: `|` for an edge that stays, `/` and `\\` for one that moves a column to the left or right."""
    characters: dict[int, str] = {}
    for start, end in edges:
        mark = "|" if start == end else "/" if start > end else "\\"
        characters[start + end] = mark
    width = 2 * (max(end for _, end in edges) + 1)
    return "".join(characters.get(at, " ") for at in range(max(characters) + 1)).ljust(width)
