"""Reactions on Slack: as they are told of, and as they stand."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any, Final

from adapters.slack.failures import translated
from adapters.slack.identity import Passport
from adapters.slack.inbound import position_of, thread_below
from adapters.slack.lookups import Lookups, Message
from adapters.slack.markup.shortcodes import from_shortcode
from adapters.slack.webapi import WebApi, answer
from bot.errors import Refused
from bot.markup.tree import Text
from bot.model import (
    Reacted,
    RemoteMessageId,
    RemoteUserId,
    ThreadRef,
)
from bot.ports import Counted

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
            thread=thread_below(root, channel, identity.team),
            message=RemoteMessageId(ts),
            user=RemoteUserId(str(event.get("user"))),
            emoji=emoji_of(str(event.get("reaction"))),
            added=event.get("type") == "reaction_added",
            stamp=position_of(event.get("event_ts")),
        )

    async def standing(
        self, thread: ThreadRef, messages: Iterable[Message], stamp: int
    ) -> tuple[tuple[Reacted, ...], tuple[Counted, ...]]:
        """The reactions on some of a thread's messages as of `stamp`, when they were asked for; the bot's own aside.

        Slack names only some of those who react where they are many: those are counted.
        """
        bot = (await self._passport.identity()).bot_user
        named: list[Reacted] = []
        numbers: list[Counted] = []
        for message in messages:
            ts = RemoteMessageId(str(message["ts"]))
            for emoji, told in _by_emoji(message.get("reactions")).items():
                users = {str(user) for one in told for user in one.get("users") or ()}
                if all(len(one.get("users") or ()) >= int(one.get("count") or 0) for one in told):
                    named += [_set(thread, ts, user, emoji, stamp) for user in sorted(users - {bot})]
                else:
                    count = sum(int(one.get("count") or 0) for one in told)
                    numbers.append(Counted(ts, emoji, count - (bot in users)))
        return tuple(named), tuple(numbers)

    async def reactors(self, thread: ThreadRef, which: Counted) -> tuple[Reacted, ...]:
        """Everybody behind a number."""
        bot, stamp = (await self._passport.identity()).bot_user, this_moment()
        with translated("reactions.get", writes=False):
            found = answer(
                await self._api.bot.reactions_get(channel=thread.channel.channel, timestamp=which.message, full=True)
            )
        told = _by_emoji((found.get("message") or {}).get("reactions")).get(which.emoji, [])
        users = {str(user) for one in told for user in one.get("users") or ()}
        return tuple(_set(thread, which.message, user, which.emoji, stamp) for user in sorted(users - {bot}))


def _by_emoji(reactions: Iterable[Mapping[str, Any]] | None) -> dict[str, list[Mapping[str, Any]]]:
    """Tones of one emoji are one reaction here."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for reaction in reactions or ():
        found.setdefault(emoji_of(str(reaction.get("name"))), []).append(reaction)
    return found


def _set(thread: ThreadRef, message: RemoteMessageId, user: str, emoji: str, stamp: int) -> Reacted:
    return Reacted(thread, message, RemoteUserId(user), emoji, added=True, stamp=stamp)


def this_moment() -> int:
    """Microseconds since 1970, as Slack's own stamps count."""
    return time.time_ns() // 1_000


def emoji_of(name: str) -> str:
    """A reaction's emoji: Unicode without a skin tone, or `:name:` for a workspace's own."""
    base = name.partition("::")[0]
    drawn = from_shortcode(base)
    return drawn.text if isinstance(drawn, Text) else f":{base}:"
