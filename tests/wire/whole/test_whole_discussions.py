"""Several boards, discussions, guilds and threads at once, and what is not a comment."""

from __future__ import annotations

import pytest

from adapters.sandbox.discord.deeds import Draft
from adapters.sandbox.discord.world import Author, User
from adapters.sandbox.slack.values import Message
from tests.wire.whole.town import SIDES, Json, Town, card, channel_of, comments, thread

pytestmark = pytest.mark.asyncio(loop_scope="module")

SPEAKERS = {"discord": "Linus", "slack": "Ken"}
OTHER = {"discord": "slack", "slack": "discord"}


def article(title: str) -> str:
    return f"{title}\n\nTL;DR. About {title}.\n\nThe article called {title}, which has a text.\n"


def thread_of(state: Json, side: str, root: str, channel: str = "news") -> list[str]:
    message = next(each for each in channel_of(state, side, channel)["messages"] if each["id"] == root)
    return [each["text"] for each in message["thread"][1:]]


async def test_an_answer_shows_whom_it_answers(shared_town: Town) -> None:
    town = shared_town
    await town.post(article("Answers"))
    first = await town.say("discord", "Grace", "The **first** word, which goes on for quite a while. " * 4)
    await town.until("the first", lambda state: len(thread(state, "slack")) == 1)
    await town.say("slack", "Ken", "The second word.")
    state = await town.until("the second", lambda state: len(thread(state, "discord")) == 2)
    await town.say("discord", "Linus", "To Grace.", reply_to=first)
    await town.say("discord", "Linus", "To Ken.", reply_to=thread(state, "discord")[1]["id"])
    state = await town.until("the answers", lambda state: len(thread(state, "slack")) == 4)
    to_grace, to_ken = thread(state, "slack")[2:]
    assert to_grace["text"].startswith("↩ Grace: The first word, which goes on")
    assert to_grace["text"].endswith("…\nTo Grace.")
    assert to_ken["text"] == "↩ Ken: The second word.\nTo Ken."
    root = card(state, "slack")["id"]
    links = [
        element["url"]
        for message in (to_grace, to_ken)
        for part in message["raw"]["blocks"][0]["elements"][0]["elements"]
        for element in [part]
        if element["type"] == "link"
    ]
    for link, message in zip(links, thread(state, "slack")[:2], strict=True):
        assert f"/archives/C0000000001/p{message['id'].replace('.', '')}" in link
        assert root in link
    # Once what was answered is gone or has changed, the answer stands.
    await town.control("edit", platform="discord", channel="news", id=first, text="Another first word.")
    await town.until("the edit", lambda state: thread(state, "slack")[0]["text"] == "Another first word.")
    await town.control("delete", platform="discord", channel="news", id=first)
    state = await town.until("the deletion", lambda state: len(thread(state, "slack")) == 3)
    assert thread(state, "slack")[1]["text"].endswith("To Grace.")
    assert (
        "Discussion (3)"
        in (await town.until("the count", lambda state: "Discussion (3)" in card(state, "slack")["text"]))["slack"][
            "channels"
        ][0]["messages"][-1]["text"]
    )


async def test_edits_and_deletions_of_answers_follow(shared_town: Town) -> None:
    await shared_town.post(article("Edited answers"))
    first = await shared_town.say("discord", "Grace", "A word.")
    await shared_town.until_both_show("A word.")
    answer = await shared_town.say("discord", "Linus", "An answer.", reply_to=first)
    await shared_town.until("the answer", lambda state: len(thread(state, "slack")) == 2)
    await shared_town.control("edit", platform="discord", channel="news", id=answer, text="A better answer.")
    await shared_town.until(
        "the edit", lambda state: thread(state, "slack")[1]["text"] == "↩ Grace: A word.\nA better answer."
    )
    await shared_town.control("delete", platform="discord", channel="news", id=answer)
    await shared_town.until_both_show("A word.")


async def test_a_reply_that_is_also_sent_to_the_channel_is_one_comment(shared_town: Town) -> None:
    await shared_town.post(article("Broadcast"))
    said = await shared_town.say("slack", "Ken", "For all to see.", broadcast=True)
    await shared_town.until_both_show("For all to see.")
    in_channel = channel_of(await shared_town.state(), "slack")["messages"]
    assert [each["text"] for each in in_channel if each["by"] == "person"] == ["For all to see."]
    await shared_town.control("edit", platform="slack", channel="news", id=said, text="For all to see again.")
    await shared_town.until_both_show("For all to see again.")
    await shared_town.control("delete", platform="slack", channel="news", id=said)
    await shared_town.until_both_show()


