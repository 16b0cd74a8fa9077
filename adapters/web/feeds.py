"""What other programs read: feeds, the sitemap, robots, the search's description, and oEmbed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from aiohttp import web
from markupsafe import Markup

from adapters.web.answers import ATOM, answer
from adapters.web.drawing import Drawing
from adapters.web.pages import comment_links, number_in, summary_in
from adapters.web.richtext import rich
from adapters.web.text import clean, cleaned, stamp
from bot import texts
from bot.model import DiscussionId
from bot.page.reading import PageReader
from bot.page.records import Listing
from bot.page.slugs import discussion_in
from bot.page.views import CommentView, PageView, SummaryView

_ENTRIES: Final = 50
_SITEMAP: Final = 5_000
"""The newest articles that the sitemap names; one may hold ten times as many (https://www.sitemaps.org/protocol.html)."""
_JSON_FEED: Final = "application/feed+json"
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FRAME: Final = (640, 600)
_OPEN: Final = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}


class Feeds:
    """Handlers of what programs read."""

    def __init__(self, reader: PageReader, drawing: Drawing) -> None:
        self._reader = reader
        self._drawing = drawing
        self._site = drawing.site

    def routes(self) -> list[web.RouteDef]:
        """Where they are."""
        return [
            web.get("/feed.atom", self.articles_atom),
            web.get("/feed.json", self.articles_json),
            web.get("/a/{slug}/comments.atom", self.comments_atom),
            web.get("/a/{slug}/comments.json", self.comments_json),
            web.get("/sitemap.xml", self.sitemap),
            web.get("/robots.txt", self.robots),
            web.get("/opensearch.xml", self.opensearch),
            web.get("/oembed", self.oembed),
        ]

    async def articles_atom(self, request: web.Request) -> web.StreamResponse:
        """The newest articles (RFC 4287)."""
        items = await self._newest()
        updated = max((item.created_at for item in items), default=_NEVER)
        return answer(request, self._drawing.draw("articles.atom", items=items, updated=updated), ATOM, headers=_OPEN)

    async def articles_json(self, request: web.Request) -> web.StreamResponse:
        """The newest articles (https://jsonfeed.org/version/1.1)."""
        site = self._site
        feed = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": site.title,
            "home_page_url": f"{site.base}/",
            "feed_url": f"{site.base}/feed.json",
            "items": [
                {
                    "id": f"{site.base}/a/{item.id}",
                    "url": self._address(item),
                    "title": item.title.text,
                    "summary": item.tldr.text,
                    "content_text": item.tldr.text,
                    "date_published": stamp(item.created_at),
                }
                for item in await self._newest()
            ],
        }
        return _json(request, feed, _JSON_FEED)

    async def comments_atom(self, request: web.Request) -> web.StreamResponse:
        """The newest comments of a discussion, with what they answer (RFC 4685)."""
        view = await self._discussion(request)
        path = self._site.article(view.summary)
        updated = max((shown.edited_at or shown.created_at for shown in view.comments), default=view.summary.created_at)
        drawn = self._drawing.draw(
            "comments.atom", view=view, address=self._site.absolute(path), updated=updated, **comment_links(path)
        )
        return answer(request, drawn, ATOM, headers=_OPEN)

    async def comments_json(self, request: web.Request) -> web.StreamResponse:
        """The newest comments of a discussion."""
        view = await self._discussion(request)
        address = self._address(view.summary)
        feed = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": f"{texts.discussion(view.summary.comments)}: {view.article.title}",
            "home_page_url": address,
            "feed_url": f"{address}/comments.json",
            "items": [self._item(shown, view, address) for shown in view.comments],
        }
        return _json(request, feed, _JSON_FEED)

    async def sitemap(self, request: web.Request) -> web.StreamResponse:
        """Every article."""
        found = await self._reader.listed(Listing.NEW, 1, _SITEMAP)
        return answer(request, self._drawing.draw("sitemap.xml", items=found.items), "application/xml")

    async def robots(self, request: web.Request) -> web.StreamResponse:
        """What crawlers shall leave alone, and where the sitemap is (RFC 9309)."""
        path = self._site.path
        closed = "".join(f"Disallow: {path}{place}\n" for place in ("/search", "/a/*/live", "/embed/", "/metrics"))
        lines = f"User-agent: *\n{closed}Allow: {path}/\n\nSitemap: {self._site.base}/sitemap.xml\n"
        return answer(request, lines, "text/plain")

    async def opensearch(self, request: web.Request) -> web.StreamResponse:
        """How browsers search here (https://github.com/dewitt/opensearch)."""
        return answer(request, self._drawing.draw("opensearch.xml"), "application/opensearchdescription+xml")

    async def oembed(self, request: web.Request) -> web.StreamResponse:
        """A discussion as a frame for another site (https://oembed.com)."""
        kind = request.query.get("format", "json")
        if kind not in {"json", "xml"}:
            raise web.HTTPNotImplemented
        discussion = self._ours(request.query.get("url", ""))
        summary = None if discussion is None else await self._reader.summary(discussion)
        if summary is None:
            raise web.HTTPNotFound
        width = min(_FRAME[0], number_in(request, "maxwidth", _FRAME[0]))
        height = min(_FRAME[1], number_in(request, "maxheight", _FRAME[1]))
        frame = Markup(
            '<iframe src="{}/embed/{}" width="{}" height="{}" title="{}" loading="lazy" '
            'sandbox="allow-popups allow-popups-to-escape-sandbox allow-same-origin"></iframe>'
        ).format(
            self._site.base,
            summary.slug,
            width,
            height,
            clean(f"{texts.discussion(summary.comments)}: {summary.title}"),
        )
        fields = {
            "type": "rich",
            "version": "1.0",
            "title": summary.title.text,
            "provider_name": self._site.title,
            "provider_url": f"{self._site.base}/",
            "cache_age": 300,
            "html": str(frame),
            "width": width,
            "height": height,
        }
        if kind == "json":
            return _json(request, fields, "application/json")
        return answer(request, self._drawing.draw("oembed.xml", fields=fields), "text/xml", headers=_OPEN)

    async def _newest(self) -> tuple[SummaryView, ...]:
        return (await self._reader.listed(Listing.NEW, 1, _ENTRIES)).items

    async def _discussion(self, request: web.Request) -> PageView:
        summary = await summary_in(request, self._reader)
        if request.match_info["slug"] != summary.slug:
            name = request.path.rpartition("/")[2]
            raise web.HTTPMovedPermanently(f"{self._site.article(summary)}/{name}")
        view = await self._reader.newest(summary.id, _ENTRIES)
        if view is None:
            raise web.HTTPNotFound
        return view

    def _item(self, shown: CommentView, view: PageView, address: str) -> dict[str, Any]:
        name = "" if shown.writer is None else texts.attribution(shown.writer.name.text, shown.writer.platform)
        return {
            "id": f"{self._site.base}/a/{view.summary.id}?comment={shown.id}",
            "url": f"{address}?comment={shown.id}#c-{shown.id}",
            "title": name,
            "content_html": "" if shown.body is None else str(rich(shown.body)),
            "date_published": stamp(shown.created_at),
            "date_modified": stamp(shown.edited_at or shown.created_at),
            "authors": [] if shown.writer is None else [{"name": shown.writer.name.text}],
        }

    def _address(self, summary: SummaryView) -> str:
        return self._site.absolute(self._site.article(summary))

    def _ours(self, url: str) -> DiscussionId | None:
        """The discussion that an address of ours names; None where it is not ours."""
        try:
            parts = urlsplit(url)
        except ValueError:
            return None
        start = f"{self._site.base}/a/"
        plain = f"{parts.scheme}://{parts.netloc}{parts.path}"
        return discussion_in(unquote(plain.removeprefix(start).strip("/"))) if plain.startswith(start) else None


def _json(request: web.Request, value: object, media_type: str) -> web.StreamResponse:
    return answer(request, json.dumps(cleaned(value), ensure_ascii=False), media_type, headers=_OPEN)
