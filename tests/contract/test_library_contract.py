from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import event

from bot.discussion.decisions import React
from bot.model import (
    DISCORD,
    SLACK,
    PlatformName,
    RemoteUserId,
)
from bot.page.records import Listing
from bot.views import Tally
from storage.store import SqlStore
from tests.builders import TurnableClock, channel
from tests.life import Life, new_life


@pytest.fixture
async def life(store: SqlStore, clock: TurnableClock) -> Life:
    return await new_life(store, clock)


@asynccontextmanager
async def counted(store: SqlStore) -> AsyncIterator[list[str]]:
    """The queries that are made meanwhile."""
    made: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        made.append(statement)

    engine = store._database.engine.sync_engine  # noqa: SLF001 - what goes to the database is seen nowhere else
    event.listen(engine, "before_cursor_execute", note)
    yield made
    event.remove(engine, "before_cursor_execute", note)


async def test_discussions_are_listed_newest_or_busiest_first_a_page_at_a_time(life: Life) -> None:
    first, second, third = [await life.publish(title) for title in ("One", "Two", "Three")]
    await life.say(first, "1")
    await life.say(first, "2")
    await life.say(second, "3")

    async def listed(order: Listing, offset: int = 0) -> tuple[list[int], int]:
        page, total = await life.store.listed(life.community, order, limit=2, offset=offset)
        return [summary.discussion.id for summary in page], total

    assert await listed(Listing.NEW) == ([third, second], 3)
    assert await listed(Listing.NEW, 2) == ([first], 3)
    assert await listed(Listing.BUSY) == ([first, second], 3)
    assert await listed(Listing.BUSY, 4) == ([], 3)


async def test_a_summary_says_where_else_the_discussion_is(life: Life) -> None:
    discussion = await life.publish("One")
    summary = (await life.store.summaries(life.community, [discussion]))[discussion]
    assert summary.article.title == "One"
    assert [(place.channel.ref.platform, place.url) for place in summary.places] == [
        (DISCORD, f"https://discord.example/{discussion}"),
        (SLACK, f"https://slack.example/{discussion}"),
    ]


async def test_a_board_kept_off_the_web_is_nowhere_on_it(life: Life) -> None:
    await life.store.join(life.community, "staff", channel(DISCORD, "staff"))
    hidden = await life.publish("Secret plans", board="staff")
    shown = await life.publish("Plain plans")
    (staff,) = [board for board in await life.store.boards(life.community) if board.name == "staff"]
    assert staff.on_web
    await life.store.show_on_web(staff.id, on_web=False)

    assert await life.store.opened(life.community, hidden) is None
    assert await life.store.summaries(life.community, [hidden]) == {}
    page, total = await life.store.listed(life.community, Listing.NEW, limit=9, offset=0)
    assert ([summary.discussion.id for summary in page], total) == ([shown], 1)
    assert await life.found("plans") == [(shown, None)]

    record = await life.store.discussion(hidden)
    assert record is not None
    assert not record.on_web
    await life.store.show_on_web(staff.id, on_web=True)
    assert await life.store.opened(life.community, hidden) is not None


async def test_another_community_is_another_library(life: Life) -> None:
    discussion = await life.publish("One")
    other = await life.store.community("other")
    assert await life.store.opened(other, discussion) is None
    assert await life.store.search(other, "One", limit=9, offset=0) == ((), 0)


async def test_an_opened_discussion_has_the_outline_of_its_comments(life: Life) -> None:
    discussion = await life.publish("One")
    first = await life.say(discussion, "1")
    second = await life.say(discussion, "2", answers="1")
    await life.remove(first)
    opened = await life.store.opened(life.community, discussion)
    assert opened is not None
    assert [(leaf.id, leaf.answers, leaf.removed) for leaf in opened.leaves] == [
        (first, None, True),
        (second, first, False),
    ]


