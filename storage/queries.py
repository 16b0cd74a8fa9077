"""Selections that several parts of the store share, and the key of a row just made.

What an event asks of the database is built once, when its module is read, with a `bindparam` for each value that is
given where it is executed: to build a statement and its key for SQLAlchemy's cache costs more than most take to run
(docs/decisions/0007).
"""

from __future__ import annotations

from typing import Any, Final, cast

from sqlalchemy import ColumnElement, CursorResult, FromClause, and_, bindparam, literal_column, select

from bot.model import ThreadRef
from bot.records import Delivery
from storage.tables import attachments, authors, channels, comments, outbox, postings

CHANNEL = [
    channels.c.id.label("channel_id"),
    channels.c.platform.label("channel_platform"),
    channels.c.workspace.label("channel_workspace"),
    channels.c.remote.label("channel_remote"),
    channels.c.name.label("channel_name"),
    channels.c.forum.label("channel_forum"),
]
AUTHOR = [
    authors.c.platform.label("author_platform"),
    authors.c.workspace.label("author_workspace"),
    authors.c.remote.label("author_remote"),
    authors.c.name.label("author_name"),
    authors.c.avatar.label("author_avatar"),
]

SENT: Final[ColumnElement[str]] = literal_column(f"'{Delivery.SENT.value}'")
"""The state of rows that rest, written out: a partial index serves no query with parameters."""

POSTINGS = (
    select(postings, *CHANNEL[1:], outbox.c.state, outbox.c.reason)
    .join(channels, channels.c.id == postings.c.channel_id)
    .join(outbox, and_(outbox.c.kind == "card", outbox.c.target_id == postings.c.id))
)
"""Postings with their channels and the state of their cards, for `records.posting_record`."""
POSTING: Final = POSTINGS.where(postings.c.id == bindparam("posting"))
"""The one with the id `posting`."""

COMMENTS = (
    select(comments, postings.c.thread, *CHANNEL, *AUTHOR)
    .join(authors, authors.c.id == comments.c.author_id)
    .join(postings, postings.c.id == comments.c.posting_id)
    .join(channels, channels.c.id == postings.c.channel_id)
)
"""Comments with their authors and origins, for `records.comment_record`."""
COMMENT: Final = COMMENTS.where(comments.c.id == bindparam("comment"))
"""The one with the id `comment`."""

ATTACHMENTS: Final = (
    select(attachments).where(attachments.c.comment_id == bindparam("comment")).order_by(attachments.c.ordinal)
)
"""The files of `comment`, for `records.attachment_record` and `records.attachment`."""

IN_THIS_CHANNEL: Final = and_(
    channels.c.platform == bindparam("platform"),
    channels.c.workspace == bindparam("workspace"),
    channels.c.remote == bindparam("channel"),
)
"""Whether a channel is the one of a thread whose `names` are given."""


def names(thread: ThreadRef) -> dict[str, str]:
    """A thread as values of a statement: its `platform`, `workspace`, `channel` and `thread`."""
    channel = thread.channel
    return {
        "platform": channel.platform,
        "workspace": channel.workspace,
        "channel": channel.channel,
        "thread": thread.thread,
    }


def is_open(rows: FromClause) -> ColumnElement[bool]:
    """Whether rows of the outbox are still to be carried out.

    In the very words of the index that holds those alone: with bound values neither engine sees that it may be used.
    """
    return cast("ColumnElement[bool]", rows.c.state.in_([literal_column("'pending'"), literal_column("'sending'")]))


def made(result: CursorResult[Any]) -> int:
    """The id of the row that an insert made."""
    key = result.inserted_primary_key
    assert key is not None  # noqa: S101 - an insert of one row has a key
    return int(key[0])
