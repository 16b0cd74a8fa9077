from __future__ import annotations

import pytest

from bot.discussion.decisions import React
from bot.model import DISCORD, SLACK, DiscussionId, RemoteMessageId, RemoteUserId
from bot.records import CardJob, Delivery, Lane
from storage.store import SqlStore
from tests.builders import TurnableClock, article, channel, thread


async def open_discussion(store: SqlStore, clock: TurnableClock) -> DiscussionId:
    community = await store.community("main")
    await store.join(community, "main", channel(DISCORD))
    await store.join(community, "main", channel(SLACK))
    (board,) = await store.boards(community)
    discussion, new = await store.publish(board.id, article(), ["url:a", "text:b"], "A title", clock.now())
    assert new
    return discussion


async def test_a_community_has_a_board_from_the_start_and_is_found_again(store: SqlStore) -> None:
    first = await store.community("main")
    assert await store.community("main") == first
    assert [board.name for board in await store.boards(first)] == ["main"]


async def test_joining_twice_is_told_and_changes_nothing(store: SqlStore) -> None:
    community = await store.community("main")
    assert await store.join(community, "main", channel(DISCORD))
    assert not await store.join(community, "main", channel(DISCORD))
    (board,) = await store.boards(community)
    assert [place.info for place in board.channels] == [channel(DISCORD)]


async def test_leaving_tells_the_boards_left(store: SqlStore) -> None:
    community = await store.community("main")
    for name in ("main", "science"):
        await store.join(community, name, channel(DISCORD))
    assert await store.leave(community, channel(DISCORD).ref, "science") == ("science",)
    assert await store.leave(community, channel(DISCORD).ref, None) == ("main",)
    assert await store.leave(community, channel(DISCORD).ref, None) == ()


async def test_one_community_does_not_see_the_boards_of_another(store: SqlStore) -> None:
    ours, theirs = await store.community("ours"), await store.community("theirs")
    await store.join(ours, "main", channel(DISCORD))
    assert [board.channels for board in await store.boards(theirs)] == [()]


async def test_publishing_makes_a_posting_a_channel_all_to_be_carried_out(
    store: SqlStore, clock: TurnableClock
) -> None:
    discussion = await open_discussion(store, clock)
    postings = await store.postings(discussion)
    assert [(place.channel.info, place.state, place.thread) for place in postings] == [
        (channel(DISCORD), Delivery.PENDING, None),
        (channel(SLACK), Delivery.PENDING, None),
    ]
    assert await store.article(discussion) == article()
    assert {lane for lane, _ in await store.due(clock.now())} == {f"card:{place.id}" for place in postings}


async def test_the_same_article_on_a_board_is_the_same_discussion(store: SqlStore, clock: TurnableClock) -> None:
    discussion = await open_discussion(store, clock)
    (board,) = await store.boards(await store.community("main"))
    assert await store.publish(board.id, article(), ["text:b"], "A title", clock.now()) == (discussion, False)
    assert await store.discussion_of(board.id, ["url:a"]) == discussion
    assert await store.discussion_of(board.id, ["url:z"]) is None
    assert len(await store.discussions(await store.community("main"))) == 1


async def test_a_card_is_carried_step_by_step(store: SqlStore, clock: TurnableClock) -> None:
    discussion = await open_discussion(store, clock)
    posting = (await store.postings(discussion))[0]
    lane = Lane(f"card:{posting.id}")
    job = await store.next_job(lane, clock.now())
    assert isinstance(job, CardJob)
    await store.begin(job.row, clock.now())
    job = await store.next_job(lane, clock.now())
    assert isinstance(job, CardJob)
    assert (job.row.state, job.row.started_at) == (Delivery.SENDING, clock.now())
    await store.finish_card(job, root=RemoteMessageId("root"), url="https://chat.example/root", thread=None, done=1)
    assert (await store.postings(discussion))[0].state is Delivery.PENDING
    await store.finish_card(
        job, root=RemoteMessageId("root"), url="https://chat.example/root", thread=thread(DISCORD), done=1
    )
    posting = (await store.postings(discussion))[0]
    assert (posting.state, posting.root, posting.thread) == (Delivery.SENT, "root", thread(DISCORD))
    assert await store.next_job(lane, clock.now()) is None


async def test_a_try_that_started_keeps_the_moment_of_the_first(store: SqlStore, clock: TurnableClock) -> None:
    discussion = await open_discussion(store, clock)
    lane = Lane(f"card:{(await store.postings(discussion))[0].id}")
    job = await store.next_job(lane, clock.now())
    assert job is not None
    first = clock.now()
    await store.begin(job.row, first)
    await store.begin(job.row, clock.turn(seconds=9))
    job = await store.next_job(lane, clock.now())
    assert job is not None
    assert job.row.started_at == first


