"""The drawing of history in columns, as one would draw it by hand."""

from hypothesis import given
from hypothesis import strategies as st

from memora.cli.graph_text import GraphText
from memora.model.ids import CommitId, ObjectId


def draw(*lines: str) -> str:
    """The drawing of commits given as a name and its parents, the newest first."""
    drawing = GraphText()
    rows = []
    for line in lines:
        name, *parents = line.split()
        ids = [CommitId(ObjectId(parent.encode())) for parent in parents]
        first, *others = drawing.draw(CommitId(ObjectId(name.encode())), ids)[0]
        rows += [f"{first}{name}", *(row.rstrip() for row in others)]
    return "\n".join(rows)


def test_a_line() -> None:
    assert draw("c b", "b a", "a") == "* c\n* b\n* a"


def test_a_merge() -> None:
    assert (
        draw("m b c", "c a", "b a", "a")
        == """\
*   m
|\\
| * c
* | b
|/
* a"""
    )


def test_a_branch_that_was_not_merged() -> None:
    assert (
        draw("c a", "b a", "a")
        == """\
* c
| * b
|/
* a"""
    )


def test_a_merge_below_a_merge() -> None:
    assert (
        draw("n m d", "d b", "m b c", "c b", "b a", "a")
        == """\
*   n
|\\
| * d
* |   m
|\\ \\
| |/
|/|
| * c
|/
* b
* a"""
    )


def test_a_line_that_crosses_others() -> None:
    assert (
        draw("x a", "y b", "z c", "w a", "c b", "b a", "a")
        == """\
* x
| * y
| | * z
| | | * w
| | |/
| |/|
|/| |
| | * c
| |/
| * b
|/
* a"""
    )


def test_a_first_commit_ends_its_line() -> None:
    assert (
        draw("x a", "r", "y b", "a", "b")
        == """\
* x
| * r
| * y
* | a
 /
* b"""
    )


def test_a_criss_cross() -> None:
    assert (
        draw("m a b", "x a b", "a r", "b r", "r")
        == """\
*   m
|\\
| | *   x
| | |\\
| |/ /
|/|/
* | a
| * b
|/
* r"""
    )


def test_a_merge_beside_another_line() -> None:
    assert (
        draw("m b c", "t a", "c b", "b a", "a")
        == """\
*   m
|\\
| | * t
| * | c
|/ /
* | b
|/
* a"""
    )


def test_a_commit_with_three_parents() -> None:
    assert (
        draw("m b c d", "d a", "c a", "b a", "a")
        == """\
*     m
|\\
|\\ \\
| | * d
| * | c
| |/
* | b
|/
* a"""
    )


@st.composite
def histories(draw_from: st.DrawFn) -> list[tuple[int, list[int]]]:
    """Commits 0, 1, 2 … the newest first, each with parents among the later numbers."""
    size = draw_from(st.integers(1, 12))
    return [
        (
            number,
            draw_from(st.lists(st.integers(number + 1, size - 1), max_size=2, unique=True))
            if number < size - 1
            else [],
        )
        for number in range(size)
    ]


@given(histories())
def test_every_commit_has_one_star_and_all_lines_of_a_commit_one_width(history: list[tuple[int, list[int]]]) -> None:
    drawing = GraphText()
    for number, parents in history:
        rows, below = drawing.draw(_id(number), [_id(parent) for parent in parents])
        assert rows[0].count("*") == 1
        assert not any("*" in row for row in rows[1:])
        assert len({len(row) for row in [*rows, below]}) == 1
        assert set("".join(rows)) <= set("*|/\\ ")


def _id(number: int) -> CommitId:
    return CommitId(ObjectId(bytes([number])))
