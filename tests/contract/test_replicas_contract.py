"""What a replica reads in a dead one's stead, by what the store tells it at each sign of life."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.model import SLACK, PlatformName
from bot.replicas import LEASE, Replica, ReplicaName
from storage.store import SqlStore
from tests.builders import TurnableClock

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
ME = ReplicaName("me")


class Reader:
    """Reads a platform from when it is told to until `ends`, as `bot.discussion.catchup` does."""

    def __init__(self, store: SqlStore, clock: TurnableClock) -> None:
        self.begun: list[PlatformName] = []
        self.under_way: set[PlatformName] = set()
        self._store = store
        self.replica = Replica(
            ME,
            store,
            clock,
            listening=lambda: [SLACK],
            spread=lambda: [SLACK],
            died=self.begins,
            unread=self.begins,
            reading=lambda: self.under_way,
            beaten=self._nothing,
        )

    async def begins(self, platform: PlatformName) -> None:
        self.begun.append(platform)
        self.under_way.add(platform)
        await self._store.fall_behind(ME, platform)

    async def ends(self, platform: PlatformName) -> None:
        await self._store.catch_up_with(ME, platform)
        self.under_way.discard(platform)

    async def _nothing(self) -> None:
        return None


async def test_what_a_lost_answer_told_is_read_once_and_no_event_rests_for_ever(
    store: SqlStore, clock: TurnableClock
) -> None:
    reader = Reader(store, clock)
    await reader.replica.enter()
    await store.beat("dead", [SLACK], timedelta(0))
    await store.beat(ME, [SLACK], LEASE, spread=[SLACK])  # committed, and its answer lost
    for _ in range(3):
        await reader.replica.beat()
    assert reader.begun == [SLACK]
    await reader.ends(SLACK)
    await reader.replica.beat()
    assert reader.begun == [SLACK]
    assert not await store.is_behind(SLACK)


async def test_a_reading_that_ends_during_a_sign_of_life_is_not_begun_anew(
    store: SqlStore, clock: TurnableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = Reader(store, clock)
    await reader.begins(SLACK)
    beat = store.beat

    async def ends_meanwhile(*given: object, **named: object) -> object:
        pulse = await beat(*given, **named)  # type: ignore[arg-type]
        await reader.ends(SLACK)
        return pulse

    monkeypatch.setattr(store, "beat", ends_meanwhile)
    await reader.replica.enter()
    assert reader.begun == [SLACK]


async def test_one_that_dies_is_read_for_although_its_platform_is_being_read(
    store: SqlStore, clock: TurnableClock
) -> None:
    reader = Reader(store, clock)
    await reader.replica.enter()
    await reader.begins(SLACK)
    await store.beat("dead", [SLACK], timedelta(0))
    await reader.replica.beat()
    assert reader.begun == [SLACK, SLACK]
