from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from bot.discussion.decisions import Remove
from bot.model import DISCORD, SLACK, CommentId, CommunityId, PlatformName, RemoteMessageId
from bot.records import CardJob, Lane
from storage.store import SqlStore
from tests.builders import TurnableClock, added, article, channel, posted, thread
from tests.postgres import connect

LOOSE_COMMENTS = (
    "CREATE TABLE loose AS SELECT * FROM comments",
    "DROP TABLE comments CASCADE",
    "ALTER TABLE loose RENAME TO comments",
    "CREATE UNIQUE INDEX only_ids ON comments (id)",
)
"""The same comments in a table that lets the same message in twice."""
LOOSE_OUTBOX = (
    "CREATE TABLE loose AS SELECT * FROM outbox",
    "DROP TABLE outbox CASCADE",
    "ALTER TABLE loose RENAME TO outbox",
)

BREAKS = {
    "a wrong count of discussions": (
        "UPDATE boards SET discussions = 7 WHERE id = 1",
        "board 1 counts 7 discussions, but 2 are there",
    ),
    "a wrong count": (
        "UPDATE discussions SET comments = 7 WHERE id = 1",
        "discussion 1 counts 7 comments, but 2 are there",
    ),
    "a missed removal": (
        "UPDATE comments SET removed = TRUE WHERE id = 2",
        "discussion 1 counts 2 comments, but 1 are there",
    ),
    "a comment twice": (
        (*LOOSE_COMMENTS, "UPDATE comments SET message = '1', posting_id = 1 WHERE id = 2"),
        "comments 1 and 2 stand for the same message 1",
    ),
    "a comment of ours": (
        "UPDATE copies SET message = '1' WHERE id = 2",
        "comment 1 is made of a message of ours, copy 2",
    ),
    "a comment from elsewhere": (
        "UPDATE comments SET posting_id = 3 WHERE id = 2",
        "comment 2 was written in posting 3, which is another discussion's",
    ),
    "an answer to elsewhere": (
        "UPDATE comments SET answers_id = 3 WHERE id = 2",
        "comment 2 answers comment 3, which is another discussion's",
    ),
    "a file of a removed comment": (
        "INSERT INTO attachments SELECT 1, 4, 0, 'a', '', '', 0, '', NULL, FALSE, NULL, FALSE",
        "comment 4 was removed, but its attachments are kept",
    ),
    "a copy elsewhere": (
        "UPDATE copies SET posting_id = 4 WHERE id = 1",
        "copy 1 of comment 1 is in posting 4, which is another discussion's",
    ),
    "a copy beside its original": (
        "UPDATE copies SET posting_id = 1 WHERE id = 1",
        "copy 1 of comment 1 is in the comment's own posting, but does not take its place",
    ),
    "a place taken elsewhere": (
        "UPDATE copies SET own_place = TRUE WHERE id = 1",
        "copy 1 of comment 1 takes its place in a posting that is not the comment's own",
    ),
    "a copy that was never made": (
        ("DELETE FROM outbox WHERE kind = 'copy' AND target_id = 1", "DELETE FROM copies WHERE id = 1"),
        "comment 1 has no copy in posting 2",
    ),
    "a copy that nobody carries": (
        "DELETE FROM outbox WHERE kind = 'copy' AND target_id = 1",
        "copy 1 of comment 1 has no outbox row",
    ),
    "a card that nobody carries": (
        "DELETE FROM outbox WHERE kind = 'card' AND target_id = 2",
        "posting 2 has no outbox row",
    ),
    "two rows for one card": (
        (*LOOSE_OUTBOX, "INSERT INTO outbox SELECT * FROM outbox WHERE kind = 'card' AND target_id = 2"),
        "card 2 has 2 outbox rows",
    ),
    "a row for nothing": (
        "UPDATE outbox SET target_id = 99 WHERE kind = 'copy' AND target_id = 1",
        "outbox row 3 carries copy 99, which is not there",
    ),
    "a row on another lane": (
        "UPDATE outbox SET lane = 'thread:1' WHERE kind = 'copy' AND target_id = 1",
        "outbox row 3 carries copy 1 to another place than the copy's own",
    ),
    "a row to another platform": (
        "UPDATE outbox SET platform = 'discord' WHERE kind = 'card' AND target_id = 2",
        "outbox row 2 carries card 2 to another place than the card's own",
    ),
    "a row of another community": (
        "UPDATE outbox SET community_id = 99 WHERE kind = 'card' AND target_id = 2",
        "outbox row 2 carries card 2 to another place than the card's own",
    ),
    "a version that was forgotten": (
        "UPDATE outbox SET wanted = 9, done = 3, state = 'sent' WHERE id = 3",
        "outbox row 3 (copy 1) rests at version 3, but 9 is wanted",
    ),
    "a state that is none": (
        "UPDATE outbox SET state = 'lost' WHERE id = 3",
        "outbox row 3 is in the state lost, which is none",
    ),
    "a text that was kept": (
        "UPDATE inbox SET outcome = 'add'",
        "inbox row 1 was dealt with (add), but what came is kept",
    ),
    "an event that was lost": ("UPDATE inbox SET payload = NULL", "inbox row 1 waits, but what came is gone"),
}


