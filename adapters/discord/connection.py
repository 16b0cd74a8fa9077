"""The gateway: one discord.py client, and the payloads that it hears, in Discord's order.

discord.py identifies, beats, resumes and decompresses. Its message objects are passed over: payloads come from
`on_socket_raw_receive`, as Discord sent them, so that the same pure parsers serve live events and history.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Final, TypeAlias

import aiohttp
import discord
import structlog
import yarl
from discord.gateway import DiscordWebSocket, ReconnectWebSocket

from adapters.discord.failures import translate, where
from adapters.discord.grants import INTENTS
from adapters.discord.priming import guilds
from adapters.discord.rest import Endpoint, Rest
from bot.errors import PlatformError, SettingsError

Json: TypeAlias = dict[str, Any]
Heard: TypeAlias = Callable[[str, Json, int], None]

_DISPATCH: Final = DiscordWebSocket.DISPATCH
_BAD_TOKEN: Final = 4004
_RESUMABLE: Final = 4900
"""A close code of ours: after 1000 and 1001 Discord forgets the session."""
_GUILDS_WAIT: Final = 5.0
_LET_IN: Final = frozenset({"GUILD_CREATE", "THREAD_LIST_SYNC"})
"""A server that the bot joined, or that is back, and a channel that it sees again: what was before is not told."""
_AGAIN: Final = 0.5
_PAUSE: Final = 5.0

WRONG_LOGIN: Final = (
    "DISCORD_TOKEN is wrong: Discord refuses it. Copy the bot's token from "
    "https://discord.com/developers/applications, your application, Bot, Reset Token."
)
INTENT_LINE: Final = (
    "Discord refuses the intents that the bot needs: switch on Message Content Intent at "
    "https://discord.com/developers/applications, your application, Bot, Privileged Gateway Intents."
)

log = structlog.get_logger(__name__)


def intents() -> discord.Intents:
    """What the bot hears of: guilds with their threads, messages, reactions. Only the messages' text is privileged."""
    return discord.Intents(**{grant.name: True for grant in INTENTS})


@dataclass(frozen=True, slots=True)
class Session:
    """A gateway session that another process may take up, behind the event with the number `sequence`."""

    id: str
    sequence: int
    gateway: str

    @classmethod
    def read(cls, text: str) -> Session:
        """The session that `written` wrote down."""
        told = json.loads(text)
        return cls(told["id"], told["sequence"], told["gateway"])

    def written(self) -> str:
        """The session as text."""
        return json.dumps(asdict(self))


