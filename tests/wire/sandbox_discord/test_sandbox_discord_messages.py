"""Messages, threads and reactions, both ways, through the unmodified discord.py."""

from __future__ import annotations

import io

import discord
import pytest

from adapters.sandbox.side import Refusal, SaidFile
from tests.wire.sandbox_discord.conftest import Bot, Place


def messages(place: Place, channel: str = "news") -> list[dict[str, object]]:
    found: list[dict[str, object]] = next(
        each["messages"] for each in place.side.state()["channels"] if each["name"] == channel
    )
    return found


def by_people(bot: Bot) -> list[discord.Message]:
    return [each for each in bot.all("message") if not each.author.bot]


async def test_a_bot_logs_in_and_sees_its_guild(place: Place) -> None:
    async with place.bot() as bot:
        assert [guild.name for guild in bot.guilds] == ["Roundtable"]
        channel = bot.text_channel(place.side)
        assert channel.name == "news"
        rights = channel.permissions_for(channel.guild.me)
        assert rights.manage_webhooks
        assert rights.send_messages_in_threads
        assert not rights.administrator


async def test_what_the_bot_does_people_see(place: Place) -> None:
    async with place.bot() as bot:
        sent = await bot.text_channel(place.side).send("one")
        await sent.edit(content="two")
        gone = await bot.text_channel(place.side).send("three")
        await gone.delete()
        await sent.add_reaction("👍")
        shown = messages(place)
        assert [(each["author"], each["by"], each["text"], each["edited"]) for each in shown] == [
            ("Roundtable", "bot", "two", True)
        ]
        assert bot.user
        assert shown[0]["reactions"] == {"👍": [str(bot.user.id)]}


async def test_what_people_do_the_bot_hears(place: Place) -> None:
    async with place.bot() as bot:
        said = await place.side.say(channel="news", user="Grace", text="hello **there**")
        message: discord.Message = await bot.hears("message")
        assert (str(message.id), message.author.display_name, message.content) == (said, "Grace", "hello **there**")
        await place.side.edit(channel="news", message=said, text="hello again")
        payload = await bot.hears("raw_message_edit")
        assert payload.data["content"] == "hello again"
        assert payload.data["edited_timestamp"]
        await place.side.react(channel="news", message=said, emoji="🎉", user="Linus")
        assert (await bot.hears("raw_reaction_add")).emoji.name == "🎉"
        await place.side.unreact(channel="news", message=said, emoji="🎉", user="Linus")
        await bot.hears("raw_reaction_remove")
        await place.side.delete(channel="news", message=said)
        assert str((await bot.hears("raw_message_delete")).message_id) == said
        assert messages(place) == []


async def test_people_stay_within_their_rights(place: Place) -> None:
    said = await place.side.say(channel="news", user="Grace", text="mine")
    with pytest.raises(Refusal, match="only its author"):
        await place.side.edit(channel="news", message=said, text="yours", user="Ada")
    with pytest.raises(Refusal, match="Missing Permissions"):
        await place.side.delete(channel="news", message=said, user="Linus")
    with pytest.raises(Refusal, match="2000"):
        await place.side.say(channel="news", user="Grace", text="x" * 2001)
    with pytest.raises(Refusal, match="no thread"):
        await place.side.say(channel="news", user="Grace", text="x", thread=said)
    await place.side.delete(channel="news", message=said, user="Ada")


async def test_history_pages_both_ways(place: Place) -> None:
    ids = [int(await place.side.say(channel="news", user="Grace", text=str(number))) for number in range(250)]
    async with place.bot() as bot:
        channel = bot.text_channel(place.side)
        after = [each.id async for each in channel.history(limit=None, after=discord.Object(ids[9]))]
        assert after == ids[10:]
        before = [each.id async for each in channel.history(limit=120, before=discord.Object(ids[200]))]
        assert before == ids[80:200][::-1]
        around = [each.id async for each in channel.history(limit=11, around=discord.Object(ids[100]))]
        assert sorted(around) == ids[95:106]


async def test_mentions_are_read_as_names_and_reach_whom_they_may(place: Place) -> None:
    emoji = place.side.create_emoji("party")
    async with place.bot() as bot:
        channel = bot.text_channel(place.side)
        grace = next(each["id"] for each in place.side.state()["people"] if each["name"] == "Grace")
        text = f"<@{grace}> in <#{channel.id}> <:party:{emoji}> @everyone"
        reaching = await channel.send(text)
        quiet = await channel.send(text, allowed_mentions=discord.AllowedMentions.none())
        assert [str(each.id) for each in reaching.mentions] == [grace]
        assert quiet.mentions == []
        assert not reaching.mention_everyone
        assert messages(place)[0]["text"] == "@Grace in #news :party: @everyone"
        # Editing without allowed mentions parses them again.
        again = await quiet.edit(content=text)
        assert [str(each.id) for each in again.mentions] == [grace]


async def test_files_are_served_while_their_message_stands(place: Place) -> None:
    async with place.bot() as bot:
        channel = bot.text_channel(place.side)
        file = discord.File(io.BytesIO(b"abc"), "note.txt", description="a note")
        sent = await channel.send("look", file=file)
        assert (sent.attachments[0].description, sent.attachments[0].content_type) == ("a note", "text/plain")
        assert await sent.attachments[0].read() == b"abc"
        assert messages(place)[0]["text"] == "look\nnote.txt"
        url = sent.attachments[0].url
        await sent.delete()
        with pytest.raises(discord.NotFound):
            await bot.http.get_from_cdn(url)
        said = SaidFile("cat.png", b"\x89PNG\r\n\x1a\n", "image/png", alt="a cat", spoiler=True)
        await place.side.say(channel="news", user="Grace", text="", files=(said,))
        heard: discord.Message = await bot.hears("message", 2)
        assert await heard.attachments[0].read() == said.content
        assert heard.attachments[0].is_spoiler()


