"""One run of chaos: storms, people and deaths for a while, then calm, then the comparison."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot.app import open_office
from tests.chaos.fleet import Fleet
from tests.chaos.fleet import troubles as replica_troubles
from tests.chaos.people import People
from tests.chaos.stage import Stage
from tests.chaos.verdict import Verdict, compare, compare_database
from tests.chaos.weather import deaths, storms
from tests.engines import rests

TITLES = ["The first article", "The second article"]
RATE = 10.0
"""Things that people do in a second."""


@dataclass
class Outcome:
    """How a run went. `calm` is how long it took after the last fault, in seconds."""

    verdict: Verdict
    acts: int
    comments: int
    lives: int
    calm: float


async def run(
    seconds: float, seed: int, folder: Path, stage_of: Callable[[Path], Stage] = Stage, calm_seconds: float = 30.0
) -> Outcome:
    """Chaos for some seconds; everything but the comparison is random, by the seed."""
    people_dice, fault_dice, death_dice = (random.Random(f"{seed}-{name}") for name in ("people", "faults", "deaths"))  # noqa: S311 - dice
    async with stage_of(folder) as stage:
        await stage.start_bot()
        await stage.bot_ready()
        for title in TITLES:
            published = await stage.publish(title)
            assert (published.missing, published.refused) == ((), ()), published
        await stage.kill_bot()
        people = People(stage, people_dice, TITLES)
        await people.arrive()
        troubles = [
            asyncio.create_task(storms(stage, fault_dice)),
            asyncio.create_task(
                replica_troubles(stage, death_dice) if isinstance(stage, Fleet) else deaths(stage, death_dice)
            ),
        ]
        try:
            await _live(people, seconds, troubles)
        finally:
            for trouble in troubles:
                trouble.cancel()
            await asyncio.gather(*troubles, return_exceptions=True)
        await stage.control("faults", clear=True)
        if not stage.bot_is_up:
            await stage.start_bot()
        verdict, calm = await _calm(stage, people, calm_seconds)
        status = await stage.stop_bot()
        if status != 0:
            verdict.database.append(f"the bot ended with status {status}")
        async with open_office(stage.office_settings) as office:
            await compare_database(verdict, office, TITLES, people.comments)
        return Outcome(verdict, people.acts, len(people.comments), stage.lives, calm)


async def _live(people: People, seconds: float, troubles: list[asyncio.Task[None]]) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    while (now := loop.time()) < began + seconds:
        for trouble in troubles:
            if trouble.done():
                trouble.result()
        await people.act()
        await asyncio.sleep(max(0.0, 1 / RATE - (loop.time() - now)))


async def _calm(stage: Stage, people: People, seconds: float) -> tuple[Verdict, float]:
    """The verdict once nothing differs and nothing waits, or when the time for that is over."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    while True:
        if not stage.bot_is_up:
            await stage.start_bot()
        verdict = compare(await stage.state(), TITLES, people.comments)
        passed = loop.time() - began
        deleted = {comment.message for comment in people.comments if comment.removed}
        if (not verdict.lines and await rests(stage.database_url, deleted)) or passed > seconds:
            return verdict, passed
        await asyncio.sleep(0.5)
