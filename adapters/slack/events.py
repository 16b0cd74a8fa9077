"""Messages as Slack tells of them, live or from history, made into the core's events and handed over in order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

import structlog

from adapters.slack.identity import Identity, Passport
from adapters.slack.inbound import counts, edited, posted, removed, thread_below
from adapters.slack.lookups import Lookups
from adapters.slack.markup import mentioned
from adapters.slack.people import People
from adapters.slack.places import Places, names_in
from adapters.slack.reactions import Reactions, Roots
from bot.errors import PlatformError
from bot.model import SLACK, Event, Posted, ThreadRef
from bot.ports import Intake

LAST_ATTEMPTS: Final = 2
"""From the second redelivery on, a minute after the first try, only one more follows."""
_NEW: Final = frozenset({"bot_message", "file_share", "me_message", "thread_broadcast"})

_log = structlog.get_logger(__name__)


class Turns:
    """One at a time for each key, first come, first served; different keys go side by side."""

    def __init__(self) -> None:
        self._locks: dict[tuple[str, str], tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def of(self, key: tuple[str, str]) -> AsyncIterator[None]:
        """Wait for this key's turn, and hold it inside the block."""
        lock, waiting = self._locks.get(key, (None, 0))
        lock = lock or asyncio.Lock()
        self._locks[key] = (lock, waiting + 1)
        try:
            async with lock:
                yield
        finally:
            waiting = self._locks[key][1] - 1
            if waiting:
                self._locks[key] = (lock, waiting)
            else:
                del self._locks[key]


class Listener:
    """Hands what people do in threads to the intake, a thread's events in the order in which they came."""

    def __init__(self, intake: Intake, reader: Reader, reactions: Reactions, roots: Roots, lookups: Lookups) -> None:
        self._lookups = lookups
        self._intake = intake
        self._reader = reader
        self._reactions = reactions
        self._roots = roots
        self._turns = Turns()

    async def hear(self, event: Mapping[str, Any], *, attempt: int = 0) -> None:
        """Take a `message` event; when this returns, what it means for the core is kept. Raises what the intake does.

        Raises `PlatformError` where its author can't be looked up; the intake knows then that the thread lacks it.
        `attempt` counts Slack's redeliveries: the last ones are taken although their author can't be looked up.
        Whatever is not of a thread, or not a person's, is passed over.
        """
        if not event.get("subtype") or event["subtype"] in _NEW:
            ts = str(event.get("ts"))
            self._roots.note(str(event.get("channel")), ts, str(event.get("thread_ts") or ts))
        key = thread_of(event)
        if key is None:
            return
        async with self._turns.of(key):
            try:
                heard = await self._reader.read(event, anyhow=attempt >= LAST_ATTEMPTS)
            except PlatformError:
                # Slack delivers it again, but only after what people write behind it.
                await self._intake.missed(await self._reader.thread(*key))
                raise
            late = attempt >= LAST_ATTEMPTS and isinstance(heard, Posted)
            if heard is not None and not (late and await self._gone(*key, heard.message)):
                await self._hand_over(heard)

    async def _gone(self, channel: str, root: str, message: str) -> bool:
        """Whether a message that comes a minute late was deleted meanwhile; where Slack doesn't say so, it stands.

        Its deletion may have been heard before, and have been forgotten as one of a message that never came.
        """
        try:
            return await self._lookups.message(channel, root, message) is None
        except PlatformError as error:
            _log.info("slack.late.unknown", channel=channel, message=message, reason=str(error))
            return False

    async def hear_reaction(self, event: Mapping[str, Any], *, attempt: int = 0) -> None:
        """Take a `reaction_added` or `reaction_removed` event, as `hear` takes a message's."""
        del attempt
        item = event.get("item") or {}
        # Which thread it is has to be asked for first: reactions on one message wait for each other already there.
        async with self._turns.of((str(item.get("channel")), f"reactions on {item.get('ts')}")):
            heard = await self._reactions.read(event)
            if heard is not None:
                async with self._turns.of((heard.thread.channel.channel, heard.thread.thread)):
                    await self._hand_over(heard)

    async def hear_joining(self, event: Mapping[str, Any], *, attempt: int = 0) -> None:
        """Take a `member_joined_channel` event: where it is the bot, what was written without it is caught up with."""
        del attempt
        if event.get("user") == (await self._reader.identity()).bot_user:
            await self._intake.connected(SLACK)

    async def _hand_over(self, event: Event) -> None:
        place = event.thread.channel.channel
        _log.debug("slack.event", kind=event.kind, channel=place, thread=event.thread.thread, message=event.message)
        await self._intake.receive(event)


class Reader:
    """Looks up what a message needs (its author, the names that it mentions), and makes it an event of the core."""

    def __init__(self, passport: Passport, people: People, places: Places) -> None:
        self._passport = passport
        self._people = people
        self._places = places

    async def identity(self) -> Identity:
        """Who the bot is."""
        return await self._passport.identity()

    async def thread(self, channel: str, root: str) -> ThreadRef:
        """The thread below that message."""
        return thread_below(root, channel, (await self._passport.identity()).team)

    async def read(self, event: Mapping[str, Any], *, anyhow: bool = False) -> Event | None:
        """The core's event behind a `message` event; None for whatever is no comment.

        `anyhow`: an author who can't be looked up now goes by their id.
        """
        team = (await self._passport.identity()).team
        match event.get("subtype"):
            case "message_deleted":
                return removed(event, team=team)
            case "message_changed":
                gone = removed(event, team=team)
                if gone is not None:
                    return gone
                if not counts(event.get("message") or {}):
                    return None
                names = await names_in(mentioned(event["message"]), self._people, self._places)
                return edited(event, team=team, names=names)
            case _:
                return await self.posted(event, str(event.get("channel")), anyhow=anyhow)

    async def posted(self, message: Mapping[str, Any], channel: str, *, anyhow: bool = False) -> Posted | None:
        """A message of a thread as a person's comment; None for whatever is none."""
        if not counts(message):
            return None
        identity = await self._passport.identity()
        home = message.get("user_team") or message.get("source_team") or message.get("team") or identity.team
        author = await self._people.author(message["user"], str(home), anyhow=anyhow)
        names = await names_in(mentioned(message), self._people, self._places)
        link = identity.permalink(channel, message["ts"], message["thread_ts"])
        return posted(message, team=identity.team, author=author, names=names, permalink=link, channel=channel)


def thread_of(event: Mapping[str, Any]) -> tuple[str, str] | None:
    """The channel and the thread's root that a `message` event is about, if it is about a thread."""
    message = {"message_changed": event.get("message"), "message_deleted": event.get("previous_message")}.get(
        event.get("subtype") or "", event
    )
    channel = event.get("channel")
    root = message.get("thread_ts") if isinstance(message, Mapping) else None
    return (channel, root) if isinstance(channel, str) and isinstance(root, str) else None
