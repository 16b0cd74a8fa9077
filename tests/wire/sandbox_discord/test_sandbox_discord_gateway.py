"""The gateway: sessions, RESUME, intents, tokens, and what goes wrong to order."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
import discord
import pytest

from adapters.sandbox.discord import sockets
from adapters.sandbox.faults import Fault, FaultKind
from tests.patience import PATIENCE
from tests.wire.sandbox_discord.conftest import INTENTS, Bot, Open, Place


async def say(place: Place, *texts: str) -> None:
    for text in texts:
        await place.side.say(channel="news", user="Grace", text=text)


def contents(bot: Bot) -> list[str]:
    return [each.content for each in bot.all("message")]


async def test_resume_replays_what_was_missed(place: Place) -> None:
    async with place.bot() as bot:
        await say(place, "before")
        await bot.until(lambda: "before" in contents(bot))
        await place.side.disconnect()
        await say(place, "missed one", "missed two")
        await bot.hears("resumed")
        await say(place, "after")
        await bot.until(lambda: "after" in contents(bot))
        assert contents(bot) == ["before", "missed one", "missed two", "after"]
        assert len(bot.all("ready")) == 1


async def test_a_lost_session_starts_anew(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    async with place.bot() as bot:
        # discord.py waits five seconds before it identifies again.
        monkeypatch.setattr(bot, "before_identify_hook", lambda *_, **__: asyncio.sleep(0))
        await place.side.disconnect(resumable=False)
        await say(place, "missed")
        await bot.hears("ready", 2)
        assert contents(bot) == []
        assert bot.all("resumed") == []
        await say(place, "after")
        await bot.until(lambda: contents(bot) == ["after"])


async def test_a_session_that_missed_too_much_is_lost(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "REPLAY", 3)
    async with place.bot() as bot:
        monkeypatch.setattr(bot, "before_identify_hook", lambda *_, **__: asyncio.sleep(0))
        await place.side.disconnect()
        await say(place, *"abcd")
        await bot.hears("ready", 2)
        assert contents(bot) == []


async def test_an_outage_ends_where_it_began(place: Place) -> None:
    settings = place.side.settings()
    said = await place.side.say(channel="news", user="Grace", text="before")
    await place.side.stop()
    await say(place, "meanwhile")
    await place.side.start("127.0.0.1", int(settings["DISCORD_GATEWAY_URL"].split(":")[2].split("/")[0]))
    assert place.side.settings() == settings
    async with place.bot() as bot:
        read = [each.content async for each in bot.text_channel(place.side).history(oldest_first=True)]
        assert read == ["before", "meanwhile"]
    await place.side.delete(channel="news", message=said)


async def test_time_passes(place: Place) -> None:
    async with place.bot() as bot:
        channel = bot.text_channel(place.side)
        thread = await (await channel.send("card")).create_thread(name="t", auto_archive_duration=60)
        sent = await thread.send(file=discord.File(__file__, "x.txt"))
        place.side.advance(3000)
        assert not thread.archived
        place.side.advance(3000)
        await bot.until(lambda: bot.all("raw_thread_update"))
        assert [each.id async for each in channel.archived_threads()] == [thread.id]
        await sent.attachments[0].read()
        place.side.advance(90_000)
        with pytest.raises(discord.NotFound):
            await sent.attachments[0].read()
        again = await thread.fetch_message(sent.id)
        assert await again.attachments[0].read()


async def test_a_channel_that_opens_again_tells_its_threads(place: Place) -> None:
    async with place.bot() as bot:
        channel = bot.text_channel(place.side)
        thread = await (await channel.send("card")).create_thread(name="t")
        await place.side.open_channel(name="news", writable=False)
        await bot.hears("guild_channel_update")
        assert not bot.text_channel(place.side).permissions_for(channel.guild.me).view_channel
        with pytest.raises(discord.Forbidden) as refused:
            await thread.send("x")
        assert refused.value.code == 50001
        unheard = await place.side.say(channel="news", thread=str(thread.id), user="Grace", text="unheard")
        await place.side.open_channel(name="news")
        await bot.until(lambda: place.seen.named("THREAD_LIST_SYNC"))
        assert [str(each.id) async for each in thread.history(limit=1)] == [unheard]
        assert "unheard" not in contents(bot)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("drop", ["two", "three"]),
        ("duplicate", ["one", "one", "two", "three"]),
        ("reorder", ["two", "one", "three"]),
        ("disconnect", ["one", "two", "three"]),
    ],
)
async def test_events_go_wrong_to_order(place: Place, kind: FaultKind, expected: list[str]) -> None:
    async with place.bot() as bot:
        place.faults.add(Fault("discord", "event:MESSAGE_CREATE", kind))
        await say(place, "one", "two", "three")
        await bot.until(lambda: "three" in contents(bot))
        assert contents(bot) == expected


async def test_an_event_without_a_successor_is_late_but_not_lost(place: Place) -> None:
    async with place.bot() as bot:
        place.faults.add(Fault("discord", "event:MESSAGE_CREATE", "reorder"))
        await say(place, "alone")
        await bot.until(lambda: contents(bot) == ["alone"])


async def test_a_wrong_token_is_refused(place: Place) -> None:
    with pytest.raises(discord.LoginFailure):
        async with place.bot(token="wrong"):
            pytest.fail("logged in with a wrong token")


async def test_intents_must_be_granted(open_place: Open) -> None:
    place: Place = await open_place(privileged=frozenset())
    with pytest.raises(discord.PrivilegedIntentsRequired):
        async with place.bot():
            pytest.fail("connected with an intent that was not granted")


async def test_without_the_intent_content_is_empty(open_place: Open) -> None:
    place: Place = await open_place(privileged=frozenset())
    intents = discord.Intents(**dict(INTENTS) | {"message_content": False})
    async with place.bot(intents) as bot:
        await say(place, "hidden", f"<@{bot.user.id}> seen" if bot.user else "")
        await bot.hears("message", 2)
        assert contents(bot)[0] == ""
        assert "seen" in contents(bot)[1]
        own = await bot.text_channel(place.side).send("mine")
        fetched = {each.id: each.content async for each in bot.text_channel(place.side).history()}
        assert fetched[own.id] == "mine"
        assert sorted(bool(each) for each in fetched.values()) == [False, True, True]


async def test_events_follow_intents(place: Place) -> None:
    async with place.bot(discord.Intents(guilds=True, guild_reactions=True)) as bot:
        said = await place.side.say(channel="news", user="Grace", text="x")
        await place.side.react(channel="news", message=said, emoji="👍", user="Ada")
        await bot.hears("raw_reaction_add")
        assert bot.all("message") == []


class Raw:
    """A socket without a library: uncompressed, and free to break the rules."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def ask(self, op: int, data: object) -> None:
        await self.socket.send_json({"op": op, "d": data})

    async def next(self) -> tuple[int, Any]:
        frame = await self.socket.receive_json(timeout=PATIENCE)
        return frame["op"], frame["d"]

    async def closes(self) -> int | None:
        async with asyncio.timeout(PATIENCE):
            while (await self.socket.receive()).type not in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED}:
                continue
        return self.socket.close_code


