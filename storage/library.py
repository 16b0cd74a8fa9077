"""What the page reads: discussions on the web with their comments, in as few queries as it takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, RowMapping, Select, func, literal, or_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Attachment, Author, CommentId, CommunityId, DiscussionId, PlatformName
from bot.page.records import Backlog, Hit, Leaf, Listing, Opened, Place, Pulse, Remark, Summary
from bot.records import Delivery
from bot.views import Tally
from storage import searching
from storage.columns import Moment
from storage.database import Database
from storage.queries import AUTHOR, COMMENTS, SENT
from storage.records import ARTICLE, attachment, channel_record, comment_record, discussion_record
from storage.records import author as author_of
from storage.tables import (
    articles,
    attachments,
    authors,
    boards,
    channels,
    comments,
    copies,
    discussions,
    outbox,
    postings,
    reactions,
)

_CARD: Final = 0
"""The subject of reactions to a card."""


class Reading:
    """The part of the Store that the page reads from (`bot.page.records.Library`)."""

    _database: Database

    async def listed(
        self, community: CommunityId, order: Listing, *, limit: int, offset: int
    ) -> tuple[tuple[Summary, ...], int]:
        """See `bot.page.records.Library`."""
        newest = (discussions.c.created_at.desc(), discussions.c.id.desc())
        busiest = (discussions.c.comments.desc(), discussions.c.active_at.desc(), discussions.c.id.desc())
        ordered = busiest if order is Listing.BUSY else newest
        shown = _summaries(community)
        counted = select(func.sum(boards.c.discussions)).where(boards.c.community_id == community, boards.c.on_web)
        async with self._database.read() as tx:
            total = (await tx.execute(counted)).scalar_one() or 0
            rows = (await tx.execute(shown.order_by(*ordered).limit(limit).offset(offset))).mappings().all()
            return tuple((await _with_places(tx, rows)).values()), int(total)

    async def summaries(
        self, community: CommunityId, discussions: Collection[DiscussionId]
    ) -> Mapping[DiscussionId, Summary]:
        """See `bot.page.records.Library`."""
        async with self._database.read() as tx:
            return await _found(tx, community, discussions)

    async def opened(
        self, community: CommunityId, discussion: DiscussionId, *, unlisted: bool = False
    ) -> Opened | None:
        """See `bot.page.records.Library`."""
        async with self._database.read() as tx:
            summary = (await _found(tx, community, [discussion], unlisted=unlisted)).get(discussion)
            if summary is None:
                return None
            given = await _reactions(tx, postings.c.discussion_id == discussion)
            outline = (
                select(comments.c.id, comments.c.answers_id, comments.c.removed)
                .where(comments.c.discussion_id == discussion)
                .order_by(comments.c.id)
            )
            return Opened(
                summary=summary,
                leaves=tuple(
                    Leaf(
                        id=CommentId(row.id),
                        answers=None if row.answers_id is None else CommentId(row.answers_id),
                        reactions=sum(tally.count for tally in given.get(row.id, ())),
                        removed=bool(row.removed),
                    )
                    for row in (await tx.execute(outline)).all()
                ),
                tallies=given.get(_CARD, ()),
            )

    async def remarks(self, comments: Collection[CommentId]) -> Mapping[CommentId, Remark]:
        """See `bot.page.records.Library`."""
        if not comments:
            return {}
        async with self._database.read() as tx:
            return await _remarks(tx, sorted(comments))

    async def search(
        self, community: CommunityId, text: str, *, limit: int, offset: int
    ) -> tuple[tuple[Hit, ...], int]:
        """See `bot.page.records.Library`."""
        async with self._database.read() as tx:
            return await searching.find(tx, community, text, limit=limit, offset=offset)

    async def pulses(
        self, discussions: Collection[DiscussionId], *, unlisted: bool = False
    ) -> Mapping[DiscussionId, Pulse]:
        """See `bot.page.records.Library`."""
        if not discussions:
            return {}
        async with self._database.read() as tx:
            return {
                DiscussionId(row.id): Pulse(row.comments, int(row.version) + int(row.versions or 0))
                for row in (await tx.execute(_pulses(discussions, unlisted=unlisted))).all()
            }

    async def author(self, author: int) -> Author | None:
        """See `bot.page.records.Library`."""
        async with self._database.read() as tx:
            row = (await tx.execute(select(*AUTHOR).where(authors.c.id == author))).mappings().first()
        return None if row is None else author_of(row)

    async def backlog(self) -> tuple[Backlog, ...]:
        """See `bot.page.records.Library`."""
        query = (
            select(outbox.c.platform, outbox.c.state, func.count(), func.min(outbox.c.not_before, type_=Moment()))
            .where(outbox.c.state != SENT)
            .group_by(outbox.c.platform, outbox.c.state)
        )
        async with self._database.read() as tx:
            return tuple(
                Backlog(PlatformName(platform), Delivery(state), rows, oldest)
                for platform, state, rows, oldest in (await tx.execute(query)).all()
            )

    async def reach(self) -> None:
        """See `bot.page.records.Library`."""
        async with self._database.read() as tx:
            await tx.execute(text("SELECT 1"))


def _summaries(community: CommunityId, *, unlisted: bool = False) -> Select[*tuple[Any, ...]]:
    return (
        select(discussions, boards.c.name.label("board"), boards.c.on_web, articles.c.content)
        .join(boards, boards.c.id == discussions.c.board_id)
        .join(articles, articles.c.id == discussions.c.article_id)
        .where(discussions.c.community_id == community, or_(boards.c.on_web, literal(unlisted)))
    )


async def _found(
    tx: AsyncConnection, community: CommunityId, ids: Collection[DiscussionId], *, unlisted: bool = False
) -> Mapping[DiscussionId, Summary]:
    query = _summaries(community, unlisted=unlisted).where(discussions.c.id.in_(ids))
    return await _with_places(tx, (await tx.execute(query)).mappings().all())


async def _with_places(tx: AsyncConnection, rows: Sequence[RowMapping]) -> dict[DiscussionId, Summary]:
    query = (
        select(postings.c.discussion_id, postings.c.url, channels)
        .join(channels, channels.c.id == postings.c.channel_id)
        .where(postings.c.discussion_id.in_([row["id"] for row in rows]), postings.c.url.is_not(None))
        .order_by(postings.c.id)
    )
    places: defaultdict[int, list[Place]] = defaultdict(list)
    for row in (await tx.execute(query)).mappings():
        places[row["discussion_id"]].append(Place(channel_record(row).info, row["url"]))
    return {
        DiscussionId(row["id"]): Summary(
            discussion=discussion_record(row),
            article=ARTICLE.validate_json(row["content"]),
            places=tuple(places[row["id"]]),
            active_at=row["active_at"],
        )
        for row in rows
    }


async def _remarks(tx: AsyncConnection, ids: Sequence[CommentId]) -> dict[CommentId, Remark]:
    rows = (await tx.execute(COMMENTS.where(comments.c.id.in_(ids)))).mappings().all()
    files: defaultdict[int, list[Attachment]] = defaultdict(list)
    named = [column for column in attachments.c if column.name != "content"]
    listed = select(*named).where(attachments.c.comment_id.in_(ids)).order_by(attachments.c.id)
    for row in (await tx.execute(listed)).mappings():
        files[row["comment_id"]].append(attachment(row))
    urls = await _urls(tx, rows)
    given = await _reactions(tx, reactions.c.subject.in_(ids))
    return {
        CommentId(row["id"]): Remark(
            record=comment_record(row),
            author_id=row["author_id"],
            urls=tuple(urls[row["id"]].items()),
            files=tuple(files[row["id"]]),
            tallies=given.get(row["id"], ()),
        )
        for row in rows
    }


async def _urls(tx: AsyncConnection, rows: Sequence[RowMapping]) -> defaultdict[int, dict[PlatformName, str]]:
    """Where comments can be read, by platform: at home first, and there as the repost where one took its place."""
    urls: defaultdict[int, dict[PlatformName, str]] = defaultdict(dict)
    for row in rows:
        if row["permalink"]:
            urls[row["id"]][PlatformName(row["channel_platform"])] = row["permalink"]
    query = (
        select(copies.c.comment_id, copies.c.url, copies.c.own_place, channels.c.platform)
        .join(postings, postings.c.id == copies.c.posting_id)
        .join(channels, channels.c.id == postings.c.channel_id)
        .where(copies.c.comment_id.in_([row["id"] for row in rows]), copies.c.url.is_not(None))
        .order_by(copies.c.id)
    )
    for copy in (await tx.execute(query)).all():
        platform = PlatformName(copy.platform)
        if copy.own_place or platform not in urls[copy.comment_id]:
            urls[copy.comment_id][platform] = copy.url
    return urls


async def _reactions(tx: AsyncConnection, where: ColumnElement[bool]) -> dict[int, tuple[Tally, ...]]:
    """How often each emoji stands on each subject: a person counts once, however many postings they reacted in."""
    query = (
        select(reactions.c.subject, reactions.c.emoji, func.count(reactions.c.author.distinct()).label("people"))
        .join(postings, postings.c.id == reactions.c.posting_id)
        .where(reactions.c.present, where)
        .group_by(reactions.c.subject, reactions.c.emoji)
        .order_by(func.min(reactions.c.stamp), reactions.c.emoji)
    )
    found: defaultdict[int, list[Tally]] = defaultdict(list)
    for row in (await tx.execute(query)).all():
        found[row.subject].append(Tally(row.emoji, row.people))
    return {subject: tuple(tallies) for subject, tallies in found.items()}


def _pulses(ids: Collection[DiscussionId], *, unlisted: bool) -> Select[*tuple[Any, ...]]:
    return (
        select(
            discussions.c.id,
            discussions.c.comments,
            discussions.c.version,
            func.sum(comments.c.version).label("versions"),
        )
        .join(boards, boards.c.id == discussions.c.board_id)
        .outerjoin(comments, comments.c.discussion_id == discussions.c.id)
        .where(discussions.c.id.in_(ids), or_(boards.c.on_web, literal(unlisted)))
        .group_by(discussions.c.id, discussions.c.comments, discussions.c.version)
    )
