"""Whose rows a database holds, and the mark on one that holds a part of them."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Table, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import StorageError
from bot.ports import Clock
from storage.tables import STAYS, boards, communities, metadata, transfers

_MADE_BY_ANY_START: Final = frozenset({communities.name, boards.name})
_NOBODY: Final = "nobody"


async def identity(tx: AsyncConnection) -> str:
    """What tells one deployment from another: the name of its first community, and when that was made."""
    query = select(communities.c.name, communities.c.created_at).order_by(communities.c.id).limit(1)
    row = (await tx.execute(query)).first()
    return _NOBODY if row is None else f"{row.name} {row.created_at.isoformat()}"


async def refuse_a_part(tx: AsyncConnection) -> None:
    """Raises `StorageError` where a deployment was not wholly copied into this database."""
    if (await tx.execute(select(transfers.c.source))).first() is not None:
        raise StorageError(
            "the database holds a part of a deployment: run the same `roundtable db migrate-to` again, which ends it"
        )


async def begin(tx: AsyncConnection, source: str, clock: Clock) -> bool:
    """Mark a database as one that is being copied into; True where copying goes on that was begun before.

    Raises `StorageError` where it holds anything else.
    """
    begun = (await tx.execute(select(transfers.c.source))).scalar()
    if begun == source:
        return True
    if begun is not None:
        raise StorageError("the target holds a part of another deployment; name a database of its own")
    if not await _bare(tx):
        here = await identity(tx)
        raise StorageError(
            "the target holds this deployment already; to copy it anew, name an empty database"
            if here == source
            else "the target holds another deployment; name an empty database"
        )
    await tx.execute(insert(transfers).values(source=source, started_at=clock.now()))
    return False


async def end(tx: AsyncConnection) -> None:
    """Take the mark away."""
    await tx.execute(delete(transfers))


async def _bare(tx: AsyncConnection) -> bool:
    """Whether nothing is there but what a first start makes by itself."""
    for table in metadata.sorted_tables:
        if not table.info.get(STAYS) and await _rows(tx, table) > (1 if table.name in _MADE_BY_ANY_START else 0):
            return False
    return True


async def _rows(tx: AsyncConnection, table: Table) -> int:
    few = select(*table.primary_key).limit(2).subquery()
    return int((await tx.execute(select(func.count()).select_from(few))).scalar_one())
