"""Each target's files are, to the byte, what its golden file says."""

from __future__ import annotations

import json

import pytest
from export_samples import SAMPLES
from golden_exports import GOLDEN, golden_path, written

from memora.export.entry import marks_of
from memora.export.targets import TARGETS
from memora.model.belief import doubted


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_a_target_is_written_as_its_golden_file(target):
    """Where it is not: ``python tests/export/golden_exports.py`` writes it anew."""
    assert written(target) == golden_path(target).read_bytes().decode()


def test_every_golden_file_has_a_target():
    assert {path.stem for path in GOLDEN.iterdir()} == {target.name for target in TARGETS}


@pytest.mark.parametrize("target", [target for target in TARGETS if target.form == "block"], ids=lambda t: t.name)
def test_every_memory_and_every_side_is_in_every_file_for_agents(target):
    text = written(target)
    for item in SAMPLES:
        assert item.node.id.hex()[:8] in text
    assert "disputed" in text
    assert "unverified" in text
    assert "Sessions live in Redis (0.70 codex)" in text
    assert "Sessions live in PostgreSQL (0.80 manual)" in text


def test_cursor_takes_no_yaml():
    text = written(next(target for target in TARGETS if target.name == "cursor"))
    assert "globs: src/api/**, web/**/*.ts, web/**/*.tsx\nalwaysApply: false\n" in text


def test_json_can_be_read_by_a_program():
    texts = {target.name: written(target).partition("\n")[2] for target in TARGETS}
    assert len(json.loads(texts["json"])["nodes"]) == len(SAMPLES)
    assert len([json.loads(line) for line in texts["jsonl"].splitlines()]) == len(SAMPLES) + 2
    assert "Auth uses JWT RS256" in json.loads(texts["openai-assistant"])["instructions"]


def test_what_the_code_no_longer_bears_out_is_marked():
    assert marks_of(doubted(SAMPLES[0].node, 0.5)) == ("stale",)
