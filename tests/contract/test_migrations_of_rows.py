"""Rows of every earlier revision are there after an upgrade, on every engine, and everything that must hold holds."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from bot.article import read_text, sample
from bot.markup.tree import plain_document, to_json
from bot.model import CommunityId, DiscussionId
from storage.database import Database, engine_for
from storage.migrations import config
from storage.records import ARTICLE, EVENT
from storage.store import SqlStore
from storage.upkeep import upgraded
from tests.builders import TurnableClock, posted

REVISIONS = sorted(revision.revision for revision in ScriptDirectory.from_config(config()).walk_revisions())
ROWS = (
    "INSERT INTO communities VALUES (1, 'main', 0)",
    "INSERT INTO boards (id, community_id, name, created_at) VALUES (1, 1, 'main', 0)",
    "INSERT INTO board_words VALUES (1, 'word', 'moss')",
    "INSERT INTO channels VALUES (1, 1, 'discord', 'W', 'news', 'news', FALSE, 0)",
    "INSERT INTO channels VALUES (2, 1, 'slack', 'W', 'news', 'news', FALSE, 0)",
    "INSERT INTO board_channels VALUES (1, 1)",
    "INSERT INTO articles VALUES (1, 1, :article, 0)",
    "INSERT INTO drafts VALUES (1, 1, 1, 'discord', 'ada', :article, 9)",
    "INSERT INTO discussions VALUES (7, 1, 1, 1, 'x', 'open', 1, 1, 0, 0)",
    "INSERT INTO fingerprints VALUES (1, 'text:x', 7)",
    "INSERT INTO postings VALUES (1, 7, 1, 'r', 't', 'https://d.example', 0)",
    "INSERT INTO postings VALUES (2, 7, 2, 'r', 't', 'https://s.example', 0)",
    "INSERT INTO authors VALUES (1, 1, 'discord', 'W', 'ada', 'Ada', NULL)",
    "INSERT INTO comments VALUES (4, 7, 1, 1, NULL, '1', 1, 'https://d.example', :body, 1, 0, FALSE, 0, NULL)",
    "INSERT INTO comments VALUES (5, 7, 1, 1, NULL, '2', 2, 'https://d.example', :gone, 1, 0, TRUE, 0, NULL)",
    "INSERT INTO originals VALUES (4, 1, :body, 9)",
    "INSERT INTO attachments VALUES (1, 4, 0, 'a.png', '', 'image/png', 3, 's', NULL, FALSE, NULL, FALSE)",
    "INSERT INTO copies VALUES (1, 4, 2, 'm', NULL, FALSE, TRUE)",
    "INSERT INTO reactions VALUES (1, 4, 'discord:W:ada', 'x', TRUE, 1)",
    "INSERT INTO inbox VALUES (1, 'k', 'discord', 'news', 't', :event, NULL, 0)",
    "INSERT INTO outbox VALUES (1, 1, 'card', 1, 'card:1', 'discord', 'p1', 'sent', 1, 1, 0, 0, NULL, NULL)",
    "INSERT INTO outbox VALUES (2, 1, 'card', 2, 'card:2', 'slack', 'p2', 'sent', 1, 1, 0, 0, NULL, NULL)",
    "INSERT INTO outbox VALUES (3, 1, 'copy', 1, 'thread:2', 'slack', 'c1', 'pending', 1, 0, 0, 0, NULL, NULL)",
)
"""A row or two in every table of the first revision."""


def to_revision(connection: Connection, revision: str) -> None:
    settings = config()
    settings.attributes["connection"] = connection
    command.upgrade(settings, revision)


@pytest.fixture(params=REVISIONS[:-1])
async def old_url(request: pytest.FixtureRequest, empty_url: str) -> str:
    """The URL of a database with rows that was left at an earlier revision."""
    database = Database(engine_for(empty_url))
    values = {
        "article": ARTICLE.dump_json(read_text(sample())).decode(),
        "body": to_json(plain_document("Moss and lichen.")),
        "gone": to_json(plain_document("Regretted.")),
        "event": EVENT.dump_json(posted("3")).decode(),
    }
    async with database.write() as tx:
        await tx.run_sync(partial(to_revision, revision=REVISIONS[0]))
        for row in ROWS:
            given = {name: value for name, value in values.items() if f":{name}" in row}
            await tx.execute(text(row), given)
        await tx.run_sync(partial(to_revision, revision=request.param))
    await database.close()
    return empty_url


async def test_rows_of_every_revision_are_brought_along(old_url: str) -> None:
    store = await SqlStore.open(old_url, TurnableClock())
    try:
        assert await store.violations() == ()
        found = {}
        for query in ("forums", "moderators", "lichen", "regretted"):
            hits, _ = await store.search(CommunityId(1), query, limit=9, offset=0)
            found[query] = [(hit.discussion, hit.comment) for hit in hits]
        assert found == {"forums": [(7, None)], "moderators": [(7, None)], "lichen": [(7, 4)], "regretted": []}
        assert [comment.id for comment in await store.comments(DiscussionId(7))] == [4]
        assert [waiting.id for waiting in await store.waiting(9)] == [1]
        ((lane, _),) = await store.due(TurnableClock().now(), "me")
        (lease,) = await store.lease("me", [lane], TurnableClock().now() - TurnableClock().now())
        assert (lease.name, lease.token) == ("thread:2", 1)
    finally:
        await store.close()


async def test_of_several_that_start_on_an_empty_database_one_makes_the_schema(empty_url: str) -> None:
    told = await asyncio.gather(*(upgraded(empty_url) for _ in range(4)))
    assert all(after.up_to_date for _, after in told)
