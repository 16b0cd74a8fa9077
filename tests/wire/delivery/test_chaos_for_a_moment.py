"""The program behind `make chaos`, for a few seconds and with fixed dice; the long runs are for the command."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.run import run
from tests.patience import PATIENCE
from tests.wire.delivery.forked import QuickStage


@pytest.mark.timeout(240)
async def test_nothing_is_lost_nothing_twice_in_a_moment_of_chaos(tmp_path: Path) -> None:
    outcome = await run(6.0, 1, tmp_path, QuickStage, 2 * PATIENCE)
    assert outcome.verdict.lines == []
    assert outcome.comments > 20
