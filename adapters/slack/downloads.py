"""Files on their way from Slack. The bot's token goes to Slack's own hosts alone."""

from __future__ import annotations

from typing import Final
from urllib.parse import urljoin, urlsplit

import aiohttp

from adapters.slack.failures import translated
from adapters.slack.webapi import WebApi
from bot.errors import Busy, Refused, Unavailable

_HOSTS: Final = ("slack.com", "slack-edge.com", "slack-files.com", "slack-gov.com")
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
MOST_REDIRECTS: Final = 3
PIECE: Final = 64 * 1024


class Downloads:
    """Reads private files with the bot's token."""

    def __init__(self, api: WebApi, bot_token: str) -> None:
        self._api = api
        self._token = bot_token

    async def read(self, url: str, limit: int, *, media_type: str = "") -> bytes:
        """A file's content. Raises `Refused` where it is gone, larger than `limit` bytes, or not Slack's to give.

        `media_type` is what the file is said to be: a page in place of anything else is Slack's login.
        """
        for _ in range(MOST_REDIRECTS + 1):
            self._check(url)
            with translated("files.download", writes=False):
                async with self._api.session.get(
                    url,
                    headers={"Authorization": f"Bearer {self._token}"},
                    allow_redirects=False,
                    proxy=self._api.proxy,
                ) as response:
                    if response.status not in _REDIRECTS:
                        return await _content(response, limit, media_type)
                    url = urljoin(url, response.headers.get("Location", ""))
        raise Refused("files.download: too many redirects")

    def _check(self, url: str) -> None:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        if parts.path.startswith(("/login", "/signin")) or "redir=" in parts.query:
            raise Refused(_LOGIN)
        ours = urlsplit(self._api.base_url)
        if (parts.scheme, parts.netloc) == (ours.scheme, ours.netloc):
            return
        if parts.scheme == "https" and any(host == known or host.endswith(f".{known}") for known in _HOSTS):
            return
        raise Refused(f"files.download: {host or 'no host'} is not Slack's; the bot's token goes nowhere else")


_LOGIN: Final = "files.download: Slack asks for a login; add the scope files:read to the Slack app and install it again"


async def _content(response: aiohttp.ClientResponse, limit: int, media_type: str) -> bytes:
    status = response.status
    if status == 429:  # noqa: PLR2004 - HTTP's number for too many requests
        raise Busy("files.download: rate-limited", retry_after=float(response.headers.get("Retry-After", 30)))
    if status >= 500:  # noqa: PLR2004 - HTTP's server errors
        raise Unavailable(f"files.download: HTTP {status}")
    if status != 200:  # noqa: PLR2004 - HTTP's only number for the whole of it
        raise Refused(f"files.download: HTTP {status}; the file is gone, or the bot may not read it")
    if response.content_type == "text/html" and media_type != "text/html":
        raise Refused(_LOGIN)
    if (response.content_length or 0) > limit:
        raise Refused(f"files.download: larger than {limit} bytes")
    content = bytearray()
    async for piece in response.content.iter_chunked(PIECE):
        content += piece
        if len(content) > limit:
            raise Refused(f"files.download: larger than {limit} bytes")
    return bytes(content)
