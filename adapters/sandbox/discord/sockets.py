"""What the gateway speaks: its opcodes and close codes, the sessions that outlive sockets, and the sockets.

Protocol: https://docs.discord.com/developers/events/gateway ; codes:
https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway
"""

from __future__ import annotations

import asyncio
import json
import zlib
from collections import deque
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Final

from aiohttp import web

from adapters.sandbox.side import Json

REPLAY: Final = 5000
"""Events that a session keeps for a RESUME; beyond them it is lost."""
COMMANDS_PER_MINUTE: Final = 120
HEARTBEAT: Final = 41.25
"""Seconds between heartbeats that Discord asks for."""


class Op(IntEnum):
    """Opcodes."""

    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    PRESENCE_UPDATE = 3
    VOICE_STATE_UPDATE = 4
    RESUME = 6
    RECONNECT = 7
    REQUEST_GUILD_MEMBERS = 8
    INVALID_SESSION = 9
    HELLO = 10
    HEARTBEAT_ACK = 11


class Close(IntEnum):
    """Close codes."""

    UNKNOWN_ERROR = 4000
    UNKNOWN_OPCODE = 4001
    DECODE_ERROR = 4002
    NOT_AUTHENTICATED = 4003
    AUTHENTICATION_FAILED = 4004
    ALREADY_AUTHENTICATED = 4005
    RATE_LIMITED = 4008
    SESSION_TIMED_OUT = 4009
    INVALID_INTENTS = 4013
    DISALLOWED_INTENTS = 4014


@dataclass
class Session:
    """What the bot has identified for: its intents, the events so far, and the socket that carries it, if any."""

    id: str
    intents: int
    sequence: int = 0
    sent: deque[Json] = field(default_factory=lambda: deque(maxlen=REPLAY))
    socket: Socket | None = None
    held: Json | None = None


class Socket:
    """One WebSocket connection: packs frames, keeps their order, and closes once."""

    def __init__(
        self, response: web.WebSocketResponse, transport: asyncio.Transport | None, *, compressed: bool
    ) -> None:
        self.response = response
        self._transport = transport
        self._pack = zlib.compressobj() if compressed else None
        self._queue: asyncio.Queue[Json | None] = asyncio.Queue()
        self._frozen = False
        self._code: int = Close.UNKNOWN_ERROR
        self._reason = b""
        self._writer = asyncio.create_task(self._write())
        self.session: Session | None = None
        self.commands: deque[float] = deque(maxlen=COMMANDS_PER_MINUTE)

    def send(self, op: Op, data: Any = None) -> None:  # noqa: ANN401 - JSON
        """Send a frame that is not an event."""
        self.forward({"op": int(op), "d": data, "s": None, "t": None})

    def forward(self, frame: Json) -> None:
        """Send a frame as it is."""
        self._queue.put_nowait(frame)

    def shut(self, code: int, reason: str = "") -> None:
        """Close once everything before this has been sent."""
        self._code, self._reason = code, reason.encode()
        self._queue.put_nowait(None)

    def cut(self) -> None:
        """Break the connection without a word, as a failing network does."""
        self._writer.cancel()
        if self._transport is not None:
            self._transport.close()

    def freeze(self) -> None:
        """Send nothing more, and leave the connection open."""
        self._frozen = True

    async def finish(self) -> None:
        """End the writer."""
        self._writer.cancel()
        await asyncio.gather(self._writer, return_exceptions=True)

    async def _write(self) -> None:
        while (frame := await self._queue.get()) is not None:
            if self._frozen:
                continue
            text = json.dumps(frame, separators=(",", ":"))
            try:
                if self._pack is None:
                    await self.response.send_str(text)
                else:
                    packed = self._pack.compress(text.encode()) + self._pack.flush(zlib.Z_SYNC_FLUSH)
                    await self.response.send_bytes(packed)
            except ConnectionError:
                return
        await self.response.close(code=self._code, message=self._reason)
