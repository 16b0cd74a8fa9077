"""Discord as a platform: what the core asks for, carried out on one connection."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from datetime import datetime
from typing import Any, Final, TypeAlias

from adapters.discord import inbound
from adapters.discord.cards import Cards
from adapters.discord.commands import DiscordCommands
from adapters.discord.connection import Connection, Session
from adapters.discord.copies import Copies
from adapters.discord.downloads import download
from adapters.discord.listening import Listener
from adapters.discord.naming import Naming
from adapters.discord.places import Places
from adapters.discord.reactions import card_of, counted, reactors
from adapters.discord.reading import last_message, pages
from adapters.discord.rest import Endpoint
from adapters.discord.webhooks import Webhooks
from bot.commands import Commands
from bot.masking.masked import MaskedLine
from bot.model import (
    DISCORD,
    Attachment,
    ChannelInfo,
    PlatformName,
    Posted,
    Reacted,
    RemoteMessageId,
    RemoteUserId,
    ThreadRef,
)
from bot.ports import Counted, Intake, Page, Sent, SentCard, Stamp
from bot.views import Card, CopyView

Json: TypeAlias = dict[str, Any]

_GRACE: Final = 3.0


class DiscordPlatform:
    """One bot on Discord. Implements `bot.ports.Platform`.

    `token` is the bot's. `api_url` and `gateway_url` lead to a proxy or a local Discord instead of Discord itself.
    Times are in seconds: `timeout` is how long one request may take, `patience` the longest rate limit that is waited
    out in place instead of becoming `Busy`, `pause` the wait before a catch-up after an event that could not be kept,
    `identify_pause` the distance that Discord asks for between two new sessions, `away` the longest time without a
    connection before a new session is tried, `silence` how long the gateway may say nothing before its socket is taken
    for dead: longer than the 41 s that it has between two heartbeats.
    """

    def __init__(
        self,
        *,
        token: str,
        commands: Commands,
        api_url: str | None = None,
        gateway_url: str | None = None,
        timeout: float = 6.0,
        patience: float = 2.0,
        pause: float = 5.0,
        identify_pause: float = 5.0,
        away: float = 15.0,
        silence: float = 60.0,
    ) -> None:
        self._token = token
        endpoint = Endpoint(api_url, gateway_url, timeout=timeout, patience=patience)
        self._connection = Connection(
            endpoint,
            heard=self._hear,
            lost=self._lose,
            identify_pause=identify_pause,
            away=away,
            silence=silence,
        )
        self._rest = self._connection.http
        self._places = Places(self._connection, self._rest)
        self._webhooks = Webhooks(self._rest)
        self._cards = Cards(self._rest)
        self._copies = Copies(self._rest, self._webhooks, self._places)
        self._naming = Naming(self._connection, self._rest)
        self._listener = Listener(self._places, self._naming, pause=pause)
        self._commands = DiscordCommands(commands, self._rest, self._places)
        self._listening: asyncio.Task[None] | None = None
        self._answering: set[asyncio.Task[None]] = set()
        self._listens = False

    @property
    def name(self) -> PlatformName:
        """Which platform this is."""
        return DISCORD

    @property
    def connected(self) -> bool:
        """Whether the gateway's socket is open, where it shall be."""
        return self._connection.listens or not self._listens

    async def start(self, intake: Intake) -> None:
        """Connect; raises `SettingsError` for the operator where Discord can't be reached or keeps the bot out."""
        await self.stand_by(intake)
        try:
            await self.listen(None)
        except BaseException:
            await self.close()
            raise

    async def stand_by(self, intake: Intake) -> None:
        """Log in, and be ready for everything but events; raises as `start` does."""
        try:
            await self._connection.log_in(self._token)
        except BaseException:
            await self._connection.shut()
            raise
        application = str(self._connection.application_id)
        self._webhooks.owned_by(application)
        self._cards.posted_by(self._connection.bot_id)
        self._listener.heard_by(self._connection.bot_id)
        self._listening = asyncio.create_task(self._listener.run(intake), name="discord events")
        await self._commands.declare(application)

    async def listen(self, session: str | None) -> None:
        """Connect to the gateway, taking the session up that another process left, where Discord still has it."""
        self._listens = True
        if session is None:
            await self._connection.open()
            return
        await self.refresh()
        left = Session.read(session)
        self._listener.resumed(left.sequence)
        await self._connection.open(left)

    async def hush(self) -> None:
        """Leave the gateway, but not the session."""
        self._listens = False
        await self._connection.hang_up(resumable=True)
        await self._listener.drain(_GRACE)

    async def refresh(self) -> None:
        """Learn servers, channels and permissions by asking, as long as no events tell of them."""
        if not self._connection.listens:
            await self._connection.prime()

    @property
    def listens(self) -> bool:
        """Whether the gateway's socket is open."""
        return self._connection.listens

    @property
    def session(self) -> str | None:
        """The session behind the last event that is surely kept."""
        kept = self._listener.kept
        return None if kept is None else self._connection.session(kept)

    async def close(self) -> None:
        """Disconnect, then end when what was heard is handed over and what was asked is answered, or after 3 s each."""
        await self._connection.hang_up()
        if self._answering:
            await asyncio.wait(self._answering, timeout=_GRACE)
        if self._listening is not None and not self._listening.done():
            await self._listener.drain(_GRACE)
        rest = [*self._answering, *([] if self._listening is None else [self._listening])]
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        await self._connection.shut()

    async def describe(self, channel: str) -> ChannelInfo:
        """The channel with this id; raises `Refused` with a line on what to do where the bot can't work in it."""
        return await self._places.describe(channel)

    async def post_card(self, channel: ChannelInfo, card: Card, stamp: Stamp) -> SentCard:
        """Post a card; in a forum it becomes a post, which is its thread too."""
        return await self._cards.post(channel, card, stamp)

    async def find_card(self, channel: ChannelInfo, card: Card, stamp: Stamp, since: datetime) -> SentCard | None:
        """The discussion's card, known by its buttons; the stamp is not needed, for Discord tells no old nonces."""
        del stamp
        return await self._cards.find(channel, card, since)

    async def open_thread(
        self, channel: ChannelInfo, root: RemoteMessageId, title: MaskedLine, stamp: Stamp
    ) -> ThreadRef:
        """Open or adopt the card's thread, the civility line first in it."""
        return await self._cards.open_thread(channel, root, title, stamp)

    async def redraw_card(self, channel: ChannelInfo, root: RemoteMessageId, card: Card) -> None:
        """Show the card's present state."""
        await self._cards.redraw(channel, root, card)

    async def send_copy(self, thread: ThreadRef, copy: CopyView, stamp: Stamp) -> Sent:
        """Show a comment through the channel's webhook, which takes no stamp."""
        del stamp
        return await self._copies.send(thread, copy)

    async def find_copy(
        self, thread: ThreadRef, copy: CopyView, stamp: Stamp, since: datetime, known: Collection[RemoteMessageId]
    ) -> Sent | None:
        """The copy as an earlier `send_copy` left it, known by its author's name and its text."""
        del stamp
        return await self._copies.find(thread, copy, since, known)

    async def edit_copy(self, thread: ThreadRef, message: RemoteMessageId, copy: CopyView) -> None:
        """Show the comment's present text and files."""
        await self._copies.edit(thread, message, copy)

    async def delete(self, thread: ThreadRef, message: RemoteMessageId) -> bool:
        """Delete a message; gone already is well, and answered False."""
        return await self._copies.delete(thread, message)

    async def stands(self, thread: ThreadRef, message: RemoteMessageId) -> bool:
        """Whether a message is in the thread, asked of Discord by itself."""
        return await self._copies.stands(thread, message)

    async def look(self, thread: ThreadRef, message: RemoteMessageId) -> Posted | None:
        """A message as it stands; raises `MessageGone` where it is gone."""
        return await self._posted(await self._copies.look(thread, message), thread, thread.channel.workspace)

    async def can_replace(self, thread: ThreadRef) -> bool:
        """Whether the bot may manage messages in the thread's channel."""
        return await self._places.may_manage_messages(thread.channel.channel)

    async def whisper(self, thread: ThreadRef, user: RemoteUserId, text: str) -> None:
        """Do nothing: Discord shows a message to one person alone only in answer to something that they pressed."""

    async def pages(self, thread: ThreadRef) -> AsyncIterator[Page]:
        """The thread as it stands, also an archived one, with the reactions on its card by number."""
        self._places.remember(thread)
        guild, is_first = thread.channel.workspace, True
        # A forum's card bears its thread's id, and stands in it.
        async for page in pages(self._rest, thread.thread, after=str(int(thread.thread) - 1)):
            card = await card_of(self._rest, thread, page[0]) if is_first else None
            is_first = False
            told = [await self._posted(message, thread, guild) for message in page]
            posted = tuple(one for one in told if one is not None)
            yield Page(
                posted=posted,
                others=frozenset(RemoteMessageId(message["id"]) for message in page) - {one.message for one in posted},
                upto=int(page[-1]["id"]),
                counted=tuple(one for message in (card, *page) if message for one in counted(message)),
            )

    async def _posted(self, message: Json, thread: ThreadRef, guild: str) -> Posted | None:
        told = await self._naming.with_member(message, guild)
        return inbound.posted(told, thread, names=self._naming.mentions(told, guild))

    async def last(self, thread: ThreadRef) -> int | None:
        """The id of the last message in the thread; None where the bot may not read what was written before."""
        found = await last_message(self._rest, thread.thread)
        return None if found is None else int(found["id"])

    async def reactors(self, thread: ThreadRef, counted: Counted) -> tuple[Reacted, ...]:
        """The people behind a number; bots are left out."""
        return await reactors(self._rest, thread, counted)

    def position(self, message: RemoteMessageId) -> int:
        """A snowflake is one."""
        return int(message)

    async def download(self, attachment: Attachment, limit: int) -> bytes:
        """An attachment's content, also after the address that was told has expired."""
        return await download(self._rest, attachment, limit)

    def _hear(self, kind: str, payload: Json, sequence: int) -> None:
        if kind == "INTERACTION_CREATE":
            task = asyncio.create_task(self._commands.handle(payload), name="discord interaction")
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)
        else:
            self._listener.hear(kind, payload, sequence)

    def _lose(self) -> None:
        self._listener.lost()
