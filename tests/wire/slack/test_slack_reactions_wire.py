"""Reactions, as they are told of and as they stand."""

from __future__ import annotations

import pytest

from adapters.sandbox.slack import Exchange, SlackSide
from adapters.slack.gateway import SlackPlatform
from adapters.slack.reactions import emoji_of
from bot.model import Reacted, RemoteMessageId, ThreadRef
from bot.ports import Stamp
from tests.wire.recording import RecordingIntake
from tests.wire.slack.fakes import CopyOf, Say, Start, Until
from tests.wire.standing import reactions


def put(event: object) -> tuple[RemoteMessageId, str, bool]:
    assert isinstance(event, Reacted)
    return event.message, event.emoji, event.added


@pytest.mark.parametrize(
    ("name", "emoji"),
    [("thumbsup", "👍"), ("+1", "👍"), ("+1::skin-tone-4", "👍"), ("tada", "🎉"), ("party-gopher", ":party-gopher:")],
)
def test_an_emoji_is_told_without_its_tone(name: str, emoji: str) -> None:
    assert emoji_of(name) == emoji


async def test_reactions_on_comments_copies_and_the_card_reach_the_intake(
    platform: SlackPlatform,
    side: SlackSide,
    thread: ThreadRef,
    copy_of: CopyOf,
    say: Say,
    intake: RecordingIntake,
    until: Until,
) -> None:
    channel = thread.channel.channel
    comment = RemoteMessageId(await say("a comment"))
    copy = (await platform.send_copy(thread, copy_of("from elsewhere"), Stamp("copy-1"))).message
    card = RemoteMessageId(thread.thread)
    for message in (comment, copy, card):
        await side.react(channel=channel, message=message, emoji="👍", user="Mary")
    await side.unreact(channel=channel, message=copy, emoji="👍", user="Mary")
    await until(lambda: len(intake.received) == 5)
    _, *reactions = intake.received
    assert [put(event) for event in reactions] == [
        (comment, "👍", True),
        (copy, "👍", True),
        (card, "👍", True),
        (copy, "👍", False),
    ]
    assert all(event.thread == thread for event in reactions)
    stamps = [event.stamp for event in reactions if isinstance(event, Reacted)]
    assert stamps == sorted(stamps)


async def test_the_thread_of_a_message_from_before_is_looked_up_once(
    platform: SlackPlatform,
    start: Start,
    side: SlackSide,
    thread: ThreadRef,
    say: Say,
    intake: RecordingIntake,
    until: Until,
    exchanges: list[Exchange],
) -> None:
    comment = await say("a comment")
    await until(lambda: intake.received)
    await platform.close()
    await start()
    exchanges.clear()
    for emoji in ("👍", "🎉"):
        await side.react(channel=thread.channel.channel, message=comment, emoji=emoji, user="Mary")
    await until(lambda: len(intake.received) == 3)
    assert all(event.thread == thread for event in intake.received)
    assert sum(exchange.method == "conversations.replies" for exchange in exchanges) == 1


async def test_standing_reactions_are_one_for_each_person_message_and_emoji(
    platform: SlackPlatform, side: SlackSide, thread: ThreadRef, say: Say
) -> None:
    channel = thread.channel.channel
    comment = RemoteMessageId(await say("a comment"))
    for user in ("Mary", "Ken"):
        await side.react(channel=channel, message=comment, emoji="👍", user=user)
    await side.react(channel=channel, message=thread.thread, emoji="🎉", user="Mary")
    standing = await reactions(platform, thread)
    assert [put(reaction) for reaction in standing] == [
        (RemoteMessageId(thread.thread), "🎉", True),
        (comment, "👍", True),
        (comment, "👍", True),
    ]
    assert len({reaction.user for reaction in standing}) == 2
    assert all(reaction.thread == thread for reaction in standing)
