"""Every route of the local Discord is one of Discord's, and answers as Discord describes it."""

from __future__ import annotations

from typing import Any

import aiohttp
import discord
import pytest

from adapters.sandbox.discord.http import Exchange, Route
from adapters.sandbox.discord.rest import all_routes
from tests.wire import openapi
from tests.wire.sandbox_discord.conftest import Open, Place

pytestmark = pytest.mark.skipif(
    not openapi.available(), reason="Discord's description lies beside the repository alone"
)


def routes(place: Place) -> list[Route]:
    side = place.side
    return all_routes(side._context, side._interactions)  # noqa: SLF001 - the table of routes is made from these


def grace_in(place: Place) -> int:
    return int(next(each["id"] for each in place.side.state()["people"] if each["name"] == "Grace"))


async def test_discord_has_every_route(place: Place) -> None:
    for route in routes(place):
        asked = Exchange(route.method, route.template, "", {}, None, multipart=False, status=500, response=None)
        openapi.check_response(asked)


async def test_people_and_places_are_told(open_place: Open) -> None:
    place: Place = await open_place(privileged=frozenset({"members", "message_content"}))
    place.side.create_emoji("party")
    async with place.bot(discord.Intents(guilds=True, members=True)) as bot:
        http, guild = bot.http, bot.guilds[0]
        grace = grace_in(place)
        await bot.fetch_user(grace)
        assert [each.id for each in await guild.query_members("gra")] == [grace]
        await http.get_guilds(100)
        await http.get_guild(guild.id, with_counts=True)
        await guild.fetch_channels()
        assert len([each async for each in guild.fetch_members(limit=3)]) == 3
        search = discord.http.Route("GET", "/guilds/{guild_id}/members/search", guild_id=guild.id)
        assert len(await http.request(search, params={"query": "l", "limit": 5})) == 1
        assert (await guild.fetch_member(grace)).display_name == "Grace"
        await guild.fetch_roles()
        assert [each.name for each in await guild.fetch_emojis()] == ["party"]
        await bot.fetch_channel(int(place.side.channels()[0]))
        await http.get_bot_gateway()
        await http.request(discord.http.Route("GET", "/gateway"))
        await http.request(discord.http.Route("GET", "/applications/@me"))


async def test_reactions_are_told(place: Place) -> None:
    place.side.create_emoji("party")
    async with place.bot() as bot:
        assert bot.user
        channel, guild = bot.text_channel(place.side), bot.guilds[0]
        card = await channel.send("card")
        await channel.typing()
        await card.add_reaction("👍")
        assert [each.id async for each in (await channel.fetch_message(card.id)).reactions[0].users()] == [bot.user.id]
        await card.remove_reaction("👍", bot.user)
        for emoji in ("party", "🎉", "👍"):
            await place.side.react(channel="news", message=str(card.id), emoji=emoji, user="Grace")
        await card.remove_reaction((await guild.fetch_emojis())[0], discord.Object(grace_in(place)))
        await card.clear_reaction("🎉")
        await bot.hears("raw_reaction_clear_emoji")
        await card.clear_reactions()
        await bot.hears("raw_reaction_clear")
        assert (await channel.fetch_message(card.id)).reactions == []
        with pytest.raises(discord.HTTPException) as refused:
            await card.add_reaction("word")
        assert refused.value.code == 10014


async def test_threads_are_told(place: Place) -> None:
    forum_id = int(place.side.create_channel("ideas", forum=True))
    async with place.bot() as bot:
        assert bot.user
        channel, forum, grace = bot.text_channel(place.side), bot.get_channel(forum_id), grace_in(place)
        assert isinstance(forum, discord.ForumChannel)
        thread = await (await channel.send("card")).create_thread(name="talk")
        await thread.join()
        await thread.add_user(discord.Object(grace))
        assert {each.id for each in await thread.fetch_members()} == {bot.user.id, grace}
        await thread.fetch_member(grace)
        await thread.remove_user(discord.Object(grace))
        await thread.leave()
        await thread.edit(name="renamed", slowmode_delay=5)
        await channel.create_thread(name="alone", type=discord.ChannelType.public_thread)
        assert {each.name for each in await channel.guild.active_threads()} == {"renamed", "alone"}
        post = await forum.create_thread(name="post", content="body")
        await post.thread.edit(archived=True)
        assert [each.id async for each in forum.archived_threads()] == [post.thread.id]
        with pytest.raises(discord.HTTPException) as closed:
            await post.thread.edit(name="x")
        assert closed.value.code == 50083
        await post.thread.edit(archived=False)
        await post.thread.delete()


async def test_webhooks_are_told(place: Place) -> None:
    other = discord.Object(int(place.side.create_channel("other")), type=discord.TextChannel)
    async with place.bot() as bot, aiohttp.ClientSession() as session:
        webhook = await bot.text_channel(place.side).create_webhook(name="one")
        await webhook.edit(name="two", channel=other)
        assert (await bot.fetch_webhook(webhook.id)).channel_id == other.id
        held = discord.Webhook.partial(webhook.id, webhook.token or "", session=session)
        assert (await held.fetch(prefer_auth=False)).name == "two"
        await held.delete(prefer_auth=False)


async def test_commands_are_told(place: Place) -> None:
    async with place.bot() as bot:
        assert bot.application_id
        http, own, guild = bot.http, bot.application_id, bot.guilds[0].id
        body: Any = {"name": "hello", "description": "Says hello", "type": 1}
        made = await http.upsert_global_command(own, body)
        await http.get_global_command(own, int(made["id"]))
        await http.delete_global_command(own, int(made["id"]))
        local = await http.upsert_guild_command(own, guild, body)
        await http.get_guild_command(own, guild, int(local["id"]))
        assert [each["name"] for each in await http.get_guild_commands(own, guild)] == ["hello"]
        await http.bulk_upsert_guild_commands(own, guild, [])
        assert await http.get_guild_commands(own, guild) == []
        body["name"] = "Not A Slash Name"
        with pytest.raises(discord.HTTPException) as refused:
            await http.upsert_global_command(own, body)
        assert refused.value.code == 50035
