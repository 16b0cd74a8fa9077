"""Answers over HTTP: validators, packing, and the headers that keep a page from doing what it should not."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final

from aiohttp import web

HTML: Final = "text/html"
ATOM: Final = "application/atom+xml"
_OURS_ALONE: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors "
)
SECURITY: Final[Mapping[str, str]] = {
    "Content-Security-Policy": _OURS_ALONE + "'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
EMBEDDED: Final[Mapping[str, str]] = {
    "Content-Security-Policy": _OURS_ALONE.replace("base-uri 'none'", "base-uri 'self'") + "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""What differs on a page that other sites show in a frame."""
PICTURE: Final[Mapping[str, str]] = {"Content-Security-Policy": "default-src 'none'; style-src 'none'; sandbox"}
"""A picture that somebody opens by itself runs nothing."""
_FRESH: Final = "no-cache"
_WORTH_PACKING: Final = 600


def answer(
    request: web.Request,
    body: str | bytes,
    media_type: str,
    *,
    status: int = 200,
    cache: str = _FRESH,
    headers: Mapping[str, str] | None = None,
) -> web.Response:
    """The body with an ETag, or 304 where the reader has it already. Long ones are packed where that is understood."""
    content = body.encode() if isinstance(body, str) else body
    tag = f'W/"{hashlib.blake2b(content, digest_size=12).hexdigest()}"'
    more = {"ETag": tag, "Cache-Control": cache, "Vary": "Accept-Encoding", **(headers or {})}
    if status == web.HTTPOk.status_code and _has(request, tag):
        return web.Response(status=web.HTTPNotModified.status_code, headers=more)
    charset = "utf-8" if isinstance(body, str) else None
    response = web.Response(body=content, status=status, content_type=media_type, charset=charset, headers=more)
    if isinstance(body, str) and len(content) > _WORTH_PACKING and takes_gzip(request):
        response.enable_compression(web.ContentCoding.gzip)
    return response


async def put_headers(request: web.Request, response: web.StreamResponse) -> None:  # noqa: ARG001 - aiohttp's signature
    """Put the security headers on an answer, whatever made it, unless it brings its own."""
    for name, value in SECURITY.items():
        if name == "X-Frame-Options" and response.headers.get("Cross-Origin-Resource-Policy") == "cross-origin":
            continue
        response.headers.setdefault(name, value)


def _has(request: web.Request, tag: str) -> bool:
    given = request.headers.get("If-None-Match", "")
    return tag in {part.strip() for part in given.split(",")} or given.strip() == "*"


def takes_gzip(request: web.Request) -> bool:
    """Whether the reader unpacks gzip."""
    return any(
        part.split(";")[0].strip() == "gzip" and "q=0" not in part.replace(" ", "").split(";")[1:]
        for part in request.headers.get("Accept-Encoding", "").split(",")
    )
