"""What a thread that is read again costs, and what it must not cost: no asks one by one, and nobody's comment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot import fence
from bot.discussion.intake import Reception
from bot.errors import LeaseLost
from bot.fence import Fence
from bot.model import DISCORD, SLACK, Posted, PostingId, RemoteThreadId, ThreadRef
from bot.ports import Page
from tests.contract.core_platform import Failure, MemoryPlatform, Message
from tests.contract.test_core_under_faults import Core, Written
from tests.patience import PATIENCE

PAGE = 3


@pytest.fixture
def core() -> Iterator[Core]:
    opened = Core()
    opened.open()
    yield opened
    opened.teardown()


def say(core: Core, number: int, words: str = "plain") -> list[Written]:
    """So many comments on Slack, which stand on both sides."""
    for _ in range(number):
        core.say(side=SLACK, words=words, how="once")
    core.rest()
    slack(core).asked.clear()
    return core.written[-number:]


def slack(core: Core) -> MemoryPlatform:
    return core.platforms[SLACK]


def delete_unheard(core: Core, *doomed: Written) -> None:
    for one in doomed:
        del core.platforms[one.side].messages[one.message.id]
        one.removed = True


def repost_of(core: Core, one: Written) -> Message:
    """The masked message that took the place of a comment's original."""
    found = core._copy(one, one.side)  # noqa: SLF001 - what people see
    assert found is not None
    return found


def delete_repost_unheard(core: Core, one: Written) -> None:
    del core.platforms[one.side].messages[repost_of(core, one).id]
    one.removed = True


def react_unheard(core: Core, one: Written, user: str) -> None:
    """React, or take it back, on the comment's own side."""
    mark = (one.side, user, "👍")
    core.platforms[one.side].react(one.message.id, user, "👍", added=mark not in one.reactors)
    one.reactors.symmetric_difference_update({mark})


def received_by(core: Core) -> Reception:
    assert core.reception is not None
    return core.reception


async def no_longer_behind(core: Core) -> None:
    """Return once the thread on Slack has been read."""
    catching = received_by(core)._catching  # noqa: SLF001 - the works
    async with asyncio.timeout(PATIENCE):
        while slack(core).thread in catching.behind():  # noqa: ASYNC110 - the works set no event
            await asyncio.sleep(0.001)


def catch_up(core: Core) -> None:
    core.turn(core._start())  # noqa: SLF001 - what a restart does


def test_what_is_missing_between_messages_that_stand_is_gone_without_a_question(core: Core) -> None:
    said = say(core, 4 * PAGE)
    delete_unheard(core, *said[:-1])
    catch_up(core)
    core.rest()
    assert slack(core).asked == {}


def test_one_that_is_missing_at_the_end_is_asked_for(core: Core) -> None:
    delete_unheard(core, say(core, 2)[-1])
    catch_up(core)
    core.rest()
    assert slack(core).asked == {"stands": 1}


def test_where_many_are_missing_at_the_end_the_end_is_asked_for(core: Core) -> None:
    said = say(core, 3 * PAGE)
    delete_unheard(core, *said[2:])
    catch_up(core)
    core.rest()
    assert slack(core).asked == {"last": 1}


def test_a_repost_that_is_missing_between_messages_that_stand_is_gone_without_a_question(core: Core) -> None:
    slips = say(core, 4, "shit")
    say(core, PAGE)
    for one in slips[::2]:
        delete_repost_unheard(core, one)
    catch_up(core)
    core.rest()
    assert slack(core).asked == {}


def test_a_repost_that_is_missing_at_the_end_is_asked_for(core: Core) -> None:
    say(core, 1)
    delete_repost_unheard(core, say(core, 1, "shit")[-1])
    catch_up(core)
    core.rest()
    assert slack(core).asked == {"stands": 1}


def test_where_originals_and_reposts_are_missing_at_the_end_the_end_is_asked_for(core: Core) -> None:
    say(core, 1)
    slips, said = say(core, 2, "shit"), say(core, 2)
    for one in slips:
        delete_repost_unheard(core, one)
    delete_unheard(core, *said)
    catch_up(core)
    core.rest()
    assert slack(core).asked == {"last": 1}


@pytest.mark.parametrize("shown", [0, 1, None])
def test_reposts_that_stand_stay_whatever_the_pages_show(core: Core, shown: int | None) -> None:
    said = say(core, PAGE, "shit")
    slack(core).shows = shown
    catch_up(core)
    slack(core).shows = None
    core.rest()
    assert slack(core).asked["stands"] == (0 if shown is None else len(said) - shown)