@pytest.fixture
async def lively(store: SqlStore, clock: TurnableClock) -> SqlStore:
    """Two discussions: one with a comment from each side; one with one that answers, and one that was removed."""
    community = await store.community("main")
    for platform in (DISCORD, SLACK):
        await store.join(community, "main", channel(platform))
    await _discuss(store, clock, community, "first")
    await _say(store, clock, "first", "1", DISCORD)
    await _say(store, clock, "first", "2", SLACK)
    await _discuss(store, clock, community, "second")
    await _say(store, clock, "second", "3", DISCORD)
    gone = await _say(store, clock, "second", "4", DISCORD)
    await store.settle(None, Remove(gone), clock.now())
    await store.keep("key", posted("5"), clock.now())
    return store


async def _discuss(store: SqlStore, clock: TurnableClock, community: CommunityId, root: str) -> None:
    (board,) = await store.boards(community)
    opened, _ = await store.publish(board.id, article(root), [f"text:{root}"], root, clock.now())
    for posting in await store.postings(opened):
        job = await store.next_job(Lane(f"card:{posting.id}"), clock.now())
        assert isinstance(job, CardJob)
        place = thread(posting.channel.info.ref.platform, root=root)
        await store.finish_card(job, root=RemoteMessageId(root), url=None, thread=place, done=1)


async def _say(store: SqlStore, clock: TurnableClock, root: str, message: str, platform: PlatformName) -> CommentId:
    event = posted(message, place=thread(platform, root=root))
    standing = await store.standing(event.thread, event.message, None)
    assert standing is not None
    decision = added(standing, event, clock.now(), repost=message == "3")
    made = await store.settle(None, decision, clock.now())
    assert made is not None
    return made


async def test_a_database_that_was_used_as_meant_breaks_no_rule(lively: SqlStore) -> None:
    assert await lively.violations() == ()


@pytest.mark.parametrize(("how", "line"), BREAKS.values(), ids=BREAKS)
async def test_each_broken_rule_is_found(
    lively: SqlStore, database_url: str, how: str | tuple[str, ...], line: str
) -> None:
    await _break(database_url, *((how,) if isinstance(how, str) else how))
    assert line in await lively.violations()


async def test_many_rows_that_break_one_rule_are_counted(
    lively: SqlStore, clock: TurnableClock, database_url: str
) -> None:
    for number in range(30):
        await lively.keep(f"key:{number}", posted("5"), clock.now())
    await _break(database_url, "UPDATE inbox SET payload = NULL")
    found = await lively.violations()
    assert (len(found), found[-1]) == (21, "… and 11 more like the last one")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_sqlite_itself_finds_is_told(lively: SqlStore, database_url: str) -> None:
    await _break(database_url, "UPDATE comments SET author_id = 99 WHERE id = 1")
    assert "comments row 1 belongs to a row of authors that is not there" in await lively.violations()
    strict = "replace(sql, 'outcome TEXT', 'outcome TEXT NOT NULL')"
    await _break(
        database_url,
        "PRAGMA writable_schema = ON",
        f"UPDATE sqlite_schema SET sql = {strict} WHERE name = 'inbox'",  # noqa: S608 - our own words
    )
    await lively.close()
    assert "NULL value in inbox.outcome" in await lively.violations()


async def _break(url: str, *statements: str) -> None:
    """Do to the database what Roundtable would not: keys are not enforced."""
    if url.startswith("postgresql"):
        connection = await connect(url)
        await connection.execute("; ".join(("SET session_replication_role = replica", *statements)))
        await connection.close()
        return
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as file:
        file.execute("PRAGMA legacy_alter_table = ON")
        for statement in statements:
            file.execute(statement.replace(" CASCADE", ""))