@pytest.mark.parametrize(
    ("op", "data", "code"),
    [
        (2, {"token": "wrong", "intents": 1}, 4004),
        (6, {"token": "wrong", "session_id": "x", "seq": 1}, 4004),
        (2, {"token": None, "intents": 1 << 40}, 4013),
        (2, {"token": None, "intents": 1 << 8}, 4014),
        (3, {}, 4003),
        (99, {}, 4001),
    ],
)
async def test_close_codes(place: Place, op: int, data: dict[str, Any], code: int) -> None:
    settings = place.side.settings()
    if data.get("token", "") is None:
        data = data | {"token": settings["DISCORD_TOKEN"]}
    async with aiohttp.ClientSession() as session, session.ws_connect(settings["DISCORD_GATEWAY_URL"]) as socket:
        raw = Raw(socket)
        assert (await raw.next())[0] == 10
        await raw.ask(1, None)
        assert (await raw.next())[0] == 11
        await raw.ask(op, data)
        assert await raw.closes() == code


async def test_nonsense_is_closed(place: Place) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(place.side.settings()["DISCORD_GATEWAY_URL"]) as socket,
    ):
        await socket.send_str("{")
        assert await Raw(socket).closes() == 4002


async def test_a_silent_client_is_dropped(open_place: Open) -> None:
    place: Place = await open_place(heartbeat=0.05)
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(place.side.settings()["DISCORD_GATEWAY_URL"]) as socket,
    ):
        assert await Raw(socket).closes() == 4009


