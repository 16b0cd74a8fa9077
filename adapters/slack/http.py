"""Signed HTTP: Slack posts its events to us, for deployments that can be reached from outside.

Bolt verifies the signature of each request
(https://docs.slack.dev/authentication/verifying-requests-from-slack).
"""

from __future__ import annotations

import asyncio
from typing import Final

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.app.async_app import AsyncApp

from bot.errors import SettingsError

PATH: Final = "/slack/events"
"""Where Slack's request URLs (events, interactivity, slash commands) point."""


class EventServer:
    """A small HTTP server that hands Slack's requests to a Bolt app; answers once the app has.

    Closing takes no more requests, and gives those under way `grace` seconds to end.
    """

    def __init__(self, app: AsyncApp, *, host: str, port: int, grace: float) -> None:
        self._app = app
        self._host = host
        self._port = port
        self._grace = grace
        self._runner: web.AppRunner | None = None
        self._handling: set[asyncio.Task[object]] = set()

    async def start(self) -> None:
        """Listen; raises `SettingsError` where the address can't be had."""
        server = web.Application()
        server.router.add_post(PATH, self._handle)
        self._runner = web.AppRunner(server, access_log=None, shutdown_timeout=self._grace)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError as error:
            raise SettingsError(
                f"SLACK_HTTP_PORT: can't listen on {self._host}:{self._port} ({error.strerror}); choose another."
            ) from None

    @property
    def address(self) -> tuple[str, int] | None:
        """The host and the port that it listens on; the port is the one taken where 0 was asked for."""
        if self._runner is None or not self._runner.addresses:
            return None
        host, port = self._runner.addresses[0][:2]
        return str(host), int(port)

    async def heard_all(self, seconds: float) -> bool:
        """Return once the requests that are here now are answered; False where that takes longer than `seconds`."""
        under_way = set(self._handling)
        return not under_way or not (await asyncio.wait(under_way, timeout=seconds))[1]

    async def close(self) -> None:
        """Stop listening and close every connection. Idempotent."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    async def _handle(self, request: web.Request) -> web.Response:
        task = asyncio.current_task()
        if task is not None:
            self._handling.add(task)
        try:
            return await self._answer(request)
        finally:
            if task is not None:
                self._handling.discard(task)

    async def _answer(self, request: web.Request) -> web.Response:
        return await to_aiohttp_response(await self._app.async_dispatch(await to_bolt_request(request)))
