"""Reads pages of discussions for whoever draws them, with all texts masked by their boards' maskers."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Generic, TypeVar

from bot.masking import MaskedLine, Maskers
from bot.model import CommentId, CommunityId, DiscussionId
from bot.page.drawing import DrawComment, comment_view, hit_view, page_view, picture_check, summary_view, tint
from bot.page.records import Library, Listing, Opened, Order, Pulse, Summary
from bot.page.threading import Spot, threaded
from bot.page.views import HitView, PageView, SummaryView

DISCUSSIONS_A_PAGE: Final = 20
COMMENTS_A_PAGE: Final = 100
_REMEMBERED: Final = 4_096
"""Comments whose views are kept: a few kilobytes each."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Paged(Generic[T]):
    """Some of a list. `page` counts from 1; `total` is how long the whole list is."""

    items: tuple[T, ...]
    page: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class Portrait:
    """Where a person's picture is, and what stands in for it; `tint` is `WriterView.tint`."""

    url: str
    name: MaskedLine
    tint: int


class PageReader:
    """Reads for one community. Every method may raise `StorageError`; masking runs off the event loop."""

    def __init__(
        self, library: Library, maskers: Maskers, community: CommunityId, *, comments_a_page: int = COMMENTS_A_PAGE
    ) -> None:
        self._size = comments_a_page
        self._library = library
        self._maskers = maskers
        self._community = community
        # Masking is most of the work of a page, and comments seldom change. All that a comment's view is made of is in
        # the key, the masker with its words too, so nothing in here grows old.
        self._comment_view: DrawComment = lru_cache(_REMEMBERED)(comment_view)

    async def listed(self, order: Listing, page: int = 1, size: int = DISCUSSIONS_A_PAGE) -> Paged[SummaryView]:
        """A page of discussions; empty beyond the last one."""
        found, total = await self._library.listed(self._community, order, limit=size, offset=(page - 1) * size)
        views = await asyncio.to_thread(lambda: tuple(map(self._summary, found)))
        return Paged(views, page, _pages(total, size), total)

    async def summary(self, discussion: DiscussionId) -> SummaryView | None:
        """One discussion, without its comments."""
        found = (await self._library.summaries(self._community, [discussion])).get(discussion)
        return None if found is None else self._summary(found)

    async def image(self, discussion: DiscussionId) -> str | None:
        """Where the lead image of a discussion's article is, if it has one."""
        found = (await self._library.summaries(self._community, [discussion])).get(discussion)
        return None if found is None or found.article.image is None else found.article.image.url

    async def page(
        self,
        discussion: DiscussionId,
        order: Order = Order.OLDEST,
        page: int = 1,
        *,
        comment: CommentId | None = None,
        whole: bool = False,
        unlisted: bool = False,
    ) -> PageView | None:
        """An article and a page of its discussion: the one with this comment, where it names one that is there.

        `whole`: all comments are on one page. `unlisted`: also where its board is kept off the web. A page beyond the
        last one has no comments.
        """
        pulse = (await self._library.pulses([discussion], unlisted=unlisted)).get(discussion)
        opened = await self._library.opened(self._community, discussion, unlisted=unlisted)
        if opened is None or pulse is None:
            return None
        spots = threaded(opened.leaves, order)
        size = max(1, len(spots)) if whole else self._size
        if comment is not None:
            at = next((index for index, spot in enumerate(spots) if spot.id == comment), 0)
            page = at // size + 1
        shown = spots[(page - 1) * size : page * size]
        return await self._drawn(opened, order, shown, page, max(1, _pages(len(spots), size)), pulse)

    async def newest(self, discussion: DiscussionId, size: int) -> PageView | None:
        """An article and the newest comments of its discussion, newest first, whatever they answer."""
        pulse = (await self._library.pulses([discussion])).get(discussion)
        opened = await self._library.opened(self._community, discussion)
        if opened is None or pulse is None:
            return None
        there = [leaf for leaf in opened.leaves if not leaf.removed]
        spots = tuple(Spot(leaf.id, 0, leaf.answers) for leaf in there[::-1][:size])
        return await self._drawn(opened, Order.NEWEST, spots, 1, 1, pulse, jumps=False)

    async def search(self, query: str, page: int = 1) -> Paged[HitView]:
        """A page of what holds every word of the query."""
        size = DISCUSSIONS_A_PAGE
        hits, total = await self._library.search(self._community, query, limit=size, offset=(page - 1) * size)
        summaries = await self._library.summaries(self._community, {hit.discussion for hit in hits})
        remarks = await self._library.remarks({hit.comment for hit in hits if hit.comment is not None})

        def draw() -> tuple[HitView, ...]:
            return tuple(
                hit_view(
                    summaries[hit.discussion],
                    None if hit.comment is None else remarks[hit.comment],
                    query,
                    self._maskers.of(summaries[hit.discussion].discussion.board_id),
                )
                for hit in hits
                if hit.discussion in summaries and (hit.comment is None or hit.comment in remarks)
            )

        return Paged(await asyncio.to_thread(draw), page, _pages(total, size), total)

    async def pulses(self, discussions: Collection[DiscussionId]) -> Mapping[DiscussionId, Pulse]:
        """What many discussions' pages are made of by now, in one query."""
        return await self._library.pulses(discussions)

    async def portrait(self, author: int, check: str) -> Portrait | None:
        """A person's picture; None unless `check` is of the present one."""
        found = await self._library.author(author)
        if found is None or found.avatar is None or picture_check(found.avatar) != check:
            return None
        return Portrait(found.avatar, self._maskers.common.line(found.name), tint(found))

    def _summary(self, summary: Summary) -> SummaryView:
        return summary_view(summary, self._maskers.of(summary.discussion.board_id))

    async def _drawn(
        self,
        opened: Opened,
        order: Order,
        spots: tuple[Spot, ...],
        page: int,
        pages: int,
        pulse: Pulse,
        *,
        jumps: bool = True,
    ) -> PageView:
        wanted = {spot.id for spot in spots} | {spot.answers for spot in spots if spot.answers is not None}
        remarks = await self._library.remarks(wanted)
        masker = self._maskers.of(opened.summary.discussion.board_id)
        return await asyncio.to_thread(
            lambda: page_view(
                opened,
                remarks,
                masker,
                order=order,
                spots=spots,
                page=page,
                pages=pages,
                stamp=pulse.stamp,
                drawn=self._comment_view,
                jumps=jumps,
            )
        )


def _pages(total: int, size: int) -> int:
    return -(-total // size)
