"""Webhooks: posting in others' names, in threads, with files and components."""

from __future__ import annotations

import io

import aiohttp
import discord
import pytest

from tests.wire.sandbox_discord.conftest import Bot, Place


async def hook(bot: Bot, place: Place) -> discord.Webhook:
    return await bot.text_channel(place.side).create_webhook(name="Roundtable")


async def test_a_webhook_posts_edits_and_deletes_in_a_thread(place: Place) -> None:
    async with place.bot() as bot:
        webhook = await hook(bot, place)
        thread = await (await bot.text_channel(place.side).send("card")).create_thread(name="t")
        sent = await webhook.send(
            "hello",
            username="Ada · Slack",
            avatar_url="https://example.org/a.png",
            thread=thread,
            wait=True,
            allowed_mentions=discord.AllowedMentions.none(),
            file=discord.File(io.BytesIO(b"x"), "x.txt"),
        )
        shown = place.side.state()["channels"][0]["messages"][0]["thread"]
        assert [(each["author"], each["by"], each["text"]) for each in shown] == [
            ("Ada · Slack", "webhook", "hello\nx.txt")
        ]
        await sent.edit(content="changed", attachments=[])
        assert (await webhook.fetch_message(sent.id, thread=thread)).content == "changed"
        shown = place.side.state()["channels"][0]["messages"][0]["thread"]
        assert [(each["text"], each["edited"]) for each in shown] == [("changed", True)]
        with pytest.raises(discord.NotFound) as elsewhere:
            await webhook.fetch_message(sent.id)
        assert elsewhere.value.code == 10008
        await sent.delete()
        assert place.side.state()["channels"][0]["messages"][0]["thread"] == []


async def test_a_picture_has_an_address(place: Place) -> None:
    async with place.bot() as bot:
        webhook = await hook(bot, place)
        with pytest.raises(discord.HTTPException) as refused:
            await webhook.send("x", avatar_url="javascript:1", wait=True)
        assert refused.value.code == 50035


@pytest.mark.parametrize("name", ["x" * 81, "Discord fan", "my CLYDE"])
async def test_names_that_discord_refuses(place: Place, name: str) -> None:
    async with place.bot() as bot:
        webhook = await hook(bot, place)
        with pytest.raises(discord.HTTPException) as refused:
            await webhook.send("x", username=name, wait=True)
        assert refused.value.code == 50035


async def test_webhooks_are_listed_for_those_who_manage_them(place: Place) -> None:
    async with place.bot() as bot:
        webhook = await hook(bot, place)
        channel = bot.text_channel(place.side)
        assert [each.token for each in await channel.webhooks()] == [webhook.token]
        assert [each.id for each in await channel.guild.webhooks()] == [webhook.id]
        assert (await bot.hears("webhooks_update")).id == channel.id
        place.side.deny(str(channel.id), discord.Permissions(manage_webhooks=True).value)
        with pytest.raises(discord.Forbidden) as refused:
            await channel.webhooks()
        assert refused.value.code == 50013


async def test_a_wrong_token_is_refused(place: Place) -> None:
    async with place.bot() as bot, aiohttp.ClientSession() as session:
        webhook = await hook(bot, place)
        wrong = discord.Webhook.partial(webhook.id, "wrong" * 10, session=session)
        with pytest.raises(discord.HTTPException) as refused:
            await wrong.send("x", wait=True)
        assert (refused.value.status, refused.value.code) == (401, 50027)
        await webhook.delete()
        with pytest.raises(discord.NotFound) as gone:
            await webhook.send("x", wait=True)
        assert gone.value.code == 10015


async def test_a_webhook_keeps_to_its_channel(place: Place) -> None:
    other = place.side.create_channel("other")
    async with place.bot() as bot:
        webhook = await hook(bot, place)
        channel = bot.get_channel(int(other))
        assert isinstance(channel, discord.TextChannel)
        thread = await (await channel.send("x")).create_thread(name="t")
        with pytest.raises(discord.NotFound) as refused:
            await webhook.send("x", thread=thread, wait=True)
        assert refused.value.code == 10003


async def test_a_webhook_of_the_application_sends_components(place: Place) -> None:
    async with place.bot() as bot:
        webhook = await hook(bot, place)
        view = discord.ui.View(timeout=None)
        view.add_item(discord.ui.Button(label="Original", url="https://example.org/1"))
        await webhook.send("hello", view=view, wait=True)
        assert place.side.state()["channels"][0]["messages"][0]["actions"] == [
            {"id": "https://example.org/1", "label": "Original"}
        ]


async def test_forums_need_a_thread(place: Place) -> None:
    forum_id = place.side.create_channel("ideas", forum=True)
    async with place.bot() as bot:
        forum = bot.get_channel(int(forum_id))
        assert isinstance(forum, discord.ForumChannel)
        webhook = await forum.create_webhook(name="Roundtable")
        with pytest.raises(discord.HTTPException) as refused:
            await webhook.send("x", wait=True)
        assert refused.value.code == 220001
        await webhook.send("x", thread_name="Post", wait=True)
        assert [each["text"] for each in place.side.state()["channels"][1]["messages"]] == ["x"]
