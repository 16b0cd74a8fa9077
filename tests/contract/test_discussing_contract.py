from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.discussion.decisions import Change, Pass, Remove
from bot.errors import StorageError
from bot.markup.tree import plain_document
from bot.markup.view import plain
from bot.model import (
    DISCORD,
    SLACK,
    Attachment,
    CommentId,
    DiscussionId,
    Edited,
    Event,
    Posted,
    RemoteMessageId,
    Removed,
    ThreadRef,
)
from bot.records import CardJob, CopyJob, Delivery, Lane, Standing
from storage.store import SqlStore
from tests.builders import MASKER, TurnableClock, added, article, channel, posted, thread


@pytest.fixture
async def discussion(store: SqlStore, clock: TurnableClock) -> DiscussionId:
    """A discussion whose cards and threads stand on both sides."""
    community = await store.community("main")
    for platform in (DISCORD, SLACK):
        await store.join(community, "main", channel(platform))
    (board,) = await store.boards(community)
    opened, _ = await store.publish(board.id, article(), ["text:a"], "A title", clock.now())
    for posting in await store.postings(opened):
        job = await store.next_job(Lane(f"card:{posting.id}"), clock.now())
        assert isinstance(job, CardJob)
        place = thread(posting.channel.info.ref.platform)
        await store.finish_card(job, root=RemoteMessageId("root"), url="https://chat.example/", thread=place, done=1)
    return opened


async def stand(store: SqlStore, message: str, answers: str | None = None, place: ThreadRef | None = None) -> Standing:
    standing = await store.standing(
        place or thread(DISCORD), RemoteMessageId(message), None if answers is None else RemoteMessageId(answers)
    )
    assert standing is not None
    return standing


async def add(store: SqlStore, clock: TurnableClock, event: Posted, *, repost: bool = False) -> CommentId | None:
    standing = await stand(store, event.message, event.answers, event.thread)
    original = event.body if repost else None
    decision = added(standing, event, clock.now(), original=original, repost=repost)
    return await store.settle(None, decision, clock.now())


def changed(comment: CommentId, text: str, edited: int, clock: TurnableClock, *, repost: bool = False) -> Change:
    body = plain_document(text)
    return Change(comment, MASKER.document(body), None, edited, None, clock.now(), repost)


async def copy_job(store: SqlStore, clock: TurnableClock, discussion: DiscussionId, platform: str) -> CopyJob | None:
    places = {place.channel.info.ref.platform: place.id for place in await store.postings(discussion)}
    job = await store.next_job(Lane(f"thread:{places[platform]}"), clock.now())  # type: ignore[index]
    assert job is None or isinstance(job, CopyJob)
    return job


async def test_an_event_is_kept_once_and_comes_back_whole(
    store: SqlStore, clock: TurnableClock, discussion: DiscussionId
) -> None:
    assert discussion
    file = Attachment("a.png", "image/png", 3, "https://cdn.example/a", alt="A", spoiler=True)
    events: list[Event] = [
        posted("1"),
        Edited(thread(DISCORD), RemoteMessageId("1"), plain_document("Changed."), 7, (file,)),
        Removed(thread(DISCORD), RemoteMessageId("1")),
    ]
    for event in events:
        assert await store.keep(f"key:{event.kind}", event, clock.now())
        assert not await store.keep(f"key:{event.kind}", event, clock.now())
    assert [waiting.event for waiting in await store.waiting(10)] == events


async def test_a_settled_event_waits_no_more_and_its_text_is_gone(
    store: SqlStore, clock: TurnableClock, discussion: DiscussionId
) -> None:
    assert discussion
    await store.keep("key", posted("1"), clock.now())
    (waiting,) = await store.waiting(10)
    await store.settle(waiting.id, Pass("not ours"), clock.now())
    assert await store.waiting(10) == ()
    assert not await store.keep("key", posted("1"), clock.now())


async def test_a_comment_is_counted_and_copied_to_the_other_threads_alone(
    store: SqlStore, clock: TurnableClock, discussion: DiscussionId
) -> None:
    comment = await add(store, clock, posted("1"))
    (record,) = await store.comments(discussion)
    assert (record.id, record.message, plain(record.body), record.author.name) == (comment, "1", "Hello.", "Ada")
    assert (await store.discussion(discussion)).comments == 1  # type: ignore[union-attr]
    assert await copy_job(store, clock, discussion, DISCORD) is None
    job = await copy_job(store, clock, discussion, SLACK)
    assert job is not None
    assert (job.thread, job.copy.own_place, job.row.wanted, job.row.done) == (thread(SLACK), False, 1, 0)
    assert job.original == "https://chat.example/1"


