"""What the outbox is asked for: new copies, and copies and cards brought to a version."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Update, bindparam, case, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import CommentId, CommunityId, DiscussionId, PostingId
from bot.records import Delivery
from storage.columns import Moment
from storage.queries import made
from storage.tables import copies, outbox, postings

_COPY: Final = insert(copies)
_SEND_COPY: Final = insert(outbox).values(kind="copy", state=Delivery.PENDING, done=0, attempts=0)


async def copy_to(
    tx: AsyncConnection,
    community: CommunityId,
    comment: CommentId,
    posting: PostingId,
    platform: str,
    version: int,
    *,
    own_place: bool,
    now: datetime,
) -> None:
    """A comment's copy in a posting, for its lane to send. `own_place`: it takes the place of the original."""
    made_copy = made(
        await tx.execute(
            _COPY, {"comment_id": comment, "posting_id": posting, "own_place": own_place, "cleared": not own_place}
        )
    )
    await tx.execute(
        _SEND_COPY,
        {
            "community_id": community,
            "target_id": made_copy,
            "lane": f"thread:{posting}",
            "platform": platform,
            "stamp": f"c{made_copy}-{secrets.token_hex(4)}",
            "wanted": version,
            "not_before": now,
        },
    )


_RESTING: Final = outbox.c.state == Delivery.SENT
TRIED_ANEW: Final = case((outbox.c.started_at.is_not(None), Delivery.SENDING.value), else_=Delivery.PENDING.value)
"""The state of a parked row that is carried out again: what an earlier try may have sent is looked for first."""


def _wanted(again: ColumnElement[bool]) -> Update:
    return (
        update(outbox)
        .where(
            outbox.c.kind == "copy",
            outbox.c.target_id.in_(select(copies.c.id).where(copies.c.comment_id == bindparam("comment"))),
        )
        .values(
            state=case((again, TRIED_ANEW), else_=outbox.c.state),
            attempts=case((again, 0), else_=outbox.c.attempts),
            not_before=case((again, bindparam("at", type_=Moment())), else_=outbox.c.not_before),
        )
    )


_WANT: Final = _wanted(_RESTING)
_WANT_ANEW: Final = _wanted(outbox.c.state.in_((Delivery.SENT, Delivery.FAILED)))


async def want_copies(
    tx: AsyncConnection, comment: CommentId, version: int, at: datetime, *, parked: bool = False
) -> None:
    """Ask every copy of a comment to come to a version. A row whose try is under way stays as it is until then.

    `parked`: ask those that were refused, too, since what is wanted now may be taken.
    """
    await tx.execute(_WANT_ANEW if parked else _WANT, {"comment": comment, "wanted": version, "at": at})


_WANT_CARDS: Final = (
    update(outbox)
    .where(
        outbox.c.kind == "card",
        outbox.c.target_id.in_(select(postings.c.id).where(postings.c.discussion_id == bindparam("discussion"))),
    )
    .values(
        state=case((_RESTING, Delivery.PENDING.value), else_=outbox.c.state),
        not_before=case((_RESTING, bindparam("at", type_=Moment())), else_=outbox.c.not_before),
    )
)


async def want_cards(tx: AsyncConnection, discussion: DiscussionId, version: int, at: datetime) -> None:
    """Ask every card of a discussion to come to a version, the same way."""
    await tx.execute(_WANT_CARDS, {"discussion": discussion, "wanted": version, "at": at})
