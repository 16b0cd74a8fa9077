"""A town inside the test's process, with the verbs of a stage: what it asks of the platforms can be looked at."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Self

from adapters.sandbox.side import Limits
from bot.app import Office, open_office
from bot.commands import Published
from bot.config import Settings
from bot.model import Source
from bot.records import Parked
from tests.builders import article
from tests.chaos.stage import Json
from tests.engines import usual
from tests.wire.whole.town import Town


class InHouse:
    """An async context manager. `town` is the rest of it; `office` is beside the bot, as the command line is."""

    def __init__(self, folder: Path, *, limits: Limits = "none", engine: str | None = None) -> None:
        self.folder = folder
        self.office: Office
        self.town = Town(folder, limits=limits, engine=engine or usual())
        self._exits = AsyncExitStack()

    async def __aenter__(self) -> Self:
        await self._exits.enter_async_context(self.town)
        self.office = await self._exits.enter_async_context(open_office(self.office_settings))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._exits.aclose()

    @property
    def database_url(self) -> str:
        return self.town.database_url

    @property
    def office_settings(self) -> Settings:
        return self.town.bot_settings

    async def control(self, verb: str, /, **body: object) -> Json:
        return await self.town.control(verb, **body)

    async def state(self) -> Json:
        return await self.town.state()

    async def publish(self, title: str, board: str = "main") -> Published:
        desk = self.office.desk(lambda: None, wait=20.0)
        told = replace(article(title), tldr=f"{title}, in short.", source=Source(), sections=())
        return await desk.post(await desk.board_named(board), told)

    async def parked(self, platform: str) -> tuple[Parked, ...]:
        """What a platform refused for good."""
        rows = await self.office.store.parked(self.office.community)
        return tuple(row for row in rows if row.platform == platform)

    async def retry_parked(self) -> None:
        """What an operator does once the cause is mended."""
        for row in await self.office.store.parked(self.office.community):
            assert await self.office.store.retry(self.office.community, row.id, self.office.clock.now())

    async def fault(self, platform: str, kind: str, route: str = "", times: int = 1) -> None:
        await self.control("faults", platform=platform, kind=kind, route=route, times=times)