async def test_replies_show_what_they_answer(place: Place) -> None:
    async with place.bot() as bot:
        said = await place.side.say(channel="news", user="Grace", text="first")
        await place.side.say(channel="news", user="Linus", text="second", reply_to=said)
        heard: discord.Message = await bot.hears("message", 2)
        assert heard.reference is not None
        assert isinstance(heard.reference.resolved, discord.Message)
        assert heard.reference.resolved.content == "first"
        answered = await heard.reply("third")
        assert answered.type is discord.MessageType.reply
        with pytest.raises(discord.HTTPException) as refused:
            await heard.channel.send("x", reference=discord.MessageReference(message_id=1, channel_id=heard.channel.id))
        assert refused.value.code == 50035


async def test_threads_hang_under_their_message(place: Place) -> None:
    async with place.bot() as bot:
        card = await bot.text_channel(place.side).send("card")
        thread = await card.create_thread(name="Discussion")
        assert thread.id == card.id
        await thread.send("civil")
        said = await place.side.say(channel="news", thread=str(card.id), user="Grace", text="reply")
        heard = await bot.until(lambda: [each for each in bot.all("message") if str(each.id) == said])
        assert heard[0].channel == thread
        shown = messages(place)[0]["thread"]
        assert isinstance(shown, list)
        assert [each["text"] for each in shown] == ["civil", "reply"]
        first = await anext(thread.history(oldest_first=True))
        assert first.type is discord.MessageType.thread_starter_message
        with pytest.raises(discord.HTTPException) as twice:
            await card.create_thread(name="Again")
        assert twice.value.code == 160004
        with pytest.raises(discord.HTTPException) as long:
            await bot.text_channel(place.side).create_thread(name="x" * 101, type=discord.ChannelType.public_thread)
        assert long.value.code == 50035


async def test_archived_threads_reopen_unless_locked(place: Place) -> None:
    async with place.bot() as bot:
        card = await bot.text_channel(place.side).send("card")
        thread = await card.create_thread(name="Discussion")
        place.side.archive_thread(str(thread.id))
        active = await thread.guild.active_threads()
        assert active == []
        assert [each.id async for each in bot.text_channel(place.side).archived_threads()] == [thread.id]
        await thread.send("wakes it")
        assert [each.id for each in await thread.guild.active_threads()] == [thread.id]
        place.side.archive_thread(str(thread.id), locked=True)
        with pytest.raises(discord.HTTPException) as closed:
            await thread.send("too late")
        assert closed.value.code == 50083
        with pytest.raises(Refusal, match="archived"):
            await place.side.say(channel="news", thread=str(card.id), user="Grace", text="x")
        await thread.edit(archived=False, locked=False)
        await thread.send("open again")
        await thread.delete()
        assert messages(place)[0]["thread"] is None


async def test_forum_posts_are_messages_with_threads(place: Place) -> None:
    forum_id = place.side.create_channel("ideas", forum=True)
    async with place.bot() as bot:
        forum = bot.get_channel(int(forum_id))
        assert isinstance(forum, discord.ForumChannel)
        post = await forum.create_thread(name="A card", content="body")
        assert post.thread.id == post.message.id
        await place.side.say(channel="ideas", thread=str(post.thread.id), user="Grace", text="reply")
        shown = messages(place, "ideas")
        assert [(each["text"], len(each["thread"])) for each in shown] == [("body", 1)]  # type: ignore[arg-type]
        await post.message.edit(content="new body")
        assert messages(place, "ideas")[0]["text"] == "new body"
        await post.message.delete()
        assert messages(place, "ideas") == []
        assert [each["text"] for each in messages(place, "A card")] == ["reply"]


async def test_a_nonce_is_sent_once(place: Place) -> None:
    async with place.bot() as bot:
        channel = bot.text_channel(place.side)
        first = await channel.send("once", nonce="rt-1")
        again = await channel.send("once", nonce="rt-1")
        assert first.id == again.id
        assert len(messages(place)) == 1
        with pytest.raises(discord.HTTPException) as refused:
            await channel.send("x", nonce="n" * 26)
        assert refused.value.code == 50035


async def test_a_hundred_messages_each_way_keep_their_order(place: Place) -> None:
    async with place.bot() as bot:
        thread = await (await bot.text_channel(place.side).send("card")).create_thread(name="t")
        for number in range(100):
            await place.side.say(channel="news", thread=str(thread.id), user="Grace", text=str(number))
        heard = await bot.until(lambda: said if len(said := by_people(bot)) == 100 else [])
        assert [each.content for each in heard] == [str(number) for number in range(100)]
        for number in range(100):
            await thread.send(str(number))
        shown = messages(place)[0]["thread"]
        assert isinstance(shown, list)
        assert [each["text"] for each in shown] == [str(number) for number in range(100)] * 2


async def test_bulk_deletion(place: Place) -> None:
    async with place.bot() as bot:
        said = [int(await place.side.say(channel="news", user="Grace", text=str(number))) for number in range(5)]
        await bot.text_channel(place.side).delete_messages([discord.Object(each) for each in said[:3]])
        payload = await bot.hears("raw_bulk_message_delete")
        assert payload.message_ids == set(said[:3])
        assert [each["text"] for each in messages(place)] == ["3", "4"]
