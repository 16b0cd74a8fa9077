"""The whole of it: from two addresses to a copy that is proven to be one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.errors import SettingsError, StorageError
from bot.ports import Clock
from storage import searching
from storage.database import Database
from storage.engines import parsed_url
from storage.migrations import upgrade
from storage.transfer import marking
from storage.transfer.quiet import alone, nobody_beats, one_copier, still
from storage.transfer.rows import Digest, Plain, count, digest, plain_tables, steps, stream
from storage.transfer.writing import carry_out, go_on_counting, last_ids
from storage.upkeep import existing_file, file_of, on_a_server

Doing: TypeAlias = Literal["copying", "verifying"]
Watch: TypeAlias = Callable[[Doing, str, int, int], None]
"""Told while it goes on: what is being done, with which table, how many of its rows are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was copied: each table's count and checksum, the same on both sides; whether an earlier copy went on."""

    tables: dict[str, Digest]
    resumed: bool

    @property
    def rows(self) -> int:
        """The rows of all tables."""
        return sum(table.rows for table in self.tables.values())


def _unwatched(_doing: Doing, _table: str, _done: int, _of: int) -> None:
    return None


async def migrate(source_url: str, target_url: str, clock: Clock, watch: Watch = _unwatched) -> Report:
    """Copy the deployment at one `DATABASE_URL` to another, and prove that it is the same there.

    Both schemas are brought up to date first. Raises `SettingsError` where a URL is none or a bot runs on either side;
    `StorageError` where there is nothing to copy, the target holds something else, or a database refuses. Whatever
    ends it, the source is as it was, and the same call goes on where it was cut off.
    """
    _look_at(source_url, target_url)
    async with AsyncExitStack() as stack:
        source = await stack.enter_async_context(alone(source_url))
        target = await stack.enter_async_context(alone(target_url))
        await stack.enter_async_context(one_copier(target))
        await upgrade(source)
        await nobody_beats(source, source_url)
        async with source.read() as tx:
            await marking.refuse_a_part(tx)
            whose = await marking.identity(tx)
            last = await last_ids(tx)
        _for_its_owner_alone(target_url)
        await upgrade(target)
        await nobody_beats(target, target_url)
        await stack.enter_async_context(still(source))
        async with target.write() as tx:
            resumed = await marking.begin(tx, whose, clock)
        tables = plain_tables()
        sizes = {plain.name: await count(source, plain) for plain in tables}
        for plain in tables:
            await _copy(source, target, plain, sizes[plain.name], watch)
        async with target.write() as tx:
            await go_on_counting(tx, last)
        found = {plain.name: await _verified(source, target, plain, sizes[plain.name], watch) for plain in tables}
        async with target.write() as tx:
            await searching.prove_whole(tx)
            await marking.end(tx)
    return Report(found, resumed)


def _look_at(source: str, target: str) -> None:
    here = None if on_a_server(source) else existing_file(source)
    try:
        to = file_of(target)
    except SettingsError as error:
        raise SettingsError(str(error).replace("DATABASE_URL", "the target")) from None
    if to is None and not on_a_server(target):
        raise SettingsError("the target lives in memory and would be gone at once; write sqlite:///FILE")
    if parsed_url(source) == parsed_url(target) or (to is not None and to == here):
        raise SettingsError("the target is the database that DATABASE_URL names; name another one")


def _for_its_owner_alone(target: str) -> None:
    """It will hold what people wrote before masking."""
    file = None if on_a_server(target) else file_of(target)
    if file is not None:
        try:
            file.touch(mode=0o600)
        except OSError as error:
            raise StorageError(f"{file} can't be written: {error.strerror}") from error


async def _copy(source: Database, target: Database, plain: Plain, rows: int, watch: Watch) -> None:
    done = 0
    watch("copying", plain.name, done, rows)
    async with aclosing(steps(stream(source, plain), stream(target, plain), plain)) as every:
        async for step in every:
            if step.put or step.gone:
                try:
                    async with target.write() as tx:
                        await carry_out(tx, plain, step)
                except StorageError as error:
                    first = plain.key_of(step.put[0]) if step.put else step.gone[0]
                    raise StorageError(f"{plain.name}, from row {'/'.join(map(str, first))} on: {error}") from error
            done += step.passed
            watch("copying", plain.name, done, rows)


async def _verified(source: Database, target: Database, plain: Plain, rows: int, watch: Watch) -> Digest:
    """A table's digest, read back from both sides; raises `StorageError` where they differ."""
    watch("verifying", plain.name, 0, rows)
    here = there = None
    async with aclosing(digest(target, plain)) as growing:
        async for there in growing:
            watch("verifying", plain.name, there.rows // 2, rows)
    async with aclosing(digest(source, plain)) as growing:
        async for here in growing:
            watch("verifying", plain.name, (rows + here.rows) // 2, rows)
    assert here is not None  # noqa: S101 - also an empty table has a digest
    if here != there:
        raise StorageError(
            f"the copy of {plain.name} is not what it was made from: {here} in the source, {there} in the target;"
            " run the same again, which copies what differs"
        )
    return here
