"""Cards and copies on their way to Slack, and what becomes of them when Slack fails."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.sandbox.faults import FaultKind
from adapters.sandbox.slack import SlackSide
from adapters.slack.gateway import SlackPlatform
from bot import texts
from bot.errors import Busy, MessageGone, PlaceGone, Refused, Unavailable, Uncertain
from bot.masking import Masker
from bot.model import ChannelInfo, Posted, RemoteChannelId, RemoteMessageId, RemoteThreadId, RemoteUserId, ThreadRef
from bot.ports import Stamp
from bot.views import Card, ImageView
from tests.wire.recording import RecordingIntake
from tests.wire.slack.fakes import CopyOf, Fail, Replies, Say, Start, Until

EARLIER = datetime.now(UTC) - timedelta(minutes=1)


def roots(side: SlackSide, channel: ChannelInfo) -> list[dict[str, Any]]:
    found = next(one for one in side.state()["channels"] if one["id"] == channel.ref.channel)
    return list(found["messages"])


async def test_a_card_is_posted_and_found_by_its_stamp(
    platform: SlackPlatform, channel: ChannelInfo, card: Card, side: SlackSide
) -> None:
    sent = await platform.post_card(channel, card, Stamp("card-1"))
    assert [message["id"] for message in roots(side, channel)] == [sent.root]
    assert sent.url.endswith(f"/archives/{channel.ref.channel}/p{sent.root.replace('.', '')}")
    assert await platform.find_card(channel, card, Stamp("card-1"), EARLIER) == sent
    assert await platform.find_card(channel, card, Stamp("card-2"), EARLIER) is None


async def test_a_card_shows_its_present_state(
    platform: SlackPlatform, channel: ChannelInfo, card: Card, side: SlackSide
) -> None:
    sent = await platform.post_card(channel, card, Stamp("card-1"))
    await platform.redraw_card(channel, sent.root, replace(card, comments=5))
    (message,) = roots(side, channel)
    assert texts.discussion(5) in message["text"]
    assert await platform.find_card(channel, card, Stamp("card-1"), EARLIER) == sent


async def test_a_card_goes_without_an_image_that_slack_refuses(
    platform: SlackPlatform, channel: ChannelInfo, card: Card, side: SlackSide, masker: Masker
) -> None:
    broken = replace(card, image=ImageView("https://example.org/" + "x" * 4_000 + ".png", masker.line("An engine")))
    await platform.post_card(channel, broken, Stamp("card-1"))
    assert len(roots(side, channel)) == 1


async def test_a_thread_opens_with_the_civility_line_once(
    platform: SlackPlatform, channel: ChannelInfo, card: Card, side: SlackSide, masker: Masker
) -> None:
    sent = await platform.post_card(channel, card, Stamp("card-1"))
    title = masker.line("A quiet engine")
    first = await platform.open_thread(channel, sent.root, title, Stamp("open-1"))
    again = await platform.open_thread(channel, sent.root, title, Stamp("open-1"))
    assert first == again == ThreadRef(channel.ref, RemoteThreadId(sent.root))
    (message,) = roots(side, channel)
    (opener,) = message["thread"]
    assert texts.CIVILITY in opener["text"]


@pytest.mark.parametrize("kind", ["500_after", "timeout_after"])
async def test_an_opener_whose_outcome_is_unknown_is_adopted(
    platform: SlackPlatform,
    channel: ChannelInfo,
    card: Card,
    side: SlackSide,
    masker: Masker,
    fail: Fail,
    kind: FaultKind,
) -> None:
    sent = await platform.post_card(channel, card, Stamp("card-1"))
    title = masker.line("A quiet engine")
    fail("chat.postMessage", kind)
    with pytest.raises(Uncertain):
        await platform.open_thread(channel, sent.root, title, Stamp("open-1"))
    await platform.open_thread(channel, sent.root, title, Stamp("open-1"))
    (message,) = roots(side, channel)
    assert len(message["thread"]) == 1


async def test_a_copy_stands_in_its_authors_name_and_unfurls_nothing(
    platform: SlackPlatform, thread: ThreadRef, copy_of: CopyOf, replies: Replies
) -> None:
    sent = await platform.send_copy(thread, copy_of("a *plain* text <!channel>"), Stamp("copy-1"))
    (reply,) = replies()
    assert reply["id"] == sent.message
    assert reply["author"] == "Ada · Discord"
    assert reply["text"] == "a *plain* text <!channel>"
    assert sent.url.endswith(f"?thread_ts={thread.thread}&cid={thread.channel.channel}")


@pytest.mark.parametrize("kind", ["500_after", "timeout_after"])
async def test_a_copy_whose_outcome_is_unknown_is_found(
    platform: SlackPlatform, thread: ThreadRef, copy_of: CopyOf, replies: Replies, fail: Fail, kind: FaultKind
) -> None:
    copy = copy_of("once")
    fail("chat.postMessage", kind)
    with pytest.raises(Uncertain):
        await platform.send_copy(thread, copy, Stamp("copy-1"))
    (reply,) = replies()
    found = await platform.find_copy(thread, copy, Stamp("copy-1"), EARLIER, ())
    assert found is not None
    assert found.message == reply["id"]
    assert await platform.find_copy(thread, copy, Stamp("copy-2"), EARLIER, ()) is None


@pytest.mark.parametrize("kind", ["500", "drop"])
async def test_a_copy_that_was_not_sent_is_not_found(
    platform: SlackPlatform, thread: ThreadRef, copy_of: CopyOf, replies: Replies, fail: Fail, kind: FaultKind
) -> None:
    copy = copy_of("once")
    fail("chat.postMessage", kind)
    with pytest.raises(Uncertain):
        await platform.send_copy(thread, copy, Stamp("copy-1"))
    assert replies() == []
    assert await platform.find_copy(thread, copy, Stamp("copy-1"), EARLIER, ()) is None


async def test_a_copy_is_found_beyond_the_first_page(
    platform: SlackPlatform, thread: ThreadRef, copy_of: CopyOf
) -> None:
    for number in range(205):
        await platform.send_copy(thread, copy_of(f"number {number}"), Stamp(f"copy-{number}"))
    found = await platform.find_copy(thread, copy_of("number 203"), Stamp("copy-203"), EARLIER, ())
    assert found is not None


async def test_a_rate_limit_tells_the_seconds(
    platform: SlackPlatform, thread: ThreadRef, copy_of: CopyOf, replies: Replies, fail: Fail
) -> None:
    fail("chat.postMessage", "429")
    with pytest.raises(Busy) as caught:
        await platform.send_copy(thread, copy_of("once"), Stamp("copy-1"))
    assert caught.value.retry_after == 1.0
    assert replies() == []


async def test_a_slack_that_is_not_there_had_no_effect(
    start: Start, thread: ThreadRef, copy_of: CopyOf, side: SlackSide
) -> None:
    platform = await start()
    await side.stop()
    with suppress(Unavailable):
        # What is left of the connection that was open breaks here.
        await platform.describe(thread.channel.channel)
    with pytest.raises(Unavailable):
        await platform.send_copy(thread, copy_of("once"), Stamp("copy-1"))


async def test_a_copy_follows_its_edits(
    platform: SlackPlatform, thread: ThreadRef, copy_of: CopyOf, replies: Replies
) -> None:
    sent = await platform.send_copy(thread, copy_of("first"), Stamp("copy-1"))
    await platform.edit_copy(thread, sent.message, copy_of("second"))
    (reply,) = replies()
    assert (reply["text"], reply["edited"], reply["author"]) == ("second", True, "Ada · Discord")
    assert await platform.find_copy(thread, copy_of("second"), Stamp("copy-1"), EARLIER, ()) == sent


async def test_a_deletion_is_idempotent_and_an_edit_after_it_says_so(
    platform: SlackPlatform, thread: ThreadRef, copy_of: CopyOf, replies: Replies
) -> None:
    sent = await platform.send_copy(thread, copy_of("first"), Stamp("copy-1"))
    await platform.delete(thread, sent.message)
    await platform.delete(thread, sent.message)
    assert replies() == []
    with pytest.raises(MessageGone):
        await platform.edit_copy(thread, sent.message, copy_of("second"))


async def test_a_person_s_message_is_deleted_by_an_admin_s_token_alone(
    platform: SlackPlatform, start: Start, side: SlackSide, thread: ThreadRef, say: Say, replies: Replies
) -> None:
    ts = RemoteMessageId(await say("mine"))
    assert not await platform.can_replace(thread)
    with pytest.raises(Refused):
        await platform.delete(thread, ts)
    admin = await start(user_token=side.settings()["SLACK_USER_TOKEN"])
    assert await admin.can_replace(thread)
    await admin.delete(thread, ts)
    assert replies() == []


async def test_a_place_that_is_gone_is_named_so(
    platform: SlackPlatform, channel: ChannelInfo, card: Card, thread: ThreadRef, copy_of: CopyOf
) -> None:
    nowhere = replace(channel, ref=replace(channel.ref, channel=RemoteChannelId("C0NOWHERE")))
    with pytest.raises(PlaceGone, match="channel_not_found"):
        await platform.post_card(nowhere, card, Stamp("card-2"))
    with pytest.raises(PlaceGone):
        await platform.send_copy(replace(thread, channel=nowhere.ref), copy_of("lost"), Stamp("copy-1"))


async def test_a_reply_to_a_thread_that_is_gone_does_not_fall_into_the_channel(
    platform: SlackPlatform, channel: ChannelInfo, card: Card, copy_of: CopyOf, side: SlackSide
) -> None:
    sent = await platform.post_card(channel, card, Stamp("card-1"))
    await side.delete(channel=channel.ref.channel, message=sent.root, user="Mary")
    with pytest.raises(PlaceGone):
        await platform.send_copy(ThreadRef(channel.ref, RemoteThreadId(sent.root)), copy_of("lost"), Stamp("copy-1"))
    assert roots(side, channel) == []


async def test_a_whisper_is_seen_by_one_person_in_the_thread(
    platform: SlackPlatform, thread: ThreadRef, side: SlackSide, say: Say, intake: RecordingIntake, until: Until
) -> None:
    await say("hello")
    await until(lambda: intake.received)
    (posted,) = intake.received
    assert isinstance(posted, Posted)
    await platform.whisper(thread, posted.author.user, "just *you*")
    (private,) = side.state()["private"]
    assert (private["user"], private["text"]) == (posted.author.user, "just *you*")
    assert private["raw"]["thread_ts"] == thread.thread


async def test_a_whisper_to_somebody_who_left_does_nothing(
    platform: SlackPlatform, thread: ThreadRef, side: SlackSide
) -> None:
    await platform.whisper(thread, RemoteUserId("U0NOBODY"), "hello?")
    assert side.state()["private"] == []
