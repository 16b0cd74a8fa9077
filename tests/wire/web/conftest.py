"""One site on loopback over a real store, and a reader."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from adapters.web import WebPage
from adapters.web.metrics import Metrics
from bot.errors import SourceError
from bot.masking import Maskers
from bot.model import PlatformName
from bot.page.reading import PageReader
from bot.ports import Fetched
from storage.store import SqlStore
from tests.builders import MASKERS, TurnableClock
from tests.life import Life, new_life

COMMENTS_A_PAGE = 10


@dataclass
class Gallery:
    """A fetcher of pictures: what it has, and what it was asked for."""

    pictures: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def fetch(self, url: str) -> Fetched:
        self.asked.append(url)
        if url not in self.pictures:
            raise SourceError("not there")
        return Fetched(url, self.pictures[url], "image/png")


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Site:
    """A running site. `life` is what happens in its store."""

    life: Life
    web: WebPage
    metrics: Metrics
    address: str
    session: aiohttp.ClientSession
    gallery: Gallery
    connections: dict[PlatformName, bool]

    async def get(self, path: str, status: int = 200, **headers: str) -> str:
        """The text behind a path, redirects followed."""
        async with self.session.get(path, headers=headers) as answer:
            assert answer.status == status, (path, answer.status, await answer.text())
            return await answer.text()

    async def ask(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """The answer itself, redirects not followed, nothing unpacked."""
        async with self.session.request(
            method, path, headers=headers, allow_redirects=False, auto_decompress=False
        ) as answer:
            return Answer(answer.status, answer.headers, await answer.read())


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database with its schema, to be copied: making one takes longer than a test."""
    file = tmp_path_factory.mktemp("blank") / "blank.sqlite3"

    async def make() -> None:
        await (await SqlStore.open(f"sqlite:///{file}", TurnableClock())).close()

    asyncio.run(make())
    return file


@asynccontextmanager
async def serving(
    folder: Path,
    blank: Path | None,
    *,
    maskers: Maskers = MASKERS,
    comments_a_page: int = COMMENTS_A_PAGE,
    **settings: Any,  # noqa: ANN401 - of WebPage
) -> AsyncIterator[Site]:
    """A site over a new store: a copy of this one, where there is one."""
    if blank is not None:
        shutil.copy(blank, folder / "roundtable.sqlite3")
    clock, gallery = TurnableClock(), Gallery()
    connections: dict[PlatformName, bool] = {}
    store = await SqlStore.open(f"sqlite:///{folder}/roundtable.sqlite3", clock)
    try:
        life = await new_life(store, clock)
        metrics = Metrics(store, clock)
        web = WebPage(
            reader=PageReader(store, maskers, life.community, comments_a_page=comments_a_page),
            library=store,
            clock=clock,
            pictures=gallery,
            metrics=metrics,
            connections=lambda: connections,
            **settings,
        )
        address = await web.start()
        try:
            async with aiohttp.ClientSession(address) as session:
                yield Site(life, web, metrics, address, session, gallery, connections)
        finally:
            await web.close()
    finally:
        await store.close()


@pytest.fixture
async def site(tmp_path: Path, blank: Path) -> AsyncIterator[Site]:
    async with serving(tmp_path, blank) as site:
        yield site