@pytest.mark.parametrize("failure", [Failure.LOST, Failure.DONE], ids=["not sent", "sent"])
def test_a_repost_that_nobody_knows_to_be_sent_is_not_taken_for_deleted(core: Core, failure: Failure) -> None:
    core.say_while_sends_fail(side=SLACK, words="shit", failure=failure, dies_in=None)
    core.say(side=SLACK, words="plain", how="once")
    catch_up(core)
    core.rest()
    assert not core.written[0].removed


def test_a_repost_beside_its_original_is_not_taken_for_deleted(core: Core) -> None:
    """The lane has taken one step: the original is still to be deleted."""
    core.say(side=SLACK, words="shit", how="once")
    core.work(0.2, [], None)
    one = core.written[-1]
    assert core._copy(one, SLACK) is not None  # noqa: SLF001 - what people see
    assert one.message.id in slack(core).messages
    slack(core).asked.clear()
    catch_up(core)
    assert slack(core).asked == {}
    core.rest()


@pytest.mark.parametrize("shown", [0, 1, PAGE])
def test_pages_that_come_back_short_cost_nobody_a_comment(core: Core, shown: int) -> None:
    said = say(core, 2 * PAGE)
    delete_unheard(core, said[-1])
    slack(core).shows = shown
    catch_up(core)
    slack(core).shows = None
    core.rest()
    assert slack(core).asked["stands"] == len(said) - shown


def test_pages_that_come_back_short_take_no_reaction_back(core: Core) -> None:
    said = say(core, 2 * PAGE)
    for one in said:
        core.turn(core._tell(SLACK, slack(core).react(one.message.id, "ada", "👍", added=True), "once"))  # noqa: SLF001
        one.reactors.add((SLACK, "ada", "👍"))
    core.rest()
    slack(core).shows = 1
    catch_up(core)
    slack(core).shows = None
    core.rest()


def test_a_reaction_that_came_and_went_unheard_is_none(core: Core) -> None:
    say(core, 1)
    for _ in range(2):
        core.react_or_take_it_back(pick=0, side=SLACK, user="ada", emoji="🎉", how="never")
    core.rest()


def test_a_reaction_that_came_for_another_is_found_although_the_number_is_the_same(core: Core) -> None:
    """Half of them are told by number alone: see `MemoryPlatform.pages`."""
    said = say(core, 2)
    for one in said:
        core.turn(core._tell(SLACK, slack(core).react(one.message.id, "ada", "👍", added=True), "once"))  # noqa: SLF001
        one.reactors.add((SLACK, "ada", "👍"))
    core.rest()
    core.clock.turn(seconds=1)
    for one in said:
        react_unheard(core, one, "ada")
        react_unheard(core, one, "linus")
    catch_up(core)
    core.rest()
    for one in said:
        core.turn(core._tell(SLACK, slack(core).react(one.message.id, "linus", "👍", added=False), "once"))  # noqa: SLF001
        one.reactors.clear()
    core.rest()


