"""``memora recall``."""

from typing import Annotated

import typer

from memora.cli import exits
from memora.cli.filters import (
    ConfidenceOption,
    KeyOption,
    SourceOption,
    StatusOption,
    TagOption,
    TextOption,
    TypeOption,
)
from memora.cli.nodes_text import node_line
from memora.cli.output import escape
from memora.cli.world import World
from memora.model.filter import read_filter
from memora.operations.look.recall import Answer, recall
from memora.operations.look.receipts import record_recall
from memora.sessions.questions import Question, question_fields


def run(
    world: World,
    query: Annotated[list[str], typer.Argument(metavar="QUERY...", help="A question, name, path or error.")],
    limit: Annotated[int | None, typer.Option("-n", min=1, help="How many at most.")] = None,
    type: TypeOption = None,
    status: StatusOption = None,
    tag: TagOption = None,
    source: SourceOption = None,
    key: KeyOption = None,
    min_confidence: ConfidenceOption = None,
    text: TextOption = None,
    at: Annotated[str | None, typer.Option("--at", metavar="REVISION", help="As memory was then.")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Show how each score came about.")] = False,
) -> int:
    """Example: memora recall "how are tokens signed" -n 3

    Find the memories that answer a question in plain words, an identifier, a path or an error message. What fits best
    comes first, shifted by confidence, standing and importance. Exit code 1 says that nothing was found.
    """
    wanted = read_filter(
        types=type or (),
        statuses=status or (),
        tags=tag or (),
        sources=source or (),
        key=key,
        min_confidence=min_confidence,
        text=text,
    )
    most = int(world.settings.number("recall.limit")) if limit is None else limit
    question = " ".join(query)
    with world.open_repository() as repository:
        answers = recall(repository, question, now=world.now, limit=most, wanted=wanted, revision=at)
        for answer in answers:
            _show(world, answer, explain)
        world.out.flush()
        handed_out = {answer.item.node.id: answer.item.version for answer in answers}
        asked = question_fields(Question(question, most, wanted, at))
        record_recall(repository, handed_out, author=world.author(), now=world.now, asked=asked)
    if answers:
        return exits.DONE
    world.out.note("nothing found")
    return exits.NEGATIVE


def _show(world: World, answer: Answer, explain: bool) -> None:
    if world.options.json:
        from memora.records.hits import hit_record

        world.out.record(hit_record(answer, explain=explain))
        return
    world.out.lines(_answer_lines(world, answer))
    if explain:
        for line in _explanation(answer):
            world.out.line(world.out.style("dim", f"    {line}"))


def _answer_lines(world: World, answer: Answer) -> list[str]:
    """The memory with all that it says, and where it is in dispute what each side says."""
    first, *rest = answer.item.node.content.split("\n")
    lines = [node_line(world.out, answer.item.node, now=world.now, key=True, text=first)]
    lines += [f"    {escape(line)}".rstrip() for line in rest]
    if answer.sides:
        from memora.cli.merge_text import dispute_lines

        lines += [f"  {line}" for line in dispute_lines([side.node for side in answer.sides])]
    return lines


def _explanation(answer: Answer) -> list[str]:
    score = answer.hit.score
    weight = score.importance
    matched = ", ".join(escape(term) for term in answer.hit.matched)
    named = ", ".join(escape(term) for term in answer.hit.named)
    return [
        f"score {score.total:.3f} = text {score.text:.3f} x length {score.length:.3f} x status {score.status:.2f}"
        f" x belief {score.belief:.3f}",
        f"importance {weight.total:.2f} (confidence {weight.confidence:.2f}, recency {weight.recency:.2f},"
        f" access {weight.access:.2f}{', pinned' if weight.pinned else ''})",
        f"holds {matched}" + (f"; named by {named}" if named else ""),
    ]
