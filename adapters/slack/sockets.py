"""Socket Mode: Slack's events over a WebSocket that the bot opens, so that nothing has to be reachable from outside."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.async_base_handler import AsyncBaseSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackClientError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from adapters.slack.failures import refused_setting, translate, translated
from adapters.slack.webapi import SDK_LOGGER, WebApi
from bot.errors import PlatformError, Unavailable

PING_SECONDS: Final = 5.0
LONGEST_WAIT: Final = 10.0
CONNECT_SECONDS: Final = 15.0
CLOSE_SECONDS: Final = 2.0
DRAIN_SECONDS: Final = 2.0
_LOOK: Final = 0.005

_log = structlog.get_logger(__name__)


class SocketClient(SocketModeClient):
    """slack_sdk's client, made fit to be closed and to come back.

    An attempt to connect always asks for a fresh address (the ticket in one expires; the SDK keeps dialling it), waits
    longer after each failure, and the tasks that handle messages are known, so that closing can wait for them.
    """

    def __init__(self, app_token: str, api: WebApi, ping_seconds: float) -> None:
        super().__init__(
            app_token=app_token, logger=SDK_LOGGER, web_client=api.bot, proxy=api.proxy, ping_interval=ping_seconds
        )
        self.proxy = api.proxy
        self._handling: set[asyncio.Task[Any]] = set()
        self._reconnecting: set[asyncio.Task[Any]] = set()
        self.greeted: object = None
        """The session whose hello was handled."""

    async def connect_to_new_endpoint(self, force: bool = False) -> None:  # noqa: FBT001, FBT002 - slack_sdk's own
        """Connect anew, once: whoever else noticed the same loss finds that it is mended."""
        lost = self.current_session
        async with self.connect_operation_lock:
            if self.current_session is lost and (force or not await self.is_connected()):
                self.wss_uri = None
                await self.connect()

    async def connect(self) -> None:
        """Open a session in place of the present one; returns once it is open, or the client is closed."""
        wait = 0.25
        while not self.closed:
            address, self.wss_uri = self.wss_uri, None
            try:
                await self._dial(address or await self.issue_new_wss_url())
            except (SlackClientError, PlatformError, aiohttp.ClientError, TimeoutError, OSError) as error:
                wait = min(wait * 2, LONGEST_WAIT)
                failure = (
                    error
                    if isinstance(error, PlatformError)
                    else translate(error, "apps.connections.open", writes=False)
                )
                _log.warning("slack.socket.failed", reason=str(failure), wait=wait)
                await asyncio.sleep(wait * random.uniform(0.75, 1.25))  # noqa: S311 - jitter
            else:
                return

    async def _dial(self, address: str) -> None:
        before = self.current_session
        self.auto_reconnect_enabled = False
        if before is not None:
            await before.close()
        async with asyncio.timeout(CONNECT_SECONDS):
            self.current_session = await self.aiohttp_client_session.ws_connect(
                address,
                autoping=False,
                heartbeat=self.ping_interval,
                proxy=self.proxy,
                timeout=aiohttp.ClientWSTimeout(ws_close=CLOSE_SECONDS),
            )
        self.auto_reconnect_enabled = True
        self.stale = False
        self.last_ping_pong_time = None
        # A loop of the former session ends by itself when it finds a new one; only a sleeping one needs waking.
        for task in (self.current_session_monitor, self.message_receiver):
            if task is not None and task is not asyncio.current_task():
                task.cancel()
        self.current_session_monitor = asyncio.ensure_future(self.monitor_current_session())
        self.message_receiver = asyncio.ensure_future(self.receive_messages())

    async def run_message_listeners(self, message: dict[str, Any], raw_message: str) -> None:
        """Handle one message of the socket, counted as being handled meanwhile."""
        tasks = self._reconnecting if message.get("type") == "disconnect" else self._handling
        task = asyncio.current_task()
        if task is not None:
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        await super().run_message_listeners(message, raw_message)

    async def drained(self) -> bool:
        """Return once all that Slack has sent down the session up to now was handled; False where that isn't sure.

        An answer to a ping comes behind everything that was sent before it.
        """
        session = self.current_session
        if session is None or session.closed or self.greeted is not session:
            return False
        asked = time.time()
        try:
            async with asyncio.timeout(DRAIN_SECONDS):
                await session.ping(f"sdk-ping-pong:{asked}".encode())
                while (  # noqa: ASYNC110 - the SDK notes an answer, and tells nobody
                    self.last_ping_pong_time or 0.0
                ) < asked or not self.message_queue.empty():
                    await asyncio.sleep(_LOOK)
                await asyncio.sleep(_LOOK)  # what was taken off the queue last is counted as being handled by then
                if self._handling:
                    await asyncio.wait(self._handling)
        except (TimeoutError, ConnectionError):
            return False
        return self.current_session is session and not session.closed

    async def finish(self, seconds: float) -> None:
        """Wait for the messages that are being handled, then end whatever still is; nothing connects any more."""
        for task in self._reconnecting:
            task.cancel()
        if self._handling:
            _, late = await asyncio.wait(self._handling, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def close(self) -> None:
        """Close the socket and wait for every task of the client to end."""
        await super().close()  # type: ignore[no-untyped-call]  # slack_sdk leaves it unannotated
        tasks = (self.message_processor, self.current_session_monitor, self.message_receiver, *self._reconnecting)
        await asyncio.gather(*(task for task in tasks if task is not None), return_exceptions=True)


class Socket(AsyncBaseSocketModeHandler):
    """Bolt's adapter for Socket Mode: each envelope goes through the app, and is acknowledged if the app says 200.

    `connected` is called after each hello, that is, each time events flow anew.
    """

    def __init__(
        self,
        app: AsyncApp,
        *,
        app_token: str,
        api: WebApi,
        connected: Callable[[], Awaitable[None]],
        ping_seconds: float = PING_SECONDS,
    ) -> None:
        self.app: AsyncApp = app
        self.client: SocketClient = SocketClient(app_token, api, ping_seconds)
        self._connected = connected
        self._hello = asyncio.Event()
        self._leaving = False
        self.client.message_listeners.append(self._greet)
        self.client.socket_mode_request_listeners.append(self.handle)

    @property
    def listens(self) -> bool:
        """Whether Slack has said hello and the session is open."""
        session = self.client.current_session
        return self._hello.is_set() and session is not None and not session.closed

    async def heard_all(self) -> bool:
        """See `bot.ports.Spread`."""
        return not self._leaving and await self.client.drained()

    async def start(self, seconds: float) -> None:
        """Connect, and return when Slack has said hello.

        Raises `SettingsError` where the app token is refused, `Unavailable` where no hello comes within `seconds`.
        """
        with translated("apps.connections.open", writes=False):
            try:
                opened = await self.client.web_client.apps_connections_open(app_token=self.client.app_token)
            except SlackClientError as error:
                raise (refused_setting(error, "SLACK_APP_TOKEN") or error) from None
        self.client.wss_uri = opened["url"]
        try:
            async with asyncio.timeout(seconds):
                await self.client.connect()
                await self._hello.wait()
        except TimeoutError:
            raise Unavailable(f"apps.connections.open: no hello from Slack within {seconds:g} s") from None

    async def handle(self, client: AsyncBaseSocketModeClient, req: SocketModeRequest) -> None:
        """Run the app on an envelope and acknowledge it; one that comes while leaving is Slack's to deliver again."""
        if self._leaving:
            return
        began = time.time()
        await send_async_response(client, req, await run_async_bolt_app(self.app, req), began)

    async def close(self, seconds: float) -> None:
        """Take nothing new, let what is being handled end within `seconds`, acknowledge it, and disconnect."""
        self._leaving = True
        await self.client.finish(seconds)
        await self.client.close()

    async def _greet(self, _client: AsyncBaseSocketModeClient, message: dict[str, Any], _raw: str | None) -> None:
        if message.get("type") == "hello":
            _log.info("slack.socket.open")
            session = self.client.current_session
            await self._connected()
            self.client.greeted = session
            self._hello.set()
