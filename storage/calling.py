"""Calls between replicas, by PostgreSQL's LISTEN and NOTIFY: what was written is looked at now, not at the next look.

A call is a hint and no more. Many at once become one; one that is lost costs half a second. They go through a
connection of their own, outside of every transaction: a NOTIFY inside one makes all commits wait for each other.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from typing import Any, Final

import asyncpg
import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.engines import OUT_OF_REACH, SQLITE
from storage.silence import give_up_on_silence

_CHANNEL: Final = "roundtable"
_PAUSE: Final = 1.0
_TOGETHER: Final = 0.005
"""Seconds in which calls of one topic become one."""

log = structlog.get_logger(__name__)


class Calling:
    """The calls on one database; on SQLite nobody else is there, and both methods do nothing."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._me = secrets.token_hex(4)
        self._topics: set[str] = set()
        self._called = asyncio.Event()

    def call(self, topic: str) -> None:
        """See `bot.store.Store`."""
        self._topics.add(topic)
        self._called.set()

    async def listen(self, called: Callable[[str], None]) -> None:
        """See `bot.store.Store`."""
        if self._engine.dialect.name == SQLITE:
            await asyncio.Event().wait()
        while True:
            try:
                await self._talk(called)
            except OUT_OF_REACH as error:
                log.info("calls interrupted", reason=str(error) or type(error).__name__)
            await asyncio.sleep(_PAUSE)

    async def _talk(self, called: Callable[[str], None]) -> None:
        def heard(_connection: object, _process: int, _channel: str, payload: Any) -> None:  # noqa: ANN401 - asyncpg's
            caller, _, topic = str(payload).partition(":")
            if caller != self._me:
                called(topic)

        ended = asyncio.Event()

        def end(_connection: object) -> None:
            ended.set()
            self._called.set()

        connection = await self._connected()
        try:
            connection.add_termination_listener(end)
            await connection.add_listener(_CHANNEL, heard)
            for topic in ("inbox", "outbox"):  # what was called before
                called(topic)
            while not ended.is_set():
                await self._called.wait()
                await asyncio.sleep(_TOGETHER)
                self._called.clear()
                topics, self._topics = self._topics, set()
                for topic in sorted(topics):
                    await connection.execute("SELECT pg_notify($1, $2)", _CHANNEL, f"{self._me}:{topic}")
        finally:
            connection.terminate()

    async def _connected(self) -> asyncpg.Connection:
        arguments, options = self._engine.dialect.create_connect_args(self._engine.url)
        options = {**options, "server_settings": {"application_name": "roundtable calls"}}
        for name in ("prepared_statement_cache_size", "prepared_statement_name_func"):
            options.pop(name, None)
        connection = await asyncpg.connect(*arguments, **options, timeout=15)
        give_up_on_silence(connection._transport)  # noqa: SLF001 - asyncpg shows it nowhere else
        return connection
