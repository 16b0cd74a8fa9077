"""Cards and their threads: each once, whatever fails."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.discord.gateway import DiscordPlatform
from adapters.sandbox.discord import DiscordSide
from adapters.sandbox.discord import server as discord_server
from adapters.sandbox.faults import FaultKind
from bot import texts
from bot.errors import Busy, MessageGone, PlaceGone, Refused, Unavailable, Uncertain
from bot.model import ChannelInfo, DiscussionId, RemoteMessageId
from bot.ports import Stamp
from bot.views import Card
from tests.wire.discord.conftest import Fail, Shown, Start, Watch, just_now

ONE = Stamp("card-1")
POST = r"POST /channels/\d+/messages$"


async def test_a_channel_is_described(platform: DiscordPlatform, side: DiscordSide) -> None:
    forum = side.create_channel("talk", forum=True)
    told = await platform.describe(forum)
    assert (told.name, told.forum, told.ref.channel) == ("talk", True, forum)


async def test_channels_that_the_bot_cant_use_are_refused_with_what_to_do(
    platform: DiscordPlatform, side: DiscordSide
) -> None:
    with pytest.raises(Refused, match="Copy Channel ID"):
        await platform.describe("news")
    with pytest.raises(PlaceGone, match=r"give the bot View Channel there\. \[GET .*10003"):
        await platform.describe("123456789")
    shut = side.create_channel("shut", writable=False)
    with pytest.raises(Refused, match=r"lacks permissions in #shut.*Send Messages.*Manage Webhooks"):
        await platform.describe(shut)


async def test_a_card_is_posted_and_redrawn(
    platform: DiscordPlatform, channel: ChannelInfo, card: Card, shown: Shown
) -> None:
    sent = await platform.post_card(channel, card, ONE)
    (message,) = shown("news")
    assert (message["id"], message["by"]) == (sent.root, "bot")
    assert "Discussion (0)" in message["text"]
    assert sent.url.endswith(f"/{channel.ref.channel}/{sent.root}")
    await platform.redraw_card(channel, sent.root, replace(card, comments=3))
    assert "Discussion (3)" in shown("news")[0]["text"]


async def test_a_repeated_stamp_posts_no_second_card(
    platform: DiscordPlatform, channel: ChannelInfo, card: Card, shown: Shown
) -> None:
    first = await platform.post_card(channel, card, ONE)
    assert await platform.post_card(channel, card, ONE) == first
    assert len(shown("news")) == 1


@pytest.mark.parametrize("kind", ["500_after", "timeout_after"])
async def test_a_card_whose_answer_is_lost_is_posted_once_and_found(
    platform: DiscordPlatform, channel: ChannelInfo, card: Card, shown: Shown, fail: Fail, kind: FaultKind
) -> None:
    fail(POST, kind)
    with pytest.raises(Uncertain):
        await platform.post_card(channel, card, ONE)
    (message,) = shown("news")
    found = await platform.find_card(channel, replace(card, comments=2), ONE, just_now())
    assert found is not None
    assert found.root == message["id"]
    assert "Discussion (2)" in shown("news")[0]["text"]


async def test_a_card_that_was_not_posted_is_not_found(
    platform: DiscordPlatform, channel: ChannelInfo, card: Card, side: DiscordSide, fail: Fail
) -> None:
    fail(POST, "500")
    with pytest.raises(Uncertain, match=r"POST /channels/\{channel_id\}/messages: HTTP 500"):
        await platform.post_card(channel, card, ONE)
    await platform.post_card(channel, replace(card, discussion=None), Stamp("other"))
    await side.say(channel="news", user="Grace", text="not a card")
    assert await platform.find_card(channel, card, ONE, just_now()) is None


async def test_a_thread_opens_with_the_civility_line(
    platform: DiscordPlatform, channel: ChannelInfo, card: Card, shown: Shown
) -> None:
    sent = await platform.post_card(channel, card, ONE)
    thread = await platform.open_thread(channel, sent.root, card.title, ONE)
    assert str(thread.thread) == str(sent.root)
    (opener,) = shown("news")[0]["thread"]
    assert texts.CIVILITY in opener["text"]
    for stamp in (ONE, Stamp("much-later")):
        assert await platform.open_thread(channel, sent.root, card.title, stamp) == thread
        assert len(shown("news")[0]["thread"]) == 1


async def test_a_thread_that_somebody_opened_before_is_adopted(
    platform: DiscordPlatform, channel: ChannelInfo, card: Card, shown: Shown, side: DiscordSide
) -> None:
    sent = await platform.post_card(channel, card, ONE)
    there = side.open_thread("news", sent.root, name="first!")
    await side.say(channel="news", thread=sent.root, user="Grace", text=texts.CIVILITY)
    thread = await platform.open_thread(channel, sent.root, card.title, ONE)
    assert thread.thread == there
    assert [one["by"] for one in shown("news")[0]["thread"]] == ["person", "bot"]


@pytest.mark.parametrize("kind", ["500_after", "drop"])
@pytest.mark.parametrize("route", [r"/threads$", POST])
async def test_a_thread_and_its_opener_come_once(
    platform: DiscordPlatform, channel: ChannelInfo, card: Card, shown: Shown, fail: Fail, kind: FaultKind, route: str
) -> None:
    sent = await platform.post_card(channel, card, ONE)
    fail(route, kind)
    with pytest.raises(Uncertain):
        await platform.open_thread(channel, sent.root, card.title, ONE)
    await platform.open_thread(channel, sent.root, card.title, ONE)
    (opener,) = shown("news")[0]["thread"]
    assert texts.CIVILITY in opener["text"]


async def test_a_card_in_a_forum_is_a_post_with_its_thread(
    platform: DiscordPlatform, card: Card, side: DiscordSide, shown: Shown, fail: Fail
) -> None:
    forum = await platform.describe(side.create_channel("talk", forum=True))
    fail(r"POST /channels/\d+/threads$", "500_after")
    with pytest.raises(Uncertain):
        await platform.post_card(forum, card, ONE)
    sent = await platform.find_card(forum, card, ONE, just_now())
    assert sent is not None
    side.archive_thread(sent.root)
    assert await platform.find_card(forum, card, ONE, just_now()) == sent
    side.archive_thread(sent.root)
    await platform.redraw_card(forum, sent.root, replace(card, comments=4))
    (post,) = shown("talk")
    assert "Discussion (4)" in post["text"]
    other = await platform.post_card(forum, replace(card, discussion=DiscussionId(8)), ONE)
    assert other.root != sent.root


@pytest.mark.parametrize("kind", ["500_after", "drop"])
async def test_a_post_in_a_forum_has_the_civility_line_once(
    platform: DiscordPlatform, card: Card, side: DiscordSide, shown: Shown, fail: Fail, kind: FaultKind
) -> None:
    forum = await platform.describe(side.create_channel("talk", forum=True))
    sent = await platform.post_card(forum, card, ONE)
    await side.say(channel="talk", thread=sent.root, user="Grace", text=texts.CIVILITY)
    fail(POST, kind)
    with pytest.raises(Uncertain):
        await platform.open_thread(forum, sent.root, card.title, ONE)
    for stamp in (ONE, Stamp("much-later")):
        thread = await platform.open_thread(forum, sent.root, card.title, stamp)
        assert (str(thread.thread), thread.channel) == (str(sent.root), forum.ref)
    said = [one for one in shown("talk")[0]["thread"] if one["by"] == "bot"]
    assert [texts.CIVILITY in one["text"] for one in said] == [True]


async def test_a_card_that_is_gone_is_told(
    platform: DiscordPlatform, channel: ChannelInfo, card: Card, side: DiscordSide
) -> None:
    sent = await platform.post_card(channel, card, ONE)
    await side.delete(channel="news", message=sent.root, user="Ada")
    with pytest.raises(MessageGone, match="HTTP 404, code 10008"):
        await platform.redraw_card(channel, sent.root, card)
    with pytest.raises(MessageGone):
        await platform.open_thread(channel, sent.root, card.title, ONE)


async def test_a_place_that_is_closed_to_the_bot_is_told(
    platform: DiscordPlatform, channel: ChannelInfo, card: Card, side: DiscordSide
) -> None:
    side.deny("news")
    with pytest.raises(Refused, match="HTTP 403, code 500"):
        await platform.post_card(channel, card, ONE)
    side.delete_channel("news")
    with pytest.raises(PlaceGone, match="code 10003"):
        await platform.post_card(channel, card, ONE)


async def test_a_short_rate_limit_is_waited_out(
    platform: DiscordPlatform, channel: ChannelInfo, card: Card, shown: Shown, fail: Fail
) -> None:
    fail(POST, "429", 2)
    await platform.post_card(channel, card, ONE)
    assert len(shown("news")) == 1


async def test_a_long_rate_limit_is_told_and_not_asked_into(
    start: Start, side: DiscordSide, card: Card, fail: Fail, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discord_server, "ORDERED_WAIT", 4.0)  # longer than a busy machine takes to ask again
    platform = await start(patience=0.0)
    channel = await platform.describe(side.channels()[0])
    fail(POST, "429")
    with pytest.raises(Busy) as caught:
        await platform.post_card(channel, card, ONE)
    assert 0.1 < caught.value.retry_after <= 5
    assert not caught.value.everywhere
    asked = len(watch.exchanges)
    with pytest.raises(Busy, match="closed for"):
        await platform.post_card(channel, card, ONE)
    assert len(watch.exchanges) == asked


async def test_reading_is_never_uncertain(
    platform: DiscordPlatform, channel: ChannelInfo, card: Card, fail: Fail
) -> None:
    fail(r"GET /channels/\d+/messages", "500")
    with pytest.raises(Unavailable):
        await platform.find_card(channel, card, ONE, just_now())


async def test_a_server_that_is_not_there_did_nothing(
    platform: DiscordPlatform, channel: ChannelInfo, card: Card, side: DiscordSide
) -> None:
    await side.stop()
    with pytest.raises(Unavailable, match="no connection"):
        await platform.post_card(channel, card, ONE)
    with pytest.raises(Unavailable, match="no connection"):
        await platform.redraw_card(channel, RemoteMessageId("1"), card)
