"""What becomes of copies on their way into a place that closes on them, and what a return brings (docs/delivery.md)."""

from __future__ import annotations

import pytest

from adapters.sandbox.slack.values import BOT_USER
from tests.engines import rests
from tests.wire.delivery.in_house import InHouse
from tests.wire.delivery.telling import Telling, until
from tests.wire.whole.town import Json

pytestmark = pytest.mark.asyncio(loop_scope="module")
OTHER = {"discord": "slack", "slack": "discord"}


def put_out(house: InHouse, how: str) -> None:
    sandbox = house.town.sandbox
    match how:
        case "kicked from the guild":
            sandbox.discord.kick_bot()
        case "channel hidden on Discord":
            sandbox.discord.deny("news")
        case "removed from the channel on Slack":
            place = sandbox.slack.world.found_channel("news")
            assert place is not None
            place.closed_to_bot = True
            sandbox.slack.world.leave(place, BOT_USER)


async def let_in(house: InHouse, how: str) -> None:
    match how:
        case "kicked from the guild":
            house.town.sandbox.discord.invite_bot()
        case "channel hidden on Discord":
            house.town.sandbox.discord.allow("news")
        case "removed from the channel on Slack":
            await house.control("channel", platform="slack", name="news", writable=True)


async def are_parked(house: InHouse, platform: str, number: int) -> bool:
    return len(await house.parked(platform)) >= number


async def copies_are_parked(house: InHouse, platform: str) -> bool:
    return any(row.kind == "copy" for row in await house.parked(platform))


async def counts(told: Telling, side: str, number: int) -> bool:
    """Whether the card on a side counts so many comments."""
    return f"Discussion ({number})" in (await told.card(side))["text"]


@pytest.mark.parametrize(
    ("how", "side", "refused"),
    [
        ("kicked from the guild", "discord", 3),
        ("channel hidden on Discord", "discord", 1),  # the card alone: a webhook needs no rights of the bot's
        ("removed from the channel on Slack", "slack", 3),
    ],
)
async def test_the_bot_is_put_out_while_copies_are_on_their_way_and_let_in_again(
    house: InHouse, told: Telling, how: str, side: str, refused: int
) -> None:
    """Copies are parked with the reason and go in order once retried; what was said meanwhile is caught up with."""
    kept, edited, doomed = [await told.say(side) for _ in range(3)]
    await told.held()
    await told.say(OTHER[side])
    put_out(house, how)
    await told.say(OTHER[side])
    await told.say(side, "Nobody told the bot.")
    await told.edit(edited, "Edited behind its back.")
    await told.delete(doomed)
    await told.react(kept, "👍", "Grace")
    await until(lambda: are_parked(house, side, refused))
    assert all(row.reason for row in await house.parked(side))
    await until(lambda: counts(told, OTHER[side], 5))
    await let_in(house, how)
    await until(lambda: counts(told, OTHER[side], 5))
    await until(lambda: rests(house.database_url))  # a row that is being refused just now is parked after this
    await house.retry_parked()
    await told.held()


@pytest.mark.parametrize(
    ("how", "side"),
    [("kicked from the guild", "discord"), ("removed from the channel on Slack", "slack")],
)
async def test_a_deletion_that_found_the_bot_put_out_is_made_up_for(
    house: InHouse, told: Telling, how: str, side: str
) -> None:
    """Nobody knows then that the copy is gone: it is parked, not taken for done."""
    doomed, _ = [await told.say(OTHER[side]) for _ in range(2)]
    await told.held()
    put_out(house, how)
    await told.delete(doomed)
    await until(lambda: are_parked(house, side, 1))
    await let_in(house, how)
    await until(lambda: rests(house.database_url))
    await house.retry_parked()
    await told.held()


@pytest.mark.parametrize(
    ("how", "side", "route"),
    [
        ("channel hidden on Discord", "discord", "POST /webhooks/"),
        ("removed from the channel on Slack", "slack", "chat.postMessage"),
    ],
)
async def test_what_may_have_been_sent_before_it_was_parked_is_looked_for_when_it_is_retried(
    house: InHouse, told: Telling, how: str, side: str, route: str
) -> None:
    await told.say(OTHER[side])
    await told.held()
    began = len(house.town.log.getvalue())
    await house.fault(side, "500_after", route)
    await told.say(OTHER[side])
    await until(lambda: "postponed" in house.town.log.getvalue()[began:])
    put_out(house, how)
    await until(lambda: copies_are_parked(house, side))
    await let_in(house, how)
    await house.retry_parked()
    await told.held()


@pytest.mark.parametrize("then", ["edited", "deleted"])
async def test_a_later_wish_of_the_author_is_tried_although_an_earlier_one_was_refused(
    house: InHouse, told: Telling, then: str
) -> None:
    comment = await told.say("discord")
    await told.held()
    put_out(house, "removed from the channel on Slack")
    await told.edit(comment, "Refused.")
    await until(lambda: copies_are_parked(house, "slack"))
    await let_in(house, "removed from the channel on Slack")
    await (told.edit(comment, "Taken.") if then == "edited" else told.delete(comment))
    await told.held()
    assert not await copies_are_parked(house, "slack")
    await house.retry_parked()  # the card's


@pytest.mark.parametrize("change", ["archived", "archived and locked", "locked"])
async def test_a_discord_thread_is_closed_while_copies_are_on_their_way(
    house: InHouse, told: Telling, change: str
) -> None:
    """An archived one is opened again; one that a moderator locked takes nothing until it is unlocked."""
    discord = house.town.sandbox.discord
    thread = await told.root("discord")
    await told.say("slack")
    await told.held()
    await told.say("slack")
    if "archived" in change:
        discord.archive_thread(thread, locked="locked" in change)
    else:
        discord.lock_thread(thread)
    await told.say("slack")
    if change == "archived and locked":
        await until(lambda: are_parked(house, "discord", 2))
        discord.lock_thread(thread, locked=False)
        await house.retry_parked()
    await told.held()


async def test_a_discord_thread_is_deleted_while_copies_are_on_their_way(
    house: InHouse, told: Telling, other: Telling
) -> None:
    """Its rows are parked; the comments stay on the other side, and other threads go on."""
    first = await told.say("discord")
    await told.held()
    await told.say("slack")
    house.town.sandbox.discord.delete_channel(await told.root("discord"))
    await told.say("slack")
    await until(lambda: are_parked(house, "discord", 2))
    await other.say("slack")
    await other.say("discord")
    await other.held()
    thread: list[Json] = (await told.card("slack"))["thread"]
    assert any(first.text in message["text"] for message in thread)
    assert await counts(told, "slack", 3)
    for row in await house.parked("discord"):
        assert await house.office.store.drop(house.office.community, row.id)
