"""The main job, end to end: one article, one discussion, on both sides."""

from __future__ import annotations

import pytest

from tests.engines import POSTGRESQL, SQLITE
from tests.wire.whole.town import SIDES, Town, card, comments, people, thread


async def test_an_article_stands_on_both_sides_with_a_thread_and_the_civility_line(town: Town) -> None:
    published = await town.publish()
    assert [link.label for link in published.links] == ["#news on Discord", "#news on Slack"]
    assert published.missing == ()
    state = await town.state()
    for side in SIDES:
        text = card(state, side)["text"]
        assert "Small Web Forums Are Coming Back" in text
        end = " ".join(text.split("Discussion", 1)[1].split())
        assert end == "(0) Profanity is auto-masked. Be civil. Be the first to comment."
        opener = " ".join(card(state, side)["thread"][0]["text"].split())
        assert opener == "Profanity is auto-masked. Be civil. Discuss here: replies appear in every linked channel."


async def test_publishing_the_same_article_twice_leads_to_its_discussion(town: Town) -> None:
    first = await town.publish()
    again = await town.publish()
    assert again.already
    assert again.links == first.links
    state = await town.state()
    assert all(len(state[side]["channels"][0]["messages"]) == 1 for side in SIDES)


@pytest.mark.engines(SQLITE, POSTGRESQL)
async def test_replies_edits_and_deletions_are_the_same_on_both_sides(town: Town) -> None:
    await town.publish()
    grace = await town.say("discord", "Grace", "From Discord.")
    ken = await town.say("slack", "Ken", "From Slack.")
    state = await town.until_both_show("From Discord.", "From Slack.")
    assert [message["author"] for message in thread(state, "discord")] == ["Grace", "Ken · Slack"]
    assert [message["by"] for message in thread(state, "discord")] == ["person", "webhook"]
    assert sorted(message["author"] for message in thread(state, "slack")) == ["Grace · Discord", "Ken"]
    await town.control("edit", platform="discord", channel="news", id=grace, text="Changed on Discord.")
    await town.control("edit", platform="slack", channel="news", id=ken, text="Changed on Slack.")
    await town.until_both_show("Changed on Discord.", "Changed on Slack.")
    await town.control("delete", platform="discord", channel="news", id=grace)
    await town.until_both_show("Changed on Slack.")
    await town.control("delete", platform="slack", channel="news", id=ken)
    state = await town.until_both_show()
    assert all("Be the first to comment." in card(state, side)["text"] for side in SIDES)


async def test_fifty_replies_by_six_people_with_slips_edits_and_deletions(town: Town) -> None:
    """The discussion of the acceptance: 45 comments within 10 s, masked, in order, counted, none twice."""
    await town.publish()
    state = await town.state()
    people_of = {side: people(state, side)[:3] for side in SIDES}
    said: list[tuple[str, str, str]] = []
    expected: dict[str, str] = {}
    for number in range(50):
        side = SIDES[number % 2]
        slip = " shit" if number % 10 == 3 else ""
        text = f"Reply {number}{slip}"
        message = await town.say(side, people_of[side][number // 2 % 3], text)
        said.append((side, message, text))
        expected[message] = text.replace("shit", "****")
    plain = [entry for entry in said if "shit" not in entry[2]]
    for side, message, text in plain[5:10]:
        await town.control("edit", platform=side, channel="news", id=message, text=f"{text} edited")
        expected[message] = f"{text} edited"
    for side, message, _ in plain[20:25]:
        await town.control("delete", platform=side, channel="news", id=message)
        del expected[message]
    state = await town.until_both_show(*expected.values())
    for side, other in (SIDES, SIDES[::-1]):
        order = [expected[message] for place, message, _ in said if place == side and message in expected]
        copied = [text for text in comments(state, other) if text in order]
        assert copied == order
