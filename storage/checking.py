"""What must hold in every database, whatever happened: each rule is a query for the rows that break it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.records import Delivery
from storage.database import Database
from storage.tables import attachments, boards, channels, comments, copies, discussions, inbox, leases, outbox, postings

_MOST: Final = 20
"""Rows that are named for one rule; how many more there are is counted."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """`broken` selects the rows that break it; `line` is written for each, with the row's columns by name."""

    broken: Select[Any]
    line: str


_answered = comments.alias("answered")
_twin = comments.alias("twin")
_place = postings.alias("place")


def _row_for(kind: str, target: ColumnElement[int]) -> ColumnElement[bool]:
    return exists().where(outbox.c.kind == kind, outbox.c.target_id == target)


_counted = (
    select(func.count())
    .where(comments.c.discussion_id == discussions.c.id, comments.c.removed.is_(False))
    .scalar_subquery()
)
_rows_of_copies = (
    select(outbox.c.id, outbox.c.target_id)
    .join(copies, copies.c.id == outbox.c.target_id)
    .join(postings, postings.c.id == copies.c.posting_id)
    .join(channels, channels.c.id == postings.c.channel_id)
    .where(outbox.c.kind == "copy")
)
_rows_of_cards = (
    select(outbox.c.id, outbox.c.target_id)
    .join(postings, postings.c.id == outbox.c.target_id)
    .join(channels, channels.c.id == postings.c.channel_id)
    .where(outbox.c.kind == "card")
)
_other_place = or_(outbox.c.platform != channels.c.platform, outbox.c.community_id != channels.c.community_id)

_opened = select(func.count()).where(discussions.c.board_id == boards.c.id).scalar_subquery()

