"""A request that took long to connect is not sent once the lease that it was begun under has run out."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from adapters.discord.rest import Endpoint, Rest
from adapters.fencing import FencedConnector, fenced
from adapters.slack.webapi import WebApi
from bot import fence
from bot.errors import Unavailable
from bot.fence import Fence


class LateResolver(AbstractResolver):
    """Finds everything on this machine, once it is `released`."""

    def __init__(self) -> None:
        self.asked, self.released = asyncio.Event(), asyncio.Event()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked.set()
        await self.released.wait()
        return [{"hostname": host, "host": "127.0.0.1", "port": port, "family": family, "proto": 0, "flags": 0}]

    async def close(self) -> None: ...


@pytest.fixture
async def heard() -> AsyncIterator[tuple[int, list[str]]]:
    """A server's port, and what it was asked."""
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.method)
        return web.Response()

    app = web.Application()
    app.router.add_route("*", "/", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server: Any = site._server  # noqa: SLF001 - aiohttp tells the port nowhere else
    yield server.sockets[0].getsockname()[1], asked
    await runner.cleanup()


@pytest.mark.parametrize("ended", [True, False], ids=["ran out", "lasts"])
async def test_a_lease_that_ran_out_while_a_request_was_connecting(
    heard: tuple[int, list[str]], *, ended: bool
) -> None:
    port, asked = heard
    resolver, around = LateResolver(), Fence()
    connector = FencedConnector(resolver=resolver)
    async with aiohttp.ClientSession(connector=connector, middlewares=(fenced,)) as session:

        async def send() -> int:
            fence.work_behind(around)
            async with session.post(f"http://platform.example:{port}/") as told:
                return told.status

        sending = asyncio.create_task(send())
        await resolver.asked.wait()
        if ended:
            around.until = 0.0
        resolver.released.set()
        if ended:
            with pytest.raises(Unavailable, match="the lease ran out"):
                await sending
        else:
            assert await sending == 200
    assert asked == ([] if ended else ["POST"])


async def test_both_platforms_are_asked_through_such_connections() -> None:
    slack = WebApi(bot_token="xoxb-none", api_url="http://127.0.0.1:9/")
    assert isinstance(slack.session.connector, FencedConnector)
    await slack.close()
    discord = Rest(asyncio.get_running_loop(), Endpoint("http://127.0.0.1:9", None))
    with pytest.raises(Exception, match=r"127\.0\.0\.1"):
        await discord.static_login("none")
    assert isinstance(discord.connector, FencedConnector)
    await discord.close()