class Connection(discord.Client):
    """A connection that stays: it comes back after every loss, resuming where Discord lets it.

    `heard` is called with each dispatched event's name, payload and number, in order. `lost` is called when events may
    have been missed: after each new session, after a gap in Discord's sequence numbers, and when the bot is let into a
    server or a channel (again). `away` is the longest time in seconds without a connection before a new session is
    tried; after `silence` seconds without a word from the gateway its socket is given up, and the session resumed.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        heard: Heard,
        lost: Callable[[], None],
        identify_pause: float,
        away: float,
        silence: float,
    ) -> None:
        self._endpoint = endpoint
        # Voice is not used here, so its missing libraries are no news to an operator.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        super().__init__(
            intents=intents(),
            enable_debug_events=True,
            max_messages=None,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            guild_ready_timeout=0,
            heartbeat_timeout=silence,
            allowed_mentions=discord.AllowedMentions.none(),
        )
        self._heard = heard
        self._lost = lost
        self._identify_pause = identify_pause
        self._away = away
        self._sequence = 0
        self._awaited: set[str] = set()
        self._identified = asyncio.Event()
        self._joined = asyncio.Event()
        self._listening: asyncio.Task[None] | None = None

    def _get_state(self, **options: Any) -> Any:  # noqa: ANN401 - discord.py's own signature
        # discord.py has no option for its HTTP client. This is the seam that its sharded client uses: what
        # `self.http` is here is what the connection's state is built on.
        self.http: Rest = Rest(self.loop, self._endpoint)
        return super()._get_state(**options)

    async def open(self, left: Session | None = None) -> None:
        """Return once events flow, from where a session was `left` if it may; raises `SettingsError` for the operator.

        Comes after `log_in`.
        """
        self._sequence = 0 if left is None else left.sequence
        self._identified.clear()
        self._joined.clear()
        self._listening = asyncio.create_task(self._listen(left), name="discord gateway")
        if not await self._happens(self._identified, self._endpoint.timeout):
            raise SettingsError("Discord's gateway does not answer; check DISCORD_GATEWAY_URL and the network.")
        # A server that is down at Discord stays away; it must not keep the bot from the others.
        await self._happens(self._joined, _GUILDS_WAIT)

    @property
    def bot_id(self) -> str:
        """The bot's user id, once it is logged in."""
        return "" if self.user is None else str(self.user.id)

    @property
    def listens(self) -> bool:
        """Whether a session stands and its socket is open."""
        # Whatever its type says, `ws` is None until the first connection.
        socket: DiscordWebSocket | None = self.ws
        return self._identified.is_set() and socket is not None and socket.open

    def session(self, sequence: int) -> str | None:
        """The session behind the event of this number, for `Session.read`; None before there is one."""
        socket: DiscordWebSocket | None = self.ws
        if socket is None or socket.session_id is None:
            return None
        return Session(socket.session_id, sequence, str(socket.gateway)).written()

    async def prime(self) -> None:
        """Fill discord.py's cache by asking for what the gateway tells at the start of a session alone."""
        for payload in await guilds(self.http, self.bot_id):
            self._connection.parse_guild_create(payload)

    async def hang_up(self, *, resumable: bool = False) -> None:
        """Leave the gateway; requests still go through. The session is over unless it is `resumable`. Idempotent."""
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
        # Whatever its type says, `ws` is None until the first connection.
        socket: DiscordWebSocket | None = self.ws
        if socket is not None and socket.open:
            await socket.close(code=_RESUMABLE if resumable else 1000)
        self._identified.clear()

    async def shut(self) -> None:
        """Leave the gateway and close every connection. Idempotent."""
        await self.hang_up()
        await self.close()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Keep Discord's distance of one identify in five seconds."""
        del shard_id
        if not initial:
            await asyncio.sleep(self._identify_pause)

    async def on_socket_raw_receive(self, text: str) -> None:
        """Take one frame.

        discord.py starts a task for each, and tasks start in the order in which they were made. There must be no
        `await` here: it would let the next frame overtake this one.
        """
        frame = json.loads(text)
        if frame["op"] != _DISPATCH:
            return
        kind, payload, sequence = frame["t"], frame["d"], frame["s"]
        gap = self._sequence and sequence > self._sequence + 1
        self._sequence = sequence if kind == "READY" else max(sequence, self._sequence)
        if kind == "READY":
            log.info("discord.ready", guilds=len(payload["guilds"]))
            self._awaited = {guild["id"] for guild in payload["guilds"]}
            self._identified.set()
            self._lost()
        elif kind == "RESUMED":
            log.info("discord.resumed", sequence=sequence)
            self._identified.set()
            self._joined.set()
        elif gap:
            log.warning("discord.gap", sequence=sequence)
            self._lost()
        if kind == "GUILD_CREATE" and payload["id"] in self._awaited:
            self._awaited.discard(payload["id"])
        elif kind in _LET_IN:
            log.info("discord.let_in", kind=kind, guild=payload.get("id") or payload.get("guild_id"))
            self._lost()
        if kind in {"READY", "GUILD_CREATE"} and not self._awaited:
            self._joined.set()
        self._heard(kind, payload, sequence)

    async def log_in(self, token: str) -> None:
        """Check the token; raises `SettingsError` with a line for the operator."""
        try:
            await self.login(token)
        except discord.LoginFailure as error:
            raise SettingsError(WRONG_LOGIN) from error
        except (PlatformError, discord.DiscordException, aiohttp.ClientError, OSError) as error:
            line = translate(error, "GET /users/@me", reads=True)
            raise SettingsError(f"Discord can't be reached; check the network and DISCORD_API_URL. {line}") from error
        except ValueError as error:
            raise SettingsError(WRONG_LOGIN) from error

    async def _happens(self, event: asyncio.Event, seconds: float) -> bool:
        """Whether it happens in time; raises what ends the listening before."""
        happening = asyncio.create_task(event.wait())
        tasks = [happening] if self._listening is None else [happening, self._listening]
        try:
            await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            happening.cancel()
        if self._listening is not None and self._listening.done():
            self._listening.result()
        return event.is_set()

    async def _listen(self, left: Session | None) -> None:
        """Keep the connection; raises `SettingsError` where Discord will not have us as we are."""
        if left is not None:
            await self._take_up(left)
        while not self.is_closed():
            try:
                await self._connect()
            except discord.PrivilegedIntentsRequired as error:
                log.error("discord.intents_refused")  # noqa: TRY400 - the line for the operator says all
                raise SettingsError(INTENT_LINE) from error
            except discord.ConnectionClosed as error:
                log.error("discord.closed", code=error.code)  # noqa: TRY400 - the code says all
                raise SettingsError(
                    WRONG_LOGIN
                    if error.code == _BAD_TOKEN
                    else f"Discord's gateway refuses the bot: code {error.code}."
                ) from error
            except Exception as error:
                # discord.py lets go of the connection where a payload surprises it, or the first connect fails.
                if not self._sequence:
                    raise SettingsError(
                        "Discord's gateway can't be reached; check the network and DISCORD_GATEWAY_URL."
                    ) from error
                log.error("discord.connection_lost", error=where(error))  # noqa: TRY400 - see `where`
                await asyncio.sleep(_PAUSE)

    async def _take_up(self, left: Session) -> None:
        """Resume a session that another process left, and hold it as long as it can be resumed."""
        session: str | None = left.id
        sequence: int | None = left.sequence
        while session is not None:
            try:
                # `wait_for` would forget that this is cancelled where the socket is made at the same moment.
                async with asyncio.timeout(self._endpoint.timeout):
                    self.ws = await DiscordWebSocket.from_client(
                        self, gateway=yarl.URL(left.gateway), session=session, sequence=sequence, resume=True
                    )
                while True:
                    await self.ws.poll_event()
            except ReconnectWebSocket as request:
                session, sequence = (self.ws.session_id, self.ws.sequence) if request.resume else (None, None)
            except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
                log.info("discord.not_resumed", reason=type(error).__name__)
                return

    async def _connect(self) -> None:
        """discord.py's own loop, begun anew where it has found no way back for `away` seconds.

        Its waits between attempts grow to a quarter of an hour, and would outlast the outage that they wait for.
        Beginning anew makes a new session, so that what was missed is caught up with.
        """
        clock = asyncio.get_running_loop().time
        connecting = asyncio.create_task(self.connect(reconnect=True), name="discord connection")
        last_seen = clock()
        try:
            while not connecting.done():
                await asyncio.wait((connecting,), timeout=self._away / 4)
                socket: DiscordWebSocket | None = self.ws
                if socket is None or socket.open:
                    last_seen = clock()
                elif clock() - last_seen > self._away:
                    log.warning("discord.away", seconds=self._away)
                    return
            connecting.result()
        finally:
            # discord.py makes its sockets in `asyncio.wait_for`, which may forget that it was cancelled.
            while not connecting.done():
                connecting.cancel()
                await asyncio.wait((connecting,), timeout=_AGAIN)
            await asyncio.gather(connecting, return_exceptions=True)
