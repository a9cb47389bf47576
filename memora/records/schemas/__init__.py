"""The shape of every record, for programs that read them (docs/json.md). Nothing imports this to run a command.

A name such as ``memora.ref/v1`` stands for one record or for several that differ by what a command adds: its shapes.
Docstrings and descriptions of the models are the Markdown that docs/json.md shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from memora.errors import BadInput
from memora.records.schemas import agents, care, exchange, history, nodes, sessions, share
from memora.records.schemas.fields import Record

SHAPES: Final[Mapping[str, tuple[type[Record], ...]]] = {
    "memora.node/v1": (nodes.NodeRecord, nodes.ShownNodeRecord),
    "memora.change-set/v1": (nodes.ChangeSetRecord, nodes.RetractionRecord, nodes.BatchRecord),
    "memora.hit/v1": (nodes.HitRecord,),
    "memora.change/v1": (nodes.ChangeRecord,),
    "memora.blame/v1": (nodes.BlameRecord,),
    "memora.why/v1": (nodes.WhyRecord,),
    "memora.status/v1": (history.StatusRecord,),
    "memora.commit/v1": (
        history.CommitRecord,
        history.RollbackRecord,
        history.RevertRecord,
        history.PickRecord,
        sessions.ReplayedRecord,
    ),
    "memora.ref/v1": (
        history.RefRecord,
        history.BranchDetailRecord,
        history.AnnotatedTagRecord,
        history.SwitchRecord,
    ),
    "memora.merge/v1": (history.MergeRecord,),
    "memora.conflict/v1": (history.ConflictRecord,),
    "memora.forgotten/v1": (history.ForgottenRecord,),
    "memora.bisect/v1": (history.BisectionRecord, history.CulpritRecord),
    "memora.operation/v1": (
        history.OperationRecord,
        history.LoggedOperationRecord,
        history.ShownOperationRecord,
    ),
    "memora.export/v1": (share.ExportRecord,),
    "memora.target/v1": (share.TargetRecord,),
    "memora.hand-edit/v1": (share.HandEditRecord,),
    "memora.session/v1": (sessions.SessionRecord, sessions.SessionDetailRecord),
    "memora.event/v1": (sessions.EventRecord, sessions.MomentRecord),
    "memora.receipt/v1": (sessions.ReceiptRecord,),
    "memora.impact/v1": (sessions.ImpactRecord,),
    "memora.asked-again/v1": (sessions.AskedAgainRecord,),
    "memora.imported/v1": (share.ImportedRecord,),
    "memora.clone/v1": (exchange.CloneRecord,),
    "memora.fetch/v1": (exchange.FetchRecord,),
    "memora.push/v1": (exchange.PushRecord,),
    "memora.pull/v1": (exchange.PullRecord,),
    "memora.sync/v1": (exchange.SyncRecord,),
    "memora.bundle/v1": (exchange.BundleRecord,),
    "memora.unbundle/v1": (exchange.UnbundleRecord,),
    "memora.handoff/v1": (exchange.HandoffRecord,),
    "memora.remote/v1": (share.RemoteRecord, share.RemoteDetailRecord),
    "memora.compacted/v1": (share.CompactedRecord,),
    "memora.swept/v1": (share.SweptRecord,),
    "memora.store/v1": (care.StoreRecord,),
    "memora.demo/v1": (care.DemoRecord,),
    "memora.stats/v1": (care.StatsRecord,),
    "memora.setting/v1": (care.SettingRecord,),
    "memora.settings-file/v1": (care.SettingsFileRecord,),
    "memora.check/v1": (care.CheckRecord,),
    "memora.git-hook/v1": (care.GitHookRecord,),
    "memora.problem/v1": (care.ProblemRecord, care.SuspectedPairRecord, care.EvidenceRecord),
    "memora.repaired/v1": (care.RepairedRecord,),
    "memora.collection/v1": (care.CollectionRecord,),
    "memora.pruned/v1": (care.PrunedRecord,),
    "memora.purge/v1": (care.PurgeRecord,),
    "memora.reindex/v1": (care.ReindexRecord,),
    "memora.agent/v1": (agents.AgentRecord,),
    "memora.agent-change/v1": (agents.AgentChangeRecord,),
    "memora.warning/v1": (care.WarningRecord,),
    "memora.error/v1": (care.ErrorRecord,),
}


def read_record(record: Mapping[str, Any]) -> Record:
    """A record as the shape that fits it. Raises BadInput for a name that is not known, ValidationError for others."""
    name = record.get("schema")
    shapes = SHAPES.get(name) if isinstance(name, str) else None
    if shapes is None:
        raise BadInput("schema", f"{name!r} is not known")
    found = [shape for shape in shapes if record.keys() <= _names(shape)]
    # The shape with the fewest fields that has all of the record's; without one, the first names what is unknown.
    best = min(found, key=lambda shape: len(shape.model_fields), default=shapes[0])
    return best.model_validate(dict(record))


def _names(shape: type[Record]) -> set[str]:
    return {field.alias or name for name, field in shape.model_fields.items()}