async def test_a_person_counts_once_an_emoji_wherever_they_react(life: Life, clock: TurnableClock) -> None:
    await life.store.join(life.community, "main", channel(DISCORD, "more"))
    discussion = await life.publish("One")
    comment = await life.say(discussion, "1")
    one, _slack, other = [place.id for place in await life.store.postings(discussion)]
    given = ((one, "bob", "👍"), (other, "bob", "👍"), (other, "eve", "👍"), (one, "eve", "🎉"))
    for stamp, (place, user, emoji) in enumerate(given):
        react = React(discussion, place, comment, RemoteUserId(user), emoji, present=True, stamp=stamp)
        await life.store.settle(None, react, clock.now())
    opened = await life.store.opened(life.community, discussion)
    assert opened is not None
    assert opened.leaves[0].reactions == 3
    assert (await life.store.remarks([comment]))[comment].tallies == (Tally("👍", 2), Tally("🎉", 1))


async def test_the_pulse_changes_with_all_that_the_page_shows(life: Life) -> None:
    discussion = await life.publish("One")
    seen = []

    async def note() -> None:
        seen.append((await life.store.pulses([discussion]))[discussion])

    await note()
    comment = await life.say(discussion, "1")
    await note()
    await life.edit(comment, "Otherwise.")
    await note()
    await life.remove(comment)
    await note()
    assert [pulse.comments for pulse in seen] == [0, 1, 1, 0]
    assert len({pulse.stamp for pulse in seen}) == 4


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("forums", {"article", "comment"}),
        ("forum", {"article", "comment"}),
        ("FORÜMS cafe", {"comment"}),
        ("beginning", {"article"}),
        ("论坛", {"comment"}),
        ("坛", {"comment"}),
        ('"forums" OR nothing', set()),
        ("NOT forums", set()),
        ('fo" *', {"article", "comment"}),
        ("title:forums", set()),
        ("***", set()),
        ("", set()),
        ("forums " * 200, {"article", "comment"}),
    ],
)
async def test_titles_texts_and_comments_are_found(life: Life, query: str, found: set[str]) -> None:
    discussion = await life.publish("Forums are back", body="A new beginning.")
    comment = await life.say(discussion, "1", "My forums were a café. 我的论坛")
    names = {(discussion, None): "article", (discussion, comment): "comment"}
    assert {names[hit] for hit in await life.found(query)} == found


async def test_a_comment_is_found_by_what_it_says_now(life: Life) -> None:
    discussion = await life.publish("One")
    comment = await life.say(discussion, "1", "apples")
    await life.edit(comment, "pears")
    assert await life.found("apples") == []
    assert await life.found("pears") == [(discussion, comment)]
    await life.remove(comment)
    assert await life.found("pears") == []


async def test_the_best_is_found_first(life: Life) -> None:
    said = await life.publish("One", body="Nothing about it but this word: gardens, and a lot of others beside it.")
    titled = await life.publish("Gardens")
    assert await life.found("gardens") == [(titled, None), (said, None)]


@pytest.mark.parametrize("comments", [2, 40])
async def test_queries_do_not_grow_with_comments(life: Life, comments: int) -> None:
    discussion = await life.publish("One")
    said = [await life.say(discussion, str(number)) for number in range(1, comments + 1)]
    async with counted(life.store) as made:
        opened = await life.store.opened(life.community, discussion)
        remarks = await life.store.remarks(said)
    assert opened is not None
    assert len(remarks) == comments
    assert len([statement for statement in made if statement.lstrip().startswith("SELECT")]) == 8


async def test_authors_and_backlog_are_told(life: Life) -> None:
    discussion = await life.publish("One")
    await life.say(discussion, "1")
    author = await life.store.author(1)
    assert author is not None
    assert (author.name, author.avatar) == ("Ada", None)
    assert await life.store.author(99) is None
    backlog = await life.store.backlog()
    assert sum(part.rows for part in backlog if part.platform == PlatformName("slack")) >= 1
    await life.store.reach()
