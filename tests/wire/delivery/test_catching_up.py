"""What catching up asks of the platforms: pages of a thread, not its messages one by one (docs/delivery.md)."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from adapters.sandbox.discord.permissions import Right
from tests.chaos.people import shown
from tests.chaos.stage import CHANNEL
from tests.engines import leases_end
from tests.wire.delivery.in_house import InHouse
from tests.wire.delivery.telling import Telling, until

pytestmark = pytest.mark.asyncio(loop_scope="module")
SIDES = ("discord", "slack")


async def readings(house: InHouse, told: Telling) -> Counter[str]:
    """What was read of a discussion's threads since both lists of exchanges were cleared, by side and kind."""
    roots = {side: await told.root(side) for side in SIDES}
    counts: Counter[str] = Counter()
    for each in house.town.discord_exchanges:
        if each.method == "GET" and roots["discord"] in each.path:
            counts["discord " + re.sub(r"\d{5,}", "N", each.path).partition("?")[0]] += 1
    for call in house.town.slack_exchanges:
        if call.method.startswith(("conversations.", "reactions.")) and call.arguments.get("ts") == roots["slack"]:
            counts[f"slack {call.method}"] += 1
    return counts


async def restart(house: InHouse) -> None:
    """The bot again, with no session on Discord that it could take up where it ended."""
    await leases_end(house.database_url, forgotten=True)
    house.town.discord_exchanges.clear()
    house.town.slack_exchanges.clear()
    await house.town.start_bot()


async def test_missed_deletions_cost_pages_on_each_side(house: InHouse, told: Telling) -> None:
    for _ in range(12):
        for side in SIDES:
            await told.say(side)
    await told.held()
    await house.town.stop_bot()
    for one in [*told.comments[2:14], *told.comments[-6:]]:
        await told.delete(one)
    await restart(house)
    await told.held()
    asked = await readings(house, told)
    # Behind the last message that stands on each side there are copies of ours, if anything: nothing is in doubt.
    assert asked == {
        "discord /channels/N/messages": 1,
        "discord /channels/N/messages/N": 1,  # the card
        "slack conversations.replies": 1,
    }


@pytest.mark.parametrize("side", SIDES)
async def test_what_is_missing_at_the_end_costs_one_question(house: InHouse, told: Telling, side: str) -> None:
    for _ in range(8):
        await told.say(side)
    await told.held()
    await house.town.stop_bot()
    for one in told.comments[2:]:
        await told.delete(one)
    await restart(house)
    await told.held()
    asked = await readings(house, told)
    assert asked["discord /channels/N/messages"] == 1 + (side == "discord")
    assert asked["discord /channels/N/messages/N"] == 1
    assert asked["slack conversations.replies"] == 1 + (side == "slack")


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("where", ["between others", "at the end"])
async def test_a_masked_repost_that_was_deleted_unheard_takes_its_comment_along(
    house: InHouse, told: Telling, side: str, where: str
) -> None:
    """A moderator deletes it while nobody listens: it is the comment that goes, on both sides and from the numbers."""
    slips = [await told.say(side, "Oh shit.") for _ in range(2)]
    await told.held()
    if where == "between others":
        await told.say(side)
        await told.held()
    standing = shown(await house.state(), side, told.title)
    moderator = next(one["name"] for one in (await house.state())[side]["people"] if one["admin"])
    await house.town.stop_bot()
    doomed = slips[-1]
    (repost,) = standing[doomed.number]
    assert repost["id"] != doomed.message
    await house.control("delete", platform=side, channel=CHANNEL, id=repost["id"], user=moderator)
    doomed.removed = True
    await restart(house)
    await told.held()
    await told.kept()
    asked = await readings(house, told)
    assert sum(asked.values()) == 3 + (where == "at the end")


async def test_reactions_are_asked_for_one_by_one_behind_everything_else(house: InHouse, told: Telling) -> None:
    """Discord tells only how many there are: where that is known already, nothing waits for the names."""
    for _ in range(3):
        await told.react(await told.say("discord"), "👍", "Grace")
    await told.held()
    await house.town.stop_bot()
    changed, taken, _ = told.comments
    await told.react(changed, "👍", "Linus")
    await told.unreact(taken, "👍", "Grace")
    await told.say("discord")
    await restart(house)
    await told.held()
    gone = f"/messages/{taken.message}/reactions"
    await until(lambda: sum("/reactions/" in each.path for each in house.town.discord_exchanges) >= 2)
    paths = [each.path for each in house.town.discord_exchanges if each.method == "GET"]
    reactions = [path for path in paths if "/reactions/" in path]
    assert not [path for path in reactions if gone in path]
    assert changed.message in reactions[0]
    assert max(paths.index(path) for path in paths if path.endswith("/messages")) < paths.index(reactions[0])


async def test_a_history_that_the_bot_may_not_read_costs_nobody_a_comment(house: InHouse, told: Telling) -> None:
    """Discord shows an empty thread then, as if nobody had said anything."""
    for _ in range(2):
        await told.say("discord")
    await told.held()
    await house.town.stop_bot()
    logged = len(house.town.log.getvalue())
    house.town.sandbox.discord.deny("news", int(Right.READ_MESSAGE_HISTORY))
    await restart(house)
    await until(lambda: "thread unreadable" in house.town.log.getvalue()[logged:])
    house.town.sandbox.discord.allow("news")
    await told.held()
    await told.kept()


async def test_a_thread_that_slack_refuses_for_now_keeps_its_turn(house: InHouse) -> None:
    """The newest ones are read first, also where reading all of them is more than Slack lets through."""
    for number in range(12):
        await Telling(house, f"Many threads, {number}.").publish()
    await house.town.stop_bot()
    await house.fault("slack", "429", "conversations.replies", times=1)
    logged = len(house.town.log.getvalue())
    await restart(house)
    await until(lambda: house.town.log.getvalue().count("caught up", logged) == len(SIDES))
    read = [each.arguments["ts"] for each in house.town.slack_exchanges if each.method == "conversations.replies"]
    assert read[0] in read[1:9]


async def test_an_original_that_was_edited_unheard_is_read_before_it_gives_way(house: InHouse, told: Telling) -> None:
    """The deletion that a former run has left comes before the thread can be read."""
    await house.fault("discord", "500", "DELETE /channels", times=4)
    comment = await told.say("discord", "Oh shit.")
    await until(lambda: any(each.method == "DELETE" for each in house.town.discord_exchanges))
    await house.town.stop_bot()
    await told.edit(comment, "Oh well.")
    await house.control("faults", clear=True)
    await house.fault("discord", "500", f"GET /channels/{await told.root('discord')}/messages$", times=4)
    await restart(house)
    await told.held()
