"""People's pictures and articles' images, fetched by us: readers' browsers ask no other host for anything.

What is fetched is what the database names, never what a request names. A person whose picture can't be had gets one
that is drawn.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

import structlog
from aiohttp import web

from adapters.web.answers import PICTURE, answer
from adapters.web.drawing import Drawing
from adapters.web.text import initials
from bot.errors import SourceError
from bot.model import DiscussionId
from bot.page.reading import PageReader
from bot.ports import Fetcher

log = structlog.get_logger(__name__)

IMAGE_TYPES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""Pictures that hold no script."""
_SIGNS: Final = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}
_BYTES: Final = 48_000_000
_AT_ONCE: Final = 6
_MISSING_FOR: Final = 300.0
"""Seconds until a picture that could not be had is asked for again."""
_DAY: Final = "public, max-age=86400"
_SHORT: Final = "public, max-age=300"
_SVG: Final = "image/svg+xml"
_TINTS: Final = ("#2f6f6a", "#8a4b12", "#5a4a9c", "#97365a", "#2d6391", "#53702a", "#7d4a86", "#5d5f66")
"""The colours of people without pictures, as in page.css."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it came. Its type is what its first bytes say."""

    content: bytes
    media_type: str


class Pictures:
    """Handlers of pictures, with those that were fetched kept up to a number of bytes."""

    def __init__(self, reader: PageReader, drawing: Drawing, fetcher: Fetcher, *, capacity: int = _BYTES) -> None:
        self._reader = reader
        self._drawing = drawing
        self._fetcher = fetcher
        self._capacity = capacity
        self._kept: OrderedDict[str, Picture] = OrderedDict()
        self._size = 0
        self._missing: dict[str, float] = {}
        self._under_way: dict[str, asyncio.Task[Picture | None]] = {}
        self._turn = asyncio.Semaphore(_AT_ONCE)

    def routes(self) -> list[web.RouteDef]:
        """Where the pictures are."""
        return [
            web.get(r"/avatar/{author:\d{1,18}}-{check:[0-9a-f]{8}}", self.avatar),
            web.get(r"/image/{discussion:\d{1,18}}", self.image),
        ]

    async def avatar(self, request: web.Request) -> web.StreamResponse:
        """A person's picture, or one drawn for them."""
        author = int(request.match_info["author"])
        portrait = await self._reader.portrait(author, request.match_info["check"])
        if portrait is None:
            raise web.HTTPNotFound
        found = await self._picture(portrait.url)
        if found is not None:
            return answer(request, found.content, found.media_type, cache=_DAY, headers=PICTURE)
        letters = initials(str(portrait.name))
        drawn = self._drawing.draw("picture.svg", colour=_TINTS[portrait.tint], letters=letters)
        return answer(request, drawn, _SVG, cache=_SHORT, headers=PICTURE)

    async def image(self, request: web.Request) -> web.StreamResponse:
        """An article's lead image; 404 where it can't be had, and the page goes without."""
        discussion = DiscussionId(int(request.match_info["discussion"]))
        url = await self._reader.image(discussion)
        if url is None:
            raise web.HTTPNotFound
        found = await self._picture(url)
        if found is None:
            raise web.HTTPNotFound
        return answer(request, found.content, found.media_type, cache=_DAY, headers=PICTURE)

    async def close(self) -> None:
        """Fetch no more."""
        for task in self._under_way.values():
            task.cancel()
        await asyncio.gather(*self._under_way.values(), return_exceptions=True)

    async def _picture(self, url: str) -> Picture | None:
        """A picture from what is kept, or fetched once however many ask; None where it can't be had."""
        now = asyncio.get_running_loop().time()
        kept = self._kept.get(url)
        if kept is not None:
            self._kept.move_to_end(url)
            return kept
        if self._missing.get(url, now) > now:
            return None
        task = self._under_way.get(url)
        if task is None:
            task = self._under_way[url] = asyncio.create_task(self._fetch(url), name="picture")
            task.add_done_callback(lambda _: self._under_way.pop(url, None))
        return await asyncio.shield(task)

    async def _fetch(self, url: str) -> Picture | None:
        async with self._turn:
            try:
                content = (await self._fetcher.fetch(url)).content
            except SourceError as error:
                log.info("picture not fetched", reason=str(error))
                content = b""
        media_type = image_type(content)
        now = asyncio.get_running_loop().time()
        if media_type is None:
            self._missing = {known: until for known, until in self._missing.items() if until > now}
            self._missing[url] = now + _MISSING_FOR
            return None
        return self._keep(url, Picture(content, media_type))

    def _keep(self, url: str, picture: Picture) -> Picture:
        self._kept[url] = picture
        self._size += len(picture.content)
        while self._size > self._capacity:
            _, oldest = self._kept.popitem(last=False)
            self._size -= len(oldest.content)
        return picture


def image_type(content: bytes) -> str | None:
    """What kind of picture these bytes are, by how they begin; None for anything else."""
    for sign, media_type in _SIGNS.items():
        if content.startswith(sign):
            return media_type
    return "image/webp" if content[:4] == b"RIFF" and content[8:12] == b"WEBP" else None
