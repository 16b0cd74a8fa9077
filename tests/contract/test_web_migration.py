from __future__ import annotations

import pytest
from alembic import command
from sqlalchemy import Connection, text

from bot.article import read_text, sample
from bot.markup.tree import plain_document, to_json
from bot.model import CommunityId
from storage.database import Database, engine_for
from storage.migrations import config
from storage.records import ARTICLE
from storage.store import SqlStore
from tests.builders import TurnableClock

ROWS = (
    "INSERT INTO communities VALUES (1, 'main', 0)",
    "INSERT INTO boards (id, community_id, name, created_at) VALUES (1, 1, 'main', 0)",
    "INSERT INTO channels VALUES (1, 1, 'discord', 'W', 'news', 'news', FALSE, 0)",
    "INSERT INTO articles VALUES (1, 1, :article, 0)",
    "INSERT INTO discussions VALUES (7, 1, 1, 1, 'x', 'open', 1, 1, 0, 0)",
    "INSERT INTO postings VALUES (1, 7, 1, 'r', 't', 'https://d.example', 0)",
    "INSERT INTO authors VALUES (1, 1, 'discord', 'W', 'ada', 'Ada', NULL)",
    "INSERT INTO comments VALUES (4, 7, 1, 1, NULL, '1', 1, 'https://d.example', :body, 1, 0, FALSE, 0, NULL)",
    "INSERT INTO comments VALUES (5, 7, 1, 1, NULL, '2', 2, 'https://d.example', :gone, 1, 0, TRUE, 0, NULL)",
)


def _first_schema(connection: Connection) -> None:
    settings = config()
    settings.attributes["connection"] = connection
    command.upgrade(settings, "0001")


@pytest.mark.parametrize(
    ("query", "found"), [("forums", (7, None)), ("moderators", (7, None)), ("lichen", (7, 4)), ("regretted", None)]
)
async def test_what_was_there_before_the_page_can_be_found(
    empty_url: str, query: str, found: tuple[int, int | None] | None
) -> None:
    database = Database(engine_for(empty_url))
    values = {
        "article": ARTICLE.dump_json(read_text(sample())).decode(),
        "body": to_json(plain_document("Moss and lichen.")),
        "gone": to_json(plain_document("Regretted.")),
    }
    async with database.write() as tx:
        await tx.run_sync(_first_schema)
        for row in ROWS:
            given = {name: value for name, value in values.items() if f":{name}" in row}
            await tx.execute(text(row), given)
    await database.close()
    store = await SqlStore.open(empty_url, TurnableClock())
    hits, _ = await store.search(CommunityId(1), query, limit=9, offset=0)
    await store.close()
    assert [(hit.discussion, hit.comment) for hit in hits] == ([] if found is None else [found])