def test_one_that_is_missed_is_found_although_its_thread_is_being_read_already(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pages had been handed out before it was written."""
    first = core._say(SLACK, "plain")  # noqa: SLF001 - what people do, unheard
    reception = received_by(core)
    handed_out, go_on = asyncio.Event(), asyncio.Event()

    async def pages(thread: ThreadRef) -> AsyncIterator[Page]:
        stale = [page async for page in MemoryPlatform.pages(slack(core), thread)]
        handed_out.set()
        await go_on.wait()
        for page in stale:
            yield page

    async def work() -> None:
        await reception.receive(first)
        await reception.missed(slack(core).thread)
        await handed_out.wait()
        core._say(SLACK, "plain")  # noqa: SLF001 - what people do, unheard
        await reception.missed(slack(core).thread)
        await reception.receive(core._say(SLACK, "plain"))  # noqa: SLF001 - what people do
        go_on.set()
        await no_longer_behind(core)

    monkeypatch.setattr(slack(core), "pages", pages)
    core.turn(work())
    core.work(1.0, [], None)
    core.rest()


def test_a_thread_that_a_lane_opened_is_read_although_the_lane_is_not_held_any_more(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lease covers what is sent for its lane, not what is read of a thread from then on."""
    heard_later = core._say(SLACK, "plain")  # noqa: SLF001 - what people do, unheard
    reception = received_by(core)
    lease = Fence()

    async def pages(thread: ThreadRef) -> AsyncIterator[Page]:
        fence.check()  # as adapters do
        async for page in MemoryPlatform.pages(slack(core), thread):
            yield page

    async def lane() -> None:
        fence.work_behind(lease)
        reception.opened(await posting_on_slack(core), slack(core).thread)

    async def work() -> None:
        await asyncio.create_task(lane())
        lease.until = 0.0
        await no_longer_behind(core)
        await reception.receive(heard_later)

    monkeypatch.setattr(slack(core), "pages", pages)
    core.turn(work())
    core.rest()


def test_what_is_missed_in_a_thread_that_is_not_ours_is_passed_over(core: Core) -> None:
    assert core.reception is not None
    ours = slack(core).thread
    slack(core).asked.clear()
    core.turn(core.reception.missed(replace(ours, thread=RemoteThreadId("elsewhere"))))
    assert ours.platform not in {thread.platform for thread in core.reception._catching.behind().threads}  # noqa: SLF001 - the works
    core.rest()


@pytest.mark.parametrize("told", [(0, 1, 2), (2,)], ids=["all heard", "two are found by the reading"])
def test_a_thread_that_is_read_in_the_middle_of_a_pass_keeps_its_order(
    core: Core, monkeypatch: pytest.MonkeyPatch, told: tuple[int, ...]
) -> None:
    """It falls behind before its first message is dealt with, and is read before its second one is."""
    elsewhere = core._say(DISCORD, "plain")  # noqa: SLF001 - what people do, unheard
    here = [core._say(SLACK, "plain") for _ in range(2)]  # noqa: SLF001 - the same
    between = core._say(DISCORD, "plain")  # noqa: SLF001 - the same
    last = core._say(SLACK, "plain")  # noqa: SLF001 - the same
    reception = received_by(core)
    settle, read = core.store.settle, asyncio.Event()
    settled = 0

    async def pages(thread: ThreadRef) -> AsyncIterator[Page]:
        await read.wait()
        async for page in MemoryPlatform.pages(slack(core), thread):
            yield page

    async def settle_and_read(*given: Any) -> Any:  # noqa: ANN401 - whatever the store is given
        nonlocal settled
        settled += 1
        if settled == 1:
            reception.opened(await posting_on_slack(core), slack(core).thread)
        if settled == (2 if 1 in told else 1):
            read.set()
            await no_longer_behind(core)
        return await settle(*given)

    async def work() -> None:
        await reception.receive(elsewhere)
        for number in told:
            await reception.receive([*here, last][number])
        await reception.receive(between)
        core.clock.turn(seconds=1)
        await reception._work()  # noqa: SLF001 - the works

    monkeypatch.setattr(slack(core), "pages", pages)
    monkeypatch.setattr(core.store, "settle", settle_and_read)
    core.turn(work())
    core.rest()


def test_what_stands_behind_one_that_another_replica_reads_again_waits_with_it(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first reply's thread is let go of right after that was refused."""
    settle = core.store.settle
    tries = 0

    async def refuse_once(*given: Any) -> Any:  # noqa: ANN401 - whatever the store is given
        nonlocal tries
        tries += 1
        if tries == 1:
            raise LeaseLost("it rests")
        return await settle(*given)

    monkeypatch.setattr(core.store, "settle", refuse_once)
    for _ in range(3):
        core.say(side=SLACK, words="plain", how="once")
    core.work(1.0, [], None)
    assert tries == 1
    core.rest()


def test_an_edit_waits_as_long_as_the_message_that_it_speaks_of_waits_itself(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reply may rest for longer than the minute in which an edit's message has to come."""
    assert core.reception is not None
    core.say(side=SLACK, words="plain", how="once")
    core.edit(pick=0, words="plain", how="once")
    with monkeypatch.context() as resting:
        resting.setattr(core.reception, "_is_clear", lambda one, _: not isinstance(one.event, Posted))
        for _ in range(3):
            core.work(45.0, [], None)
    core.rest()


async def posting_on_slack(core: Core) -> PostingId:
    (posting,) = await core.store.live_postings(SLACK, core.clock.now() - timedelta(days=1))
    return posting.id


def test_a_side_that_missed_nothing_is_asked_for_nothing(core: Core) -> None:
    say(core, 2 * PAGE)
    for platform in core.platforms.values():
        platform.asked.clear()
    catch_up(core)
    assert [platform.asked for platform in core.platforms.values()] == [{}, {}]


def test_a_thread_that_was_quiet_for_weeks_is_read_behind_the_others(core: Core) -> None:
    say(core, 1)
    core.clock.turn(days=20)
    core.say(side=SLACK, words="plain", how="never")
    catch_up(core)
    core.rest()
    assert [one.text for one in core.platforms[DISCORD].in_order()] == [one.text for one in slack(core).in_order()]
    assert len(slack(core).messages) == 2