async def test_the_same_message_is_one_comment_also_when_two_settle_it_at_once(
    store: SqlStore, clock: TurnableClock, discussion: DiscussionId
) -> None:
    outcomes = await asyncio.gather(*(add(store, clock, posted("1")) for _ in range(5)))
    assert len([outcome for outcome in outcomes if outcome is not None]) == 1
    assert (await store.discussion(discussion)).comments == 1  # type: ignore[union-attr]


async def test_a_reposted_comment_has_a_copy_in_its_own_place_that_rests_once_the_original_is_gone(
    store: SqlStore, clock: TurnableClock, discussion: DiscussionId
) -> None:
    await add(store, clock, posted("1"), repost=True)
    job = await copy_job(store, clock, discussion, DISCORD)
    assert job is not None
    assert (job.copy.own_place, job.copy.cleared) == (True, False)
    await store.finish_copy(job, message=RemoteMessageId("9"), url="https://chat.example/9", done=1, cleared=False)
    job = await copy_job(store, clock, discussion, DISCORD)
    assert job is not None
    assert job.copy.message == "9"
    await store.finish_copy(job, message=RemoteMessageId("9"), url="https://chat.example/9", done=1, cleared=True)
    assert await copy_job(store, clock, discussion, DISCORD) is None
    standing = await stand(store, "9")
    assert standing.is_copy
    assert standing.comment is not None
    assert (standing.comment.message, standing.repost and standing.repost.message) == ("1", "9")
    other = await copy_job(store, clock, discussion, SLACK)
    assert other is not None
    assert other.original == "https://chat.example/9"


async def test_copies_of_a_thread_come_in_order(
    store: SqlStore, clock: TurnableClock, discussion: DiscussionId
) -> None:
    for number in range(1, 4):
        await add(store, clock, posted(str(number)))
    seen = []
    while (job := await copy_job(store, clock, discussion, SLACK)) is not None:
        seen.append(job.comment.message)
        await store.finish_copy(job, message=RemoteMessageId(f"c{job.comment.message}"), url=None, done=1, cleared=True)
    assert seen == ["1", "2", "3"]


async def test_an_edit_asks_every_copy_for_its_version_and_an_older_one_changes_nothing(
    store: SqlStore, clock: TurnableClock, discussion: DiscussionId
) -> None:
    comment = await add(store, clock, posted("1"))
    assert comment is not None
    job = await copy_job(store, clock, discussion, SLACK)
    assert job is not None
    await store.finish_copy(job, message=RemoteMessageId("c1"), url=None, done=1, cleared=True)
    assert await store.settle(None, changed(comment, "Newer.", 20, clock), clock.now()) == comment
    assert await store.settle(None, changed(comment, "Older.", 10, clock), clock.now()) is None
    job = await copy_job(store, clock, discussion, SLACK)
    assert job is not None
    assert (job.row.wanted, job.row.done, plain(job.comment.body)) == (2, 1, "Newer.")
    assert (job.copy.message, job.comment.edited) == ("c1", 20)


async def test_a_version_wanted_while_a_send_is_under_way_is_not_forgotten(
    store: SqlStore, clock: TurnableClock, discussion: DiscussionId
) -> None:
    comment = await add(store, clock, posted("1"))
    assert comment is not None
    job = await copy_job(store, clock, discussion, SLACK)
    assert job is not None
    await store.begin(job.row, clock.now())
    await store.settle(None, changed(comment, "Newer.", 20, clock), clock.now())
    await store.finish_copy(job, message=RemoteMessageId("c1"), url=None, done=1, cleared=True)
    job = await copy_job(store, clock, discussion, SLACK)
    assert job is not None
    assert (job.row.wanted, job.row.done, job.row.state) == (2, 1, Delivery.PENDING)


