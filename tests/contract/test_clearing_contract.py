"""An original gives way to its masked repost: what a lost answer and a late change of mind mean."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, cast

from bot.delivery.carrier import Carrier
from bot.delivery.pace import Pauses
from bot.discussion.decide import Rules, decide
from bot.discussion.decisions import Add, Pass
from bot.discussion.inbox import event_key
from bot.masking import Maskers
from bot.model import DISCORD, CommentId, RemoteMessageId, Removed, ThreadRef
from bot.ports import Sent, Stamp
from bot.records import CardJob, CopyJob, Lane
from bot.views import CopyView
from storage.store import SqlStore
from tests.builders import MASKER, TurnableClock, article, channel, posted, thread

if TYPE_CHECKING:
    from bot.ports import Platform


class Forgetful:
    """A platform whose every deletion seems to have been done before, as one whose first answer was lost."""

    def __init__(self, *, original_stands: bool = True) -> None:
        self.deleted: list[str] = []
        self._original_stands = original_stands

    async def stands(self, _thread: ThreadRef, _message: RemoteMessageId) -> bool:
        return self._original_stands

    async def delete(self, _thread: ThreadRef, message: RemoteMessageId) -> bool:
        self.deleted.append(message)
        return False

    async def send_copy(self, _thread: ThreadRef, _copy: CopyView, _stamp: Stamp) -> Sent:
        return Sent(RemoteMessageId("9"), "https://chat.example/9")


async def masked_comment(store: SqlStore, clock: TurnableClock) -> CommentId:
    """A comment whose masked repost is to take its original's place on Discord."""
    community = await store.community("main")
    await store.join(community, "main", channel(DISCORD))
    (board,) = await store.boards(community)
    opened, _ = await store.publish(board.id, article(), ["text:a"], "A title", clock.now())
    (posting,) = await store.postings(opened)
    job = await store.next_job(Lane(f"card:{posting.id}"), clock.now())
    assert isinstance(job, CardJob)
    await store.finish_card(job, root=RemoteMessageId("root"), url=None, thread=thread(DISCORD), done=1)
    event = posted("1", text="This is shit.")
    standing = await store.standing(event.thread, event.message, None)
    decision = decide(event, standing, Rules(MASKER, timedelta(days=1), can_replace=True), clock.now())
    assert isinstance(decision, Add)
    comment = await store.settle(None, decision, clock.now())
    assert comment is not None
    return comment


async def carry(store: SqlStore, clock: TurnableClock, platform: Forgetful, steps: int) -> None:
    carrier = Carrier(store, {DISCORD: cast("Platform", platform)}, Maskers(), clock, Pauses(), largest_file=0)
    for _ in range(steps):
        lanes = [lane for lane, _ in await store.due(clock.now()) if lane.startswith("thread:")]
        for lane in lanes:
            job = await store.next_job(lane, clock.now())
            assert isinstance(job, CopyJob)
            assert await carrier.carry(job)


async def test_an_original_that_seems_gone_costs_nobody_their_comment(store: SqlStore, clock: TurnableClock) -> None:
    comment, platform = await masked_comment(store, clock), Forgetful()
    await carry(store, clock, platform, steps=3)
    assert platform.deleted == ["1"]
    record = await store.comment(comment)
    assert record is not None
    assert not record.removed


async def test_an_original_whose_author_took_it_back_before_takes_the_comment_along(
    store: SqlStore, clock: TurnableClock
) -> None:
    comment, platform = await masked_comment(store, clock), Forgetful()
    await carry(store, clock, platform, steps=1)
    removal = Removed(thread(DISCORD), RemoteMessageId("1"))
    assert await store.keep(event_key(removal), removal, clock.now())
    (waiting,) = await store.waiting(10)
    await store.settle(waiting.id, Pass("its original gave way to a masked one"), clock.now())
    await carry(store, clock, platform, steps=3)
    record = await store.comment(comment)
    assert record is not None
    assert record.removed
    assert "9" in platform.deleted


async def test_an_original_that_was_taken_back_unheard_takes_the_comment_along(
    store: SqlStore, clock: TurnableClock
) -> None:
    comment, platform = await masked_comment(store, clock), Forgetful(original_stands=False)
    await carry(store, clock, platform, steps=3)
    record = await store.comment(comment)
    assert record is not None
    assert record.removed
    assert "9" in platform.deleted
