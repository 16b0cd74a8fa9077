"""Copies through the webhook: once, in order, found after a lost answer, and one slow place holds up nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import discord
import pytest

from adapters.discord.gateway import DiscordPlatform
from adapters.sandbox.discord import DiscordSide
from adapters.sandbox.faults import FaultKind, Faults
from bot.errors import Busy, MessageGone, PlaceGone, Refused, Unavailable, Uncertain
from bot.model import ChannelInfo, RemoteMessageId, ThreadRef
from bot.ports import Stamp
from bot.views import Answered, Card, FileView, Tally
from tests.wire.discord.conftest import Ask, CopyOf, Fail, Replies, Say, Shown, Start, Watch, just_now
from tests.wire.recording import MASKER

Json = dict[str, Any]

STAMP = Stamp("copy-1")
EXECUTE = r"POST /webhooks/\d+/[^/]+$"


def file_view(name: str, content: bytes) -> FileView:
    return FileView(
        name=MASKER.line(name),
        alt=MASKER.line("a picture"),
        media_type="text/plain",
        size=len(content),
        content=content,
        url=None,
    )


async def test_a_copy_speaks_in_its_authors_name(
    platform: DiscordPlatform, thread: ThreadRef, copy_of: CopyOf, replies: Replies
) -> None:
    sent = await platform.send_copy(thread, copy_of("It hums."), STAMP)
    (message,) = replies()
    assert (message["id"], message["author"], message["by"]) == (sent.message, "Ken · Slack", "webhook")
    assert message["text"] == "It hums."
    assert sent.url.endswith(f"/{thread.thread}/{sent.message}")


async def test_copies_stand_in_the_order_they_were_sent(
    platform: DiscordPlatform, thread: ThreadRef, copy_of: CopyOf, replies: Replies
) -> None:
    for number in range(12):
        await platform.send_copy(thread, copy_of(f"copy {number}"), STAMP)
    assert [one["text"] for one in replies()] == [f"copy {number}" for number in range(12)]


async def test_files_come_along(
    platform: DiscordPlatform, thread: ThreadRef, copy_of: CopyOf, replies: Replies
) -> None:
    large = b"x" * (2 << 20)
    files = (file_view("engine.txt", b"it hums"), file_view("large.txt", large))
    await platform.send_copy(thread, copy_of("look", *files), STAMP)
    (message,) = replies()
    attached = message["raw"]["attachments"]
    assert [(one["filename"], one["size"]) for one in attached] == [("engine.txt", 7), ("large.txt", len(large))]


async def test_a_file_that_discord_would_not_take_becomes_a_link(
    platform: DiscordPlatform, thread: ThreadRef, copy_of: CopyOf, replies: Replies
) -> None:
    small, large = file_view("small.txt", b"it hums"), file_view("large.txt", b"x" * (11 << 20))
    copy = copy_of("look", small, replace(large, url="https://example.org/large.txt"))
    sent = await platform.send_copy(thread, copy, STAMP)
    (message,) = replies()
    assert [one["filename"] for one in message["raw"]["attachments"]] == ["small.txt"]
    assert "large.txt](https://example.slack.com/archives/C1/p1)" in message["raw"]["content"]
    assert await platform.find_copy(thread, copy, STAMP, just_now(), ()) == sent
    await platform.edit_copy(thread, sent.message, replace(copy, body=copy_of("look here").body))
    (message,) = replies()
    assert message["raw"]["content"].startswith("look here\n📎")


async def test_a_request_that_is_too_large_goes_without_its_files(
    platform: DiscordPlatform, thread: ThreadRef, copy_of: CopyOf, replies: Replies, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discord.Guild, "filesize_limit", 100 << 20)  # as if Discord had lowered what it takes
    file = replace(file_view("large.txt", b"x" * (11 << 20)), url="https://example.org/large.txt")
    sent = await platform.send_copy(thread, copy_of("look", file), STAMP)
    (message,) = replies()
    assert message["raw"]["attachments"] == []
    assert "https://example.slack.com/archives/C1/p1" in message["raw"]["content"]
    assert await platform.find_copy(thread, copy_of("look", file), STAMP, just_now(), ()) == sent


@pytest.mark.parametrize("kind", ["500_after", "timeout_after"])
async def test_a_copy_whose_answer_is_lost_is_sent_once_and_found(
    platform: DiscordPlatform, thread: ThreadRef, copy_of: CopyOf, replies: Replies, fail: Fail, kind: FaultKind
) -> None:
    earlier = await platform.send_copy(thread, copy_of("the same words"), STAMP)
    fail(EXECUTE, kind)
    with pytest.raises(Uncertain):
        await platform.send_copy(thread, copy_of("the same words"), STAMP)
    assert len(replies()) == 2
    found = await platform.find_copy(thread, copy_of("the same words"), STAMP, just_now(), {earlier.message})
    assert found is not None
    assert found.message == replies()[1]["id"]
    known = {earlier.message, found.message}
    assert await platform.find_copy(thread, copy_of("the same words"), STAMP, just_now(), known) is None


async def test_an_answer_that_takes_too_long_is_a_lost_one(
    start: Start, thread: ThreadRef, copy_of: CopyOf, replies: Replies, fail: Fail
) -> None:
    impatient = await start(timeout=0.5)
    fail(EXECUTE, "timeout_after")
    with pytest.raises(Uncertain, match="no answer from Discord"):
        await impatient.send_copy(thread, copy_of("It hums."), STAMP)
    found = await impatient.find_copy(thread, copy_of("It hums."), STAMP, just_now(), ())
    assert found is not None
    assert [one["id"] for one in replies()] == [found.message]


async def test_a_file_whose_answer_is_lost_is_found_too(
    platform: DiscordPlatform, thread: ThreadRef, copy_of: CopyOf, replies: Replies, fail: Fail
) -> None:
    copy = copy_of("", file_view("a name.txt", b"it hums"))
    fail(EXECUTE, "500_after")
    with pytest.raises(Uncertain):
        await platform.send_copy(thread, copy, STAMP)
    found = await platform.find_copy(thread, copy, STAMP, just_now(), ())
    assert found is not None
    assert found.message == replies()[0]["id"]


@pytest.mark.parametrize("kind", ["500", "drop"])
async def test_a_copy_that_never_arrived_is_not_found(
    platform: DiscordPlatform, thread: ThreadRef, copy_of: CopyOf, say: Say, fail: Fail, kind: FaultKind
) -> None:
    theirs = await platform.send_copy(thread, copy_of("It hums.", author="Somebody Else"), STAMP)
    fail(EXECUTE, kind)
    with pytest.raises(Uncertain):
        await platform.send_copy(thread, copy_of("It hums."), STAMP)
    await say("It hums.")
    assert await platform.find_copy(thread, copy_of("It hums."), STAMP, just_now(), {theirs.message}) is None


async def test_a_lost_copy_is_found_although_its_author_has_another_name_by_now(
    platform: DiscordPlatform, thread: ThreadRef, copy_of: CopyOf, replies: Replies, fail: Fail
) -> None:
    fail(EXECUTE, "500_after")
    with pytest.raises(Uncertain):
        await platform.send_copy(thread, copy_of("It hums."), STAMP)
    found = await platform.find_copy(thread, copy_of("It hums.", author="Ken Thompson"), STAMP, just_now(), ())
    assert found is not None
    assert [one["id"] for one in replies()] == [found.message]


@pytest.mark.parametrize(
    "change",
    [
        {"edited": True},
        {"tallies": (Tally("👍", 2),)},
        {"answers": Answered(MASKER.line("Ada"), MASKER.line("hm"), None)},
    ],
)
async def test_a_lost_copy_that_has_changed_since_is_found_and_brought_up_to_date(
    platform: DiscordPlatform, thread: ThreadRef, copy_of: CopyOf, replies: Replies, fail: Fail, change: Json
) -> None:
    fail(EXECUTE, "500_after")
    with pytest.raises(Uncertain):
        await platform.send_copy(thread, copy_of("It hums."), STAMP)
    now = replace(copy_of("It sings."), **change)
    found = await platform.find_copy(thread, now, STAMP, just_now(), ())
    assert found is not None
    (message,) = replies()
    assert message["id"] == found.message
    assert "It sings." in message["text"]
    assert "It hums." not in message["text"]


async def test_a_rate_limit_is_waited_out_and_sends_once(
    platform: DiscordPlatform, thread: ThreadRef, copy_of: CopyOf, replies: Replies, fail: Fail
) -> None:
    await platform.send_copy(thread, copy_of("first"), STAMP)
    fail(EXECUTE, "429")
    clock = asyncio.get_running_loop()
    before = clock.time()
    await platform.send_copy(thread, copy_of("second"), STAMP)
    assert clock.time() - before >= 0.5
    assert [one["text"] for one in replies()] == ["first", "second"]


async def test_a_place_that_has_to_wait_holds_up_no_other(
    platform: DiscordPlatform, thread: ThreadRef, copy_of: CopyOf, side: DiscordSide, card: Card, fail: Fail
) -> None:
    other = await platform.describe(side.create_channel("other"))
    root = await platform.post_card(other, card, Stamp("card-2"))
    there = await platform.open_thread(other, root.root, card.title, Stamp("card-2"))
    for place in (thread, there):
        await platform.send_copy(place, copy_of("first"), STAMP)
    fail(EXECUTE, "timeout_after")
    slow = asyncio.create_task(platform.send_copy(thread, copy_of("slow"), STAMP))
    while side.state()["channels"][0]["messages"][0]["thread"][-1]["text"] != "slow":  # noqa: ASYNC110 - the sandbox tells no events
        await asyncio.sleep(0.01)
    for number in range(5):
        await platform.send_copy(there, copy_of(f"quick {number}"), STAMP)
    assert not slow.done()
    with pytest.raises(Uncertain):
        await slow


async def test_real_rate_limits_are_kept_to(
    card: Card, copy_of: CopyOf, start: Start, limited: DiscordSide, watch: Watch
) -> None:
    given = limited.settings()
    platform = await start(
        token=given["DISCORD_TOKEN"], api_url=given["DISCORD_API_URL"], gateway_url=given["DISCORD_GATEWAY_URL"]
    )
    channel = await platform.describe(limited.channels()[0])
    root = await platform.post_card(channel, card, Stamp("card-1"))
    thread = await platform.open_thread(channel, root.root, card.title, Stamp("card-1"))
    # Threads are counted over five minutes: the next one is not to wait for them.
    other = await platform.post_card(channel, card, Stamp("card-2"))
    await platform.open_thread(channel, other.root, card.title, Stamp("card-2"))
    for number in range(8):
        await platform.send_copy(thread, copy_of(f"copy {number}"), STAMP)
    shown = limited.state()["channels"][0]["messages"][0]["thread"][1:]
    assert [one["text"] for one in shown] == [f"copy {number}" for number in range(8)]
    assert all(one.status != 429 for one in watch.exchanges)


@pytest.fixture
async def limited(watch: Watch) -> AsyncIterator[DiscordSide]:
    side = DiscordSide(Faults(), "real", record=watch.exchanges.append)
    await side.start("127.0.0.1", 0)
    yield side
    await side.stop()


async def test_a_forums_post_takes_copies(
    platform: DiscordPlatform, copy_of: CopyOf, side: DiscordSide, card: Card, shown: Shown
) -> None:
    forum = await platform.describe(side.create_channel("talk", forum=True))
    sent_card = await platform.post_card(forum, card, Stamp("card-1"))
    thread = await platform.open_thread(forum, sent_card.root, card.title, Stamp("card-1"))
    sent = await platform.send_copy(thread, copy_of("It hums."), STAMP)
    await platform.edit_copy(thread, sent.message, copy_of("It sings."))
    assert [one["text"] for one in shown("talk")[0]["thread"][1:]] == ["It sings."]
    await platform.delete(thread, sent.message)
    assert len(shown("talk")[0]["thread"]) == 1


async def test_what_is_asked_after_leaving_was_surely_not_done(
    platform: DiscordPlatform, thread: ThreadRef, copy_of: CopyOf
) -> None:
    await platform.close()
    with pytest.raises(Unavailable, match="leaving"):
        await platform.send_copy(thread, copy_of("It hums."), STAMP)


async def test_one_webhook_serves_a_channel_also_after_a_restart(
    platform: DiscordPlatform, thread: ThreadRef, copy_of: CopyOf, start: Start, watch: Watch, replies: Replies
) -> None:
    sent = await platform.send_copy(thread, copy_of("before"), STAMP)
    again = await start()
    await asyncio.gather(*(again.send_copy(thread, copy_of(f"after {number}"), STAMP) for number in range(3)))
    await again.edit_copy(thread, sent.message, copy_of("changed"))
    assert watch.count("POST", "/webhooks") == 1
    assert replies()[0]["text"] == "changed"


async def test_a_webhook_that_somebody_deleted_is_made_again(
    platform: DiscordPlatform, thread: ThreadRef, channel: ChannelInfo, copy_of: CopyOf, replies: Replies, ask: Ask
) -> None:
    old = await platform.send_copy(thread, copy_of("before"), STAMP)
    (webhook,) = await ask("GET", f"/channels/{channel.ref.channel}/webhooks")
    await ask("DELETE", f"/webhooks/{webhook['id']}")
    sent = await platform.send_copy(thread, copy_of("after"), STAMP)
    assert [one["text"] for one in replies()] == ["before", "after"]
    await platform.edit_copy(thread, sent.message, copy_of("after all"))
    assert replies()[1]["text"] == "after all"
    with pytest.raises(Refused, match="a webhook that is gone"):
        await platform.edit_copy(thread, old.message, copy_of("too late"))
    await platform.delete(thread, old.message)
    assert [one["text"] for one in replies()] == ["after all"]


async def test_a_copy_is_edited_and_deleted(
    platform: DiscordPlatform, thread: ThreadRef, copy_of: CopyOf, replies: Replies
) -> None:
    sent = await platform.send_copy(thread, copy_of("It hums."), STAMP)
    await platform.edit_copy(thread, sent.message, copy_of("It sings."))
    assert [one["text"] for one in replies()] == ["It sings."]
    await platform.delete(thread, sent.message)
    await platform.delete(thread, sent.message)
    assert replies() == []
    with pytest.raises(MessageGone, match="10008"):
        await platform.edit_copy(thread, sent.message, copy_of("too late"))


async def test_a_comment_that_is_too_long_for_a_message_is_whole_in_a_file(
    platform: DiscordPlatform, thread: ThreadRef, copy_of: CopyOf, replies: Replies
) -> None:
    def files() -> list[str]:
        return [one["filename"] for one in replies()[0]["raw"]["attachments"]]

    long = "snake_case words " * 130
    picture = (file_view("a.txt", b"picture"),)
    sent = await platform.send_copy(thread, replace(copy_of(long), files=picture), STAMP)
    assert files() == ["a.txt", "comment.txt"]
    await platform.edit_copy(thread, sent.message, replace(copy_of("Short."), files=picture))
    assert (replies()[0]["raw"]["content"], files()) == ("Short.", ["a.txt"])
    await platform.edit_copy(thread, sent.message, replace(copy_of(long + "again"), files=picture))
    assert files() == ["a.txt", "comment.txt"]
    await platform.edit_copy(thread, sent.message, copy_of(long))
    assert files() == ["comment.txt"]
    assert await platform.find_copy(thread, copy_of(long), STAMP, just_now(), ()) == sent


async def test_a_deletion_whose_answer_is_lost_is_not_repeated_behind_the_scenes(
    platform: DiscordPlatform, thread: ThreadRef, say: Say, fail: Fail, watch: Watch
) -> None:
    message = RemoteMessageId(await say("slips"))
    fail("DELETE", "timeout_after")
    with pytest.raises(Uncertain):
        await platform.delete(thread, message)
    assert [one.method for one in watch.exchanges].count("DELETE") == 1
    assert not await platform.stands(thread, message)
    with pytest.raises(MessageGone):
        await platform.look(thread, message)
    assert not await platform.delete(thread, message)


async def test_a_thread_in_the_archive_is_brought_back(
    platform: DiscordPlatform, thread: ThreadRef, copy_of: CopyOf, replies: Replies, side: DiscordSide
) -> None:
    sent = await platform.send_copy(thread, copy_of("before"), STAMP)
    side.archive_thread(thread.thread)
    await platform.edit_copy(thread, sent.message, copy_of("changed"))
    side.archive_thread(thread.thread)
    await platform.send_copy(thread, copy_of("after"), STAMP)
    side.archive_thread(thread.thread)
    await platform.delete(thread, sent.message)
    assert [one["text"] for one in replies()] == ["after"]


async def test_a_thread_that_is_gone_is_told(
    platform: DiscordPlatform, thread: ThreadRef, copy_of: CopyOf, side: DiscordSide
) -> None:
    sent = await platform.send_copy(thread, copy_of("before"), STAMP)
    side.delete_channel(thread.thread)
    with pytest.raises(PlaceGone, match=r"POST /webhooks/\{webhook_id\}/\{webhook_token\}: HTTP 404, code 10003"):
        await platform.send_copy(thread, copy_of("after"), STAMP)
    await platform.delete(thread, sent.message)


async def test_a_kicked_bot_is_told(
    platform: DiscordPlatform, thread: ThreadRef, copy_of: CopyOf, side: DiscordSide
) -> None:
    side.kick_bot()
    with pytest.raises(Refused):
        await platform.send_copy(thread, copy_of("after"), STAMP)


async def test_a_whole_platform_that_has_to_wait_says_so(
    start: Start, side: DiscordSide, card: Card, fail: Fail
) -> None:
    platform = await start(patience=0.0)
    channel = await platform.describe(side.channels()[0])
    fail("", "429")
    with pytest.raises(Busy) as caught:
        await platform.post_card(channel, card, Stamp("card-1"))
    assert caught.value.everywhere
    with pytest.raises(Busy, match="closed for"):
        await platform.describe(side.channels()[0])
