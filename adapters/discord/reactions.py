"""Reactions on Discord: as they are told of, and as they stand."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final, TypeAlias

import emoji

from adapters.discord.reading import messages
from adapters.discord.rest import Rest
from bot.errors import MessageGone, PlaceGone
from bot.model import Reacted, RemoteMessageId, RemoteUserId, ThreadRef

Json: TypeAlias = dict[str, Any]

_PAGE: Final = 100
_BURST: Final = 1
_TONES: Final = re.compile("[\N{EMOJI MODIFIER FITZPATRICK TYPE-1-2}-\N{EMOJI MODIFIER FITZPATRICK TYPE-6}]")
_AS_PICTURE: Final = "\N{VARIATION SELECTOR-16}"


def reacted(payload: Mapping[str, Any], thread: ThreadRef, *, added: bool, bot: str) -> Reacted | None:
    """What a MESSAGE_REACTION_ADD or _REMOVE says; None for bots. Discord tells no moment: it is this one."""
    if payload["user_id"] == bot or ((payload.get("member") or {}).get("user") or {}).get("bot"):
        return None
    return Reacted(
        thread=thread,
        message=RemoteMessageId(payload["message_id"]),
        user=RemoteUserId(payload["user_id"]),
        emoji=emoji_of(payload["emoji"]),
        added=added,
        stamp=_now(),
    )


async def standing(rest: Rest, thread: ThreadRef, card: Json | None) -> AsyncIterator[Reacted]:
    """The reactions in a thread and on its card, as of when the reading began; bots' aside."""
    stamp = _now()
    if card is not None:
        async for one in _on(rest, thread, card, stamp):
            yield one
    async for message in messages(rest, thread.thread, after=thread.thread):
        async for one in _on(rest, thread, message, stamp):
            yield one


async def card_of(rest: Rest, thread: ThreadRef) -> Json | None:
    """The message that a thread hangs under, or that begins a forum's post; both bear the thread's id."""
    for place in (thread.channel.channel, thread.thread):
        try:
            found: Json = await rest.ask(
                "GET", "/channels/{channel_id}/messages/{message_id}", channel_id=place, message_id=thread.thread
            )
        except (MessageGone, PlaceGone):
            continue
        return found
    return None


def emoji_of(told: Mapping[str, Any]) -> str:
    """A reaction's emoji: Unicode without a skin tone, fully spelled, or `:name:` for a server's own."""
    name = str(told.get("name") or "")
    if told.get("id"):
        return f":{name}:"
    plain = _TONES.sub("", name)
    for spelled in (plain, plain + _AS_PICTURE):
        if emoji.EMOJI_DATA.get(spelled, {}).get("status") == emoji.STATUS["fully_qualified"]:
            return spelled
    return plain


async def _on(rest: Rest, thread: ThreadRef, message: Json, stamp: int) -> AsyncIterator[Reacted]:
    seen = set()
    for reaction in message.get("reactions") or ():
        sign = emoji_of(reaction["emoji"])
        async for user in _users(rest, message, reaction):
            # Tones of one emoji, and its burst, are one reaction here.
            if user.get("bot") or (user["id"], sign) in seen:
                continue
            seen.add((user["id"], sign))
            there = RemoteMessageId(message["id"])
            yield Reacted(thread, there, RemoteUserId(user["id"]), sign, added=True, stamp=stamp)


async def _users(rest: Rest, message: Json, reaction: Json) -> AsyncIterator[Json]:
    told = reaction["emoji"]
    name = f"{told['name']}:{told['id']}" if told.get("id") else told["name"]
    counts = reaction.get("count_details") or {"normal": reaction.get("count", 1)}
    for kind in [0] * bool(counts.get("normal")) + [_BURST] * bool(counts.get("burst")):
        after = "0"
        while True:
            page: list[Json] = await rest.ask(
                "GET",
                "/channels/{channel_id}/messages/{message_id}/reactions/{emoji}",
                params={"after": after, "limit": _PAGE, "type": kind},
                channel_id=message["channel_id"],
                message_id=message["id"],
                emoji=name,
            )
            for user in page:
                yield user
                after = user["id"]
            if len(page) < _PAGE:
                break


def _now() -> int:
    return time.time_ns() // 1_000
