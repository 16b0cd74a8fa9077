"""Socket Mode: web sockets that the app opens, and envelopes down them (docs.slack.dev, Using Socket Mode)."""

from __future__ import annotations

import asyncio
import json
import secrets
import uuid
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Final, Literal, TypeAlias

from aiohttp import WSMsgType, web

from adapters.sandbox.side import Json
from adapters.sandbox.slack.delivery import ACK_SECONDS, Ack, Envelope, Waiting
from adapters.sandbox.slack.timers import Timers
from adapters.sandbox.slack.values import APP_ID

MOST_CONNECTIONS: Final = 10
HOST: Final = "applink-sandbox"
Farewell: TypeAlias = Literal["warning", "refresh_requested", "link_disabled"]
"""Why a socket is to be given up: it closes soon, it closes now, or Socket Mode was switched off."""


@dataclass(eq=False, slots=True)
class Connection:
    """One web socket, and the envelopes down it that wait for their acknowledgement.

    A frozen one is half open: the line stands, and nothing goes through it any more.
    """

    socket: web.WebSocketResponse
    request: web.Request
    waiting: dict[str, Waiting] = field(default_factory=dict)
    frozen: bool = False


class Connections:
    """The app's web sockets. An envelope goes down one of them, by turns."""

    def __init__(self, timers: Timers) -> None:
        self._timers = timers
        self._tickets: set[str] = set()
        self._open: list[Connection] = []
        self._turn = count()
        self._changed = asyncio.Event()
        self.enabled = True
        """Whether Socket Mode is on, as the app's page has it."""

    def new_url(self, base: str) -> str:
        """A URL that takes one web socket, once."""
        ticket = secrets.token_urlsafe(18)
        self._tickets.add(ticket)
        return f"{base.replace('http', 'ws', 1)}/link/?ticket={ticket}&app_id={APP_ID}"

    @property
    def count(self) -> int:
        """How many web sockets are open."""
        return len(self._open)

    async def reached(self, number: int) -> None:
        """Return once that many web sockets, or more, are open."""
        while len(self._open) < number:
            self._changed.clear()
            await self._changed.wait()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Hold a web socket until either side closes it."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            raise web.HTTPForbidden(text="no such ticket: ask apps.connections.open for a URL")
        if len(self._open) >= MOST_CONNECTIONS:
            raise web.HTTPTooManyRequests(text="this app has 10 connections")
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(timeout=1, autoping=False)
        await socket.prepare(request)
        connection = Connection(socket, request)
        self._open.append(connection)
        self._changed.set()
        try:
            await socket.send_json(self._hello())
            async for message in socket:
                if message.type is WSMsgType.TEXT and not connection.frozen:
                    _take_ack(connection, message.data)
                elif message.type is WSMsgType.PING and not connection.frozen:
                    await socket.pong(message.data)
        finally:
            if connection in self._open:
                self._open.remove(connection)
            for waiting in connection.waiting.values():
                waiting.resolve(Ack(ok=False, reason="connection_failed"))
        return socket

    async def send(self, envelope: Envelope) -> Awaitable[Ack]:
        """Send an envelope down the next socket in turn."""
        waiting = Waiting()
        if not self._open:
            waiting.resolve(Ack(ok=False, reason="connection_failed"))
            return waiting.future
        connection = self._open[next(self._turn) % len(self._open)]
        envelope_id = str(uuid.uuid4())
        connection.waiting[envelope_id] = waiting
        try:
            if not connection.frozen:
                await connection.socket.send_json(_wire(envelope, envelope_id))
        except (ConnectionError, RuntimeError):
            waiting.resolve(Ack(ok=False, reason="connection_failed"))
        return self._wait(connection, envelope_id, waiting)

    def freeze(self) -> None:
        """Leave every socket half open; new ones work."""
        for connection in self._open:
            connection.frozen = True

    async def disconnect(self, *, warn: bool = True, reason: Farewell = "refresh_requested") -> None:
        """Close every socket: with `warn` each is told first to connect anew, without it the line is just cut.

        A `warning` closes nothing yet. After `link_disabled` no new socket is given until it is `enabled`.
        """
        if not warn:
            closing, self._open = self._open, []
            for connection in closing:
                if connection.request.transport is not None:
                    connection.request.transport.abort()
            return
        self.enabled = reason != "link_disabled"
        for connection in list(self._open):
            with suppress(ConnectionError, RuntimeError):
                await connection.socket.send_json(
                    {"type": "disconnect", "reason": reason, "debug_info": {"host": HOST}}
                )
        if reason == "warning":
            return
        closing, self._open = self._open, []
        await asyncio.gather(*(connection.socket.close() for connection in closing), return_exceptions=True)

    async def _wait(self, connection: Connection, envelope_id: str, waiting: Waiting) -> Ack:
        ack = await waiting.within(ACK_SECONDS, self._timers, "timeout")
        connection.waiting.pop(envelope_id, None)
        return ack

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._open),
            "debug_info": {"host": HOST, "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": APP_ID},
        }


def _wire(envelope: Envelope, envelope_id: str) -> Json:
    wire: Json = {
        "envelope_id": envelope_id,
        "payload": envelope.payload,
        "type": envelope.kind,
        "accepts_response_payload": envelope.kind != "events_api",
    }
    if envelope.kind == "events_api":
        wire |= {"retry_attempt": envelope.attempt, "retry_reason": envelope.reason}
    return wire


def _take_ack(connection: Connection, data: str) -> None:
    try:
        given = json.loads(data)
    except ValueError:
        return
    waiting = connection.waiting.get(str(given.get("envelope_id"))) if isinstance(given, dict) else None
    if waiting is not None:
        waiting.resolve(Ack(ok=True, payload=given.get("payload")))
