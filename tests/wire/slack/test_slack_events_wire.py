"""What people do in threads, on its way to the intake."""

from __future__ import annotations

import asyncio
import itertools
from typing import get_args

import pytest

from adapters.sandbox.slack import Exchange, SlackSide
from adapters.sandbox.slack.connections import Farewell
from adapters.slack.gateway import SlackPlatform
from bot.errors import MessageGone
from bot.markup.view import plain
from bot.model import SLACK, ChannelInfo, Edited, Posted, RemoteMessageId, Removed, ThreadRef
from bot.ports import Stamp
from tests.wire import standing
from tests.wire.recording import RecordingIntake
from tests.wire.slack.conftest import PINGS
from tests.wire.slack.fakes import CopyOf, Fail, Say, Until


async def test_a_reply_reaches_the_intake_with_its_author(
    intake: RecordingIntake, say: Say, until: Until, thread: ThreadRef
) -> None:
    ts = await say("hello", user="Ken")
    await until(lambda: intake.received)
    (posted,) = intake.received
    assert isinstance(posted, Posted)
    assert (posted.thread, posted.message) == (thread, ts)
    assert posted.author.platform == SLACK
    assert posted.author.workspace == thread.channel.workspace
    assert posted.author.name == "Ken"
    assert posted.author.avatar is not None
    assert posted.author.avatar.startswith("http")
    assert posted.position == int(ts.replace(".", ""))
    assert posted.permalink.endswith(f"/p{ts.replace('.', '')}?thread_ts={thread.thread}&cid={thread.channel.channel}")


async def test_a_mention_is_known_by_name(intake: RecordingIntake, say: Say, until: Until) -> None:
    await say("thank you @Mary")
    await until(lambda: intake.received)
    (posted,) = intake.received
    assert isinstance(posted, Posted)
    assert plain(posted.body) == "thank you @Mary"


async def test_an_event_is_committed_before_it_is_acknowledged(
    intake: RecordingIntake, say: Say, until: Until, side: SlackSide
) -> None:
    intake.refusals = 1
    ts = await say("keep me")
    await until(lambda: intake.refused)
    assert intake.received == []
    # Refused, so not acknowledged within 3 seconds, so delivered again.
    side.advance(3)
    await until(lambda: intake.received)
    assert [event.message for event in intake.refused] == [ts]
    assert [event.message for event in intake.received] == [ts]


async def test_a_repeat_reaches_the_intake_again(intake: RecordingIntake, say: Say, until: Until, fail: Fail) -> None:
    fail("event:message", "duplicate")
    ts = await say("twice")
    await until(lambda: len(intake.received) == 2)
    assert [event.message for event in intake.received] == [ts, ts]


async def test_events_of_one_thread_come_in_order(intake: RecordingIntake, say: Say, until: Until) -> None:
    # Each is by somebody else, whose profile has to be asked for first.
    people = ("Mary", "Ken", "Barbara", "Edsger", "Radia", "Grace")
    said = [await say(f"number {number}", user=people[number % len(people)]) for number in range(24)]
    await until(lambda: len(intake.received) == len(said))
    assert [event.message for event in intake.received] == said


async def test_an_edit_and_a_deletion_follow(
    intake: RecordingIntake, say: Say, until: Until, side: SlackSide, thread: ThreadRef
) -> None:
    ts = await say("first")
    await side.edit(channel=thread.channel.channel, message=ts, text="second")
    await side.delete(channel=thread.channel.channel, message=ts)
    await until(lambda: len(intake.received) == 3)
    posted, edited, removed = intake.received
    assert isinstance(posted, Posted)
    assert isinstance(edited, Edited)
    assert (edited.message, plain(edited.body)) == (ts, "second")
    assert edited.edited > posted.position
    assert removed == Removed(thread, RemoteMessageId(ts))


async def test_a_reply_that_is_also_sent_to_the_channel_is_one_comment(
    intake: RecordingIntake, say: Say, until: Until
) -> None:
    ts = await say("for everybody", broadcast=True)
    await say("after it")
    await until(lambda: len(intake.received) == 2)
    assert intake.received[0].message == ts