async def test_a_removed_comment_stays_removed_and_keeps_no_text(
    store: SqlStore, clock: TurnableClock, discussion: DiscussionId
) -> None:
    comment = await add(store, clock, posted("1"))
    assert comment is not None
    assert await store.settle(None, Remove(comment), clock.now()) == comment
    assert await store.settle(None, Remove(comment), clock.now()) is None
    assert await store.settle(None, changed(comment, "Back again.", 99, clock), clock.now()) is None
    record = await store.comment(comment)
    assert record is not None
    assert (record.removed, plain(record.body)) == (True, "")
    assert await store.comments(discussion) == ()
    assert (await store.discussion(discussion)).comments == 0  # type: ignore[union-attr]


async def test_the_count_is_wanted_on_every_card_after_a_moment(
    store: SqlStore, clock: TurnableClock, discussion: DiscussionId
) -> None:
    assert discussion
    await add(store, clock, posted("1"))
    await add(store, clock, posted("2"))
    cards = {lane for lane, _ in await store.due(clock.now()) if lane.startswith("card:")}
    assert cards == set()
    clock.turn(seconds=1)
    cards = {lane for lane, _ in await store.due(clock.now()) if lane.startswith("card:")}
    assert len(cards) == 2
    job = await store.next_job(cards.pop(), clock.now())
    assert isinstance(job, CardJob)
    assert (job.discussion.comments, job.row.wanted, job.row.done) == (2, 3, 1)


async def test_an_answer_is_found_by_the_original_and_by_its_copy(
    store: SqlStore, clock: TurnableClock, discussion: DiscussionId
) -> None:
    first = await add(store, clock, posted("1"))
    job = await copy_job(store, clock, discussion, SLACK)
    assert job is not None
    await store.finish_copy(job, message=RemoteMessageId("c1"), url="https://slack.example/c1", done=1, cleared=True)
    assert (await stand(store, "2", answers="1")).answers == first
    assert (await stand(store, "2", answers="c1", place=thread(SLACK))).answers == first
    assert (await stand(store, "2", answers="unknown")).answers is None


async def test_an_answer_is_shown_with_a_link_in_the_same_thread(
    store: SqlStore, clock: TurnableClock, discussion: DiscussionId
) -> None:
    await add(store, clock, posted("1"))
    job = await copy_job(store, clock, discussion, SLACK)
    assert job is not None
    await store.finish_copy(job, message=RemoteMessageId("c1"), url="https://slack.example/c1", done=1, cleared=True)
    event = posted("2", name="Grace")
    answer = replace(event, answers=RemoteMessageId("1"))
    await add(store, clock, answer)
    job = await copy_job(store, clock, discussion, SLACK)
    assert job is not None
    assert job.answers is not None
    assert (job.answers.author.name, plain(job.answers.body), job.answers.url) == (
        "Ada",
        "Hello.",
        "https://slack.example/c1",
    )


async def test_contents_are_kept_until_the_last_copy_has_them(
    store: SqlStore, clock: TurnableClock, discussion: DiscussionId
) -> None:
    file = Attachment("a.txt", "text/plain", 3, "https://cdn.example/a")
    event = posted("1")
    await add(store, clock, replace(event, attachments=(file,)))
    job = await copy_job(store, clock, discussion, SLACK)
    assert job is not None
    (record,) = job.attachments
    assert (record.attachment, record.content, record.missing) == (file, None, False)
    await store.keep_content(record.id, b"abc")
    await store.tidy(clock.now())
    job = await copy_job(store, clock, discussion, SLACK)
    assert job is not None
    assert job.attachments[0].content == b"abc"
    await store.finish_copy(job, message=RemoteMessageId("c1"), url=None, done=1, cleared=True)
    await store.tidy(clock.now())
    comment = job.comment.id
    await store.settle(None, changed(comment, "Newer.", 20, clock), clock.now())
    job = await copy_job(store, clock, discussion, SLACK)
    assert job is not None
    assert job.attachments[0].content is None


async def test_threads_that_are_not_ours_do_not_concern_us(
    store: SqlStore, clock: TurnableClock, discussion: DiscussionId
) -> None:
    assert discussion
    assert await store.concerns(thread(DISCORD))
    assert not await store.concerns(thread(DISCORD, root="other"))
    assert not await store.concerns(thread(DISCORD, remote="elsewhere"))
    assert await store.standing(thread(DISCORD, root="other"), RemoteMessageId("1"), None) is None
    (board,) = await store.boards(await store.community("main"))
    await store.publish(board.id, article("Next"), ["text:n"], "Next", clock.now())
    assert await store.concerns(thread(DISCORD, root="other"))


