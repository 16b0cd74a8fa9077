from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.errors import SettingsError, StorageError
from bot.model import DISCORD
from storage.database import Database
from storage.engines import engine_for
from storage.store import SqlStore
from storage.upkeep import backup, checked, schema_of, try_writing, upgraded
from tests.builders import TurnableClock, channel

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


async def test_an_empty_database_is_brought_up_to_date_once(empty_url: str) -> None:
    before, after = await upgraded(empty_url)
    assert before.current is None
    assert after.up_to_date
    assert await upgraded(empty_url) == (after, after)
    assert await schema_of(empty_url) == after
    assert await checked(empty_url) == ()


@on_sqlite
async def test_a_backup_holds_what_was_written_and_opens_as_a_database(
    database_url: str, store: SqlStore, clock: TurnableClock, tmp_path: Path
) -> None:
    community = await store.community("main")
    await store.join(community, "main", channel(DISCORD))
    copy = tmp_path / "copy.sqlite3"
    assert backup(database_url, copy) == copy.stat().st_size
    assert copy.stat().st_mode & 0o077 == 0
    await store.join(community, "later", channel(DISCORD))
    opened = await SqlStore.open(f"sqlite:///{copy}", clock)
    assert [board.name for board in await opened.boards(community)] == ["main"]
    await opened.close()
    assert await checked(f"sqlite:///{copy}") == ()


@on_sqlite
async def test_a_backup_overwrites_nothing_and_leaves_nothing_behind(database_url: str, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text("mine")
    with pytest.raises(StorageError, match="is there already"):
        backup(database_url, kept)
    assert kept.read_text() == "mine"
    with pytest.raises(StorageError, match="can't be written: No such file or directory"):
        backup(database_url, tmp_path / "nowhere" / "copy")
    assert names_in(tmp_path) & {"kept", "kept.part", "nowhere"} == {"kept"}


@on_sqlite
async def test_what_an_earlier_backup_left_half_done_gives_way(database_url: str, tmp_path: Path) -> None:
    (tmp_path / "copy.part").write_text("half")
    assert backup(database_url, tmp_path / "copy") > 0


def test_a_server_is_backed_up_by_its_own_tool_and_no_password_is_shown(tmp_path: Path) -> None:
    with pytest.raises(
        StorageError, match=r"pg_dump --format=custom --file=\S+copy 'postgresql://ada@db/talk'"
    ) as told:
        backup("postgresql://ada:secret@db/talk", tmp_path / "copy")
    assert "secret" not in str(told.value)
    assert names_in(tmp_path) == set()


async def test_trying_to_write_leaves_nothing_behind(database_url: str, store: SqlStore) -> None:
    await try_writing(database_url)
    await try_writing(database_url)
    assert await store.violations() == ()


@pytest.mark.parametrize("work", [checked, schema_of, try_writing])
async def test_a_file_that_is_not_there_is_not_made_in_passing(tmp_path: Path, work: object) -> None:
    url = f"sqlite:///{tmp_path}/roundtable.sqlite3"
    with pytest.raises(StorageError, match="There is no database"):
        await work(url)  # type: ignore[operator]
    with pytest.raises(StorageError, match="There is no database"):
        backup(url, tmp_path / "copy")
    assert names_in(tmp_path) == set()


async def test_a_schema_that_is_not_ours_is_told(database_url: str) -> None:
    database = Database(engine_for(database_url))
    async with database.write() as tx:
        await tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    try:
        for work in (upgraded, checked):
            with pytest.raises(StorageError, match=r"^The database's schema 9999 is newer than this Roundtable"):
                await work(database_url)
        async with database.write() as tx:
            await tx.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        with pytest.raises(StorageError, match="run `roundtable db upgrade` first"):
            await checked(database_url)
    finally:
        async with database.write() as tx:
            await tx.execute(text("DROP TABLE alembic_version"))
        await database.close()


async def test_what_is_no_database_is_told_in_one_line(tmp_path: Path) -> None:
    shutil.copy(__file__, tmp_path / "file")
    with pytest.raises(StorageError, match=r"^The database refused: file is not a database$"):
        await checked(f"sqlite:///{tmp_path}/file")


@pytest.mark.parametrize(
    ("url", "line"),
    [
        ("nonsense", "is not a URL"),
        ("mysql://localhost/x", r"speaks of mysql; write sqlite:///FILE or postgresql://USER@HOST/NAME"),
        ("postgresql://localhost", "names no database"),
        ("postgresql://localhost/x?speed=fast", "speed is not known here"),
    ],
)
async def test_a_url_that_is_none_of_ours_is_told_in_one_line(url: str, line: str) -> None:
    with pytest.raises(SettingsError, match=line):
        await checked(url)


@on_postgresql
@pytest.mark.parametrize(
    ("wrong", "line"),
    [
        (("host=", "host=/nowhere"), r"^The database can't be reached: .*No such file or directory"),
        (("/rt_", "/nowhere_"), r'^The database refused: database "nowhere_\S+" does not exist$'),
        (("//roundtable@", "//nobody@"), r'^The database refused: role "nobody" does not exist$'),
    ],
)
async def test_a_server_that_can_not_be_reached_is_told_in_one_line(
    database_url: str, wrong: tuple[str, str], line: str
) -> None:
    if wrong[0] not in database_url:
        pytest.skip("another server is asked, by other names")
    with pytest.raises(StorageError, match=line):
        await SqlStore.open(database_url.replace(*wrong), TurnableClock())
