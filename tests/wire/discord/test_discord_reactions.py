"""Reactions, as they come and as they stand: a person's each, wherever the message hangs."""

from __future__ import annotations

import pytest

from adapters.discord.gateway import DiscordPlatform
from adapters.sandbox.discord import DiscordSide
from bot.model import Reacted, ThreadRef
from bot.ports import Stamp
from bot.views import Card
from tests.wire.discord.conftest import Ask, CopyOf, Say, Until
from tests.wire.recording import RecordingIntake
from tests.wire.standing import reactions

Mark = tuple[str, str, bool]


def marks(intake: RecordingIntake) -> list[Mark]:
    return [(str(one.message), one.emoji, one.added) for one in intake.received if isinstance(one, Reacted)]


async def standing(platform: DiscordPlatform, thread: ThreadRef) -> set[tuple[str, str, str]]:
    found = await reactions(platform, thread)
    assert all(one.added and one.thread == thread for one in found)
    told = [(str(one.message), str(one.user), one.emoji) for one in found]
    assert len(told) == len(set(told))
    return set(told)


async def test_reactions_in_a_thread_and_on_its_card_arrive(
    say: Say, side: DiscordSide, intake: RecordingIntake, until: Until, thread: ThreadRef
) -> None:
    message = await say("It hums.")
    await side.react(channel=thread.thread, message=message, emoji="👍🏽", user="Linus")
    await side.react(channel="news", message=thread.thread, emoji="🎉", user="Grace")
    await side.unreact(channel=thread.thread, message=message, emoji="👍🏽", user="Linus")
    await until(lambda: len(marks(intake)) == 3)
    assert marks(intake) == [(message, "👍", True), (thread.thread, "🎉", True), (message, "👍", False)]
    reactions = [one for one in intake.received if isinstance(one, Reacted)]
    assert {one.thread for one in reactions} == {thread}
    assert reactions[0].user == reactions[2].user != reactions[1].user
    assert reactions[0].stamp < reactions[2].stamp


async def test_reactions_elsewhere_and_the_bots_own_are_passed_over(
    say: Say, side: DiscordSide, intake: RecordingIntake, until: Until, thread: ThreadRef, ask: Ask
) -> None:
    elsewhere = await side.say(channel="news", user="Grace", text="not a card")
    message = await say("It hums.")
    await side.react(channel="news", message=elsewhere, emoji="🎉", user="Linus")
    await ask("PUT", f"/channels/{thread.thread}/messages/{message}/reactions/%F0%9F%8E%89/@me")
    await side.react(channel=thread.thread, message=message, emoji="👍", user="Linus")
    await until(lambda: marks(intake))
    assert marks(intake) == [(message, "👍", True)]


async def test_reactions_that_stand_are_read_from_the_card_to_the_last_reply(
    platform: DiscordPlatform, say: Say, side: DiscordSide, thread: ThreadRef, copy_of: CopyOf, ask: Ask
) -> None:
    people = {one["name"]: one["id"] for one in side.state()["people"]}
    message = await say("It hums.")
    copy = (await platform.send_copy(thread, copy_of("from elsewhere"), Stamp("copy-1"))).message
    side.create_emoji("engine")
    await side.react(channel="news", message=thread.thread, emoji="❤️", user="Ada")
    for emoji in ("👍", "👍🏽"):
        await side.react(channel=thread.thread, message=message, emoji=emoji, user="Linus")
    await side.react(channel=thread.thread, message=copy, emoji=":engine:", user="Grace")
    await ask("PUT", f"/channels/{thread.thread}/messages/{message}/reactions/%F0%9F%91%8D/@me")
    assert await standing(platform, thread) == {
        (thread.thread, people["Ada"], "❤️"),
        (message, people["Linus"], "👍"),
        (copy, people["Grace"], ":engine:"),
    }


async def test_reactions_on_a_forums_card_count(
    platform: DiscordPlatform, side: DiscordSide, intake: RecordingIntake, until: Until, card: Card
) -> None:
    forum = await platform.describe(side.create_channel("talk", forum=True))
    sent = await platform.post_card(forum, card, Stamp("card-1"))
    thread = await platform.open_thread(forum, sent.root, card.title, Stamp("card-1"))
    await side.react(channel=thread.thread, message=sent.root, emoji="🎉", user="Grace")
    await until(lambda: marks(intake))
    assert marks(intake) == [(sent.root, "🎉", True)]
    assert {(message, emoji) for message, _, emoji in await standing(platform, thread)} == {(sent.root, "🎉")}


@pytest.mark.parametrize("emoji", ["", "/%F0%9F%91%8D"])
async def test_reactions_that_a_moderator_clears_ask_for_a_catch_up(
    say: Say, side: DiscordSide, intake: RecordingIntake, until: Until, thread: ThreadRef, ask: Ask, emoji: str
) -> None:
    message = await say("It hums.")
    await side.react(channel=thread.thread, message=message, emoji="👍", user="Linus")
    await until(lambda: len(intake.connections) == 1 and marks(intake))
    await ask("DELETE", f"/channels/{thread.thread}/messages/{message}/reactions{emoji}")
    await until(lambda: len(intake.connections) == 2)
