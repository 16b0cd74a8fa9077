"""SQLite's connections: transactions begin with their first statement, and what fails leaves no trace."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.errors import StorageError
from storage.database import Database, engine_for


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database(engine_for(f"sqlite:///{tmp_path}/notes.sqlite3"))
    async with opened.write() as tx:
        await tx.execute(text("CREATE TABLE notes (words TEXT UNIQUE)"))
    yield opened
    await opened.close()


async def note(database: Database, *words: str) -> None:
    async with database.write() as tx:
        for each in words:
            await tx.execute(text("INSERT INTO notes VALUES (:words)"), {"words": each})


async def notes(database: Database) -> list[str]:
    async with database.read() as tx:
        return list((await tx.execute(text("SELECT words FROM notes ORDER BY words"))).scalars())


async def test_what_is_committed_is_on_the_disk(database: Database) -> None:
    for open_one in (database.read, database.write):
        async with open_one() as tx:
            assert (await tx.execute(text("PRAGMA synchronous"))).scalar() == 2  # FULL
            assert (await tx.execute(text("PRAGMA journal_mode"))).scalar() == "wal"


async def test_whoever_waits_for_the_writers_lock_holds_up_no_reader(database: Database, tmp_path: Path) -> None:
    await note(database, "one")
    with closing(sqlite3.connect(tmp_path / "notes.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(note(database, "two"))
        for _ in range(20):
            assert await notes(database) == ["one"]
        assert not waiting.done()
        other.execute("ROLLBACK")
        await waiting
    assert await notes(database) == ["one", "two"]


async def test_a_transaction_that_is_cancelled_is_whole_or_not_there(database: Database, tmp_path: Path) -> None:
    for number in range(40):
        writing = asyncio.create_task(note(database, f"{number:02} a", f"{number:02} b"))
        for _ in range(number):
            await asyncio.sleep(0)
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
    await note(database, "the last")
    kept = await notes(database)
    assert kept.pop() == "the last"
    assert [words.replace("a", "b") for words in kept[::2]] == kept[1::2]
    await database.close()
    with closing(sqlite3.connect(tmp_path / "notes.sqlite3")) as other:
        assert other.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.parametrize("words", [("one", "two"), ("two", "one")], ids=["the first", "a later one"])
async def test_a_refused_statement_undoes_the_whole_transaction(database: Database, words: tuple[str, ...]) -> None:
    await note(database, "one")
    with pytest.raises(StorageError, match="UNIQUE"):
        await note(database, *words)
    assert await notes(database) == ["one"]
    await note(database, "three")
    assert await notes(database) == ["one", "three"]


async def test_a_transaction_without_a_statement_takes_no_lock(database: Database, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "notes.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        await note(database)
        other.execute("ROLLBACK")
    await note(database, "one")
    assert await notes(database) == ["one"]


async def test_a_reader_sees_one_moment_from_its_first_statement_on(database: Database) -> None:
    await note(database, "one")
    async with database.read() as tx:
        before = (await tx.execute(text("SELECT count(*) FROM notes"))).scalar_one()
        await note(database, "two")
        after = (await tx.execute(text("SELECT count(*) FROM notes"))).scalar_one()
    assert (before, after) == (1, 1)


async def test_many_rows_go_in_by_one_statement(database: Database) -> None:
    async with database.write() as tx:
        await tx.execute(text("INSERT INTO notes VALUES (:words)"), [{"words": each} for each in ("one", "two")])
        changed = await tx.execute(text("UPDATE notes SET words = words || '!'"))
    assert changed.rowcount == 2
    assert await notes(database) == ["one!", "two!"]


async def test_a_commit_that_is_refused_undoes_the_whole_transaction(database: Database) -> None:
    async with database.write() as tx:
        await tx.execute(
            text("CREATE TABLE echoes (words TEXT REFERENCES notes (words) DEFERRABLE INITIALLY DEFERRED)")
        )
    with pytest.raises(StorageError, match="FOREIGN KEY"):
        async with database.write() as tx:
            await tx.execute(text("INSERT INTO echoes VALUES ('of nothing')"))
    await note(database, "one")
    async with database.read() as tx:
        assert (await tx.execute(text("SELECT count(*) FROM echoes"))).scalar_one() == 0
