"""What is kept late, or not at all, is not passed over: no replica deals with what comes behind it before that."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

import pytest

from bot.discussion.inbox import Inbox
from bot.discussion.intake import Reception
from bot.errors import StorageError
from bot.model import DISCORD, PlatformName
from bot.ports import Platform
from bot.slots import SLOTS
from bot.store import Store
from storage.store import SqlStore
from tests.builders import MASKERS, TurnableClock, article, posted
from tests.contract.core_platform import MemoryPlatform, news
from tests.engines import execute

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


class PatientClock(TurnableClock):
    """Pauses last until the test is over."""

    async def sleep(self, seconds: float) -> None:
        del seconds
        await asyncio.Event().wait()


@dataclass
class AwayStore:
    """The store of a process that can't reach its database while it is `away`."""

    store: SqlStore
    away: bool = False
    refused: int = 0

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the store has
        method = getattr(self.store, name)
        if not self.away or not asyncio.iscoroutinefunction(method):
            return method

        async def refuse(*_: object, **__: object) -> None:
            self.refused += 1
            raise StorageError("The database can't be reached")

        return refuse


async def test_what_is_committed_late_is_found_although_a_later_one_was_seen(
    store: SqlStore, database_url: str, clock: TurnableClock
) -> None:
    inbox = Inbox(store)
    await store.keep("later", posted("2"), clock.now())
    await execute(database_url, "UPDATE inbox SET id = id + 100")
    await inbox.load(clock.now())
    await store.keep("earlier", posted("1"), clock.now())
    await inbox.load(clock.now())
    assert [waiting.event.message for waiting in inbox.in_order()] == ["1", "2"]


async def test_what_comes_behind_an_event_that_was_not_kept_rests_for_every_replica(store: SqlStore) -> None:
    clock, platform, away = PatientClock(), MemoryPlatform(DISCORD), AwayStore(store)
    community = await store.community("main")
    await store.join(community, "main", news(DISCORD))
    (board,) = await store.boards(community)
    await store.publish(board.id, article(), ["text:a"], "A title", clock.now())
    reception = Reception(
        cast("Store", away),
        cast("dict[PlatformName, Platform]", {DISCORD: platform}),
        MASKERS,
        clock,
        lambda: None,
        keep_originals=timedelta(days=1),
        replica="here",
    )
    running = asyncio.create_task(reception.run())
    away.away = True
    with pytest.raises(StorageError):
        await reception.receive(platform.posted(platform.add("Said while the database is away.")))
    before = away.refused
    async with asyncio.timeout(10):
        while away.refused < before + 3:  # noqa: ASYNC110 - by then it has tried to read what was missed
            await asyncio.sleep(0.01)
    away.away = False
    await reception.receive(platform.posted(platform.add("Said when it is back.")))
    waiting, _ = await store.waiting_for(9, range(SLOTS), clock.now() + timedelta(minutes=1), [])
    assert len(await store.waiting(9)) == 1
    assert waiting == ()
    await reception.stop()
    await running
