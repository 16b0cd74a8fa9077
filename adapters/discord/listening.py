"""From the gateway's payloads to the core's intake, one at a time, in Discord's order."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any, Final, TypeAlias

import structlog

from adapters.discord import inbound
from adapters.discord.failures import where
from adapters.discord.naming import Naming
from adapters.discord.places import Places
from adapters.discord.reactions import reacted
from bot.errors import PlatformError, StorageError
from bot.model import DISCORD, Event, ThreadRef
from bot.ports import Intake

Json: TypeAlias = dict[str, Any]

_LOST: Final = "lost"
_PASSED: Final = "passed"
_MESSAGES: Final = frozenset({"MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE", "MESSAGE_DELETE_BULK"})
_REACTIONS: Final = {"MESSAGE_REACTION_ADD": True, "MESSAGE_REACTION_REMOVE": False}
_CLEARED: Final = frozenset({"MESSAGE_REACTION_REMOVE_ALL", "MESSAGE_REACTION_REMOVE_EMOJI"})

log = structlog.get_logger(__name__)


class Listener:
    """Holds what was heard until the intake has it.

    Discord takes no acknowledgements, so an event that could not be kept is left to catch-up, which is asked for
    again `pause` seconds later, and again until everything is kept.
    """

    def __init__(self, places: Places, naming: Naming, *, pause: float) -> None:
        self._places = places
        self._naming = naming
        self._pause = pause
        self._bot = ""
        self._heard: asyncio.Queue[tuple[str, Json, int]] = asyncio.Queue()
        self._kept: int | None = None
        self._again: asyncio.TimerHandle | None = None

    def heard_by(self, bot: str) -> None:
        """Say which user the bot is, once that is known."""
        self._bot = bot

    @property
    def kept(self) -> int | None:
        """The number of the last event up to which all are handed over; None where one was not, and is to be read."""
        return self._kept

    def hear(self, kind: str, payload: Json, sequence: int) -> None:
        """Take an event with its number; those that are not about a server's messages are passed over."""
        told = (kind in _MESSAGES or kind in _REACTIONS or kind in _CLEARED) and "guild_id" in payload
        self._heard.put_nowait((kind if told else _PASSED, payload if told else {}, sequence))

    def resumed(self, sequence: int) -> None:
        """All up to this number was handed over by whoever listened before."""
        self._kept = sequence

    def lost(self) -> None:
        """Events may have been missed: tell the intake, after what was heard before."""
        self._again = None
        self._kept = None
        self._heard.put_nowait((_LOST, {}, 0))

    async def run(self, intake: Intake) -> None:
        """Hand everything over, for ever."""
        while True:
            kind, payload, sequence = await self._heard.get()
            try:
                await self._hand_over(intake, kind, payload)
            except (StorageError, PlatformError) as error:
                log.warning("discord.event_left", kind=kind, message=payload.get("id"), reason=str(error))
                self._fail()
            except Exception as error:  # noqa: BLE001 - one event must not end the listening
                log.error("discord.event_failed", kind=kind, error=where(error))  # noqa: TRY400 - see `where`
                self._fail()
            else:
                if self._again is None and sequence:
                    self._kept = sequence
            finally:
                self._heard.task_done()

    async def drain(self, seconds: float) -> None:
        """Wait until all that was heard is handed over, so long at most; catch-up brings the rest after a restart."""
        if self._again is not None:
            self._again.cancel()
        try:
            async with asyncio.timeout(seconds):
                await self._heard.join()
        except TimeoutError:
            log.warning("discord.events_left", count=self._heard.qsize())

    async def _hand_over(self, intake: Intake, kind: str, payload: Json) -> None:
        if kind == _PASSED:
            return
        if kind == _LOST:
            await intake.connected(DISCORD)
            return
        thread = await self._places.thread(payload["channel_id"])
        if thread is None and (kind in _REACTIONS or kind in _CLEARED):
            # A card stands in a channel, under its thread's id.
            thread = self._places.known_thread(payload["message_id"])
        if thread is None:
            return
        if kind in _CLEARED:
            # Discord does not tell whose reactions a moderator removed: reading the thread again does.
            await intake.connected(DISCORD)
            return
        if kind in _REACTIONS:
            reaction = reacted(payload, thread, added=_REACTIONS[kind], bot=self._bot)
            if reaction is not None:
                await intake.receive(reaction)
            return
        for event in self._events(kind, payload, thread):
            await intake.receive(event)

    def _fail(self) -> None:
        self._kept = None
        self._ask_again()

    def _ask_again(self) -> None:
        if self._again is None:
            self._again = asyncio.get_running_loop().call_later(self._pause, self.lost)

    def _events(self, kind: str, payload: Json, thread: ThreadRef) -> Iterable[Event]:
        names = self._naming.mentions(payload, thread.channel.workspace)
        match kind:
            case "MESSAGE_CREATE":
                self._naming.learn(payload)
                found: Event | None = inbound.posted(payload, thread, names=names)
            case "MESSAGE_UPDATE":
                found = inbound.edited(payload, thread, names=names)
            case "MESSAGE_DELETE":
                found = inbound.removed(payload, thread)
            case _:
                return [inbound.removed({"id": message}, thread) for message in payload["ids"]]
        return [] if found is None else [found]
