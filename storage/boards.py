"""Communities, boards and channels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Table, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.masking.maskers import BoardWords, WordKind
from bot.model import BoardId, ChannelInfo, ChannelRef, CommunityId
from bot.ports import Clock
from bot.records import BoardRecord
from storage.database import Database, upsert
from storage.locks import lock_board
from storage.records import channel_record
from storage.tables import board_channels, board_words, boards, channels, communities

MAIN = "main"
_BATCH = 500
"""Rows a statement: databases bound how many values one may have."""


class Boards:
    """The part of the Store that knows where articles go."""

    _database: Database
    _clock: Clock

    async def community(self, name: str) -> CommunityId:
        """See `bot.store.Store`."""
        async with self._database.write() as tx:
            now = self._clock.now()
            found = await _id_of(tx, communities, {"name": name}, {"created_at": now})
            await _board_id(tx, CommunityId(found), MAIN, now)
        return CommunityId(found)

    async def join(self, community: CommunityId, board: str, channel: ChannelInfo) -> bool:
        """See `bot.store.Store`."""
        async with self._database.write() as tx:
            now = self._clock.now()
            board_id = await _board_id(tx, community, board, now)
            channel_id = await _channel_id(tx, community, channel, now)
            link = upsert(tx.dialect.name, board_channels).values(board_id=board_id, channel_id=channel_id)
            return (await tx.execute(link.on_conflict_do_nothing())).rowcount > 0

    async def leave(self, community: CommunityId, channel: ChannelRef, board: str | None) -> tuple[str, ...]:
        """See `bot.store.Store`."""
        query = (
            select(boards.c.id, boards.c.name, channels.c.id.label("channel_id"))
            .join(board_channels, board_channels.c.board_id == boards.c.id)
            .join(channels, channels.c.id == board_channels.c.channel_id)
            .where(
                boards.c.community_id == community,
                channels.c.platform == channel.platform,
                channels.c.workspace == channel.workspace,
                channels.c.remote == channel.channel,
            )
            .order_by(boards.c.name)
        )
        if board is not None:
            query = query.where(boards.c.name == board)
        async with self._database.write() as tx:
            rows = (await tx.execute(query)).all()
            for row in rows:
                await tx.execute(
                    delete(board_channels).where(
                        board_channels.c.board_id == row.id, board_channels.c.channel_id == row.channel_id
                    )
                )
        return tuple(row.name for row in rows)

    async def boards(self, community: CommunityId) -> tuple[BoardRecord, ...]:
        """See `bot.store.Store`."""
        async with self._database.read() as tx:
            rows = (
                await tx.execute(
                    select(boards.c.id, boards.c.name, boards.c.on_web)
                    .where(boards.c.community_id == community)
                    .order_by(boards.c.name)
                )
            ).all()
            return tuple([await board_record(tx, BoardId(row.id), row.name, on_web=row.on_web) for row in rows])

    async def show_on_web(self, board: BoardId, *, on_web: bool) -> None:
        """See `bot.store.Store`."""
        async with self._database.write() as tx:
            await tx.execute(update(boards).where(boards.c.id == board).values(on_web=on_web))

    async def add_words(self, board: BoardId, kind: WordKind, texts: Sequence[str]) -> int:
        """See `bot.store.Store`."""
        rows = [{"board_id": board, "kind": kind, "text": text} for text in dict.fromkeys(texts)]
        async with self._database.write() as tx:
            await lock_board(tx, board)
            before = await _count_words(tx, board)
            for start in range(0, len(rows), _BATCH):
                await tx.execute(
                    upsert(tx.dialect.name, board_words).on_conflict_do_nothing(), rows[start : start + _BATCH]
                )
            return await _count_words(tx, board) - before

    async def remove_words(self, board: BoardId, texts: Sequence[str]) -> int:
        """See `bot.store.Store`."""
        gone = 0
        async with self._database.write() as tx:
            for start in range(0, len(texts), _BATCH):
                some = board_words.c.text.in_(texts[start : start + _BATCH])
                gone += (await tx.execute(delete(board_words).where(board_words.c.board_id == board, some))).rowcount
        return gone

    async def words(self) -> Mapping[BoardId, BoardWords]:
        """See `bot.store.Store`."""
        found: defaultdict[BoardId, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        query = select(board_words).order_by(board_words.c.board_id, board_words.c.kind, board_words.c.text)
        async with self._database.read() as tx:
            for row in (await tx.execute(query)).all():
                found[BoardId(row.board_id)][row.kind].append(row.text)
        return {
            board: BoardWords(tuple(kinds["word"]), tuple(kinds["phrase"]), tuple(kinds["exception"]))
            for board, kinds in found.items()
        }


async def _count_words(tx: AsyncConnection, board: BoardId) -> int:
    query = select(func.count()).select_from(board_words).where(board_words.c.board_id == board)
    return int((await tx.execute(query)).scalar_one())


async def board_record(tx: AsyncConnection, board: BoardId, name: str, *, on_web: bool = True) -> BoardRecord:
    """A board with its channels, in the order in which they became known."""
    rows = await tx.execute(
        select(channels)
        .join(board_channels, board_channels.c.channel_id == channels.c.id)
        .where(board_channels.c.board_id == board)
        .order_by(channels.c.id)
    )
    return BoardRecord(board, name, tuple(channel_record(row) for row in rows.mappings()), on_web)


async def _board_id(tx: AsyncConnection, community: CommunityId, name: str, now: datetime) -> int:
    return await _id_of(tx, boards, {"community_id": community, "name": name}, {"created_at": now})


async def _channel_id(tx: AsyncConnection, community: CommunityId, channel: ChannelInfo, now: datetime) -> int:
    ref = channel.ref
    key = {"community_id": community, "platform": ref.platform, "workspace": ref.workspace, "remote": ref.channel}
    shown = {"name": channel.name, "forum": channel.forum}
    found = await _id_of(tx, channels, key, {**shown, "created_at": now})
    await tx.execute(update(channels).where(channels.c.id == found).values(**shown))
    return found


async def _id_of(tx: AsyncConnection, table: Table, key: dict[str, object], more: dict[str, object]) -> int:
    """The id of the row with this key, made with `more` where there is none, whoever else makes it just now."""
    query = select(table.c.id).filter_by(**key)
    found = (await tx.execute(query)).scalar()
    if found is None:
        await tx.execute(upsert(tx.dialect.name, table).values(**key, **more).on_conflict_do_nothing())
        found = (await tx.execute(query)).scalar_one()
    return int(found)
