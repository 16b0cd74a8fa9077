"""A deployment that is copied to another engine is the same there, however often that was cut off."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.errors import SettingsError, StorageError
from bot.model import DISCORD, SLACK, Attachment, BoardId, CommunityId, DiscussionId
from storage.claim import claim
from storage.database import Database
from storage.engines import engine_for
from storage.store import SqlStore
from storage.tables import drafts
from storage.transfer.migrating import Watch, migrate
from storage.upkeep import checked
from tests.builders import TurnableClock, article, posted
from tests.engines import execute
from tests.filling import everything, fill
from tests.life import Life, new_life
from tests.postgres import Databases, connect

KILLED = """
import asyncio, os, signal, sys
from sqlalchemy import event
from sqlalchemy.engine import Engine
from storage.transfer import rows
from storage.transfer.migrating import Watch, migrate
from tests.builders import TurnableClock

source, target, table, times = sys.argv[1:]
rows._ROWS = 3
left = int(times)

@event.listens_for(Engine, "after_cursor_execute")
def written(connection, cursor, statement, *more):
    global left
    if statement.startswith(f"INSERT INTO {table} "):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(migrate(source, target, TurnableClock()))
"""
SPOILED = {
    "sqlite": ("CREATE TRIGGER spoil AFTER INSERT ON comments BEGIN UPDATE comments SET message = 'x' || id; END",),
    "postgresql": (
        """
        CREATE OR REPLACE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN NEW.message := 'x' || NEW.id; RETURN NEW; END $$
        """,
        "CREATE TRIGGER spoil BEFORE INSERT ON comments FOR EACH ROW EXECUTE FUNCTION spoil()",
    ),
}
MENDED = {"sqlite": "DROP TRIGGER spoil", "postgresql": "DROP TRIGGER spoil ON comments"}


@dataclass(frozen=True)
class Move:
    """Where from and where to."""

    source: str
    target: str


@pytest.fixture
async def move(database_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Move]:
    """From a database with the schema on each engine to an empty one on the other."""
    if database_url.startswith("postgresql"):
        yield Move(database_url, f"sqlite:///{tmp_path}/new.sqlite3")
        return
    databases: Databases = request.getfixturevalue("databases")
    async with databases.fresh() as url:
        yield Move(database_url, url)


@pytest.fixture
async def lived(move: Move, clock: TurnableClock) -> DiscussionId:
    """A deployment in which something of everything has happened; every table has rows."""
    store = await SqlStore.open(move.source, clock)
    life = await new_life(store, clock)
    opened = await life.publish("Moss", "On walls and roofs. Ελλάς 🌿")
    file = Attachment("a.png", "image/png", 3, "https://cdn.example/a", None, "Grün", spoiler=True)
    first = await life.say(opened, "1", "Lichen, too.", attachments=(file,))
    await life.say(opened, "2", "Indeed.", answers="1", name="Grace")
    gone = await life.say(opened, "3", "Regretted.")
    for number in range(4, 12):
        await life.say(opened, str(number), f"Number {number}.")
    await life.edit(first, "Lichen and ferns.")
    await life.remove(gone)
    await life.react(opened, first, "🌱", "ada", "grace")
    (board,) = await store.boards(life.community)
    await store.add_words(board.id, "word", ["zucchini", "Äpfel", "apfel", "z", "Z"])
    await store.save_draft(board.id, DISCORD, "ada", article("Later"), clock.turn(days=0))
    await store.keep("key", posted("99"), clock.now())
    await store.close()
    database = Database(engine_for(move.source))
    async with database.write() as tx:
        await tx.run_sync(fill)
    await database.close()
    return opened


async def test_a_deployment_is_the_same_on_the_other_engine(
    move: Move, lived: DiscussionId, clock: TurnableClock
) -> None:
    told: list[tuple[str, str, int, int]] = []
    report = await migrate(move.source, move.target, clock, lambda *step: told.append(step))
    assert not report.resumed
    assert await everything(move.source) == await everything(move.target)
    assert all(digest.rows for digest in report.tables.values()), report
    for name, digest in report.tables.items():
        assert ("copying", name, digest.rows, digest.rows) in told
        assert ("verifying", name, digest.rows, digest.rows) in told
    assert await checked(move.target) == await checked(move.source)
    store = await SqlStore.open(move.target, clock)
    life = Life(store, clock, CommunityId(1))
    assert await life.found("ferns") == [(lived, 1)]
    assert await life.found("roofs") == [(lived, None)]
    assert await life.found("regretted") == []
    old = await SqlStore.open(move.source, clock)
    assert await store.discussions(life.community) == await old.discussions(life.community)
    assert await store.comments(lived) == await old.comments(lived)
    assert await store.opened(life.community, lived) == await old.opened(life.community, lived)
    assert await store.waiting(9) == await old.waiting(9)
    for words in ("lichen", "number", "moss", "never said"):
        found = await old.search(life.community, words, limit=9, offset=0)
        assert await store.search(life.community, words, limit=9, offset=0) == found
    await old.close()
    # Ids go on behind those that came along.
    comments = report.tables["comments"].rows
    assert await life.say(lived, "100", "And on we talk.") == comments + 1
    assert await life.publish("Another") == report.tables["discussions"].rows + 1
    await store.close()


async def test_there_and_back_again(move: Move, lived: DiscussionId, clock: TurnableClock, tmp_path: Path) -> None:
    assert lived
    there = await migrate(move.source, move.target, clock)
    back = f"sqlite:///{tmp_path}/back.sqlite3"
    assert (await migrate(move.target, back, clock)).tables == there.tables
    assert await everything(back) == await everything(move.source)
    assert (tmp_path / "back.sqlite3").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(("table", "times"), [("comments", 2), ("outbox", 3)])
async def test_a_copy_that_was_killed_goes_on_where_it_was(
    move: Move, lived: DiscussionId, clock: TurnableClock, table: str, times: int
) -> None:
    assert lived
    killed = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", KILLED, move.source, move.target, table, str(times)],
        capture_output=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert killed.returncode == -signal.SIGKILL, killed
    with pytest.raises(StorageError, match="holds a part of a deployment: run the same `roundtable db migrate-to`"):
        await SqlStore.open(move.target, clock)
    with pytest.raises(StorageError, match="holds a part of a deployment"):
        await checked(move.target)
    assert (await migrate(move.source, move.target, clock)).resumed
    assert await everything(move.source) == await everything(move.target)
    assert await checked(move.target) == await checked(move.source)


async def test_what_changed_between_two_attempts_is_copied_anew(
    move: Move, lived: DiscussionId, clock: TurnableClock
) -> None:
    with pytest.raises(ZeroDivisionError):
        await migrate(move.source, move.target, clock, cut_off_at("fingerprints"))
    store = await SqlStore.open(move.source, clock)
    life = Life(store, clock, CommunityId(1))
    (board,) = await store.boards(CommunityId(1))
    await store.remove_words(board.id, ["zucchini"])
    await store.drop_draft(await store.save_draft(board.id, SLACK, "bob", article("Never"), clock.now()))
    await life.publish("Ferns")
    await store.close()
    await migrate(move.source, move.target, clock)
    assert await everything(move.source) == await everything(move.target)
    opened = await SqlStore.open(move.target, clock)
    assert set(await Life(opened, clock, CommunityId(1)).found("ferns")) == {(lived, 1), (2, None)}
    await opened.close()


async def test_a_copy_that_is_not_the_same_is_told_and_mended(
    move: Move, lived: DiscussionId, clock: TurnableClock
) -> None:
    assert lived
    await (await SqlStore.open(move.target, clock)).close()
    await execute(move.target, *SPOILED[kind(move.target)])
    with pytest.raises(StorageError, match=r"^the copy of comments is not what it was made from: \d+ rows \(\w{12}\)"):
        await migrate(move.source, move.target, clock)
    with pytest.raises(StorageError, match="holds a part of a deployment"):
        await SqlStore.open(move.target, clock)
    await execute(move.target, MENDED[kind(move.target)])
    assert (await migrate(move.source, move.target, clock)).resumed
    assert await everything(move.source) == await everything(move.target)


async def test_a_target_that_holds_a_deployment_is_left_alone(
    move: Move, lived: DiscussionId, clock: TurnableClock, tmp_path: Path
) -> None:
    assert lived
    await migrate(move.source, move.target, clock)
    before = await everything(move.target)
    with pytest.raises(StorageError, match="holds this deployment already; to copy it anew, name an empty database"):
        await migrate(move.source, move.target, clock)
    other = f"sqlite:///{tmp_path}/other.sqlite3"
    clock.turn(days=1)
    store = await SqlStore.open(other, clock)
    await (await new_life(store, clock)).publish("Other")
    await store.close()
    with pytest.raises(StorageError, match="holds another deployment; name an empty database"):
        await migrate(other, move.target, clock)
    assert await everything(move.target) == before


async def test_a_part_of_a_deployment_is_no_place_for_another_one_and_no_source(
    move: Move, lived: DiscussionId, clock: TurnableClock, tmp_path: Path
) -> None:
    assert lived
    with pytest.raises(ZeroDivisionError):
        await migrate(move.source, move.target, clock, cut_off_at("comments"))
    with pytest.raises(StorageError, match="holds a part of a deployment"):
        await migrate(move.target, f"sqlite:///{tmp_path}/further.sqlite3", clock)
    other = f"sqlite:///{tmp_path}/other.sqlite3"
    clock.turn(days=1)
    store = await SqlStore.open(other, clock)
    await new_life(store, clock)
    await store.close()
    with pytest.raises(StorageError, match="holds a part of another deployment"):
        await migrate(other, move.target, clock)


async def test_what_a_first_start_makes_by_itself_is_no_deployment(
    move: Move, lived: DiscussionId, clock: TurnableClock
) -> None:
    assert lived
    clock.turn(days=1)
    store = await SqlStore.open(move.target, clock)
    await store.community("main")
    await store.close()
    await migrate(move.source, move.target, clock)
    assert await everything(move.source) == await everything(move.target)


@pytest.mark.parametrize("side", ["source", "target"])
async def test_where_a_bot_runs_nothing_is_copied(move: Move, clock: TurnableClock, side: str) -> None:
    url = getattr(move, side)
    if kind(url) == "sqlite":
        with claim(url), pytest.raises(SettingsError, match="Another roundtable runs on"):
            await migrate(move.source, move.target, clock)
        return
    store = await SqlStore.open(url, clock)
    await store.community("main")
    try:
        with pytest.raises(SettingsError, match=r"another roundtable is connected to \S+: stop it first"):
            await migrate(move.source, move.target, clock)
    finally:
        await store.close()
    await migrate(move.source, move.target, clock)


async def test_where_replicas_have_just_been_alive_nothing_is_copied(move: Move, clock: TurnableClock) -> None:
    server = move.source if kind(move.source) == "postgresql" else move.target
    await execute(server, "INSERT INTO replicas VALUES ('one', '', 9000000000000000)")
    with pytest.raises(SettingsError, match="1 roundtable run on postgresql://"):
        await migrate(move.source, move.target, clock)


async def test_an_id_that_was_given_out_is_never_given_out_again(
    move: Move, lived: DiscussionId, clock: TurnableClock
) -> None:
    assert lived
    if not drafts.dialect_options["sqlite"]["autoincrement"]:
        pytest.skip("SQLite keeps no last id of drafts")
    store = await SqlStore.open(move.source, clock)
    gone = await store.save_draft(BoardId(1), DISCORD, "ada", article("Dropped"), clock.now())
    await store.drop_draft(gone)
    await store.close()
    await migrate(move.source, move.target, clock)
    store = await SqlStore.open(move.target, clock)
    later = await store.save_draft(BoardId(1), DISCORD, "ada", article("Later"), clock.now())
    await store.close()
    assert later > gone


async def test_a_character_that_postgresql_does_not_know_stops_nothing(move: Move, clock: TurnableClock) -> None:
    store = await SqlStore.open(move.source, clock)
    life = await new_life(store, clock)
    opened = await life.publish("Nul \x00")
    await life.say(opened, "1", "Lichen \x00.", name="A\x00da")
    await store.close()
    report = await migrate(move.source, move.target, clock)
    assert report.tables["comments"].rows == 1
    store = await SqlStore.open(move.target, clock)
    assert [record.title for record in await store.discussions(life.community)] == ["Nul \ufffd"]
    await store.close()


async def test_nobody_writes_into_what_is_being_copied(move: Move, lived: DiscussionId, clock: TurnableClock) -> None:
    refused = []

    def meanwhile(doing: str, table: str, done: int, _of: int) -> None:
        if (doing, table, done) == ("copying", "comments", 0):
            with ThreadPoolExecutor(1) as pool:  # nothing goes on meanwhile
                refused.append(pool.submit(intrude, move.source).result())

    assert lived
    before = await everything(move.source)
    await migrate(move.source, move.target, clock, meanwhile)
    assert "lock" in str(refused[0])
    assert await everything(move.source) == await everything(move.target) == before


def intrude(url: str) -> BaseException | None:
    """Try to write, without patience; answers what came of it."""
    if kind(url) == "sqlite":
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), timeout=0)) as file:
            try:
                file.execute("UPDATE boards SET name = 'stolen'")
            except sqlite3.OperationalError as error:
                return error
        return None

    async def on_the_server() -> BaseException | None:
        connection = await connect(url)
        try:
            await connection.execute("SET lock_timeout = '50ms'; UPDATE boards SET name = 'stolen'")
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what we are asked for
            return error
        finally:
            await connection.close()
        return None

    return asyncio.run(on_the_server())


@pytest.mark.parametrize(
    ("target", "line"),
    [
        ("nonsense", "the target is not a URL"),
        ("mysql://db/x", "the target speaks of mysql"),
        ("sqlite://", "the target lives in memory"),
        ("sqlite:////nowhere/at/all.sqlite3", "the target: the folder /nowhere/at does not exist"),
        ("sqlite:///{tmp_path}/roundtable.sqlite3", "the target is the database that DATABASE_URL names"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_target_that_can_not_be_one_is_told(
    database_url: str, tmp_path: Path, clock: TurnableClock, target: str, line: str
) -> None:
    with pytest.raises(SettingsError, match=line):
        await migrate(database_url, target.format(tmp_path=tmp_path), clock)


async def test_a_source_that_is_not_there_is_not_made(tmp_path: Path, clock: TurnableClock) -> None:
    with pytest.raises(StorageError, match="There is no database"):
        await migrate(f"sqlite:///{tmp_path}/none", f"sqlite:///{tmp_path}/new", clock)
    assert names_in(tmp_path) == []


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def cut_off_at(table: str) -> Watch:
    def watch(doing: str, name: str, _done: int, _of: int) -> None:
        if (doing, name) == ("copying", table):
            raise ZeroDivisionError

    return watch


def kind(url: str) -> str:
    return url.split(":", 1)[0]
