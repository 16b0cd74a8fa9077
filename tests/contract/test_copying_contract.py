"""A deployment goes from one engine to the other and back, also in two goes, and stays what it was."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, text

from bot.errors import StorageError
from bot.markup.tree import plain_document
from bot.model import DISCORD
from storage.copying import migrate
from storage.database import Database, engine_for
from storage.store import SqlStore
from storage.tables import comments, metadata
from storage.upkeep import checked, upgraded
from tests.builders import TurnableClock, channel, posted
from tests.life import new_life

pytestmark = pytest.mark.parametrize(
    ("database_url", "empty_url"), [("sqlite", "postgresql"), ("postgresql", "sqlite")], indirect=True
)


class Interrupted(Exception):
    pass


def unheard(_step: str, _done: int, _every: int) -> None:
    pass


@pytest.fixture
async def full_url(database_url: str, clock: TurnableClock) -> str:
    """The URL of a database where people have been."""
    store = await SqlStore.open(database_url, clock)
    life = await new_life(store, clock)
    for number in range(3):
        discussion = await life.publish(f"Article {number}")
        said = await life.say(discussion, f"{number}1", plain_document(f"Lichen {number} \x00."))
        await life.say(discussion, f"{number}2", "Moss.", answers=f"{number}1")
        gone = await life.say(discussion, f"{number}3", "Regretted.")
        await life.remove(gone)
        await life.edit(said, f"Lichen {number}, edited.")
        await life.react(discussion, said, "👍", "ada", "bob")
    await store.keep("key", posted("9"), clock.now())
    await store.close()
    return database_url


async def rows_of(url: str) -> dict[str, int]:
    database = Database(engine_for(url))
    async with database.read() as tx:
        counts = {
            name: (await tx.execute(select(func.count()).select_from(table))).scalar_one()
            for name, table in metadata.tables.items()
        }
    await database.close()
    return counts


async def test_everything_goes_over_and_life_goes_on(full_url: str, empty_url: str, clock: TurnableClock) -> None:
    steps: list[str] = []
    counts = await migrate(full_url, empty_url, lambda step, _done, _every: steps.append(step))
    assert counts["comments"] == 9
    assert {name: rows for name, rows in (await rows_of(empty_url)).items() if name in counts} == counts
    assert {"copy comments", "verify comments", "index"} <= set(steps)
    assert await checked(empty_url) == ()
    old, new = await SqlStore.open(full_url, clock), await SqlStore.open(empty_url, clock)
    try:
        community = await new.community("main")
        assert await new.discussions(community) == await old.discussions(community)
        for discussion in await old.discussions(community):
            assert await new.comments(discussion.id) == await old.comments(discussion.id)
            assert await new.opened(community, discussion.id) == await old.opened(community, discussion.id)
        for words in ("lichen", "moss", "regretted", "article 1"):
            assert await new.search(community, words, limit=9, offset=0) == await old.search(
                community, words, limit=9, offset=0
            )
        assert await new.join(community, "other", channel(DISCORD, "elsewhere"))
        assert [record.name for record in await new.boards(community)] == ["main", "other"]
        life = await new_life(new, clock)
        await life.say(await life.publish("Afterwards"), "81", "It goes on.")
        assert await new.violations() == ()
    finally:
        await old.close()
        await new.close()


async def test_a_copy_that_was_interrupted_goes_on_and_nobody_works_on_half_of_one(
    full_url: str, empty_url: str, clock: TurnableClock
) -> None:
    def interrupt(step: str, _done: int, _every: int) -> None:
        if step == "copy comments":
            raise Interrupted

    with pytest.raises(Interrupted):
        await migrate(full_url, empty_url, interrupt)
    with pytest.raises(StorageError, match="is half a copy"):
        await SqlStore.open(empty_url, clock)
    steps: list[str] = []
    await migrate(full_url, empty_url, lambda step, _done, _every: steps.append(step))
    assert "copy communities" not in steps
    assert await checked(empty_url) == ()


async def test_a_source_that_changes_meanwhile_is_noticed(full_url: str, empty_url: str) -> None:
    def interrupt(step: str, _done: int, _every: int) -> None:
        if step == "copy comments":
            raise Interrupted

    with pytest.raises(Interrupted):
        await migrate(full_url, empty_url, interrupt)
    database = Database(engine_for(full_url))
    async with database.write() as tx:
        await tx.execute(comments.update().where(comments.c.id == 1).values(permalink="https://changed.example"))
    await database.close()
    with pytest.raises(StorageError, match=r"^comments arrived as 9 rows .* the source has changed meanwhile"):
        await migrate(full_url, empty_url, unheard)


async def test_nothing_is_overwritten(full_url: str, empty_url: str, clock: TurnableClock) -> None:
    store = await SqlStore.open(empty_url, clock)
    await store.community("main")
    await store.close()
    with pytest.raises(StorageError, match="is not empty"):
        await migrate(full_url, empty_url, unheard)
    with pytest.raises(StorageError, match="onto itself"):
        await migrate(full_url, full_url, unheard)


async def test_a_database_in_use_is_not_copied(full_url: str, empty_url: str) -> None:
    server = full_url if full_url.startswith("postgresql") else empty_url
    await upgraded(server)
    database = Database(engine_for(server))
    async with database.write() as tx:
        await tx.execute(text("INSERT INTO replicas VALUES ('one', '', 9000000000000000)"))
    await database.close()
    with pytest.raises(StorageError, match="1 roundtable run on postgresql://"):
        await migrate(full_url, empty_url, unheard)