async def test_what_is_known_of_a_thread_for_catching_up(
    store: SqlStore, clock: TurnableClock, discussion: DiscussionId
) -> None:
    await add(store, clock, posted("2"))
    slipped = await add(store, clock, posted("1"), repost=True)
    gone = await add(store, clock, posted("3"))
    assert gone is not None
    await store.settle(None, Remove(gone), clock.now())
    posting = (await store.postings(discussion))[0].id
    assert [(one.message, one.standing) for one in await store.known(posting)] == [("1", None), ("2", "2")]
    job = await copy_job(store, clock, discussion, DISCORD)
    assert job is not None
    assert (job.comment.id, job.copy.own_place) == (slipped, True)
    for cleared, standing in ((False, None), (True, "9")):
        await store.finish_copy(job, message=RemoteMessageId("9"), url=None, done=1, cleared=cleared)
        assert [(one.message, one.standing) for one in await store.known(posting)] == [("1", standing), ("2", "2")]
    live = await store.live_postings(DISCORD, clock.now() - timedelta(days=1))
    assert [place.id for place in live] == [posting]
    assert await store.live_postings(DISCORD, clock.now() + timedelta(days=1)) == ()


@pytest.mark.parametrize("how", ["set aside and told again", "tidied away"])
async def test_whoever_has_read_the_inbox_so_far_misses_nothing_that_comes_after(
    store: SqlStore, clock: TurnableClock, discussion: DiscussionId, how: str
) -> None:
    event = posted(str(discussion))
    await store.keep("key", event, clock.now())
    (read,) = await store.waiting(10)
    if how == "tidied away":
        await store.settle(read.id, Pass("empty"), clock.now())
        await store.tidy(clock.turn(days=60))
    else:
        await store.set_aside(read.id, "failed: a fault of ours")
    assert await store.keep("key", event, clock.now())
    assert [waiting.event for waiting in await store.waiting(10, read.id)] == [event]


async def test_a_decision_and_its_outcome_stand_or_fall_together(
    store: SqlStore, clock: TurnableClock, discussion: DiscussionId
) -> None:
    await store.keep("key", posted("1"), clock.now())
    (waiting,) = await store.waiting(10)
    standing = await stand(store, "1")
    broken = added(standing, posted("1"), clock.now(), discussion=DiscussionId(999_999))
    with pytest.raises(StorageError):
        await store.settle(waiting.id, broken, clock.now())
    assert [again.id for again in await store.waiting(10)] == [waiting.id]
    assert await store.comments(discussion) == ()


async def test_what_answers_a_comment_is_redrawn_when_that_is_edited_or_removed(
    store: SqlStore, clock: TurnableClock, discussion: DiscussionId
) -> None:
    first = await add(store, clock, posted("1"))
    await add(store, clock, replace(posted("2", name="Grace"), answers=RemoteMessageId("1")))
    assert first is not None
    for number in (1, 2):
        job = await copy_job(store, clock, discussion, SLACK)
        assert job is not None
        await store.finish_copy(job, message=RemoteMessageId(f"c{number}"), url=None, done=1, cleared=True)
    await store.settle(None, changed(first, "Newer.", 20, clock), clock.now())
    job = await copy_job(store, clock, discussion, SLACK)
    assert job is not None
    await store.finish_copy(job, message=RemoteMessageId("c1"), url=None, done=2, cleared=True)
    job = await copy_job(store, clock, discussion, SLACK)
    assert job is not None
    assert job.answers is not None
    assert (job.comment.message, job.row.wanted, plain(job.answers.body)) == ("2", 2, "Newer.")
    await store.settle(None, Remove(first), clock.now())
    await store.finish_copy(job, message=RemoteMessageId("c2"), url=None, done=2, cleared=True)
    jobs = [await copy_job(store, clock, discussion, SLACK)]
    assert jobs[0] is not None
    await store.finish_copy(jobs[0], message=None, url=None, done=3, cleared=True)
    job = await copy_job(store, clock, discussion, SLACK)
    assert job is not None
    assert job.answers is not None
    assert (job.comment.message, job.answers.removed) == ("2", True)
