"""Names, as they are looked up and kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from adapters.sandbox.slack import Exchange, SlackSide
from adapters.slack.people import People
from adapters.slack.webapi import WebApi
from bot import fence
from bot.errors import Busy, Unavailable
from bot.fence import Fence
from bot.markup.view import plain
from bot.model import Posted
from tests.wire.recording import RecordingIntake
from tests.wire.slack.fakes import Fail, Say, Until

KEN, MARY = "U0KEN000000", "U0MARY00000"


class Watch:
    """A watch that a test sets."""

    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
async def people(side: SlackSide, watch: Watch) -> AsyncIterator[People]:
    given = side.settings()
    api = WebApi(bot_token=given["SLACK_BOT_TOKEN"], api_url=given["SLACK_API_URL"])
    people = People(api, admins=[KEN], seconds=60, size=1, clock=watch)
    yield people
    await people.close()
    await api.close()


def asked(exchanges: list[Exchange]) -> list[object]:
    return [exchange.arguments["user"] for exchange in exchanges if exchange.method == "users.info"]


async def test_a_profile_is_kept_for_a_while(people: People, watch: Watch, exchanges: list[Exchange]) -> None:
    for seconds in (0.0, 59.0, 60.0):
        watch.time = seconds
        assert (await people.profile(KEN)).author.name == "Ken"
    assert asked(exchanges) == [KEN, KEN]


async def test_a_bounded_number_of_people_is_kept(people: People, exchanges: list[Exchange]) -> None:
    for user in (KEN, MARY, KEN):
        await people.profile(user)
    assert asked(exchanges) == [KEN, MARY, KEN]


async def test_many_who_ask_at_once_ask_once(people: People, exchanges: list[Exchange]) -> None:
    assert await people.names([KEN, MARY, KEN]) == {KEN: "Ken", MARY: "Mary"}
    assert sorted(map(str, asked(exchanges))) == [KEN, MARY]


async def test_what_is_known_serves_while_slack_cannot_be_asked(people: People, watch: Watch, fail: Fail) -> None:
    await people.profile(KEN)
    watch.time = 61.0
    fail("users.info", "500", 4)
    assert (await people.profile(KEN)).author.name == "Ken"
    with pytest.raises(Unavailable):
        await people.profile(MARY)


async def cannot_be_asked(people: People, watch: Watch, *moments: float) -> None:
    for seconds in moments:
        watch.time = seconds
        with pytest.raises(Unavailable):
            await people.author(MARY, "T1")


async def test_an_author_of_whom_slack_tells_nothing_for_a_minute_goes_by_their_id(
    people: People, watch: Watch, fail: Fail
) -> None:
    fail("users.info", "500", 6)
    await cannot_be_asked(people, watch, 0.0, 59.0)
    watch.time = 60.0
    author = await people.author(MARY, "T1")
    assert (author.name, author.workspace) == (MARY, "T1")
    assert (await people.author(MARY, "T1")).name == "Mary"


async def test_a_failure_long_ago_makes_nobody_nameless(people: People, watch: Watch, fail: Fail) -> None:
    fail("users.info", "500", 4)
    await cannot_be_asked(people, watch, 0.0, 60.0)


async def test_an_author_is_waited_for_as_long_as_slack_asks_to_wait(people: People, watch: Watch, fail: Fail) -> None:
    fail("users.info", "500", 4)
    await cannot_be_asked(people, watch, 0.0, 59.0)
    fail("users.info", "429", 2)
    watch.time = 60.0
    with pytest.raises(Busy):
        await people.author(MARY, "T1")


async def test_a_user_who_is_not_there_goes_by_their_id(people: People) -> None:
    assert (await people.profile("U0NOBODY")).author.name == "U0NOBODY"


async def test_admins_are_slack_s_and_the_configured_ones(people: People) -> None:
    assert [(await people.person(user, "T1")).is_admin for user in (MARY, KEN, "U0RADIA0000")] == [True, True, False]


async def test_a_channel_is_known_by_its_name(say: Say, intake: RecordingIntake, until: Until, side: SlackSide) -> None:
    await side.open_channel(name="engines")
    await say("see #engines")
    await until(lambda: intake.received)
    (posted,) = intake.received
    assert isinstance(posted, Posted)
    assert plain(posted.body) == "see #engines"


async def test_a_question_is_for_all_who_wait_whatever_lease_ran_out(people: People) -> None:
    async def lane() -> None:
        fence.work_behind(Fence(until=0.0))
        await people.profile(KEN)

    first = asyncio.create_task(lane())
    await asyncio.sleep(0)  # it has asked
    assert (await people.profile(KEN)).author.name == "Ken"
    await first
