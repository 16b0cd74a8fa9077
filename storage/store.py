"""The Store: one implementation over SQLAlchemy Core."""

from __future__ import annotations

from collections.abc import Callable
from typing import Self

from bot.ports import Clock
from storage import checking
from storage.boards import Boards
from storage.calling import Calling
from storage.database import Database, engine_for, patient
from storage.delivering import Delivering
from storage.housekeeping import Housekeeping
from storage.library import Reading
from storage.migrations import upgrade
from storage.publishing import Publishing
from storage.receiving import Receiving
from storage.transfer.marking import refuse_a_part


@patient
class SqlStore(Boards, Publishing, Receiving, Delivering, Housekeeping, Reading):
    """Implements `bot.store.Store` and `bot.page.records.Library`.

    Make one with `open`, which brings the schema up to date first.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._calling = Calling(database.engine)

    @classmethod
    async def open(cls, url: str, clock: Clock) -> Self:
        """The store behind a `DATABASE_URL`; raises `SettingsError` or `StorageError` with one line."""
        database = Database(engine_for(url))
        try:
            await upgrade(database)
            async with database.read() as tx:
                await refuse_a_part(tx)
        except BaseException:
            await database.close()
            raise
        return cls(database, clock)

    def call(self, topic: str) -> None:
        """See `bot.store.Store`."""
        self._calling.call(topic)

    async def listen(self, called: Callable[[str], None]) -> None:
        """See `bot.store.Store`."""
        await self._calling.listen(called)

    async def violations(self) -> tuple[str, ...]:
        """See `bot.store.Store`."""
        return await checking.violations(self._database)

    async def close(self) -> None:
        """See `bot.store.Store`."""
        await self._database.close()
