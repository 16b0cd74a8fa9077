"""How events and interactions reach the app, whichever way it takes them: in order, acknowledged, redelivered."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Protocol, TypeAlias

from adapters.sandbox.faults import Faults
from adapters.sandbox.side import Json
from adapters.sandbox.slack.timers import Timers
from adapters.sandbox.slack.values import APP_ID, BOT_USER, TEAM_ID, Channel

Kind: TypeAlias = Literal["events_api", "slash_commands", "interactive"]

ACK_SECONDS: Final = 3.0
RETRY_DELAYS: Final = (0.0, 60.0, 300.0)
"""Seconds before each redelivery: nearly at once, after 1 minute, after 5 minutes (Events API docs, Retries)."""
LATEST_REORDER: Final = 1.0
"""Seconds after which an event that waits for its successor goes without one."""
ALL_MESSAGES: Final = {"channel": "message.channels", "group": "message.groups"}


@dataclass(slots=True)
class Envelope:
    """One thing for the app. `attempt` counts redeliveries, `reason` says why the one before failed."""

    kind: Kind
    payload: Json
    attempt: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Ack:
    """What became of an envelope: acknowledged with a payload or none, or not, with the reason."""

    ok: bool
    payload: Any = None
    reason: str = ""


class Transport(Protocol):
    """A way to the app."""

    async def send(self, envelope: Envelope) -> Awaitable[Ack]:
        """Hand an envelope over; what comes back resolves within 3 seconds, and to failure where there is no way."""
        ...

    async def disconnect(self) -> None:
        """Tell the app to connect anew, and close."""
        ...


class Delivery:
    """Takes what happens, and sees that the app hears of it.

    An event is sent in its order; unacknowledged, it is sent again up to three times, as Slack does. `redelivered`
    counts that.
    """

    def __init__(self, transport: Transport, faults: Faults, timers: Timers, subscriptions: frozenset[str]) -> None:
        self.transport = transport
        self._faults = faults
        self._timers = timers
        self._subscriptions = subscriptions
        self._queue: asyncio.Queue[Envelope] = asyncio.Queue()
        self._held: Envelope | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.redelivered = 0

    def start(self) -> None:
        """Begin to send."""
        self._spawn(self._work())

    async def stop(self) -> None:
        """Send nothing more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    def tell(self, event: Json, channel: Channel) -> None:
        """An event of the workspace: the app hears of it where it is in the channel and asked for such events."""
        if BOT_USER not in channel.members or not self._wanted(event, channel):
            return
        envelope = Envelope("events_api", _callback(event))
        fault = self._faults.take("slack", f"event:{event_name(event)}")
        kind = fault.kind if fault is not None else None
        if kind == "disconnect":
            self._spawn(self.transport.disconnect())
        if kind == "drop":
            return
        if kind == "reorder" and self._held is None:
            self._held = envelope
            self._spawn(self._let_go_late(envelope))
            return
        self._queue.put_nowait(envelope)
        if kind == "duplicate":
            self._queue.put_nowait(Envelope("events_api", envelope.payload))
        self._let_go()

    async def ask(self, kind: Kind, payload: Json) -> Ack:
        """Something that a person waits for: sent at once, and never again."""
        return await (await self.transport.send(Envelope(kind, payload)))

    def _wanted(self, event: Json, channel: Channel) -> bool:
        name = ALL_MESSAGES[channel.kind] if event["type"] == "message" else event["type"]
        return name in self._subscriptions

    def _let_go(self) -> None:
        if self._held is not None:
            held, self._held = self._held, None
            self._queue.put_nowait(held)

    async def _let_go_late(self, envelope: Envelope) -> None:
        await self._timers.sleep(LATEST_REORDER)
        if self._held is envelope:
            self._let_go()

    async def _work(self) -> None:
        while True:
            envelope = await self._queue.get()
            acked = await self.transport.send(envelope)
            self._spawn(self._follow(envelope, acked))

    async def _follow(self, envelope: Envelope, acked: Awaitable[Ack]) -> None:
        ack = await acked
        if ack.ok or envelope.attempt >= len(RETRY_DELAYS):
            return
        await self._timers.sleep(RETRY_DELAYS[envelope.attempt])
        again = Envelope(envelope.kind, envelope.payload, envelope.attempt + 1, ack.reason)
        self.redelivered += 1
        self._queue.put_nowait(again)

    def _spawn(self, work: Any) -> None:  # noqa: ANN401 - a coroutine of any kind
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def event_name(event: Json) -> str:
    """What faults call an event: its type, or the subtype that says that a message changed or went."""
    subtype = event.get("subtype")
    return str(subtype if subtype in {"message_changed", "message_deleted"} else event["type"])


def _callback(event: Json) -> Json:
    """An event in the wrapper that the Events API gives it."""
    return {
        "token": "roundtable-sandbox",
        "team_id": TEAM_ID,
        "context_team_id": TEAM_ID,
        "context_enterprise_id": None,
        "api_app_id": APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": f"Ev0{secrets.token_hex(5).upper()}",
        "event_time": int(time.time()),
        "authed_users": [BOT_USER],
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM_ID,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{secrets.token_urlsafe(24)}",
    }


@dataclass(slots=True)
class Waiting:
    """An acknowledgement that is awaited."""

    future: asyncio.Future[Ack] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def resolve(self, ack: Ack) -> None:
        """Settle it, unless it is settled."""
        if not self.future.done():
            self.future.set_result(ack)

    async def within(self, seconds: float, timers: Timers, reason: str) -> Ack:
        """The acknowledgement, or a failure for `reason` where none came in time."""
        timer = asyncio.ensure_future(timers.sleep(seconds))
        timer.add_done_callback(lambda _: self.resolve(Ack(ok=False, reason=reason)))
        try:
            return await asyncio.shield(self.future)
        finally:
            timer.cancel()