async def test_a_client_that_says_goodbye_gives_its_session_up(place: Place) -> None:
    settings = place.side.settings()
    async with aiohttp.ClientSession() as session:
        identify = {"token": settings["DISCORD_TOKEN"], "intents": 513}
        async with session.ws_connect(settings["DISCORD_GATEWAY_URL"]) as socket:
            raw = Raw(socket)
            await raw.next()
            await raw.ask(2, identify)
            session_id = (await raw.next())[1]["session_id"]
            await socket.close(code=1000)
        async with session.ws_connect(settings["DISCORD_GATEWAY_URL"]) as socket:
            raw = Raw(socket)
            await raw.next()
            await raw.ask(6, {"token": settings["DISCORD_TOKEN"], "session_id": session_id, "seq": 1})
            assert await raw.next() == (9, False)


async def test_a_half_open_socket_is_silent_and_its_session_lives_on(place: Place) -> None:
    settings = place.side.settings()
    identity = {"token": settings["DISCORD_TOKEN"], "intents": INTENTS.value}
    async with aiohttp.ClientSession() as session, session.ws_connect(settings["DISCORD_GATEWAY_URL"]) as socket:
        raw = Raw(socket)
        await raw.next()
        await raw.ask(2, identity)
        session_id = (await raw.next())[1]["session_id"]
        await raw.next()
        place.side.freeze()
        await say(place, "unheard")
        await raw.ask(1, 2)
        with pytest.raises(asyncio.TimeoutError):
            await socket.receive(timeout=0.1)
        async with session.ws_connect(settings["DISCORD_GATEWAY_URL"]) as again:
            fresh = Raw(again)
            await fresh.next()
            await fresh.ask(6, identity | {"session_id": session_id, "seq": 2})
            assert (await fresh.next())[1]["content"] == "unheard"


async def test_the_gateway_is_told_over_rest(place: Place) -> None:
    settings = place.side.settings()
    async with aiohttp.ClientSession() as session:
        headers = {"Authorization": f"Bot {settings['DISCORD_TOKEN']}"}
        async with session.get(settings["DISCORD_API_URL"] + "/gateway/bot", headers=headers) as answer:
            assert json.loads(await answer.text())["url"] == settings["DISCORD_GATEWAY_URL"]


async def test_leaving_a_guild(place: Place) -> None:
    async with place.bot() as bot:
        channel = bot.text_channel(place.side)
        webhook = await channel.create_webhook(name="ours")
        place.side.kick_bot()
        await bot.hears("guild_remove")
        with pytest.raises(discord.Forbidden) as refused:
            await channel.send("x")
        assert refused.value.code == 50001
        with pytest.raises(discord.NotFound):
            await webhook.send("x", wait=True)
        place.side.invite_bot()
        await bot.hears("guild_join")
        await bot.text_channel(place.side).send("back again")


async def test_another_guild(place: Place) -> None:
    async with place.bot() as bot:
        place.side.create_guild("Second")
        guild = await bot.hears("guild_join")
        assert guild.name == "Second"
        place.side.create_channel("news2", guild="Second")
        channel = await bot.hears("guild_channel_create")
        assert channel.guild == guild
        await channel.send("hello")