_RULES: Final = (
    _Rule(
        select(boards.c.id, boards.c.discussions, _opened.label("there")).where(boards.c.discussions != _opened),
        "board {id} counts {discussions} discussions, but {there} are there",
    ),
    _Rule(
        select(discussions.c.id, discussions.c.comments, _counted.label("there")).where(
            discussions.c.comments != _counted
        ),
        "discussion {id} counts {comments} comments, but {there} are there",
    ),
    _Rule(
        select(comments.c.id, _twin.c.id.label("twin"), comments.c.message)
        .join(_twin, and_(_twin.c.posting_id == comments.c.posting_id, _twin.c.message == comments.c.message))
        .where(comments.c.id < _twin.c.id),
        "comments {id} and {twin} stand for the same message {message}",
    ),
    _Rule(
        select(comments.c.id, copies.c.id.label("copy")).join(
            copies, and_(copies.c.posting_id == comments.c.posting_id, copies.c.message == comments.c.message)
        ),
        "comment {id} is made of a message of ours, copy {copy}",
    ),
    _Rule(
        select(comments.c.id, comments.c.posting_id)
        .join(postings, postings.c.id == comments.c.posting_id)
        .where(postings.c.discussion_id != comments.c.discussion_id),
        "comment {id} was written in posting {posting_id}, which is another discussion's",
    ),
    _Rule(
        select(comments.c.id, comments.c.answers_id)
        .join(_answered, _answered.c.id == comments.c.answers_id)
        .where(_answered.c.discussion_id != comments.c.discussion_id),
        "comment {id} answers comment {answers_id}, which is another discussion's",
    ),
    _Rule(
        select(comments.c.id).where(comments.c.removed, exists().where(attachments.c.comment_id == comments.c.id)),
        "comment {id} was removed, but its attachments are kept",
    ),
    _Rule(
        select(copies.c.id, copies.c.comment_id, copies.c.posting_id)
        .join(comments, comments.c.id == copies.c.comment_id)
        .join(postings, postings.c.id == copies.c.posting_id)
        .where(postings.c.discussion_id != comments.c.discussion_id),
        "copy {id} of comment {comment_id} is in posting {posting_id}, which is another discussion's",
    ),
    _Rule(
        select(copies.c.id, copies.c.comment_id)
        .join(comments, comments.c.id == copies.c.comment_id)
        .where(copies.c.posting_id == comments.c.posting_id, copies.c.own_place.is_(False)),
        "copy {id} of comment {comment_id} is in the comment's own posting, but does not take its place",
    ),
    _Rule(
        select(copies.c.id, copies.c.comment_id)
        .join(comments, comments.c.id == copies.c.comment_id)
        .where(copies.c.posting_id != comments.c.posting_id, copies.c.own_place),
        "copy {id} of comment {comment_id} takes its place in a posting that is not the comment's own",
    ),
    _Rule(
        select(comments.c.id, _place.c.id.label("place"))
        .join(_place, _place.c.discussion_id == comments.c.discussion_id)
        .where(
            comments.c.removed.is_(False),
            _place.c.id != comments.c.posting_id,
            ~exists().where(copies.c.comment_id == comments.c.id, copies.c.posting_id == _place.c.id),
        ),
        "comment {id} has no copy in posting {place}",
    ),
    _Rule(
        select(copies.c.id, copies.c.comment_id).where(~_row_for("copy", copies.c.id)),
        "copy {id} of comment {comment_id} has no outbox row",
    ),
    _Rule(
        select(postings.c.id).where(~_row_for("card", postings.c.id)),
        "posting {id} has no outbox row",
    ),
    _Rule(
        select(postings.c.id).where(
            ~exists().where(leases.c.name == literal("thread:").concat(postings.c.id))
            | ~exists().where(leases.c.name == literal("card:").concat(postings.c.id))
        ),
        "posting {id} has no lane to lease",
    ),
    _Rule(
        select(outbox.c.kind, outbox.c.target_id, func.count().label("rows"))
        .group_by(outbox.c.kind, outbox.c.target_id)
        .having(func.count() > 1),
        "{kind} {target_id} has {rows} outbox rows",
    ),
    _Rule(
        select(outbox.c.id, outbox.c.kind, outbox.c.target_id).where(
            or_(
                and_(outbox.c.kind == "copy", ~exists().where(copies.c.id == outbox.c.target_id)),
                and_(outbox.c.kind == "card", ~exists().where(postings.c.id == outbox.c.target_id)),
                outbox.c.kind.not_in(("copy", "card")),
            )
        ),
        "outbox row {id} carries {kind} {target_id}, which is not there",
    ),
    _Rule(
        _rows_of_copies.where(or_(_other_place, outbox.c.lane != literal("thread:").concat(postings.c.id))),
        "outbox row {id} carries copy {target_id} to another place than the copy's own",
    ),
    _Rule(
        _rows_of_cards.where(or_(_other_place, outbox.c.lane != literal("card:").concat(postings.c.id))),
        "outbox row {id} carries card {target_id} to another place than the card's own",
    ),
    _Rule(
        select(outbox.c.id, outbox.c.kind, outbox.c.target_id, outbox.c.wanted, outbox.c.done).where(
            outbox.c.state == Delivery.SENT, outbox.c.wanted > outbox.c.done
        ),
        "outbox row {id} ({kind} {target_id}) rests at version {done}, but {wanted} is wanted",
    ),
    _Rule(
        select(outbox.c.id, outbox.c.state).where(outbox.c.state.not_in(tuple(Delivery))),
        "outbox row {id} is in the state {state}, which is none",
    ),
    _Rule(
        select(inbox.c.id, inbox.c.outcome).where(inbox.c.outcome.is_not(None), inbox.c.payload.is_not(None)),
        "inbox row {id} was dealt with ({outcome}), but what came is kept",
    ),
    _Rule(
        select(inbox.c.id).where(inbox.c.outcome.is_(None), inbox.c.payload.is_(None)),
        "inbox row {id} waits, but what came is gone",
    ),
)


async def violations(database: Database) -> tuple[str, ...]:
    """One line for each thing that must hold and does not, in one consistent view; empty where all is well."""
    async with database.read() as tx:
        found: list[str] = []
        if database.engine.dialect.name == "sqlite":
            found += await _file(tx)
        for rule in _RULES:
            rows = (await tx.execute(rule.broken)).mappings().all()
            found += _some([rule.line.format_map(row) for row in rows])
    return tuple(found)


async def _file(tx: AsyncConnection) -> list[str]:
    """What SQLite itself finds: pages and indexes, and rows whose parents are missing."""
    damaged = [line for line in (await tx.execute(text("PRAGMA integrity_check"))).scalars() if line != "ok"]
    orphans = (await tx.execute(text("PRAGMA foreign_key_check"))).all()
    return _some(damaged) + _some(
        [f"{row[0]} row {row[1]} belongs to a row of {row[2]} that is not there" for row in orphans]
    )


def _some(lines: list[str]) -> list[str]:
    if len(lines) <= _MOST:
        return lines
    return [*lines[:_MOST], f"… and {len(lines) - _MOST} more like the last one"]