async def test_messages_outside_threads_and_bots_are_passed_over(
    intake: RecordingIntake,
    say: Say,
    until: Until,
    side: SlackSide,
    platform: SlackPlatform,
    channel: ChannelInfo,
    thread: ThreadRef,
    copy_of: CopyOf,
) -> None:
    await side.say(channel=channel.ref.channel, user="Ken", text="not in a thread")
    await platform.send_copy(thread, copy_of("from elsewhere"), Stamp("copy-1"))
    ts = await say("a comment")
    await until(lambda: intake.received)
    assert [event.message for event in intake.received] == [ts]


async def test_a_copy_that_a_moderator_deletes_is_told(
    intake: RecordingIntake, until: Until, side: SlackSide, platform: SlackPlatform, thread: ThreadRef, copy_of: CopyOf
) -> None:
    sent = await platform.send_copy(thread, copy_of("from elsewhere"), Stamp("copy-1"))
    await side.delete(channel=thread.channel.channel, message=sent.message, user="Mary")
    await until(lambda: intake.received)
    assert intake.received == [Removed(thread, sent.message)]


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "none: the line is cut"])
async def test_events_flow_again_after_a_disconnection(
    intake: RecordingIntake, say: Say, until: Until, side: SlackSide, reason: Farewell
) -> None:
    assert intake.connections == [SLACK]
    before = await say("before")
    await until(lambda: intake.received)
    if reason in get_args(Farewell):
        await side.connections.disconnect(reason=reason)
    else:
        await side.connections.disconnect(warn=False)
    await until(lambda: len(intake.connections) == 2)
    ts = await say("are you back?")
    await until(lambda: len(intake.received) == 2)
    assert [event.message for event in intake.received] == [before, ts]
    assert side.connections.count == 1


async def test_a_bot_whose_socket_mode_is_switched_off_comes_back_once_it_is_on(
    intake: RecordingIntake, say: Say, until: Until, side: SlackSide, exchanges: list[Exchange]
) -> None:
    def refusals() -> int:
        return sum(one.answer.get("error") == "access_denied" for one in exchanges)

    await side.connections.disconnect(reason="link_disabled")
    await until(lambda: refusals() >= 2)
    side.connections.enabled = True
    await until(lambda: len(intake.connections) == 2)
    ts = await say("are you back?")
    await until(lambda: intake.received)
    assert intake.received[0].message == ts


async def test_a_half_open_socket_is_noticed_within_a_few_pings(
    intake: RecordingIntake, say: Say, until: Until, side: SlackSide
) -> None:
    clock = asyncio.get_running_loop().time
    side.freeze()
    frozen = clock()
    ts = await say("is anybody there?")
    await until(lambda: len(intake.connections) == 2)
    assert clock() - frozen < 4 * PINGS + 2

    def redelivered() -> bool:
        side.advance(2)
        return bool(intake.received)

    await until(redelivered)
    assert intake.received[0].message == ts


async def test_what_is_not_acknowledged_comes_again_at_once_after_a_minute_and_after_five(
    intake: RecordingIntake, say: Say, until: Until, side: SlackSide
) -> None:
    """Three tries are refused, as by a locked database; the last redelivery is kept."""
    intake.refusals = 3
    ts = await say("keep me")
    tries: list[float] = []

    def taken() -> bool:
        if len(intake.refused) + len(intake.received) > len(tries):
            tries.append(side.timers.now())
        side.advance(2)
        return len(tries) == 4

    await until(taken)
    at_once, minute, five_minutes = (later - earlier for earlier, later in itertools.pairwise(tries))
    assert at_once < 15
    assert 60 <= minute < 75
    assert 300 <= five_minutes < 315
    assert [event.message for event in intake.refused] == [ts] * 3
    assert [event.message for event in intake.received] == [ts]


async def test_being_let_into_a_channel_again_asks_for_a_catch_up(
    intake: RecordingIntake, until: Until, side: SlackSide, channel: ChannelInfo
) -> None:
    before = len(intake.connections)
    await side.open_channel(name=channel.name, writable=False)
    await side.open_channel(name=channel.name, writable=True)
    await until(lambda: len(intake.connections) == before + 1)


async def test_a_refused_reconnection_is_tried_again_at_a_fresh_address(
    intake: RecordingIntake, say: Say, until: Until, side: SlackSide, fail: Fail
) -> None:
    fail("apps.connections.open", "500", 1)
    await side.disconnect()
    await until(lambda: len(intake.connections) == 2)
    ts = await say("are you back?")
    await until(lambda: intake.received)
    assert intake.received[0].message == ts


