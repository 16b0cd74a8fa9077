# ruff: noqa: S608, ISC004, E501 - the statements are our own words, each over several lines
"""A database with as many comments as one likes, made by the database itself."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.markup.tree import plain_document, to_json
from storage.database import Database
from storage.engines import SQLITE
from storage.records import ARTICLE
from storage.transfer.writing import go_on_counting
from tests.builders import article

EACH: Final = 100
"""Comments of a discussion."""
FIRST: Final = 10_000
"""Ids below this are the store's own."""
RARE: Final = "chanterelle"
"""A word of twenty comments, however many there are."""

_DAY: Final = 86_400_000_000
_NOW: Final = 1_767_323_045_000_000
_BODY: Final = to_json(plain_document("@"))
_WORDS: Final = " || ' ' || ".join(f"'w' || ((n * {prime}) % 5000)" for prime in (7919, 104_729, 1299, 611, 31, 8191))
_TEXT: Final = f"({_WORDS} || CASE WHEN n % :fiftieth = 0 THEN ' {RARE}' ELSE '' END)"
_NUMBERS: Final = (
    "WITH RECURSIVE numbers(n) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT n + 1 FROM numbers WHERE n < :rows) "
)
_ROOM: Final = f"({FIRST} + n % :discussions)"
_HOME: Final = f"({FIRST} + 2 * (n % :discussions))"

_DISCUSSIONS: Final = (
    f"INSERT INTO articles (id, community_id, content, created_at) {_NUMBERS}"
    f"SELECT {FIRST} - 1 + n, 1, :article, {_NOW} - n FROM numbers",
    "INSERT INTO discussions (id, community_id, board_id, article_id, title, state, comments, version, created_at,"
    f" active_at) {_NUMBERS} SELECT {FIRST} - 1 + n, 1, 1, {FIRST} - 1 + n, 'Title ' || n, 'open', {EACH}, {EACH + 1},"
    f" {_NOW} - n * {_DAY} / 100, {_NOW} - n * {_DAY} / 100 FROM numbers",
    f"INSERT INTO fingerprints (board_id, fingerprint, discussion_id) {_NUMBERS}"
    f"SELECT 1, 'text:' || n, {FIRST} - 1 + n FROM numbers",
    *(
        f"INSERT INTO postings (id, discussion_id, channel_id, root, thread, url, created_at) {_NUMBERS}"
        f"SELECT {FIRST} + 2 * (n - 1) + {side}, {FIRST} - 1 + n, {side + 1}, 'r' || n, 'r' || n, 'https://x.example/' || n,"
        f" {_NOW} - n FROM numbers"
        for side in (0, 1)
    ),
    "INSERT INTO outbox (community_id, kind, target_id, lane, platform, stamp, state, wanted, done, attempts, not_before)"
    " SELECT 1, 'card', p.id, 'card:' || p.id, c.platform, 'p' || p.id, 'sent', 101, 101, 0, 0"
    f" FROM postings p JOIN channels c ON c.id = p.channel_id WHERE p.id >= {FIRST}",
    *(
        f"INSERT INTO leases (name) SELECT '{lane}:' || id FROM postings WHERE id >= {FIRST}"
        for lane in ("card", "thread")
    ),
    f"UPDATE boards SET discussions = discussions + (SELECT count(*) FROM discussions WHERE id >= {FIRST}) WHERE id = 1",
)
_COMMENTS: Final = (
    f"INSERT INTO comments (id, discussion_id, author_id, posting_id, message, position, permalink, body, version, edited,"
    f" removed, created_at) {_NUMBERS} SELECT {FIRST} - 1 + n, {_ROOM}, {FIRST} + n % :authors, {_HOME}, 'm' || n, n,"
    f" 'https://x.example/m/' || n, replace(:body, '@', {_TEXT}), 1, 0, FALSE, {_NOW} - n FROM numbers",
    f"INSERT INTO copies (id, comment_id, posting_id, message, url, own_place, cleared) {_NUMBERS}"
    f"SELECT {FIRST} - 1 + n, {FIRST} - 1 + n, {_HOME} + 1, 'c' || n, 'https://x.example/c/' || n, FALSE, TRUE FROM numbers",
    "INSERT INTO outbox (community_id, kind, target_id, lane, platform, stamp, state, wanted, done, attempts, not_before)"
    f" {_NUMBERS} SELECT 1, 'copy', {FIRST} - 1 + n, 'thread:' || ({_HOME} + 1), 'slack', 'c' || n, 'sent', 1, 1, 0,"
    f" {_NOW} - n FROM numbers",
    "INSERT INTO inbox (key, platform, channel, thread, outcome, received_at)"
    f" {_NUMBERS} SELECT 'stock ' || n, 'discord', 'news', 'r' || n, 'add', {_NOW} - n FROM numbers",
    "INSERT INTO reactions (posting_id, subject, author, emoji, present, stamp)"
    f" {_NUMBERS} SELECT {_HOME}, {FIRST} - 1 + n, 'discord:W:ada', 'x', TRUE, n FROM numbers WHERE n % 5 = 0",
)
_AUTHORS: Final = (
    f"INSERT INTO authors (id, community_id, platform, workspace, remote, name) {_NUMBERS}"
    f"SELECT {FIRST} - 1 + n, 1, 'discord', 'W', 'u' || n, 'Person ' || n FROM numbers"
)
_FOUND: Final = {
    "sqlite": f"INSERT INTO search (rowid, title, body) {_NUMBERS} SELECT {FIRST} - 1 + n, '', {_TEXT} FROM numbers",
    "postgresql": f"INSERT INTO search (id, words) {_NUMBERS}"
    f"SELECT {FIRST} - 1 + n, setweight(to_tsvector('simple', {_TEXT}), 'B') FROM numbers",
}


async def stock(database: Database, comments: int) -> None:
    """Put so many comments in, with all that belongs to them, a hundred a discussion: delivered, and found by search.

    The board 1 of community 1 has two channels, 1 and 2.
    """
    discussions, authors = max(1, comments // EACH), max(1, comments // 20)
    given = {
        "discussions": discussions,
        "authors": authors,
        "fiftieth": max(1, comments // 20),
        "body": _BODY,
        "article": ARTICLE.dump_json(article()).decode(),
    }
    async with database.write() as tx:
        if database.kind != SQLITE:
            await tx.execute(text("SET LOCAL statement_timeout = 0"))
        for statement in _DISCUSSIONS:
            await _run(tx, statement, {**given, "rows": discussions})
        await _run(tx, _AUTHORS, {**given, "rows": authors})
        for statement in (*_COMMENTS, _FOUND[database.kind]):
            await _run(tx, statement, {**given, "rows": comments})
        await go_on_counting(tx, {})
    async with database.engine.connect() as connection:
        settled = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await settled.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)" if database.kind == SQLITE else "VACUUM")


async def _run(tx: AsyncConnection, statement: str, given: dict[str, object]) -> None:
    # What SQL says of a parameter's type depends on where it stands: so numbers are written out.
    for name in ("rows", "discussions", "authors", "fiftieth"):
        statement = statement.replace(f":{name}", str(given[name]))
    texts = {name: given[name] for name in ("body", "article") if f":{name}" in statement}
    statement = statement.replace(":body", "CAST(:body AS TEXT)").replace(":article", "CAST(:article AS TEXT)")
    await tx.execute(text(statement), texts)
