"""The web server: one site on one port, with its pages, feeds, live updates, pictures, health and metrics."""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable, Mapping
from typing import Final
from urllib.parse import urlsplit

import structlog
from aiohttp import web

from adapters.web.answers import HTML, answer, put_headers, takes_gzip
from adapters.web.drawing import Drawing, Site
from adapters.web.feeds import Feeds
from adapters.web.health import Health
from adapters.web.live import Live
from adapters.web.metrics import Metrics
from adapters.web.pages import Pages
from adapters.web.pictures import Pictures
from bot.errors import SettingsError, StorageError
from bot.model import PlatformName
from bot.page.reading import PageReader
from bot.page.records import Library
from bot.ports import Clock, Fetcher

log = structlog.get_logger(__name__)

_GRACE: Final = 2.0
_FOREVER: Final = "public, max-age=31536000, immutable"
_EVERYWHERE: Final = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - told apart, not listened on
_LINES: Final = {
    404: ("Not here", "There is no such page. It may have been taken off the web, or its address is not whole."),
    405: ("Not that way", "This page can be read, and nothing else."),
    500: ("Something went wrong", "That is on our side. Please try again in a moment."),
    501: ("Not that way", "Ask for json or xml."),
    503: ("Busy", "Please try again in a moment."),
}


class WebPage:
    """The page of one community.

    `url` is the public address, where a proxy or a name leads here; its path, if any, is taken off by the proxy.
    `pictures` fetches images alone. `connections` answers which platforms are connected now.
    """

    def __init__(
        self,
        *,
        reader: PageReader,
        library: Library,
        clock: Clock,
        pictures: Fetcher,
        metrics: Metrics,
        connections: Callable[[], Mapping[PlatformName, bool]],
        title: str = "Roundtable",
        host: str = "127.0.0.1",
        port: int = 0,
        url: str | None = None,
    ) -> None:
        self._reader = reader
        self._clock = clock
        self._fetcher = pictures
        self._metrics = metrics
        self._health = Health(library, connections)
        self._live = Live(reader)
        metrics.watch_readers(lambda: self._live.readers)
        self._title = title
        self._host = host
        self._port = port
        self._url = None if url is None else url.rstrip("/")
        self.public = self._url
        """The address that links from elsewhere lead to; None where nobody said which one reaches us."""
        self._runner: web.AppRunner | None = None
        self._pictures: Pictures | None = None
        self._drawing: Drawing | None = None

    async def start(self) -> str:
        """Listen; answers the address. Raises `SettingsError` where the port can't be had."""
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        try:
            listening = socket.create_server((self._host, self._port), family=family)
        except OSError as error:
            why = error.strerror or str(error)
            raise SettingsError(f"WEB_PORT: {self._host}:{self._port} can't be listened on: {why}") from None
        # Bound before the routes are made: without a public address the site's is the one that was bound.
        host = f"[{self._host}]" if family is socket.AF_INET6 else self._host
        address = f"http://{host}:{listening.getsockname()[1]}"
        if self._url is None and self._host not in _EVERYWHERE:
            self.public = address
        base = self._url or address
        self._drawing = Drawing(Site(self._title, base, urlsplit(base).path), self._clock.now)
        self._runner = web.AppRunner(
            self._application(self._drawing), access_log=None, handle_signals=False, shutdown_timeout=_GRACE
        )
        await self._runner.setup()
        await web.SockSite(self._runner, listening).start()
        self._live.start()
        return address

    async def close(self) -> None:
        """End streams, then stop listening. Idempotent."""
        await self._live.close()
        if self._pictures is not None:
            await self._pictures.close()
        if self._runner is not None:
            await self._runner.cleanup()

    def _application(self, drawing: Drawing) -> web.Application:
        application = web.Application(middlewares=[self._guard])
        application.on_response_prepare.append(put_headers)
        self._pictures = Pictures(self._reader, drawing, self._fetcher)
        rooms = (Pages(self._reader, drawing), Feeds(self._reader, drawing), self._live, self._pictures)
        for room in (*rooms, self._health, self._metrics):
            application.add_routes(room.routes())
        application.router.add_get("/static/{name}", self._static)
        application.router.add_get("/favicon.ico", self._icon)
        return application

    async def _static(self, request: web.Request) -> web.StreamResponse:
        """A file of ours; its address names its contents, so it never changes."""
        assert self._drawing is not None  # noqa: S101 - made before this was routed
        asset = self._drawing.assets.find(request.match_info["name"])
        if asset is None:
            raise web.HTTPNotFound
        headers = {"Cross-Origin-Resource-Policy": "cross-origin"}
        if not takes_gzip(request):
            return answer(request, asset.content, asset.media_type, cache=_FOREVER, headers=headers)
        headers["Content-Encoding"] = "gzip"
        return answer(request, asset.packed, asset.media_type, cache=_FOREVER, headers=headers)

    async def _icon(self, request: web.Request) -> web.StreamResponse:
        """The site's mark, for whoever asks without having read a page."""
        assert self._drawing is not None  # noqa: S101 - made before this was routed
        return answer(request, self._drawing.assets.text("mark.svg"), "image/svg+xml", cache="public, max-age=86400")

    @web.middleware
    async def _guard(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Say in a page of ours what went wrong, and nothing of how."""
        try:
            return await handler(request)
        except web.HTTPException as error:
            if error.status not in _LINES:
                raise
            told = self._message(request, error.status)
            told.headers.extend(
                {name: error.headers[name] for name in ("Allow", "Retry-After") if name in error.headers}
            )
            return told
        except StorageError as error:
            log.warning("page not drawn", path=request.path, reason=str(error))
            return self._message(request, 503)
        except Exception:
            log.exception("page failed", path=request.path)
            return self._message(request, 500)

    def _message(self, request: web.Request, status: int) -> web.Response:
        assert self._drawing is not None  # noqa: S101 - made before anything was routed
        heading, line = _LINES[status]
        drawn = self._drawing.draw("message.html", heading=heading, line=line)
        return answer(request, drawn, HTML, status=status, cache="no-store")
