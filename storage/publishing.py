"""Drafts, articles, discussions and their postings."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, insert, select, update

from bot.model import Article, BoardId, CommunityId, DiscussionId, DiscussionState, DraftId, PlatformName
from bot.records import CommentRecord, Delivery, DiscussionRecord, DraftRecord, PostingRecord
from storage import searching
from storage.boards import board_record
from storage.database import Database, upsert
from storage.locks import lock_board
from storage.queries import COMMENTS, POSTINGS, made
from storage.records import ARTICLE, comment_record, discussion_record, posting_record
from storage.tables import articles, board_channels, boards, channels, comments, discussions, drafts, leases, outbox
from storage.tables import fingerprints as fingerprints_table
from storage.tables import postings as postings_table


class Publishing:
    """The part of the Store that opens discussions."""

    _database: Database

    async def save_draft(
        self, board: BoardId, platform: PlatformName, author: str, article: Article, expires_at: datetime
    ) -> DraftId:
        """See `bot.store.Store`."""
        async with self._database.write() as tx:
            community = select(boards.c.community_id).where(boards.c.id == board).scalar_subquery()
            row = await tx.execute(
                insert(drafts).values(
                    community_id=community,
                    board_id=board,
                    platform=platform,
                    author=author,
                    article=ARTICLE.dump_json(article).decode(),
                    expires_at=expires_at,
                )
            )
            return DraftId(made(row))

    async def draft(self, draft: DraftId) -> DraftRecord | None:
        """See `bot.store.Store`."""
        query = select(drafts, boards.c.name).join(boards, boards.c.id == drafts.c.board_id).where(drafts.c.id == draft)
        async with self._database.read() as tx:
            row = (await tx.execute(query)).mappings().first()
            if row is None:
                return None
            return DraftRecord(
                id=draft,
                board=await board_record(tx, BoardId(row["board_id"]), row["name"]),
                platform=PlatformName(row["platform"]),
                author=row["author"],
                article=ARTICLE.validate_json(row["article"]),
            )

    async def change_draft(self, draft: DraftId, article: Article) -> None:
        """See `bot.store.Store`."""
        content = ARTICLE.dump_json(article).decode()
        async with self._database.write() as tx:
            await tx.execute(update(drafts).where(drafts.c.id == draft).values(article=content))

    async def drop_draft(self, draft: DraftId) -> None:
        """See `bot.store.Store`."""
        async with self._database.write() as tx:
            await tx.execute(delete(drafts).where(drafts.c.id == draft))

    async def discussion_of(self, board: BoardId, fingerprints: Sequence[str]) -> DiscussionId | None:
        """See `bot.store.Store`."""
        async with self._database.read() as tx:
            found = (await tx.execute(_meeting(board, fingerprints))).scalar()
        return None if found is None else DiscussionId(found)

    async def publish(
        self, board: BoardId, article: Article, fingerprints: Sequence[str], title: str, now: datetime
    ) -> tuple[DiscussionId, bool]:
        """See `bot.store.Store`."""
        async with self._database.write() as tx:
            community = await lock_board(tx, board)
            found = (await tx.execute(_meeting(board, fingerprints))).scalar()
            if found is not None:
                return DiscussionId(found), False
            article_id = made(
                await tx.execute(
                    insert(articles).values(
                        community_id=community, content=ARTICLE.dump_json(article).decode(), created_at=now
                    )
                )
            )
            discussion = DiscussionId(
                made(
                    await tx.execute(
                        insert(discussions).values(
                            community_id=community,
                            board_id=board,
                            article_id=article_id,
                            title=title,
                            state=DiscussionState.OPEN,
                            comments=0,
                            version=1,
                            created_at=now,
                            active_at=now,
                        )
                    )
                )
            )
            await tx.execute(update(boards).where(boards.c.id == board).values(discussions=boards.c.discussions + 1))
            await searching.index_article(tx, discussion, article)
            await tx.execute(
                upsert(tx.dialect.name, fingerprints_table).on_conflict_do_nothing(),
                [{"board_id": board, "fingerprint": mark, "discussion_id": discussion} for mark in fingerprints],
            )
            places = await tx.execute(
                select(channels.c.id, channels.c.platform)
                .join(board_channels, board_channels.c.channel_id == channels.c.id)
                .where(board_channels.c.board_id == board)
                .order_by(channels.c.id)
            )
            for place in places.all():
                posting = made(
                    await tx.execute(
                        insert(postings_table).values(discussion_id=discussion, channel_id=place.id, created_at=now)
                    )
                )
                await tx.execute(insert(leases), [{"name": f"card:{posting}"}, {"name": f"thread:{posting}"}])
                await tx.execute(
                    insert(outbox).values(
                        community_id=community,
                        kind="card",
                        target_id=posting,
                        lane=f"card:{posting}",
                        platform=place.platform,
                        stamp=f"p{posting}-{secrets.token_hex(4)}",
                        state=Delivery.PENDING,
                        wanted=1,
                        done=0,
                        attempts=0,
                        not_before=now,
                    )
                )
        return discussion, True

    async def postings(self, discussion: DiscussionId) -> tuple[PostingRecord, ...]:
        """See `bot.store.Store`."""
        query = POSTINGS.where(postings_table.c.discussion_id == discussion).order_by(postings_table.c.id)
        async with self._database.read() as tx:
            return tuple(posting_record(row) for row in (await tx.execute(query)).mappings())

    async def article(self, discussion: DiscussionId) -> Article | None:
        """See `bot.store.Store`."""
        query = (
            select(articles.c.content)
            .join(discussions, discussions.c.article_id == articles.c.id)
            .where(discussions.c.id == discussion)
        )
        async with self._database.read() as tx:
            content = (await tx.execute(query)).scalar()
        return None if content is None else ARTICLE.validate_json(content)

    async def discussions(self, community: CommunityId, limit: int = 100) -> tuple[DiscussionRecord, ...]:
        """See `bot.store.Store`."""
        newest = (discussions.c.created_at.desc(), discussions.c.id.desc())
        query = _discussions().where(discussions.c.community_id == community).order_by(*newest).limit(limit)
        async with self._database.read() as tx:
            return tuple(discussion_record(row) for row in (await tx.execute(query)).mappings())

    async def discussion(self, discussion: DiscussionId) -> DiscussionRecord | None:
        """See `bot.store.Store`."""
        async with self._database.read() as tx:
            row = (await tx.execute(_discussions().where(discussions.c.id == discussion))).mappings().first()
        return None if row is None else discussion_record(row)

    async def comments(self, discussion: DiscussionId) -> tuple[CommentRecord, ...]:
        """See `bot.store.Store`."""
        query = COMMENTS.where(comments.c.discussion_id == discussion, comments.c.removed.is_(False))
        async with self._database.read() as tx:
            rows = await tx.execute(query.order_by(comments.c.id))
            return tuple(comment_record(row) for row in rows.mappings())


def _meeting(board: BoardId, marks: Sequence[str]) -> Select[int]:
    return select(fingerprints_table.c.discussion_id).where(
        fingerprints_table.c.board_id == board, fingerprints_table.c.fingerprint.in_(marks)
    )


def _discussions() -> Select[*tuple[Any, ...]]:
    return select(discussions, boards.c.name.label("board"), boards.c.on_web).join(
        boards, boards.c.id == discussions.c.board_id
    )
