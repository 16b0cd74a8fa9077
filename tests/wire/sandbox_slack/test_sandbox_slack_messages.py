from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.sandbox.side import Refusal
from adapters.sandbox.slack import SlackSide
from adapters.sandbox.slack.values import BOT_ID, BOT_USER
from tests.wire.sandbox_slack.listening import Bot

Json = dict[str, Any]


def messages(side: SlackSide) -> list[Json]:
    found: list[Json] = side.state()["channels"][0]["messages"]
    return found


async def test_a_persons_message_reaches_bolt_with_rich_text(side: SlackSide, bot: Bot, news: str) -> None:
    ts = await side.say(channel="news", user="Ken", text="Hello *all* of <you>, see https://example.org/a?b=1&c=2")
    event = await bot.heard.first(ts=ts)
    assert event["type"] == "message"
    assert "subtype" not in event
    assert (event["ts"], event["channel"], event["channel_type"]) == (ts, news, "channel")
    assert event["text"] == "Hello *all* of &lt;you&gt;, see <https://example.org/a?b=1&amp;c=2>"
    assert event["blocks"][0]["type"] == "rich_text"
    assert bot.heard.bodies[0]["authorizations"][0]["user_id"] == BOT_USER


async def test_a_reply_names_its_thread_and_floods_the_root(side: SlackSide, bot: Bot) -> None:
    root = await side.say(channel="news", user="Ken", text="root")
    reply = await side.say(channel="news", user="Barbara", text="reply", thread=root)
    ken = side.state()["people"][1]["id"]
    event = await bot.heard.first(ts=reply)
    assert (event["thread_ts"], event["parent_user_id"]) == (root, ken)
    changed = await bot.heard.first(subtype="message_changed")
    assert changed["message"]["reply_count"] == 1
    assert changed["message"]["text"] == changed["previous_message"]["text"]
    assert "edited" not in changed["message"]


async def test_a_reply_to_a_reply_joins_the_same_thread(side: SlackSide) -> None:
    root = await side.say(channel="news", user="Ken", text="root")
    reply = await side.say(channel="news", user="Barbara", text="reply", thread=root)
    await side.say(channel="news", user="Ken", text="again", reply_to=reply)
    (seen,) = messages(side)
    assert [one["text"] for one in seen["thread"]] == ["reply", "again"]


async def test_a_broadcast_is_one_message_with_its_root(side: SlackSide, bot: Bot) -> None:
    root = await side.say(channel="news", user="Ken", text="root")
    await side.say(channel="news", user="Ken", text="for all", thread=root, broadcast=True)
    event = await bot.heard.first(subtype="thread_broadcast")
    assert (event["thread_ts"], event["root"]["ts"]) == (root, root)
    seen, also = messages(side)
    assert [one["text"] for one in seen["thread"]] == ["for all"]
    assert (also["text"], also["by"], also["thread"]) == ("for all", "person", None)
    assert also["raw"]["subtype"] == "thread_broadcast"
    await side.delete(channel="news", message=also["id"])
    assert [one["id"] for one in messages(side)] == [root]


async def test_edits_and_deletions_are_told(side: SlackSide, bot: Bot) -> None:
    ts = await side.say(channel="news", user="Ken", text="first")
    await side.edit(channel="news", message=ts, text="second")
    changed = await bot.heard.first(subtype="message_changed")
    assert (changed["message"]["text"], changed["previous_message"]["text"]) == ("second", "first")
    stamp = changed["message"]["edited"]["ts"]
    assert stamp.endswith(".000000")
    assert int(ts.partition(".")[0]) <= float(stamp) < float(changed["ts"])
    await side.delete(channel="news", message=ts)
    deleted = await bot.heard.first(subtype="message_deleted")
    assert (deleted["deleted_ts"], deleted["previous_message"]["text"]) == (ts, "second")
    assert messages(side) == []


