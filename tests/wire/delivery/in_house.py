"""A town inside the test's process, with the verbs of a stage: what it asks of the platforms can be looked at."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Self

from bot.app import open_office
from bot.commands import Published
from bot.config import Settings
from bot.model import Source
from tests.builders import article
from tests.chaos.stage import Json
from tests.engines import usual
from tests.wire.whole.town import Town


class InHouse:
    """An async context manager; `town` is the rest of it."""

    def __init__(self, folder: Path, engine: str | None = None) -> None:
        self.town = Town(folder, engine=engine or usual())
        self._exits = AsyncExitStack()

    async def __aenter__(self) -> Self:
        await self._exits.enter_async_context(self.town)
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
        async with open_office(self.office_settings) as office:
            desk = office.desk(lambda: None, wait=20.0)
            told = replace(article(title), tldr=f"{title}, in short.", source=Source(), sections=())
            return await desk.post(await desk.board_named(board), told)

    async def fault(self, platform: str, kind: str, route: str = "", times: int = 1) -> None:
        await self.control("faults", platform=platform, kind=kind, route=route, times=times)
