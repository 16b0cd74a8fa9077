"""The HTTP server: faults, tokens and rates before the work; errors, records and late faults after it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterable

from aiohttp import web

from adapters.sandbox.discord.errors import ApiError, not_found, unauthorized
from adapters.sandbox.discord.http import Call, Exchange, Reply, Route, read_call
from adapters.sandbox.discord.ratelimits import GLOBAL, RateLimits, Rule, refusal
from adapters.sandbox.discord.world import World
from adapters.sandbox.faults import Fault, Faults

PREFIX = "/api/v10"
_BROKEN = Reply(500, {"message": "500: Internal Server Error", "code": 0})
LARGEST_REQUEST = 120 * 1024 * 1024
ORDERED_WAIT = 0.5
"""Seconds that a 429 which was ordered as a fault asks for."""


class Server:
    """Serves the routes under the API's prefix. `hold` is how long an answer that never comes is held, in seconds."""

    def __init__(
        self,
        world: World,
        faults: Faults,
        rates: RateLimits,
        *,
        hold: float,
        disconnect: Callable[[], None],
        record: Callable[[Exchange], None] | None,
    ) -> None:
        self._world = world
        self._faults = faults
        self._rates = rates
        self._hold = hold
        self._disconnect = disconnect
        self._record = record
        self._runner: web.AppRunner | None = None
        self._stopping = asyncio.Event()

    async def start(
        self,
        host: str,
        port: int,
        routes: Iterable[Route],
        extra: Iterable[tuple[str, Callable[[web.Request], Awaitable[web.StreamResponse]]]],
    ) -> int:
        """Serve the API and `extra` GET paths outside it; answers the port. May follow a stop, as after an outage."""
        self._stopping.clear()
        app = web.Application(client_max_size=LARGEST_REQUEST)
        for route in routes:
            app.router.add_route(route.method, PREFIX + route.template, self._serve(route))
        for path, handler in extra:
            app.router.add_get(path, handler)
        app.router.add_route("*", PREFIX + "/{rest:.*}", self._serve(Route("*", "", _nothing_there)))
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2, handler_cancellation=True)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port, backlog=256)
        await site.start()
        return int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Stop serving and close every connection."""
        self._stopping.set()
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    def _serve(self, route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def serve(request: web.Request) -> web.StreamResponse:
            began = time.monotonic()
            path = request.path.removeprefix(PREFIX)
            fault = self._faults.take("discord", f"{request.method} {path}")
            kind = fault.kind if fault else None
            if kind == "drop":
                return _cut(request)
            if kind == "disconnect":
                self._disconnect()
            headers: dict[str, str] = {}
            call, multipart = Call({}, {}), False
            try:
                call, multipart = await read_call(request)
                reply = self._answer(route, request, call, fault, headers)
            except ApiError as error:
                reply, headers = Reply(error.status, error.body), headers | error.headers
            if kind == "500_after":
                reply, headers = _BROKEN, {}
            if self._record and route.template:
                self._record(
                    Exchange(
                        method=route.method,
                        template=route.template,
                        path=path,
                        query=dict(request.query),
                        request=call.body,
                        multipart=multipart,
                        status=reply.status,
                        response=reply.body,
                        at=began,
                    )
                )
            if kind == "timeout_after":
                await self._wait(self._hold)
                return _cut(request)
            return _respond(reply, headers)

        return serve

    def _answer(
        self, route: Route, request: web.Request, call: Call, fault: Fault | None, headers: dict[str, str]
    ) -> Reply:
        if fault and fault.kind == "429":
            rule = GLOBAL if fault.route in {"", ".*"} else Rule(f"fault-{route.template}", 5, ORDERED_WAIT)
            raise refusal(rule, rule.name, ORDERED_WAIT, self._world.clock())
        if fault and fault.kind == "500":
            return _BROKEN
        if not route.open and request.headers.get("Authorization") != f"Bot {self._world.application.token}":
            raise unauthorized()
        headers |= self._rates.pass_through(
            f"{route.method} {route.template}", self._majors(call), counts_globally=not route.open
        )
        return route.handler(call)

    def _majors(self, call: Call) -> dict[str, str]:
        """The path's parameters, and the channel that a webhook posts in; an interaction's token stands for itself."""
        number = call.params.get("webhook_id", "")
        webhook = self._world.webhooks.get(int(number)) if number.isdecimal() else None
        channel = str(webhook.channel_id) if webhook else call.params.get("webhook_token", "")
        return dict(call.params) | {"webhook_channel": channel}

    async def _wait(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return


def _respond(reply: Reply, headers: dict[str, str]) -> web.Response:
    if reply.body is None:
        return web.Response(status=reply.status, headers=headers)
    # discord.py takes JSON for JSON only under this very content type, without a charset.
    headers = headers | {"Content-Type": "application/json"}
    return web.Response(status=reply.status, headers=headers, body=json.dumps(reply.body).encode())


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.close()
    return web.Response(status=500)


def _nothing_there(_: object) -> Reply:
    raise not_found()
