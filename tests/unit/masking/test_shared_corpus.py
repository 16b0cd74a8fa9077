"""The labelled corpus that boards are judged by, where it is at hand."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

from tests.builders import MASKER

_FOLDER = Path(__file__).resolve().parents[4] / "shared" / "masking"

pytestmark = pytest.mark.skipif(
    not (_FOLDER / "corpus.jsonl").exists(), reason="the corpus is not beside the repository"
)


def _scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("masking_score", _FOLDER / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_corpus_is_masked_as_promised() -> None:
    rows = [json.loads(line) for line in (_FOLDER / "corpus.jsonl").read_text("utf-8").splitlines()]
    masker, scorer = MASKER, _scorer()
    kinds, _ = scorer.score_rows(rows, {row["id"]: masker.text(row["text"]) for row in rows})
    total = scorer.summary(kinds)
    assert total["recall"] >= 97
    assert total["recall_en"] >= 98
    assert total["fp"] <= 0.3
    assert total["collateral_rows"] <= 0.3
    assert total["policy"]["protected_fp"] == 0
    for language in ("es", "fr", "de", "pt", "ru", "it"):
        assert total["kinds"][f"lang_{language}"]["recall"] >= 90
