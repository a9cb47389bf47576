"""The tables and examples of docs/json.md, as the models and the commands have them.

``python tests/records/documented_records.py`` writes them into the page; a test sees that they are there. They stand
between ``<!-- memora.node/v1 -->``, or ``<!-- observation -->`` for a part, and ``<!-- end -->``.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[2])]

from pydantic import JsonValue
from pydantic.fields import FieldInfo
from record_cases import APART, DELETED, LEFT, OTHERS, SHARED, TRIAL, Case, case, run_case
from record_store import (
    damage_a_memory,
    edit_an_export,
    lose_the_witness,
    make_a_git_repository,
    see_a_remote,
    take_the_evidence,
    write_notes,
)

from memora.records.schemas import SHAPES, agents, care, exchange, history, nodes, read_record, sessions, share
from memora.records.schemas.fields import Part, Record

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "json.md"
WIDTH: Final = 100

_BLOCK = re.compile(r"^<!-- ([a-z][\w./ -]*) -->\n(.*?)^<!-- end -->$", re.MULTILINE | re.DOTALL)
_WORDS: Final = {str: "text", bool: "true or false", int: "integer", float: "number", NoneType: "null"}


class Example(NamedTuple):
    """A command that prints a record of a shape; of several the first that has the values of ``where``."""

    case: Case
    where: tuple[str, str] | None = None


RUN: Final = "session start --id run-1 --source claude_code"

EXAMPLES: Final[dict[type[Record], Example]] = {
    nodes.NodeRecord: Example(case("list --key auth.jwt.rotation")),
    nodes.ShownNodeRecord: Example(case("show auth.jwt.algorithm")),
    nodes.ChangeSetRecord: Example(case("add 'Tests run with pytest -n 2' --key tests.command")),
    nodes.RetractionRecord: Example(case("retract auth.jwt.algorithm --reason 'it was HS256 all along'")),
    nodes.BatchRecord: Example(case("add --batch -", stdin='{"content": "one"}\n{"content": "two"}\n')),
    nodes.HitRecord: Example(case("recall --explain how do we deploy")),
    nodes.ChangeRecord: Example(case("diff v1 HEAD --semantic"), ("change", "modified")),
    nodes.BlameRecord: Example(case("blame auth.sessions"), ("field", "status")),
    nodes.WhyRecord: Example(case("why auth.jwt.rotation")),
    history.StatusRecord: Example(case("status")),
    history.CommitRecord: Example(case("commit -m 'Which port it is'")),
    history.RollbackRecord: Example(case("rollback --to v1")),
    history.RevertRecord: Example(case("revert second-agent", before="commit -m all")),
    history.PickRecord: Example(case("cherry-pick third-agent", before="commit -m all")),
    sessions.ReplayedRecord: Example(
        case("replay --onto third-agent", before=f"{RUN}; add 'Builds take 3 minutes' -k build.time; session end")
    ),
    sessions.SessionRecord: Example(case("session end", before=f"{RUN}; recall how do we deploy")),
    sessions.SessionDetailRecord: Example(case("session show run-1", before=f"{RUN}; recall deploy; session end")),
    sessions.EventRecord: Example(
        case("""session record --type note --data '{"text": "tests are green"}'""", before=RUN)
    ),
    sessions.MomentRecord: Example(
        case("replay --from 2", before=f"{RUN}; add 'Builds take 3 minutes' -k build.time; session end")
    ),
    sessions.ReceiptRecord: Example(case("receipts --session run-1", before=f"{RUN}; recall how do we deploy")),
    sessions.ImpactRecord: Example(case("impact deploy.steps")),
    sessions.AskedAgainRecord: Example(case("replay --against v1", before=f"{RUN}; recall how do we deploy")),
    history.RefRecord: Example(case("branch"), ("name", "main")),
    history.BranchDetailRecord: Example(case("branch --verbose"), ("name", "third-agent")),
    history.AnnotatedTagRecord: Example(case("tag"), ("name", "v1")),
    history.SwitchRecord: Example(case("switch -c feature/auth")),
    history.MergeRecord: Example(case("merge apart", before=APART)),
    history.ConflictRecord: Example(case("conflicts", before=f"{DELETED}; merge edited"), ("key", "auth.sessions")),
    history.ForgottenRecord: Example(case("resolve deploy.steps --forget", before="resolve deploy.steps --ours")),
    history.BisectionRecord: Example(case("bisect start HEAD v1")),
    history.CulpritRecord: Example(case(f"bisect run --json --nodes {TRIAL}", before="bisect start HEAD v1")),
    history.OperationRecord: Example(case("undo")),
    history.LoggedOperationRecord: Example(case("op log")),
    history.ShownOperationRecord: Example(case("op show 2")),
    share.ExportRecord: Example(case("export --to agents-md --budget 150")),
    share.TargetRecord: Example(case("export --list"), ("name", "cursor")),
    share.HandEditRecord: Example(
        case("export --pull --commit", before="export --to claude-code", spoil=edit_an_export)
    ),
    share.ImportedRecord: Example(case("import doc/adr", spoil=write_notes)),
    exchange.CloneRecord: Example(case("clone shared other", before=f"{SHARED}; push origin third-agent")),
    exchange.FetchRecord: Example(case("fetch", before=f"{SHARED}; push; {OTHERS}")),
    exchange.PushRecord: Example(case("push origin behind", before=f"{SHARED}; push")),
    exchange.PullRecord: Example(case("pull", before=f"{SHARED}; commit -m 'Five more'; push; {OTHERS}")),
    exchange.BundleRecord: Example(
        case("bundle create memory.bundle v1..main --note 'Read this first.'", before="commit -m more")
    ),
    exchange.UnbundleRecord: Example(
        case("-C fresh bundle unbundle ../memory.bundle", before="bundle create memory.bundle; init fresh")
    ),
    exchange.HandoffRecord: Example(case("handoff --to codex --commit")),
    exchange.SyncRecord: Example(case("sync", before=f"{SHARED}; commit -m 'Five more'; push")),
    share.RemoteRecord: Example(case("remote add origin git+https://ada:secret@example.org/code.git")),
    share.RemoteDetailRecord: Example(case("remote show origin", spoil=see_a_remote)),
    share.CompactedRecord: Example(case("remote compact", before=f"{SHARED}; push; commit -m more; push")),
    share.SweptRecord: Example(case("remote prune", before=LEFT)),
    care.StoreRecord: Example(case("init elsewhere")),
    care.DemoRecord: Example(case("-C .. demo story")),
    care.StatsRecord: Example(case("stats")),
    care.SettingRecord: Example(case("config set gc.threshold 0.25")),
    care.SettingsFileRecord: Example(case("config path")),
    care.CheckRecord: Example(case("doctor", spoil=lose_the_witness), ("name", "witness")),
    care.ProblemRecord: Example(case("fsck", spoil=damage_a_memory)),
    care.SuspectedPairRecord: Example(case("check --contradictions", before="add 'The service listens on port 8081'")),
    care.GitHookRecord: Example(case("git-hook install", spoil=make_a_git_repository)),
    care.EvidenceRecord: Example(case("verify", spoil=take_the_evidence), ("verdict", "changed")),
    care.RepairedRecord: Example(case("fsck --repair", spoil=lose_the_witness)),
    care.CollectionRecord: Example(case("gc --dry-run")),
    care.PrunedRecord: Example(case("prune --older-than 1s --dry-run")),
    care.PurgeRecord: Example(case("purge auth.sessions --yes")),
    care.ReindexRecord: Example(case("reindex")),
    agents.AgentRecord: Example(case("agent status", before="agent install codex"), ("agent", "codex")),
    agents.AgentChangeRecord: Example(case("agent install claude-code")),
    care.WarningRecord: Example(case("reindex", spoil=damage_a_memory)),
    care.ErrorRecord: Example(case("switch second-agent")),
}

PARTS: Final[dict[str, type[Part]]] = {
    re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.removesuffix("Part")).lower(): part
    for module in (nodes, history, sessions, share, exchange, care, agents)
    for name, part in vars(module).items()
    if name.endswith("Part") and name != "Part"
}


def write_anew(page: str) -> str:
    """A page with the tables and examples as they are now; parts it does not have yet come at its end."""
    missing = [name for name in PARTS if name not in blocks(page)]
    page += "".join(f"\n### {name}\n\n<!-- {name} -->\n<!-- end -->\n" for name in missing)
    return _BLOCK.sub(lambda block: f"<!-- {block[1]} -->\n{contents(block[1])}\n<!-- end -->", page)


def blocks(page: str) -> dict[str, str]:
    """What a page has under each name of a record or part."""
    return {name: shown.strip("\n") for name, shown in _BLOCK.findall(page)}


def contents(name: str) -> str:
    """The tables and examples of a record, or the table of a part."""
    if name not in SHAPES:
        return f"{_text(PARTS[name])}\n\n{table(PARTS[name])}"
    pieces = []
    for shape in SHAPES[name]:
        pieces += [_text(shape), table(shape), example(shape)]
    return "\n\n".join(pieces)


def table(model: type[Part]) -> str:
    """What a model adds to the one it extends, field by field."""
    hints = get_type_hints(model, include_extras=True)
    own = [name for name in model.__annotations__ if name not in ("model_config", "schema_name")]
    rows = ["| field | type | what it says | left out |", "|---|---|---|---|"]
    for name in own:
        field = model.model_fields[name]
        extra = field.json_schema_extra
        when = extra["left_out"] if isinstance(extra, dict) else ""
        rows.append(f"| `{field.alias or name}` | {type_words(hints[name])} | {field.description} | {when} |")
    return "\n".join(rows)


def type_words(annotation: Any) -> str:
    """An annotation in the words of the page."""
    if annotation is JsonValue:
        return "any value"
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return next(item.title for item in arguments[1:] if isinstance(item, FieldInfo))
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in arguments)
    if origin in (Union, UnionType):
        return " or ".join(map(type_words, arguments))
    if origin is list:
        return f"list of {type_words(arguments[0])}"
    if origin is dict:
        return f"object: name to {type_words(arguments[1])}"
    if annotation in _WORDS:
        return _WORDS[annotation]
    for name, shapes in SHAPES.items():
        if annotation in shapes:
            return f"[`{name}`](#{re.sub('[./]', '', name)})"
    part = next(name for name, part in PARTS.items() if part is annotation)
    return f"[{part}](#{part.replace(' ', '-')})"


def example(shape: type[Record]) -> str:
    """A command and the record of that shape which it prints in the store of the tests."""
    chosen, where = EXAMPLES[shape]
    with tempfile.TemporaryDirectory() as directory:
        result = run_case(chosen, Path(directory))
        text = (result.out + result.err).replace(directory, "/path/to")
    for line in text.splitlines():
        record = json.loads(line)
        if type(read_record(record)) is shape and (where is None or record[where[0]] == where[1]):
            command = chosen.line if "--json" in chosen.line else f"{chosen.line} --json"
            return f"`memora {command}`:\n\n```json\n{laid_out(record)}\n```"
    raise AssertionError((shape, text))


def laid_out(value: Any, indent: int = 0, before: int = 0) -> str:
    """A value as JSON over as few lines as fit the page; ``before`` columns of its first line are taken."""
    short = json.dumps(value, ensure_ascii=False)
    if indent + before + len(short) < WIDTH or not isinstance(value, dict | list) or not value:
        return short
    inner = " " * (indent + 2)
    if isinstance(value, dict):
        names = [f"{json.dumps(name)}: " for name in value]
        items = [
            f"{inner}{name}{laid_out(item, indent + 2, len(name))}"
            for name, item in zip(names, value.values(), strict=True)
        ]
    else:
        items = [inner + laid_out(item, indent + 2) for item in value]
    left, right = "{}" if isinstance(value, dict) else "[]"
    return f"{left}\n" + ",\n".join(items) + f"\n{' ' * indent}{right}"


def _text(model: type[Part]) -> str:
    return re.sub(r"\s*\n\s*", " ", (model.__doc__ or "").strip())


if __name__ == "__main__":
    PAGE.write_text(write_anew(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
