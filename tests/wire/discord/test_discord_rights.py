"""What the bot may do with people's messages, as Discord tells it."""

from __future__ import annotations

import asyncio

import pytest

from adapters.discord.gateway import DiscordPlatform
from adapters.sandbox.discord import DiscordSide
from adapters.sandbox.discord.permissions import Right
from adapters.sandbox.faults import Faults
from bot.errors import Refused, Unavailable
from bot.model import RemoteMessageId, ThreadRef
from bot.ports import Stamp
from tests.patience import PATIENCE
from tests.wire.discord.conftest import CopyOf, Fail, Replies, Say, Start

STAMP = Stamp("copy-1")


async def test_peoples_messages_are_deleted_where_the_bot_may(
    platform: DiscordPlatform, thread: ThreadRef, copy_of: CopyOf, replies: Replies, say: Say, side: DiscordSide
) -> None:
    first = RemoteMessageId(await say("first"))
    second = RemoteMessageId(await say("second"))
    sent = await platform.send_copy(thread, copy_of("a copy"), STAMP)
    assert await platform.can_replace(thread)
    await platform.delete(thread, first)
    side.deny("news", int(Right.MANAGE_MESSAGES))
    async with asyncio.timeout(PATIENCE):
        while await platform.can_replace(thread):  # noqa: ASYNC110 - the right is lost when the gateway has told so
            await asyncio.sleep(0.01)
    with pytest.raises(Refused):
        await platform.delete(thread, second)
    await platform.delete(thread, sent.message)
    assert [one["text"] for one in replies()] == ["second"]


async def test_what_the_bot_may_do_is_asked_for_where_the_gateway_has_not_told_of_the_server(
    start: Start, faults: Faults, fail: Fail, say: Say, thread: ThreadRef
) -> None:
    first = RemoteMessageId(await say("first"))
    fail("event:GUILD_CREATE", "drop")
    again = await start()
    fail("GET /users/@me/guilds", "500", times=8)
    with pytest.raises(Unavailable):
        await again.can_replace(thread)
    faults.clear()
    assert await again.can_replace(thread)
    assert await again.delete(thread, first)
