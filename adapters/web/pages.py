"""The pages that people read: the list, an article with its discussion, the search, and the frame for other sites."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import urlencode

from aiohttp import web

from adapters.web.answers import EMBEDDED, HTML, answer
from adapters.web.drawing import Drawing
from adapters.web.linked import article_data
from adapters.web.richtext import safe_url
from adapters.web.text import clean
from bot.model import CommentId, DiscussionId
from bot.page.reading import DISCUSSIONS_A_PAGE, PageReader
from bot.page.records import Listing, Order
from bot.page.slugs import discussion_in
from bot.page.views import CommentView, HitView, PageView, RepliedView, SummaryView

_EMBEDDED_COMMENTS: Final = 20
_LONGEST_QUERY: Final = 200
_LAST_PAGE: Final = 100_000


class Pages:
    """Handlers of one site's pages."""

    def __init__(self, reader: PageReader, drawing: Drawing) -> None:
        self._reader = reader
        self._drawing = drawing
        self._site = drawing.site

    def routes(self) -> list[web.RouteDef]:
        """Where the pages are."""
        return [
            web.get("/", self.listing),
            web.get("/search", self.search),
            web.get("/a/{slug}", self.article),
            web.get("/a/{slug}/", self.article),
            web.get("/embed/{slug}", self.embed),
        ]

    async def listing(self, request: web.Request) -> web.StreamResponse:
        """The discussions, newest or busiest first."""
        order = Listing.BUSY if request.query.get("sort") == Listing.BUSY else Listing.NEW
        page = number_in(request, "page")
        found = await self._reader.listed(order, page)
        sort = {"sort": "busy"} if order is Listing.BUSY else {}
        drawn = self._drawing.draw(
            "index.html",
            found=found,
            order=order,
            first=(page - 1) * DISCUSSIONS_A_PAGE + 1,
            paged=lambda number: f"{self._site.path}/{query(**sort, page=number if number > 1 else None)}",
        )
        return answer(request, drawn, HTML, status=200 if found.items or page == 1 else 404)

    async def search(self, request: web.Request) -> web.StreamResponse:
        """What was searched for."""
        asked = " ".join(clean(request.query.get("q", "")).split())[:_LONGEST_QUERY]
        page = number_in(request, "page")
        found = await self._reader.search(asked, page)
        drawn = self._drawing.draw(
            "search.html",
            query=asked,
            found=found,
            first=(page - 1) * DISCUSSIONS_A_PAGE + 1,
            address=self._hit_address,
            paged=lambda number: f"{self._site.path}/search{query(q=asked, page=number if number > 1 else None)}",
        )
        return answer(request, drawn, HTML)

    async def article(self, request: web.Request) -> web.StreamResponse:
        """An article and its discussion. Another wording of its address leads to the right one."""
        discussion = named_in(request)
        order = order_in(request)
        page, comment = number_in(request, "page"), number_in(request, "comment", 0)
        view = await self._reader.page(discussion, order, page, comment=CommentId(comment) if comment else None)
        if view is None:
            raise web.HTTPNotFound
        path = self._site.article(view.summary)
        if request.match_info["slug"] != view.summary.slug or request.path.endswith("/"):
            asked = request.rel_url.raw_query_string
            raise web.HTTPMovedPermanently(path + (f"?{asked}" if asked else ""))
        return answer(request, await self._whole(view, path), HTML)

    async def embed(self, request: web.Request) -> web.StreamResponse:
        """The newest of a discussion, for a frame on another site."""
        view = await self._reader.newest(named_in(request), _EMBEDDED_COMMENTS)
        if view is None:
            raise web.HTTPNotFound
        address = self._site.absolute(self._site.article(view.summary))
        drawn = self._drawing.draw("embed.html", view=view, address=address, **comment_links(address))
        return answer(request, drawn, HTML, headers=EMBEDDED)

    async def _whole(self, view: PageView, path: str) -> str:
        site = self._site
        address = site.absolute(path)
        image = None if view.image is None else f"{site.path}/image/{view.summary.id}"
        sort = {} if view.order is Order.OLDEST else {"order": view.order.value}
        source = view.article.source
        return self._drawing.draw(
            "article.html",
            view=view,
            path=path,
            address=address,
            canonical=(None if source is None else safe_url(source.url)) or address,
            image=image,
            linked=article_data(view, site, image),
            ordered=lambda name: f"{path}{query(order=None if name == Order.OLDEST else name)}#discussion",
            paged=lambda number: f"{path}{query(**sort, page=number if number > 1 else None)}#discussion",
            **comment_links(path),
        )

    def _hit_address(self, hit: HitView) -> str:
        path = self._site.article(hit.summary)
        return path if hit.comment is None else f"{path}?comment={hit.comment}#c-{hit.comment}"


def comment_links(path: str) -> dict[str, Callable[..., str]]:
    """How templates link to a comment, and to one that stands on another page."""

    def permalink(view: CommentView) -> str:
        return f"{path}?comment={view.id}#c-{view.id}"

    def elsewhere(view: RepliedView) -> str:
        return f"{path}?comment={view.comment}#c-{view.comment}"

    return {"permalink": permalink, "elsewhere": elsewhere}


def query(**values: object) -> str:
    """The values that are not None as a query with its question mark; nothing where there is none."""
    given = {name: value for name, value in values.items() if value is not None}
    return f"?{urlencode(given)}" if given else ""


def number_in(request: web.Request, name: str, default: int = 1) -> int:
    """A positive number in the query; the default where it is none."""
    given = request.query.get(name, "")
    number = int(given) if given.isascii() and given.isdigit() and len(given) < 16 else 0  # noqa: PLR2004 - 64 bits
    number = min(number, _LAST_PAGE) if name == "page" else number
    return number or default


def order_in(request: web.Request) -> Order:
    """The order that the query asks for."""
    try:
        return Order(request.query.get("order", Order.OLDEST))
    except ValueError:
        return Order.OLDEST


def named_in(request: web.Request) -> DiscussionId:
    """The discussion that the path names; raises 404 where it names none."""
    discussion = discussion_in(request.match_info["slug"])
    if discussion is None:
        raise web.HTTPNotFound
    return discussion


async def summary_in(request: web.Request, reader: PageReader) -> SummaryView:
    """The discussion that the path names; raises 404 where it is not there."""
    summary = await reader.summary(named_in(request))
    if summary is None:
        raise web.HTTPNotFound
    return summary
