"""Reactions on Discord: as they are told of, and as they stand."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any, Final, TypeAlias

import emoji

from adapters.discord.rest import Rest
from bot.errors import MessageGone, PlaceGone
from bot.model import Reacted, RemoteMessageId, RemoteUserId, ThreadRef
from bot.ports import Counted

Json: TypeAlias = dict[str, Any]

_PAGE: Final = 100
_BURST: Final = 1
_THREAD_STARTER: Final = 21
"""The kind of message that stands for the one in the channel, first in its thread."""
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


async def card_of(rest: Rest, thread: ThreadRef, first: Json) -> Json | None:
    """The message that a thread hangs under, which bears the thread's id; in a forum it is the thread's `first`."""
    if first["id"] == thread.thread and first.get("type") != _THREAD_STARTER:
        return None
    try:
        found: Json = await rest.ask(
            "GET",
            "/channels/{channel_id}/messages/{message_id}",
            channel_id=thread.channel.channel,
            message_id=thread.thread,
        )
    except (MessageGone, PlaceGone):
        return None
    return found


def counted(message: Json) -> Iterator[Counted]:
    """The reactions on a message, by number, which is all that Discord tells of them beside a message."""
    numbers: dict[str, int] = {}
    names: dict[str, list[str]] = {}
    for reaction in message.get("reactions") or ():
        # Tones of one emoji, and its burst, are one reaction here.
        sign = emoji_of(reaction["emoji"])
        told = reaction["emoji"]
        name = f"{told['name']}:{told['id']}" if told.get("id") else told["name"]
        counts = reaction.get("count_details") or {"normal": reaction.get("count", 1)}
        own = bool(reaction.get("me")) + bool(reaction.get("me_burst"))
        numbers[sign] = numbers.get(sign, 0) + sum(counts.values()) - own
        kinds = [0] * bool(counts.get("normal")) + [_BURST] * bool(counts.get("burst"))
        names.setdefault(sign, []).extend(f"{message['channel_id']}/{kind}/{name}" for kind in kinds)
    for sign, number in numbers.items():
        yield Counted(RemoteMessageId(message["id"]), sign, number, tuple(names[sign]))


async def reactors(rest: Rest, thread: ThreadRef, which: Counted) -> tuple[Reacted, ...]:
    """The people behind a number, as of when they were asked for; bots' aside."""
    stamp = _now()
    users = {user["id"]: user async for user in _users(rest, which) if not user.get("bot")}
    return tuple(
        Reacted(thread, which.message, RemoteUserId(user), which.emoji, added=True, stamp=stamp) for user in users
    )


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


async def _users(rest: Rest, which: Counted) -> AsyncIterator[Json]:
    for told in which.names:
        channel, kind, name = told.split("/", 2)
        after = "0"
        while True:
            page: list[Json] = await rest.ask(
                "GET",
                "/channels/{channel_id}/messages/{message_id}/reactions/{emoji}",
                params={"after": after, "limit": _PAGE, "type": kind},
                channel_id=channel,
                message_id=which.message,
                emoji=name,
            )
            for user in page:
                yield user
                after = user["id"]
            if len(page) < _PAGE:
                break


def _now() -> int:
    return time.time_ns() // 1_000
