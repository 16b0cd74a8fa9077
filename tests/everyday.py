"""A day on one store: whatever the bot and its page ask of it, asked once."""

from __future__ import annotations

import inspect
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.discussion.decisions import Pass
from bot.markup.tree import plain_document
from bot.model import DISCORD, SLACK, Attachment, RemoteMessageId
from bot.page.records import Listing
from bot.records import CardJob, CopyJob, InboxId, Lane
from storage.store import SqlStore
from tests.builders import TurnableClock, added, article, channel, posted, thread
from tests.life import Life, new_life

NOT_OF_A_DAY = frozenset({"open", "close", "violations", "call", "listen", "alone"})
"""`violations` is what `roundtable db check` asks, which reads everything on purpose; calls read nothing."""


class Noted:
    """A store that notes which of its methods were called."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store
        self.called: set[str] = set()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the store has
        self.called.add(name)
        return getattr(self._store, name)

    @property
    def never_called(self) -> set[str]:
        """What a day should have asked, and this one did not."""
        methods = {name for name, _ in inspect.getmembers(SqlStore, inspect.isroutine) if not name.startswith("_")}
        skipped = {"waiting_for"} if self._store.alone else set()  # asked where others share the database
        return methods - self.called - NOT_OF_A_DAY - skipped


async def everyday(noted: Noted, clock: TurnableClock) -> None:
    """Set up, publish, talk, carry out, catch up, read, search, tidy."""
    store: Any = noted
    life = await new_life(store, clock)
    main = (await store.boards(life.community))[0].id
    await _set_up(store, life)
    first = await _talk(store, clock, life)
    await _carry_out(store, clock, life)
    await _catch_up(store, clock)
    await _share(store, clock)
    await _read(store, life, first)
    await store.show_on_web(main, on_web=True)
    await store.tidy(clock.now())
    await store.reach()


async def _set_up(store: Any, life: Life) -> None:  # noqa: ANN401 - a `Noted`
    main = (await store.boards(life.community))[0].id
    await store.join(life.community, "science", channel(DISCORD, "science"))
    await store.leave(life.community, channel(DISCORD, "science").ref, "science")
    await store.leave(life.community, channel(DISCORD, "science").ref, None)
    await store.add_words(main, "word", ["moss", "fern"])
    await store.remove_words(main, ["fern"])
    await store.words()
    draft = await store.save_draft(main, DISCORD, "ada", article("A draft"), life.clock.now())
    await store.change_draft(draft, article("Another"))
    await store.draft(draft)
    await store.drop_draft(draft)


async def _talk(store: Any, clock: TurnableClock, life: Life) -> int:  # noqa: ANN401 - the same
    main = (await store.boards(life.community))[0].id
    await store.discussion_of(main, ["text:Moss", "url:moss"])
    opened = await life.publish("Moss")
    await store.publish(main, article("Moss"), ["text:Moss"], "Moss", clock.now())
    file = Attachment("a.png", "image/png", 3, "https://cdn.example/a", None, "A", spoiler=False)
    where = thread(DISCORD, root=str(opened))
    event = posted("1", place=where)
    assert await store.concerns(where)
    await store.keep("key 1", event, clock.now())
    await store.keep("key 1", event, clock.now())
    await store.keep("key 2", event, clock.now())
    waiting = await store.waiting(10)
    await store.waiting(10, waiting[0].id)
    await store.set_aside(waiting[1].id, "failed: it was strange")
    await store.keep("key 2", event, clock.now())
    await store.keep_all([("key 1", event), ("key 2", event)], clock.now())
    standing = await store.standing(where, event.message, None)
    said = replace(event, attachments=(file,))
    add = added(standing, said, clock.now(), original=plain_document("Before masking."), repost=True)
    first = await store.settle(waiting[0].id, add, clock.now())
    await store.settle((await store.waiting(10))[0].id, Pass("ours"), clock.now())
    second = await life.say(opened, "2", "Lichen.", answers="1", name="Grace")
    third = await life.say(opened, "3", "Ferns.", answers="2")
    await life.edit(second, "Lichen and shit.")
    await life.remove(third)
    await life.react(opened, first, "🌱", "ada", "grace")
    await life.react(opened, None, "🌱", "ada")
    await store.standing(where, RemoteMessageId("2"), RemoteMessageId("1"))
    await store.comment(second)
    return int(first)


async def _carry_out(store: Any, clock: TurnableClock, life: Life) -> None:  # noqa: ANN401 - the same
    clock.turn(seconds=5)
    number = 0
    while lanes := await store.due(clock.now()):
        for lane, _ in lanes:
            job = await store.next_job(lane, clock.now())
            if job is None:
                continue
            number += 1
            await store.begin(job.row, clock.now())
            if number % 4 == 1:
                await store.postpone(job.row, clock.now(), "not now", uncertain=True)
                job = await store.next_job(lane, clock.now())  # looks for what may have been sent
            if number == 2:
                await store.park(job.row, "never")
            elif isinstance(job, CardJob):
                await store.finish_card(job, root=job.posting.root, url="u", thread=job.posting.thread, done=99)
            else:
                await _deliver(store, clock, job, number)
    for parked in await store.parked(life.community):
        await store.retry(life.community, parked.id, clock.now())
        job = await store.next_job(Lane((await store.due(clock.now()))[0][0]), clock.now())
        await store.park(job.row, "never")
        await store.drop(life.community, parked.id)


async def _deliver(store: Any, clock: TurnableClock, job: CopyJob, number: int) -> None:  # noqa: ANN401 - the same
    for file in job.attachments:
        await store.keep_content(file.id, b"abc")
    moved_at = clock.now() if job.copy.own_place and not job.copy.cleared else None
    message = RemoteMessageId(f"c{number}")
    await store.finish_copy(job, message=message, url="u", done=99, cleared=True, moved_at=moved_at)


async def _catch_up(store: Any, clock: TurnableClock) -> None:  # noqa: ANN401 - the same
    for platform in (DISCORD, SLACK):
        for posting in await store.live_postings(platform, clock.now() - timedelta(days=7)):
            await store.known(posting.id)
            await store.reactions(posting.id)


async def _share(store: Any, clock: TurnableClock) -> None:  # noqa: ANN401 - the same
    span = timedelta(seconds=15)
    await store.beat("me", [DISCORD], span)
    await store.others("me")
    await store.offer("shard:0")
    lanes = ["card:1", "thread:1", "shard:0"]
    leases = await store.lease("me", lanes, span)
    await store.renew("me", lanes, span, {"shard:0": "session"})
    await store.due(clock.now(), "me")
    await store.release({lease.name: lease.token for lease in leases})
    where = thread(DISCORD, root="1")
    await store.fall_behind("me", DISCORD, [where])
    await store.is_behind(DISCORD)
    await store.posting_of(where)
    await store.settle(InboxId(1), Pass("dealt with before"), clock.now(), "me")
    if not store.alone:
        await store.waiting_for(10, [1, 2], clock.now(), [InboxId(1)])
    await store.waiting_in(where)
    await store.catch_up_with("me", DISCORD, where)
    await store.fall_behind("me", DISCORD)
    await store.catch_up_with("me", DISCORD)
    await store.leave_replicas("me")


async def _read(store: Any, life: Life, first: int) -> None:  # noqa: ANN401 - the same
    opened = (await store.discussions(life.community))[0].id
    await store.discussion(opened)
    await store.article(opened)
    await store.comments(opened)
    for order in Listing:
        await store.listed(life.community, order, limit=20, offset=0)
    await store.summaries(life.community, [opened])
    await store.opened(life.community, opened)
    await store.remarks([first])
    await store.search(life.community, "moss", limit=20, offset=0)
    await store.pulses([opened])
    await store.author(1)
    await store.backlog()
