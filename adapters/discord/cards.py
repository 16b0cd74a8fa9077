"""Cards and their threads: posted, found again, opened and redrawn."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, Final, TypeAlias

from adapters.discord import outbound
from adapters.discord.failures import THREAD_ARCHIVED, THREAD_EXISTS, Rejected
from adapters.discord.places import message_url, thread_ref
from adapters.discord.reading import messages, moment, values
from adapters.discord.rest import Rest
from bot.errors import MessageGone, PlaceGone
from bot.masking.masked import MaskedLine
from bot.model import ChannelInfo, RemoteMessageId, ThreadRef
from bot.ports import SentCard, Stamp
from bot.views import Card

Json: TypeAlias = dict[str, Any]

_WEEK: Final = 7 * 24 * 60
"""Minutes until a quiet thread is archived: the longest that Discord offers."""


class Cards:
    """The cards of one bot. A discussion has one card in a channel, known by the custom ids on its buttons."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest
        self._bot = ""

    def posted_by(self, bot: str) -> None:
        """Say which user the bot is, once that is known."""
        self._bot = bot

    async def post(self, channel: ChannelInfo, card: Card, stamp: Stamp) -> SentCard:
        """Post a card, or a forum post that is one.

        Discord answers a repeated nonce with the message that the first left; forum posts take no nonce.
        """
        where = channel.ref.channel
        if channel.forum:
            made = await self._rest.ask(
                "POST", "/channels/{channel_id}/threads", json=outbound.forum_post(card), channel_id=where
            )
            return _forum_card(channel, made["id"])
        payload = {**outbound.card_payload(card), "nonce": stamp, "enforce_nonce": True}
        made = await self._rest.ask("POST", "/channels/{channel_id}/messages", json=payload, channel_id=where)
        return _card(channel, made["id"])

    async def find(self, channel: ChannelInfo, card: Card, since: datetime) -> SentCard | None:
        """The card that stands in the channel since then, if there is one; it is brought up to date first."""
        buttons = set(values(outbound.card_payload(card), "custom_id"))
        if channel.forum:
            async for post in self._posts(channel, moment(since)):
                if self._is_card(await self._starter(post), buttons):
                    await self.redraw(channel, post, card)
                    return _forum_card(channel, post)
            return None
        async for message in messages(self._rest, channel.ref.channel, moment(since)):
            if self._is_card(message, buttons):
                await self.redraw(channel, message["id"], card)
                return _card(channel, message["id"])
        return None

    async def open_thread(
        self, channel: ChannelInfo, root: RemoteMessageId, title: MaskedLine, stamp: Stamp
    ) -> ThreadRef:
        """Open the card's thread, or adopt the one that it has, and see to its first message."""
        thread = thread_ref(channel.ref.workspace, channel.ref.channel, root)
        is_new = False
        if not channel.forum:
            try:
                await self._rest.ask(
                    "POST",
                    "/channels/{channel_id}/messages/{message_id}/threads",
                    json={"name": outbound.thread_name(title), "auto_archive_duration": _WEEK},
                    channel_id=channel.ref.channel,
                    message_id=root,
                )
                is_new = True
            except Rejected as error:
                # A thread that was started from a message bears its id, so the one that is there is known.
                if error.code != THREAD_EXISTS:
                    raise
        if is_new or not await self._has_opener(thread):
            # The nonce differs from the card's: Discord compares nonces by author, not by channel.
            payload = {**outbound.opener_payload(), "nonce": f"{stamp}~", "enforce_nonce": True}
            await self._rest.ask("POST", "/channels/{channel_id}/messages", json=payload, channel_id=thread.thread)
        return thread

    async def redraw(self, channel: ChannelInfo, root: RemoteMessageId, card: Card) -> None:
        """Show the card as it is now. Only a forum's card stands in a thread, which may have been archived."""
        where = root if channel.forum else channel.ref.channel
        try:
            await self._edit(where, root, card)
        except Rejected as error:
            if error.code != THREAD_ARCHIVED:
                raise
            await unarchive(self._rest, where)
            await self._edit(where, root, card)

    async def _edit(self, where: str, root: RemoteMessageId, card: Card) -> None:
        await self._rest.ask(
            "PATCH",
            "/channels/{channel_id}/messages/{message_id}",
            json=outbound.card_payload(card),
            channel_id=where,
            message_id=root,
        )

    async def _has_opener(self, thread: ThreadRef) -> bool:
        said = set(values(outbound.opener_payload(), "content"))
        async for message in messages(self._rest, thread.thread, after=thread.thread):
            if message["author"]["id"] == self._bot and said <= set(values(message, "content")):
                return True
        return False

    async def _posts(self, channel: ChannelInfo, after: str) -> AsyncIterator[RemoteMessageId]:
        """The bot's posts in a forum since then, whether active or archived."""
        active = await self._rest.ask("GET", "/guilds/{guild_id}/threads/active", guild_id=channel.ref.workspace)
        archived = await self._rest.ask(
            "GET", "/channels/{channel_id}/threads/archived/public", channel_id=channel.ref.channel
        )
        for thread in (*active["threads"], *archived["threads"]):
            is_here = thread.get("parent_id") == channel.ref.channel and thread.get("owner_id") == self._bot
            if is_here and int(thread["id"]) > int(after):
                yield thread["id"]

    async def _starter(self, post: RemoteMessageId) -> Json | None:
        try:
            found: Json = await self._rest.ask(
                "GET", "/channels/{channel_id}/messages/{message_id}", channel_id=post, message_id=post
            )
        except (MessageGone, PlaceGone):
            return None
        return found

    def _is_card(self, message: Json | None, buttons: set[str]) -> bool:
        if message is None or message["author"]["id"] != self._bot:
            return False
        return not buttons.isdisjoint(values(message.get("components") or [], "custom_id"))


async def unarchive(rest: Rest, thread: str) -> None:
    """Bring a thread back from the archive, as any member may who can write in it; a locked one takes more."""
    await rest.ask("PATCH", "/channels/{channel_id}", json={"archived": False}, channel_id=thread)


def _card(channel: ChannelInfo, message: str) -> SentCard:
    return SentCard(RemoteMessageId(message), message_url(channel.ref.workspace, channel.ref.channel, message))


def _forum_card(channel: ChannelInfo, post: str) -> SentCard:
    return SentCard(
        RemoteMessageId(post),
        message_url(channel.ref.workspace, post, post),
    )