async def test_an_author_who_cannot_be_looked_up_is_asked_for_again(
    intake: RecordingIntake, say: Say, until: Until, fail: Fail
) -> None:
    fail("users.info", "500")
    await say("who am I?")
    await until(lambda: intake.received)
    (posted,) = intake.received
    assert isinstance(posted, Posted)
    assert posted.author.name == "Ken"


async def test_a_reply_whose_author_cannot_be_looked_up_is_told_to_be_missing_before_what_comes_behind_it(
    intake: RecordingIntake, say: Say, until: Until, fail: Fail, thread: ThreadRef
) -> None:
    known = await say("known by name from now on", user="Mary")
    await until(lambda: intake.received)
    fail("users.info", "500", 2)
    await say("who am I?")
    later = await say("behind it", user="Mary")
    await until(lambda: any(event.message == later for event in intake.received))
    assert intake.unheard == [(thread, 1)]
    assert intake.received[0].message == known


async def test_a_reply_is_not_lost_while_authors_cannot_be_looked_up(
    intake: RecordingIntake, say: Say, until: Until, side: SlackSide, fail: Fail
) -> None:
    fail("users.info", "500", 100)
    ts = await say("who am I?")

    def redelivered() -> bool:
        side.advance(1)
        return bool(intake.received)

    await until(redelivered)
    (posted,) = intake.received
    assert isinstance(posted, Posted)
    assert (posted.message, posted.author.name) == (ts, posted.author.user)


async def test_what_comes_again_a_minute_later_and_was_deleted_meanwhile_is_passed_over(
    intake: RecordingIntake, say: Say, until: Until, side: SlackSide, thread: ThreadRef
) -> None:
    """Its deletion may have been heard long ago, and have been forgotten as one of a message that never came."""
    intake.refusals = 2  # of the first attempt, and of the one that follows at once
    ts = await say("said and taken back")
    await until(lambda: len(intake.refused) == 2)
    await side.delete(channel=thread.channel.channel, message=ts)
    await until(lambda: intake.received)
    redelivered = side.redelivered

    def came_again() -> bool:
        side.advance(1)
        return side.redelivered > redelivered

    await until(came_again)
    later = await say("still here")
    await until(lambda: any(event.message == later for event in intake.received))
    assert [(event.kind, event.message) for event in intake.received] == [("removed", ts), ("posted", later)]


async def test_history_is_read_oldest_first(
    intake: RecordingIntake,
    say: Say,
    until: Until,
    platform: SlackPlatform,
    side: SlackSide,
    thread: ThreadRef,
    copy_of: CopyOf,
) -> None:
    first = await say("one")
    copy = await platform.send_copy(thread, copy_of("from elsewhere"), Stamp("copy-1"))
    second, third = await say("two", user="Mary"), await say("three")
    await until(lambda: len(intake.received) == 3)
    everything = await standing.posted(platform, thread)
    assert everything == intake.received
    assert [posted.message for posted in everything] == [first, second, third]
    beside = await standing.others(platform, thread)
    assert copy.message in beside
    assert not beside & {first, second, third}
    await platform.delete(thread, copy.message)
    assert beside - await standing.others(platform, thread) == {copy.message}
    assert await platform.look(thread, everything[1].message) == everything[1]
    await side.delete(channel=thread.channel.channel, message=second)
    with pytest.raises(MessageGone):
        await platform.look(thread, everything[1].message)


async def test_history_carries_edit_stamps(
    intake: RecordingIntake, say: Say, until: Until, side: SlackSide, platform: SlackPlatform, thread: ThreadRef
) -> None:
    ts = await say("first")
    await side.edit(channel=thread.channel.channel, message=ts, text="second")
    await until(lambda: len(intake.received) == 2)
    (posted,) = await standing.posted(platform, thread)
    assert plain(posted.body) == "second"
    edited = intake.received[1]
    assert isinstance(edited, Edited)
    second, told = posted.edited, edited.edited
    assert 0 <= told - second < 5_000_000, "history has the second of an edit, its event the moment"
    assert second % 1_000_000 == 0


async def test_a_long_history_is_paged(
    intake: RecordingIntake, say: Say, until: Until, platform: SlackPlatform, thread: ThreadRef
) -> None:
    said = [await say(f"number {number}") for number in range(230)]
    await until(lambda: len(intake.received) == len(said))
    assert [posted.message for posted in await standing.posted(platform, thread)] == said
