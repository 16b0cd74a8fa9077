"""Carries the commands out: see `bot.commands.Commands`."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot import texts
from bot.article import fingerprints, read_bytes, read_text
from bot.article.card import draw_article, draw_card
from bot.commands import BoardView, Given, GivenFile, GivenText, GivenUrl, OwnComment, Published
from bot.discussion.decisions import Change, Remove
from bot.errors import NotAllowed, NotFound, SourceError, UserError, sentence_of
from bot.markup.tree import Document
from bot.markup.view import plain
from bot.masking import Maskers
from bot.masking.naming import is_unfit, with_fit_names
from bot.model import (
    Article,
    Author,
    ChannelInfo,
    ChannelRef,
    CommentId,
    CommunityId,
    DiscussionId,
    DraftId,
    Link,
    Person,
    RemoteMessageId,
    ThreadRef,
)
from bot.ports import Clock, Fetcher
from bot.records import BoardRecord, CommentRecord, Delivery, DraftRecord, PostingRecord
from bot.store import Store
from bot.views import ArticleView, DraftView

MAIN = "main"
_BOARD_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_DRAFT_LIFE = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LOOK = 0.05


class Desk:
    """The commands of one community. `wait` is how long, in seconds, Publish waits for its links."""

    def __init__(
        self,
        community: CommunityId,
        store: Store,
        fetcher: Fetcher,
        maskers: Maskers,
        clock: Clock,
        wake_lanes: Callable[[], None],
        *,
        keep_originals: timedelta,
        wait: float = 8.0,
    ) -> None:
        self._community = community
        self._store = store
        self._fetcher = fetcher
        self._maskers = maskers
        self._clock = clock
        self._wake_lanes = wake_lanes
        self._keep_originals = keep_originals
        self._wait = wait

    # -- publishing

    async def draft(self, by: Person, channel: ChannelRef, given: Given, board: str | None) -> DraftView | Published:
        """See `bot.commands.Commands`."""
        _require_admin(by)
        place = await self._board(board, channel)
        _require_channels(place)
        article = await read_given(given, self._fetcher)
        existing = await self._store.discussion_of(place.id, fingerprints(article))
        if existing is not None:
            return await self._published(existing, article.title, already=True)
        draft = await self._store.save_draft(
            place.id, by.author.platform, by.author.user, article, self._clock.now() + _DRAFT_LIFE
        )
        return self._draft_view(draft, article, place)

    async def redraft(self, by: Person, draft: DraftId, title: str, tldr: str) -> DraftView:
        """See `bot.commands.Commands`."""
        record = await self._own_draft(by, draft)
        title, tldr = " ".join(title.split()), tldr.strip()
        if not title or not tldr:
            raise UserError("The title and the TL;DR can't be empty.")
        # A form shows them masked: what was left as it stood there has not been changed.
        before = self._draft_view(draft, record.article, record.board)
        article = replace(
            record.article,
            title=record.article.title if title == before.title else title,
            tldr=record.article.tldr if tldr == before.tldr else tldr,
        )
        await self._store.change_draft(draft, article)
        return self._draft_view(draft, article, record.board)

    async def open_draft(self, by: Person, draft: DraftId) -> DraftView:
        """See `bot.commands.Commands`."""
        record = await self._own_draft(by, draft)
        return self._draft_view(draft, record.article, record.board)

    async def publish(self, by: Person, draft: DraftId) -> Published:
        """See `bot.commands.Commands`."""
        record = await self._own_draft(by, draft)
        published = await self.post(record.board, record.article)
        await self._store.drop_draft(draft)
        return published

    async def post(self, board: BoardRecord, article: Article) -> Published:
        """Publish an article on a board and wait for its links, for commands that need no preview."""
        _require_channels(board)
        discussion, new = await self._store.publish(
            board.id,
            article,
            fingerprints(article),
            self._maskers.of(board.id).line(article.title).text,
            self._clock.now(),
        )
        if not new:
            return await self._published(discussion, article.title, already=True)
        self._wake_lanes()
        deadline = self._clock.now() + timedelta(seconds=self._wait)
        while self._clock.now() < deadline:
            if all(_settled(posting) for posting in await self._store.postings(discussion)):
                break
            await self._clock.sleep(_LOOK)
        return await self._published(discussion, article.title, already=False)

    async def cancel(self, by: Person, draft: DraftId) -> None:
        """See `bot.commands.Commands`."""
        _require_admin(by)
        await self._store.drop_draft(draft)

    async def read(self, discussion: DiscussionId) -> ArticleView:
        """See `bot.commands.Commands`."""
        article, record = await self._store.article(discussion), await self._store.discussion(discussion)
        if article is None or record is None:
            raise NotFound("This article is gone.")
        return draw_article(article, self._maskers.of(record.board_id))

    # -- boards

    async def join(self, by: Person, channel: ChannelInfo, board: str | None) -> str:
        """See `bot.commands.Commands`."""
        _require_admin(by)
        name = MAIN if board is None else board.strip().lower()
        if not _BOARD_NAME.fullmatch(name):
            raise UserError(
                "A board's name has up to 32 letters a-z, digits, - and _, and begins with a letter or digit."
            )
        if is_unfit(name, self._maskers.common):
            raise UserError("That name would have to be masked wherever it is shown. Choose another one.")
        joined = await self._store.join(self._community, name, channel)
        return f"{label(channel)} is {'now' if joined else 'already'} on the board {name}."

    async def leave(self, by: Person, channel: ChannelRef, board: str | None) -> str:
        """See `bot.commands.Commands`."""
        _require_admin(by)
        name = None if board is None else board.strip().lower()
        left = await self._store.leave(self._community, channel, name)
        if not left:
            raise NotFound("This channel is not on that board." if name else "This channel is on no board.")
        return f"This channel left the board {' and '.join(left)}. Discussions that are there stay."

    async def boards(self, by: Person) -> tuple[BoardView, ...]:
        """See `bot.commands.Commands`."""
        _require_admin(by)
        records = await self._store.boards(self._community)
        return tuple(BoardView(board.name, _labels(board)) for board in records)

    async def board_named(self, name: str) -> BoardRecord:
        """A board by its name; raises `NotFound` with a line that names those that exist."""
        records = await self._store.boards(self._community)
        for record in records:
            if record.name == name.strip().lower():
                return record
        names = ", ".join(record.name for record in records)
        raise NotFound(f"There is no board {self._maskers.common.line(name)}. The boards are: {names}.")

    # -- one's own comments

    async def own_comment(self, by: Author, thread: ThreadRef, message: RemoteMessageId) -> OwnComment:
        """See `bot.commands.Commands`."""
        comment = await self._reposted(by, thread, message)
        return OwnComment(comment.id, with_fit_names(comment.body, self._maskers.common))

    async def edit_own(self, by: Author, comment: CommentId, body: Document) -> None:
        """See `bot.commands.Commands`."""
        record = await self._store.comment(comment)
        if record is None or record.removed:
            raise NotFound("This comment is gone.")
        _require_author(by, record)
        if not plain(body).strip():
            raise UserError("A comment can't be empty. To take it back, use Delete comment.")
        now = self._clock.now()
        discussion = await self._store.discussion(record.discussion)
        if discussion is None:
            raise NotFound("This comment is gone.")
        masked = self._maskers.of(discussion.board_id).document(body)
        change = Change(
            comment=comment,
            body=masked,
            attachments=None,
            edited=max(record.edited + 1, (now - _EPOCH) // timedelta(microseconds=1)),
            original=body if masked.changed else None,
            keep_until=now + self._keep_originals,
            repost=False,
        )
        await self._store.settle(None, change, now)
        self._wake_lanes()

    async def remove_own(self, by: Author, thread: ThreadRef, message: RemoteMessageId) -> None:
        """See `bot.commands.Commands`."""
        comment = await self._reposted(by, thread, message)
        await self._store.settle(None, Remove(comment.id), self._clock.now())
        self._wake_lanes()

    async def _reposted(self, by: Author, thread: ThreadRef, message: RemoteMessageId) -> CommentRecord:
        """The comment whose masked repost this message is, where `by` wrote it."""
        standing = await self._store.standing(thread, message, None)
        if standing is None or (standing.comment is None and not standing.is_copy):
            raise NotFound("This is not a comment of a discussion.")
        comment = standing.comment
        if comment is None:
            raise NotAllowed("Only its author can change this comment, where they wrote it.")
        _require_author(by, comment)
        if message == comment.message:
            raise UserError("This message is your own: edit or delete it as any other, and its copies follow.")
        return comment

    # -- parts

    async def _board(self, name: str | None, channel: ChannelRef) -> BoardRecord:
        if name is not None:
            return await self.board_named(name)
        records = await self._store.boards(self._community)
        here = [board for board in records if any(place.info.ref == channel for place in board.channels)]
        return here[0] if here else await self.board_named(MAIN)

    async def _own_draft(self, by: Person, draft: DraftId) -> DraftRecord:
        _require_admin(by)
        record = await self._store.draft(draft)
        if record is None or (record.platform, record.author) != (by.author.platform, by.author.user):
            raise NotFound("This draft is gone: it was published, cancelled, or a day has passed. Run /publish again.")
        return record

    def _draft_view(self, draft: DraftId, article: Article, board: BoardRecord) -> DraftView:
        masker = self._maskers.of(board.id)
        return DraftView(
            draft=draft,
            card=draw_card(article, masker, discussion=None),
            title=str(masker.line(article.title)),
            tldr=str(masker.line(article.tldr)),
            board=board.name,
            channels=_labels(board),
        )

    async def _published(self, discussion: DiscussionId, title: str, *, already: bool) -> Published:
        postings = await self._store.postings(discussion)
        return Published(
            title=self._maskers.common.line(title).text,
            links=tuple(
                Link(posting.channel.info.ref.platform, label(posting.channel.info), posting.url)
                for posting in postings
                if posting.url is not None
            ),
            missing=tuple(
                f"{label(posting.channel.info)}: {sentence_of(posting.reason or 'on its way')}"
                for posting in postings
                if posting.url is None and posting.state is not Delivery.FAILED
            ),
            refused=tuple(
                f"{label(posting.channel.info)}: {sentence_of(posting.reason or 'refused')}"
                for posting in postings
                if posting.url is None and posting.state is Delivery.FAILED
            ),
            already=already,
        )


async def read_given(given: Given, fetcher: Fetcher) -> Article:
    """The article that a person gave; raises `SourceError` with one line. Parsing runs in a thread: it is CPU-bound."""
    match given:
        case GivenUrl(url=url):
            page = await fetcher.fetch(url)
            return await asyncio.to_thread(
                read_bytes, page.content, media_type=page.media_type, url=page.url, charset=page.charset
            )
        case GivenFile():
            return await asyncio.to_thread(read_bytes, given.content, media_type=given.media_type, name=given.name)
        case GivenText(text=text):
            if not text.strip():
                raise SourceError("There is no text.")
            return await asyncio.to_thread(read_text, text)


def label(channel: ChannelInfo) -> str:
    """A channel as people name it: `#news on Discord`."""
    return f"#{channel.name.removeprefix('#')} on {texts.platform_label(channel.ref.platform)}"


def _labels(board: BoardRecord) -> tuple[str, ...]:
    return tuple(label(channel.info) for channel in board.channels)


def _settled(posting: PostingRecord) -> bool:
    return posting.state in {Delivery.FAILED, Delivery.DROPPED} or posting.thread is not None


def _require_admin(by: Person) -> None:
    if not by.is_admin:
        raise NotAllowed(texts.ADMINS_ONLY)


def _require_author(by: Author, comment: CommentRecord) -> None:
    wrote = comment.author
    if (wrote.platform, wrote.workspace, wrote.user) != (by.platform, by.workspace, by.user):
        raise NotAllowed("Only its author can change this comment.")


def _require_channels(board: BoardRecord) -> None:
    if not board.channels:
        raise UserError(f"The board {board.name} has no channels yet. Run /board join in each channel that it is for.")
