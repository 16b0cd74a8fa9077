"""The page that the control server shows at `/`: both platforms side by side, drawn from the control API alone.

Its files stand beside this module as they are served: no build step, nothing from another host.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

FOLDER: Final = Path(__file__).parent
TYPES: Final = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


class Page:
    """Serves the page's files. Pictures may come from it and from `platforms` (URLs of the sandbox's own servers)."""

    def __init__(self, platforms: Iterable[str]) -> None:
        origins = {f"{parts.scheme}://{parts.netloc}" for parts in map(urlsplit, platforms) if parts.scheme == "http"}
        self._policy = "; ".join(
            (
                "default-src 'none'",
                "script-src 'self'",
                "style-src 'self'",
                " ".join(("img-src 'self'", *sorted(origins))),
                "connect-src 'self'",
                "base-uri 'none'",
                "form-action 'none'",
                "frame-ancestors 'none'",
            )
        )

    async def index(self, request: web.Request) -> web.StreamResponse:
        """`GET /`."""
        return self._file(request, FOLDER / "index.html")

    async def file(self, request: web.Request) -> web.StreamResponse:
        """`GET /page/{name}`: a script, a style sheet or a picture."""
        return self._named(request, FOLDER)

    async def article(self, request: web.Request) -> web.StreamResponse:
        """`GET /articles/{name}`: a page of a made-up newspaper, to be published by its link without a network."""
        return self._named(request, FOLDER / "articles")

    def _named(self, request: web.Request, folder: Path) -> web.StreamResponse:
        path = folder / request.match_info["name"]
        if path.parent != folder or path.suffix not in TYPES or not path.is_file():
            raise web.HTTPNotFound(text="there is no such file")
        return self._file(request, path)

    def _file(self, request: web.Request, path: Path) -> web.StreamResponse:
        body = path.read_bytes()
        tag = hashlib.sha256(body).hexdigest()[:16]
        headers = {
            "Content-Security-Policy": self._policy,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-cache",
            "ETag": f'"{tag}"',
        }
        if request.headers.get("If-None-Match") == f'"{tag}"':
            return web.Response(status=304, headers=headers)
        return web.Response(body=body, content_type=TYPES[path.suffix], charset="utf-8", headers=headers)