async def test_discussions_side_by_side_keep_apart(shared_town: Town) -> None:
    """Three discussions on two boards, one of which spans two guilds, written in at the same moment."""
    town = shared_town
    guild = town.sandbox.discord.create_guild("Second")
    town.sandbox.discord.create_channel("annex", guild=guild)
    await town.control("channel", platform="slack", name="quiet")
    for side, admin, at, command in (
        ("discord", "Ada", "annex", "/board join"),
        ("slack", "Mary", "quiet", "/board join"),
        ("slack", "Mary", "news", "/board join"),
    ):
        if side == "discord":
            await town.command(side, admin, command, at=at, board="wide")
        else:
            await town.command(side, admin, f"{command} wide", at=at)
    await town.command("discord", "Ada", "/board join", board="wide")
    places = {
        "main": [("discord", "news"), ("slack", "news")],
        "wide": [("discord", "annex"), ("slack", "quiet"), ("slack", "news"), ("discord", "news")],
    }
    roots: dict[str, list[tuple[str, str, str]]] = {}
    for title, board in (("One", "main"), ("Two", "main"), ("Three", "wide")):
        published = await town.publish(article(f"{title} of three"), board=board)
        assert len(published.links) == len(places[board])
        state = await town.state()
        roots[title] = [(side, channel, card(state, side, channel)["id"]) for side, channel in places[board]]
    said: dict[str, list[str]] = {title: [] for title in roots}
    for number in range(4):
        for title, standing in roots.items():
            side, channel, root = standing[number % len(standing)]
            text = f"{title} {number}"
            await town.control("say", platform=side, channel=channel, thread=root, user=SPEAKERS[side], text=text)
            said[title].append(text)

    def settled(state: Json) -> bool:
        return all(
            sorted(thread_of(state, side, root, channel)) == sorted(said[title])
            for title, standing in roots.items()
            for side, channel, root in standing
        )

    state = await town.until("each discussion in its threads", settled)
    authors = {
        each["author"]
        for message in channel_of(state, "discord", "annex")["messages"]
        for each in message["thread"][1:]
        if each["by"] == "webhook"
    }
    assert authors == {"Ken · Slack", "Linus"}
    await town.until(
        "the counts",
        lambda state: all(
            "Discussion (4)"
            in next(each for each in channel_of(state, side, channel)["messages"] if each["id"] == root)["text"]
            for standing in roots.values()
            for side, channel, root in standing
        ),
    )


async def test_what_is_not_a_comment_is_left_alone(shared_town: Town) -> None:
    town = shared_town
    await town.post(article("Left alone"))
    await town.control("say", platform="discord", channel="news", user="Grace", text="In the channel.")
    own = await town.control("say", platform="slack", channel="news", user="Ken", text="A thread of ours, bullshit.")
    await town.control("say", platform="slack", channel="news", user="Ken", text="In it, bastard.", thread=own["id"])
    mine = await town.control("say", platform="discord", channel="news", user="Grace", text="Here too.")
    town.sandbox.discord.open_thread("news", mine["id"], name="Ours")
    await town.control(
        "say", platform="discord", channel="news", thread=mine["id"], user="Grace", text="Bullshit, ours."
    )
    state = await town.state()
    cards = {
        side: next(each for each in channel_of(state, side)["messages"] if each["text"].startswith("Left alone"))["id"]
        for side in SIDES
    }
    bots_speak(town, cards)
    for side in SIDES:
        await town.control(
            "say", platform=side, channel="news", thread=cards[side], user=SPEAKERS[side], text=f"Mine, {side}."
        )
    state = await town.until(
        "the comments",
        lambda state: all(
            f"Mine, {OTHER[side]}." in thread_of(state, side, cards[side])
            and "Discussion (2)" in str(channel_of(state, side))
            for side in SIDES
        ),
    )
    assert sorted(thread_of(state, "discord", cards["discord"])) == [
        "A bot says so.",
        "A hook says so.",
        "Mine, discord.",
        "Mine, slack.",
    ]
    assert sorted(thread_of(state, "slack", cards["slack"])) == ["A bot says so.", "Mine, discord.", "Mine, slack."]
    texts = [each["text"] for each in channel_of(state, "slack")["messages"]]
    assert "A thread of ours, bullshit." in texts
    assert thread_texts(state, "slack", own["id"]) == ["In it, bastard."]
    assert thread_texts(state, "discord", mine["id"]) == ["Bullshit, ours."]


def thread_texts(state: Json, side: str, root: str) -> list[str]:
    message = next(each for each in channel_of(state, side)["messages"] if each["id"] == root)
    return [each["text"] for each in message["thread"]]


def bots_speak(town: Town, cards: dict[str, str]) -> None:
    """Other bots write in both threads: they are no people, and there is no other way to play them."""
    discord, slack = town.sandbox.discord, town.sandbox.slack.world
    world, deeds = discord._world, discord._deeds  # noqa: SLF001 - see above
    place = world.channels[int(cards["discord"])]
    other = User(world.snowflake(), "other", "Other", bot=True)
    deeds.post(place, Author(other.id, "Other", user=other), Draft(content="A bot says so."))
    hook = world.snowflake()
    deeds.post(place, Author(hook, "Hook"), Draft(content="A hook says so.", webhook_id=hook))
    channel = slack.found_channel("news")
    assert channel is not None
    slack.post(
        Message(
            slack.stamp(), channel.id, "A bot says so.", bot_id="B0OTHER", username="Other", thread_ts=cards["slack"]
        )
    )


async def test_comments_come_in_the_order_of_their_origin(shared_town: Town) -> None:
    await shared_town.post(article("In order"))
    for number in range(6):
        for side in SIDES:
            await shared_town.say(side, SPEAKERS[side], f"{side} {number}")
    texts = [f"{side} {number}" for number in range(6) for side in SIDES]
    state = await shared_town.until_both_show(*texts)
    for side in SIDES:
        copied = [text for text in comments(state, side) if text.startswith(OTHER[side])]
        assert copied == [f"{OTHER[side]} {number}" for number in range(6)]