async def test_a_root_with_replies_leaves_a_tombstone_until_the_last_reply_goes(side: SlackSide, bot: Bot) -> None:
    root = await side.say(channel="news", user="Ken", text="root")
    reply = await side.say(channel="news", user="Ken", text="reply", thread=root)
    await side.delete(channel="news", message=root)
    await bot.heard.count(4)
    changed = bot.heard.events[-1]
    assert (changed["subtype"], changed["message"]["subtype"]) == ("message_changed", "tombstone")
    assert changed["previous_message"]["text"] == "root"
    await side.delete(channel="news", message=reply)
    gone = [event["deleted_ts"] for event in (await bot.heard.count(7))[4:] if event["subtype"] == "message_deleted"]
    assert gone == [reply, root]
    assert messages(side) == []


async def test_a_link_unfurls_after_the_message(side: SlackSide, bot: Bot) -> None:
    ts = await side.say(channel="news", user="Ken", text="see https://example.org/")
    changed = await bot.heard.first(subtype="message_changed")
    assert changed["message"]["ts"] == ts
    assert changed["message"]["attachments"][0]["from_url"] == "https://example.org/"
    assert changed["message"]["text"] == changed["previous_message"]["text"]
    assert "edited" not in changed["message"]


async def test_a_copy_in_anothers_name_comes_back_as_an_echo_with_metadata(
    side: SlackSide, bot: Bot, news: str
) -> None:
    root = await side.say(channel="news", user="Ken", text="root")
    metadata = {"event_type": "roundtable", "event_payload": {"stamp": "s-1"}}
    posted = await bot.client.chat_postMessage(
        channel=news,
        text="copy",
        thread_ts=root,
        username="Ada · Discord",
        icon_url="https://example.org/ada.png",
        metadata=metadata,
    )
    echo = await bot.heard.first(ts=posted["ts"])
    assert (echo["subtype"], echo["bot_id"], echo["username"]) == ("bot_message", BOT_ID, "Ada · Discord")
    assert echo["metadata"] == metadata
    (seen,) = messages(side)
    assert [(one["author"], one["by"], one["text"]) for one in seen["thread"]] == [("Ada · Discord", "bot", "copy")]


async def test_metadata_is_read_back_only_on_request(client: AsyncWebClient, news: str) -> None:
    metadata = {"event_type": "roundtable", "event_payload": {"stamp": "s-1"}}
    ts = (await client.chat_postMessage(channel=news, text="card", metadata=metadata))["ts"]
    without = await client.conversations_replies(channel=news, ts=ts)
    within = await client.conversations_replies(channel=news, ts=ts, include_all_metadata=True)
    assert "metadata" not in without["messages"][0]
    assert within["messages"][0]["metadata"] == metadata


async def test_an_update_without_blocks_drops_them(client: AsyncWebClient, news: str) -> None:
    blocks = [{"type": "header", "text": {"type": "plain_text", "text": "Card"}}]
    ts = (await client.chat_postMessage(channel=news, text="card", blocks=blocks))["ts"]
    updated = await client.chat_update(channel=news, ts=ts, text="plain")
    assert "blocks" not in updated["message"]
    assert updated["message"]["edited"]["user"] == BOT_USER


async def test_who_may_delete_what(
    side: SlackSide, client: AsyncWebClient, admin_client: AsyncWebClient, news: str
) -> None:
    said = await side.say(channel="news", user="Ken", text="mine")
    with pytest.raises(SlackApiError, match="cant_delete_message"):
        await client.chat_delete(channel=news, ts=said)
    with pytest.raises(SlackApiError, match="cant_update_message"):
        await client.chat_update(channel=news, ts=said, text="ours")
    with pytest.raises(Refusal, match="can't delete"):
        await side.delete(channel="news", message=said, user="Barbara")
    await admin_client.chat_delete(channel=news, ts=said)
    with pytest.raises(SlackApiError, match="message_not_found"):
        await admin_client.chat_delete(channel=news, ts=said)


async def test_a_reply_to_a_message_that_is_gone_lands_in_the_channel(
    side: SlackSide, client: AsyncWebClient, news: str
) -> None:
    root = await side.say(channel="news", user="Ken", text="root")
    await side.delete(channel="news", message=root)
    posted = await client.chat_postMessage(channel=news, text="late", thread_ts=root)
    assert "thread_ts" not in posted["message"]
    assert [one["text"] for one in messages(side)] == ["late"]


