"""A community at work on one store: admins publish, people comment, and every card and thread stands."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.discussion.decisions import Change, React, Remove
from bot.markup.tree import Document, plain_document
from bot.model import (
    DISCORD,
    SLACK,
    Article,
    BoardId,
    CommentId,
    CommunityId,
    DiscussionId,
    RemoteMessageId,
    RemoteUserId,
)
from bot.records import CardJob, Lane
from storage.store import SqlStore
from tests.builders import MASKER, TurnableClock, added, article, channel, posted, thread


class Life:
    """People and admins at work on one store."""

    def __init__(self, store: SqlStore, clock: TurnableClock, community: CommunityId) -> None:
        self.store, self.clock, self.community = store, clock, community

    async def publish(
        self,
        title: str,
        body: str = "It begins.",
        board: str = "main",
        **more: Any,  # noqa: ANN401 - the same, of an article
    ) -> DiscussionId:
        boards = await self.store.boards(self.community)
        (place,) = [known for known in boards if known.name == board]
        given = replace(article(title), sections=(replace(article().sections[0], body=plain_document(body)),))
        return await self.put(replace(given, **more), place.id)

    async def put(self, given: Article, board: BoardId) -> DiscussionId:
        """Publish a whole article and let its cards stand."""
        opened, _ = await self.store.publish(
            board, given, [f"text:{given.title}"], given.title, self.clock.turn(minutes=1)
        )
        for posting in await self.store.postings(opened):
            job = await self.store.next_job(Lane(f"card:{posting.id}"), self.clock.now())
            assert isinstance(job, CardJob)
            where = thread(posting.channel.info.ref.platform, posting.channel.info.ref.channel, str(opened))
            url = f"https://{where.platform}.example/{opened}"
            await self.store.finish_card(job, root=RemoteMessageId(str(opened)), url=url, thread=where, done=1)
        return opened

    async def say(
        self,
        discussion: DiscussionId,
        message: str,
        text: str | Document = "Hello.",
        *,
        answers: str | None = None,
        name: str = "Ada",
        **more: Any,  # noqa: ANN401 - fields of many types
    ) -> CommentId:
        """Somebody on Discord comments; `more` are other fields of what was posted."""
        where = thread(DISCORD, root=str(discussion))
        said = posted(message, place=where, name=name, at=self.clock.turn(seconds=1))
        body = plain_document(text) if isinstance(text, str) else text
        said = replace(said, body=body, **more)
        answered = None if answers is None else RemoteMessageId(answers)
        standing = await self.store.standing(where, said.message, answered)
        assert standing is not None
        add = added(standing, said, self.clock.now())
        comment = await self.store.settle(None, add, self.clock.now())
        assert comment is not None
        return comment

    async def edit(self, comment: CommentId, text: str, stamp: int = 9) -> None:
        """Its author changes a comment."""
        body = MASKER.document(plain_document(text))
        now = self.clock.turn(seconds=1)
        await self.store.settle(None, Change(comment, body, None, stamp, None, now, repost=False), now)

    async def remove(self, comment: CommentId) -> None:
        """A comment is deleted where it was written."""
        await self.store.settle(None, Remove(comment), self.clock.turn(seconds=1))

    async def react(self, discussion: DiscussionId, comment: CommentId | None, emoji: str, *users: str) -> None:
        """People on Discord react."""
        place = (await self.store.postings(discussion))[0].id
        now = self.clock.turn(seconds=1)
        stamp = int(now.timestamp() * 1_000_000)
        for user in users:
            react = React(discussion, place, comment, RemoteUserId(user), emoji, present=True, stamp=stamp)
            await self.store.settle(None, react, now)

    async def found(self, text: str) -> list[tuple[DiscussionId, CommentId | None]]:
        hits, total = await self.store.search(self.community, text, limit=50, offset=0)
        assert len(hits) == total
        return [(hit.discussion, hit.comment) for hit in hits]


async def new_life(store: SqlStore, clock: TurnableClock) -> Life:
    """A community whose board `main` has a channel on each platform."""
    community = await store.community("main")
    for platform in (DISCORD, SLACK):
        await store.join(community, "main", channel(platform))
    return Life(store, clock, community)
