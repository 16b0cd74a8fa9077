"""The gateway: sessions that outlive their sockets, and the sockets that carry them.

Protocol: https://docs.discord.com/developers/events/gateway ; codes:
https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable
from typing import Any, Final

from aiohttp import WSMsgType, web

from adapters.sandbox.discord import intents as intent_rules
from adapters.sandbox.discord import shapes
from adapters.sandbox.discord.announcing import Happening
from adapters.sandbox.discord.sockets import COMMANDS_PER_MINUTE, Close, Op, Session, Socket
from adapters.sandbox.discord.world import World
from adapters.sandbox.faults import Faults
from adapters.sandbox.side import Json, Limits

MINUTE: Final = 60.0
KEPT_SESSIONS: Final = 8
"""Sessions without a socket that may still be resumed; older ones are lost, as Discord's are after some minutes."""
ACK_DELAY: Final = 0.05
"""Seconds before a heartbeat is acknowledged. discord.py notes when it sent one only afterwards: an answer as fast as
loopback's makes it believe that it is a whole interval behind."""
LATE_SUCCESSOR: Final = 1.0
"""Seconds after which an event that was to follow its successor goes out without one."""


class Gateway:
    """Serves the gateway's sockets and dispatches what happens to its sessions."""

    def __init__(
        self,
        world: World,
        faults: Faults,
        *,
        limits: Limits,
        heartbeat: float,
        record: Callable[[str, Json], None] | None,
    ) -> None:
        self._world = world
        self._faults = faults
        self._limits = limits
        self._heartbeat = heartbeat
        self._record = record
        self._sessions: dict[str, Session] = {}
        self._sockets: set[Socket] = set()
        self.url = ""

    @property
    def connected(self) -> int:
        """How many sessions have a socket."""
        return sum(1 for each in self._sessions.values() if each.socket)

    # --- dispatching ------------------------------------------------------------------------------------------

    def announce(self, happening: Happening) -> None:
        """Dispatch an event to every session whose intents ask for it."""
        for session in list(self._sessions.values()):
            data = intent_rules.fit(happening, session.intents, self._world.bot.id)
            if data is not None:
                self._dispatch(session, happening.name, data)

    def announce_once(self, happening: Happening) -> bool:
        """Dispatch an interaction, to the newest session that is connected; answers whether there was one."""
        for session in reversed(self._sessions.values()):
            if session.socket:
                self._dispatch(session, happening.name, happening.data)
                return True
        return False

    def _dispatch(self, session: Session, name: str, data: Json) -> None:
        session.sequence += 1
        frame: Json = {"t": name, "s": session.sequence, "op": 0, "d": data}
        session.sent.append(frame)
        if self._record:
            self._record(name, data)
        fault = self._faults.take("discord", f"event:{name}")
        kind = fault.kind if fault else None
        if kind == "disconnect":
            self.disconnect()
        if session.socket is None or kind == "drop":
            return
        if kind == "reorder" and session.held is None:
            session.held = frame
            asyncio.get_running_loop().call_later(LATE_SUCCESSOR, self._release, session)
            return
        session.socket.forward(frame)
        if kind == "duplicate":
            session.socket.forward(frame)
        self._release(session)

    def _release(self, session: Session) -> None:
        held, session.held = session.held, None
        if held is not None and session.socket:
            session.socket.forward(held)

    # --- disconnecting ----------------------------------------------------------------------------------------

    def disconnect(self, *, resumable: bool = True) -> None:
        """Break every session's socket at once; `resumable` false forgets the sessions too."""
        for session in list(self._sessions.values()):
            if session.socket:
                self._part(session.socket).cut()
            if not resumable:
                del self._sessions[session.id]

    def freeze(self) -> None:
        """Send nothing more through the sockets that are open, acknowledgements included; new ones are well."""
        for socket in self._sockets:
            socket.freeze()

    async def stop(self) -> None:
        """Close everything."""
        for socket in list(self._sockets):
            self._part(socket).cut()
        await asyncio.gather(*(socket.finish() for socket in list(self._sockets)))
        self._sessions.clear()

    def _part(self, socket: Socket) -> Socket:
        if socket.session and socket.session.socket is socket:
            socket.session.socket = None
            socket.session.held = None
        return socket

    # --- one socket -------------------------------------------------------------------------------------------

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """A socket, from HELLO to its close."""
        response = web.WebSocketResponse(max_msg_size=1 << 20, compress=False)
        await response.prepare(request)
        socket = Socket(response, request.transport, compressed=request.query.get("compress") == "zlib-stream")
        self._sockets.add(socket)
        socket.send(Op.HELLO, {"heartbeat_interval": int(self._heartbeat * 1000), "_trace": ["sandbox"]})
        try:
            await self._listen(socket)
        finally:
            if response.close_code in {1000, 1001} and socket.session:
                # A client that closes like this gives its session up.
                self._sessions.pop(socket.session.id, None)
            self._part(socket)
            self._sockets.discard(socket)
            await socket.finish()
        return response

    async def _listen(self, socket: Socket) -> None:
        while True:
            try:
                received = await socket.response.receive(timeout=self._heartbeat * 2)
            except TimeoutError:
                socket.shut(Close.SESSION_TIMED_OUT, "Session timed out.")
                continue
            if received.type is not WSMsgType.TEXT:
                if received.type in {WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR}:
                    return
                socket.shut(Close.DECODE_ERROR, "Error while decoding payload.")
                continue
            try:
                frame = json.loads(received.data)
                op, data = frame["op"], frame.get("d")
            except (ValueError, TypeError, KeyError):
                socket.shut(Close.DECODE_ERROR, "Error while decoding payload.")
                continue
            if self._too_many(socket):
                socket.shut(Close.RATE_LIMITED, "Rate limited.")
                continue
            self._obey(socket, op, data)

    def _too_many(self, socket: Socket) -> bool:
        if self._limits == "none":
            return False
        now = asyncio.get_running_loop().time()
        full = len(socket.commands) == COMMANDS_PER_MINUTE and now - socket.commands[0] < MINUTE
        socket.commands.append(now)
        return full

    def _obey(self, socket: Socket, op: object, data: Any) -> None:  # noqa: ANN401 - JSON
        if op == Op.HEARTBEAT:
            asyncio.get_running_loop().call_later(ACK_DELAY, socket.send, Op.HEARTBEAT_ACK)
        elif op == Op.IDENTIFY:
            self._identify(socket, data or {})
        elif op == Op.RESUME:
            self._resume(socket, data or {})
        elif op not in set(Op):
            socket.shut(Close.UNKNOWN_OPCODE, "Unknown opcode.")
        elif socket.session is None:
            socket.shut(Close.NOT_AUTHENTICATED, "Not authenticated.")
        elif op == Op.REQUEST_GUILD_MEMBERS:
            self._answer_members(socket.session, data or {})

    def _authenticates(self, socket: Socket, data: Json) -> bool:
        token = str(data.get("token") or "").removeprefix("Bot ")
        if socket.session is not None:
            socket.shut(Close.ALREADY_AUTHENTICATED, "Already authenticated.")
        elif not secrets.compare_digest(token.encode(), self._world.application.token.encode()):
            socket.shut(Close.AUTHENTICATION_FAILED, "Authentication failed.")
        else:
            return True
        return False

    def _identify(self, socket: Socket, data: Json) -> None:
        if not self._authenticates(socket, data):
            return
        intents = data.get("intents")
        if not isinstance(intents, int) or intents & ~intent_rules.KNOWN:
            socket.shut(Close.INVALID_INTENTS, "Invalid intent(s).")
            return
        if intent_rules.refused(intents, self._world.application.privileged):
            socket.shut(Close.DISALLOWED_INTENTS, "Disallowed intent(s).")
            return
        self._forget_abandoned()
        session = Session(id=secrets.token_hex(16), intents=intents, socket=socket)
        socket.session = self._sessions[session.id] = session
        guilds = self._world.bot_guilds()
        self._dispatch(session, "READY", self._ready(session, data.get("shard")))
        if intents & intent_rules.GUILDS:
            for guild in guilds:
                all_members = bool(intents & intent_rules.MEMBERS)
                self._dispatch(
                    session, "GUILD_CREATE", shapes.guild_create(self._world, guild, all_members=all_members)
                )

    def _forget_abandoned(self) -> None:
        abandoned = [session for session in self._sessions.values() if session.socket is None]
        for session in abandoned[:-KEPT_SESSIONS]:
            del self._sessions[session.id]

    def _ready(self, session: Session, shard: list[int] | None) -> Json:
        application = shapes.application(self._world)
        ready: Json = {
            "v": 10,
            "user_settings": {},
            "user": shapes.own_user(self._world.bot),
            "session_type": "normal",
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "relationships": [],
            "private_channels": [],
            "presences": [],
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in self._world.bot_guilds()],
            "guild_join_requests": [],
            "geo_ordered_rtc_regions": [],
            "auth": {},
            "application": {"id": application["id"], "flags": application["flags"]},
            "_trace": ["sandbox"],
        }
        return ready | ({"shard": shard} if shard else {})

    def _resume(self, socket: Socket, data: Json) -> None:
        if not self._authenticates(socket, data):
            return
        session = self._sessions.get(str(data.get("session_id")))
        last = data.get("seq")
        if session is None or not isinstance(last, int) or not self._can_replay(session, last):
            if session:
                del self._sessions[session.id]
            socket.send(Op.INVALID_SESSION, data=False)
            return
        if session.socket:
            old = self._part(session.socket)
            old.session = None
            old.shut(Close.UNKNOWN_ERROR)
        session.socket, socket.session = socket, session
        for frame in list(session.sent):
            if frame["s"] > last:
                socket.forward(frame)
        self._dispatch(session, "RESUMED", {"_trace": ["sandbox"]})

    @staticmethod
    def _can_replay(session: Session, last: int) -> bool:
        oldest = session.sent[0]["s"] if session.sent else 1
        return oldest - 1 <= last <= session.sequence

    def _answer_members(self, session: Session, data: Json) -> None:
        guild = self._world.guilds.get(int(data.get("guild_id") or 0))
        if guild is None:
            return
        wanted = {str(each) for each in data.get("user_ids") or []}
        query = (data.get("query") or "").lower()
        found = [
            shapes.member(each)
            for each in guild.members.values()
            if (str(each.user.id) in wanted if wanted else each.user.username.lower().startswith(query))
        ]
        chunk: Json = {"guild_id": str(guild.id), "members": found, "chunk_index": 0, "chunk_count": 1, "not_found": []}
        if data.get("presences"):
            chunk["presences"] = []
        if data.get("nonce"):
            chunk["nonce"] = data["nonce"]
        self._dispatch(session, "GUILD_MEMBERS_CHUNK", chunk)
