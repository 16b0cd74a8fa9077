from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import SettingsError, StorageError
from bot.model import DISCORD
from storage.store import SqlStore
from storage.upkeep import backup, checked, schema_of, try_writing, upgraded
from tests.builders import TurnableClock, channel


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/roundtable.sqlite3"


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


async def test_an_empty_database_is_brought_up_to_date_once(url: str) -> None:
    before, after = await upgraded(url)
    assert before.current is None
    assert after.up_to_date
    assert await upgraded(url) == (after, after)
    assert await schema_of(url) == after
    assert await checked(url) == ()


async def test_a_backup_holds_what_was_written_and_opens_as_a_database(
    url: str, store: SqlStore, clock: TurnableClock, tmp_path: Path
) -> None:
    community = await store.community("main")
    await store.join(community, "main", channel(DISCORD))
    copy = tmp_path / "copy.sqlite3"
    assert backup(url, copy) == copy.stat().st_size
    assert copy.stat().st_mode & 0o077 == 0
    await store.join(community, "later", channel(DISCORD))
    opened = await SqlStore.open(f"sqlite:///{copy}", clock)
    assert [board.name for board in await opened.boards(community)] == ["main"]
    await opened.close()
    assert await checked(f"sqlite:///{copy}") == ()


async def test_a_backup_overwrites_nothing_and_leaves_nothing_behind(url: str, store: SqlStore, tmp_path: Path) -> None:
    await store.community("main")
    kept = tmp_path / "kept"
    kept.write_text("mine")
    with pytest.raises(StorageError, match="is there already"):
        backup(url, kept)
    assert kept.read_text() == "mine"
    with pytest.raises(StorageError, match="can't be written: No such file or directory"):
        backup(url, tmp_path / "nowhere" / "copy")
    assert names_in(tmp_path) & {"kept", "kept.part", "nowhere"} == {"kept"}


async def test_what_an_earlier_backup_left_half_done_gives_way(url: str, store: SqlStore, tmp_path: Path) -> None:
    await store.community("main")
    (tmp_path / "copy.part").write_text("half")
    assert backup(url, tmp_path / "copy") > 0


async def test_trying_to_write_leaves_nothing_behind(url: str, store: SqlStore) -> None:
    await store.community("main")
    await try_writing(url)
    await try_writing(url)
    assert await store.violations() == ()


@pytest.mark.parametrize("work", [checked, schema_of, try_writing])
async def test_a_database_that_is_not_there_is_not_made_in_passing(url: str, tmp_path: Path, work: object) -> None:
    with pytest.raises(StorageError, match="There is no database"):
        await work(url)  # type: ignore[operator]
    with pytest.raises(StorageError, match="There is no database"):
        backup(url, tmp_path / "copy")
    assert names_in(tmp_path) == set()


async def test_a_schema_that_is_not_ours_is_told(url: str, tmp_path: Path) -> None:
    await upgraded(url)
    with closing(sqlite3.connect(tmp_path / "roundtable.sqlite3")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StorageError, match="is newer than this Roundtable"):
        await upgraded(url)
    with pytest.raises(StorageError, match="run `roundtable db upgrade` first"):
        await checked(url)


async def test_what_is_no_database_is_told_in_one_line(tmp_path: Path) -> None:
    shutil.copy(__file__, tmp_path / "file")
    with pytest.raises(StorageError, match=r"^The database refused: file is not a database$"):
        await checked(f"sqlite:///{tmp_path}/file")
    with pytest.raises(SettingsError, match="is not a URL"):
        await checked("nonsense")