async def test_a_row_put_off_waits_and_a_parked_one_is_told(store: SqlStore, clock: TurnableClock) -> None:
    community = await store.community("main")
    discussion = await open_discussion(store, clock)
    posting = (await store.postings(discussion))[0]
    lane = Lane(f"card:{posting.id}")
    job = await store.next_job(lane, clock.now())
    assert job is not None
    await store.postpone(job.row, clock.turn(seconds=5), "slow down", uncertain=False)
    clock.turn(seconds=-1)
    assert await store.next_job(lane, clock.now()) is None
    assert lane not in {due for due, _ in await store.due(clock.now())}
    clock.turn(seconds=1)
    again = await store.next_job(lane, clock.now())
    assert again is not None
    assert again.row.attempts == 1
    await store.park(job.row, "no permission")
    assert await store.next_job(lane, clock.now()) is None
    assert [(row.channel, row.reason) for row in await store.parked(community)] == [("news", "no permission")]
    assert (await store.postings(discussion))[0].reason == "no permission"


@pytest.mark.parametrize(
    ("uncertain", "state"),
    [(True, Delivery.SENDING), (False, Delivery.PENDING)],
    ids=["may have worked", "had no effect"],
)
async def test_a_parked_row_remembers_whether_a_try_of_it_may_have_worked(
    store: SqlStore, clock: TurnableClock, state: Delivery, *, uncertain: bool
) -> None:
    community = await store.community("main")
    posting = (await store.postings(await open_discussion(store, clock)))[0]
    lane = Lane(f"card:{posting.id}")
    job = await store.next_job(lane, clock.now())
    assert job is not None
    await store.begin(job.row, clock.now())
    await store.park(job.row, "no permission", uncertain=uncertain)
    assert await store.retry(community, job.row.id, clock.now())
    again = await store.next_job(lane, clock.now())
    assert again is not None
    assert (again.row.state, again.row.started_at is not None) == (state, uncertain)


async def test_a_draft_is_kept_changed_and_thrown_away(store: SqlStore, clock: TurnableClock) -> None:
    (board,) = await store.boards(await store.community("main"))
    draft = await store.save_draft(board.id, DISCORD, "ada", article(), clock.turn(days=1))
    await store.change_draft(draft, article("Another title"))
    found = await store.draft(draft)
    assert found is not None
    assert (found.article.title, found.author, found.board.name) == ("Another title", "ada", "main")
    await store.drop_draft(draft)
    assert await store.draft(draft) is None


async def test_the_buttons_of_a_draft_that_is_gone_lead_to_no_other(store: SqlStore, clock: TurnableClock) -> None:
    (board,) = await store.boards(await store.community("main"))
    gone = await store.save_draft(board.id, DISCORD, "ada", article(), clock.turn(days=1))
    await store.drop_draft(gone)
    await store.save_draft(board.id, DISCORD, "ada", article("Another title"), clock.turn(days=1))
    assert await store.draft(gone) is None


async def test_a_draft_goes_when_its_time_is_over(store: SqlStore, clock: TurnableClock) -> None:
    (board,) = await store.boards(await store.community("main"))
    draft = await store.save_draft(board.id, DISCORD, "ada", article(), clock.turn(days=1))
    await store.tidy(clock.now())
    assert await store.draft(draft) is None


async def test_a_parked_row_is_carried_out_again_or_given_up_for_good(store: SqlStore, clock: TurnableClock) -> None:
    community = await store.community("main")
    discussion = await open_discussion(store, clock)
    first, second = [Lane(f"card:{place.id}") for place in await store.postings(discussion)]
    for lane in (first, second):
        job = await store.next_job(lane, clock.now())
        assert job is not None
        await store.park(job.row, "no permission")
    again, given_up = [row.id for row in await store.parked(community)]
    assert await store.retry(community, again, clock.now())
    assert await store.drop(community, given_up)
    assert not await store.retry(community, given_up, clock.now())
    assert not await store.drop(await store.community("theirs"), given_up)
    assert await store.parked(community) == ()
    assert [lane for lane, _ in await store.due(clock.now())] == [first]
    comment = React(
        discussion, (await store.postings(discussion))[0].id, None, RemoteUserId("ada"), "👍", present=True, stamp=1
    )
    await store.settle(None, comment, clock.now())
    clock.turn(seconds=5)
    assert [lane for lane, _ in await store.due(clock.now())] == [first]
    assert (await store.postings(discussion))[1].state is Delivery.DROPPED
