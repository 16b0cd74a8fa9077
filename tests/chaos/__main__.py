"""`python -m tests.chaos`: breaks everything for a while, and says whether the promises of delivery held."""

from __future__ import annotations

import argparse
import asyncio
import random
import shutil
import sys
import tempfile
from functools import partial
from pathlib import Path

from tests.chaos.fleet import Fleet
from tests.chaos.run import run
from tests.chaos.stage import Stage


def main() -> int:
    arguments = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    arguments.add_argument("--seconds", type=float, default=180.0, help="how long things break (default 180)")
    arguments.add_argument("--seed", type=int, default=None, help="repeats the dice of an earlier run")
    arguments.add_argument("--engine", choices=("sqlite", "postgres"), default="sqlite", help="the database's")
    arguments.add_argument("--replicas", type=int, default=1, help="how many bots share it, on postgres")
    given = arguments.parse_args()
    if given.replicas > 1 and given.engine != "postgres":
        arguments.error("several replicas need --engine postgres: on SQLite a second bot is refused")
    seed = given.seed if given.seed is not None else random.SystemRandom().randrange(1_000_000)
    folder = Path(tempfile.mkdtemp(prefix="roundtable-chaos-"))
    print(f"chaos for {given.seconds:.0f} s, seed {seed}", flush=True)  # noqa: T201
    stage_of = Stage if given.engine == "sqlite" else partial(Fleet, size=given.replicas)
    patience = 30.0 if given.replicas == 1 else 400.0
    outcome = asyncio.run(run(given.seconds, seed, folder, stage_of, patience))
    said = [
        f"{outcome.acts} acts, {outcome.comments} comments, {outcome.lives} lives, calm after {outcome.calm:.1f} s",
        *outcome.verdict.lines,
        f"{outcome.verdict} (seed {seed})",
    ]
    print("\n".join(said))  # noqa: T201
    if outcome.verdict.lines:
        print(f"The database and the bot's log are in {folder}")  # noqa: T201
        return 1
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
