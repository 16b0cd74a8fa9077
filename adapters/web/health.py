"""Whether the process lives, and whether it is fit to work: for whoever starts, watches and routes to it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Final

from aiohttp import web

from bot.errors import StorageError
from bot.model import PlatformName
from bot.page.records import Library

_PATIENCE: Final = 3.0
_NO_STORE: Final = {"Cache-Control": "no-store"}


class Health:
    """`connections` answers, for every platform that is set, whether it is connected now."""

    def __init__(self, library: Library, connections: Callable[[], Mapping[PlatformName, bool]]) -> None:
        self._library = library
        self._connections = connections

    def routes(self) -> list[web.RouteDef]:
        """Where the answers are."""
        return [web.get("/healthz", self.alive), web.get("/readyz", self.ready)]

    async def alive(self, request: web.Request) -> web.StreamResponse:  # noqa: ARG002 - aiohttp's signature
        """The process answers."""
        return web.json_response({"alive": True}, headers=_NO_STORE)

    async def ready(self, request: web.Request) -> web.StreamResponse:  # noqa: ARG002 - the same
        """Every platform that is set is connected, and the database can be read; 503 where not."""
        parts = {"database": await self._reached()}
        parts |= {str(name): connected for name, connected in self._connections().items()}
        ready = all(parts.values())
        return web.json_response({"ready": ready, **parts}, status=200 if ready else 503, headers=_NO_STORE)

    async def _reached(self) -> bool:
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._library.reach()
        except (StorageError, TimeoutError):
            return False
        return True
