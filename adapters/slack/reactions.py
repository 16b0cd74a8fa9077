"""Reactions on Slack: as they are told of, and as they stand."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

from adapters.slack.failures import translated
from adapters.slack.identity import Passport
from adapters.slack.inbound import position_of
from adapters.slack.lookups import Lookups, Message
from adapters.slack.markup.shortcodes import from_shortcode
from adapters.slack.webapi import WebApi, answer
from bot.errors import Refused
from bot.markup.tree import Text
from bot.model import (
    SLACK,
    ChannelRef,
    Reacted,
    RemoteChannelId,
    RemoteMessageId,
    RemoteThreadId,
    RemoteUserId,
    ThreadRef,
)

KEPT_MESSAGES: Final = 10_000


class Roots:
    """Which thread a message is in. Slack tells of a reaction without it, so the latest messages are remembered."""

    def __init__(self, lookups: Lookups) -> None:
        self._lookups = lookups
        self._known: OrderedDict[tuple[str, str], str] = OrderedDict()

    def note(self, channel: str, ts: str, root: str) -> None:
        """A message is in the thread of `root`, or is a root itself."""
        self._known[channel, ts] = root
        self._known.move_to_end((channel, ts))
        while len(self._known) > KEPT_MESSAGES:
            self._known.popitem(last=False)

    async def of(self, channel: str, ts: str) -> str | None:
        """The `ts` of the message's root, which is its own where it is in no thread; None where it is gone."""
        if (channel, ts) not in self._known:
            try:
                message = await self._lookups.message(channel, ts, ts)
            except Refused:
                message = None
            if message is None:
                return None
            self.note(channel, ts, str(message.get("thread_ts") or ts))
        return self._known[channel, ts]


class Reactions:
    """Makes the core's events of Slack's reactions."""

    def __init__(self, api: WebApi, passport: Passport, lookups: Lookups, roots: Roots) -> None:
        self._api = api
        self._passport = passport
        self._lookups = lookups
        self._roots = roots

    async def read(self, event: Mapping[str, Any]) -> Reacted | None:
        """What a `reaction_added` or `reaction_removed` event says; None where it is the bot's own or on no message."""
        item = event.get("item")
        identity = await self._passport.identity()
        if not isinstance(item, Mapping) or item.get("type") != "message" or event.get("user") == identity.bot_user:
            return None
        channel, ts = str(item.get("channel")), str(item.get("ts"))
        root = await self._roots.of(channel, ts)
        if root is None:
            return None
        return Reacted(
            thread=ThreadRef(ChannelRef(SLACK, identity.team, RemoteChannelId(channel)), RemoteThreadId(root)),
            message=RemoteMessageId(ts),
            user=RemoteUserId(str(event.get("user"))),
            emoji=emoji_of(str(event.get("reaction"))),
            added=event.get("type") == "reaction_added",
            stamp=position_of(event.get("event_ts")),
        )

    async def standing(self, thread: ThreadRef) -> AsyncIterator[Reacted]:
        """The reactions in a thread and on its root, as of when the reading began; the bot's own aside."""
        bot = (await self._passport.identity()).bot_user
        stamp = time.time_ns() // 1_000
        channel, root = thread.channel.channel, thread.thread
        async for message in self._lookups.replies(channel, root, with_root=True):
            seen = set()
            for reaction in await self._whole(channel, message):
                emoji = emoji_of(str(reaction.get("name")))
                for user in reaction.get("users") or ():
                    # Tones of one emoji are one reaction here.
                    if user == bot or (user, emoji) in seen:
                        continue
                    seen.add((user, emoji))
                    ts = RemoteMessageId(str(message["ts"]))
                    yield Reacted(thread, ts, RemoteUserId(str(user)), emoji, added=True, stamp=stamp)

    async def _whole(self, channel: str, message: Message) -> list[Mapping[str, Any]]:
        """A message's reactions with everybody in them: Slack names only some where they are many."""
        reactions: list[Mapping[str, Any]] = message.get("reactions") or []
        if all(len(one.get("users") or ()) >= int(one.get("count") or 0) for one in reactions):
            return reactions
        with translated("reactions.get", writes=False):
            found = answer(await self._api.bot.reactions_get(channel=channel, timestamp=message["ts"], full=True))
        return list((found.get("message") or {}).get("reactions") or ())


def emoji_of(name: str) -> str:
    """A reaction's emoji: Unicode without a skin tone, or `:name:` for a workspace's own."""
    base = name.partition("::")[0]
    drawn = from_shortcode(base)
    return drawn.text if isinstance(drawn, Text) else f":{base}:"