async def test_history_and_replies_page_by_moments(side: SlackSide, client: AsyncWebClient, news: str) -> None:
    root = await side.say(channel="news", user="Ken", text="root")
    said = [await side.say(channel="news", user="Ken", text=f"reply {number}", thread=root) for number in range(7)]
    pages: list[list[str]] = []
    cursor = None
    while True:
        page = await client.conversations_replies(channel=news, ts=root, limit=3, cursor=cursor)
        pages.append([one["ts"] for one in page["messages"]])
        if not page["has_more"]:
            break
        cursor = page["response_metadata"]["next_cursor"]
    assert [ts for page in pages for ts in page] == [root, *said]
    later = await client.conversations_replies(channel=news, ts=root, oldest=said[4])
    assert [one["ts"] for one in later["messages"]] == [root, *said[5:]]
    inclusive = await client.conversations_replies(
        channel=news, ts=root, oldest=said[4], latest=said[5], inclusive=True
    )
    assert [one["ts"] for one in inclusive["messages"]] == [root, said[4], said[5]]
    history = await client.conversations_history(channel=news)
    assert [one["ts"] for one in history["messages"]] == [root]


async def test_reactions_go_both_ways(side: SlackSide, bot: Bot, news: str) -> None:
    ts = await side.say(channel="news", user="Ken", text="like?")
    await side.react(channel="news", message=ts, emoji="👍", user="Barbara")
    added = await bot.heard.first(type="reaction_added")
    assert (added["reaction"], added["item"]["ts"]) == ("+1", ts)
    await bot.client.reactions_add(channel=news, timestamp=ts, name="tada")
    with pytest.raises(SlackApiError, match="already_reacted"):
        await bot.client.reactions_add(channel=news, timestamp=ts, name="tada")
    barbara = side.state()["people"][2]["id"]
    assert messages(side)[0]["reactions"] == {"👍": [barbara], "🎉": [BOT_USER]}
    await side.unreact(channel="news", message=ts, emoji="+1", user="Barbara")
    await bot.heard.first(type="reaction_removed")
    assert messages(side)[0]["reactions"] == {"🎉": [BOT_USER]}


async def test_a_mention_of_the_bot_is_told_twice(side: SlackSide, bot: Bot) -> None:
    ts = await side.say(channel="news", user="Ken", text="@roundtable are you there?")
    mention = await bot.heard.first(type="app_mention")
    message = await bot.heard.first(type="message")
    assert mention["ts"] == message["ts"] == ts
    assert f"<@{BOT_USER}>" in mention["text"]


async def test_nothing_is_told_of_a_channel_without_the_bot(side: SlackSide, bot: Bot, client: AsyncWebClient) -> None:
    hidden = await side.open_channel(name="hidden", writable=False)
    await side.say(channel="hidden", user="Ken", text="psst")
    await side.say(channel="news", user="Ken", text="hello")
    assert [event["text"] for event in await bot.heard.count(1)] == ["hello"]
    with pytest.raises(SlackApiError, match="not_in_channel"):
        await client.chat_postMessage(channel=hidden, text="no")
    with pytest.raises(SlackApiError, match="restricted_action"):
        await client.conversations_join(channel=hidden)
    assert await side.open_channel(name="hidden", writable=True) == hidden
    await client.chat_postMessage(channel=hidden, text="yes")


async def test_an_archived_channel_is_read_only(side: SlackSide, bot: Bot, news: str) -> None:
    ts = (await bot.client.chat_postMessage(channel=news, text="card"))["ts"]
    side.archive_channel("news")
    for refused in (
        bot.client.chat_postMessage(channel=news, text="late"),
        bot.client.chat_update(channel=news, ts=ts, text="late"),
    ):
        with pytest.raises(SlackApiError, match="is_archived"):
            await refused
    with pytest.raises(Refusal, match="#news is archived"):
        await side.say(channel="news", user="Ken", text="late")
    assert (await bot.client.conversations_info(channel=news))["channel"]["is_archived"]
    side.archive_channel("news", archived=False)
    await side.say(channel="news", user="Ken", text="back")
    assert (await bot.heard.first(text="back"))["channel"] == news
