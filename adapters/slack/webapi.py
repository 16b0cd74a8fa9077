"""The road to Slack's Web API: one HTTP session, a client for each token, nothing repeated behind our back."""

from __future__ import annotations

import ipaddress
import logging
from typing import Any, Final
from urllib.parse import urlsplit
from urllib.request import proxy_bypass

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.fencing import FencedConnector, fenced
from adapters.slack.rates import RatedClient, Rates
from bot.errors import Unavailable

SDK_LOGGER: Final = logging.getLogger("adapters.slack.sdk")
"""What the SDKs log through: errors alone, since their finer levels print what people wrote."""
SDK_LOGGER.setLevel(logging.ERROR)

CONNECT_SECONDS: Final = 5.0
ANSWER_SECONDS: Final = 6.0
"""A lost answer is looked up as soon as it is given up, so that little is gained by waiting for it."""
UPLOAD_SECONDS: Final = 60.0


class WebApi:
    """The clients for a bot's token and, where there is one, an admin's user token.

    They never repeat a request by themselves: `retry_handlers` is empty, and aiohttp repeats only what is idempotent.
    Nor do they send what Slack said it would refuse: that is `Busy` at once.
    Everything opens with the first use, inside the running loop; after `close` nothing does, until `reopen`.
    """

    def __init__(
        self,
        *,
        bot_token: str,
        user_token: str | None = None,
        api_url: str | None = None,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        self.base_url = (api_url or AsyncWebClient.BASE_URL).rstrip("/") + "/"
        self._bot_token = bot_token
        self._user_token = user_token
        self._timeout = aiohttp.ClientTimeout(total=answer_seconds, sock_connect=CONNECT_SECONDS)
        self._session: aiohttp.ClientSession | None = None
        self._bot: AsyncWebClient | None = None
        self._user: AsyncWebClient | None = None
        self._closed = False
        self._rates = Rates()

    @property
    def session(self) -> aiohttp.ClientSession:
        """The one session that every request goes through. Raises `Unavailable` once closed."""
        if self._closed:
            raise Unavailable("Slack: the connection is closed")
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=self._timeout, middlewares=(fenced,), connector=FencedConnector()
            )
        return self._session

    @property
    def bot(self) -> AsyncWebClient:
        """The client that acts as the bot."""
        if self._bot is None:
            self._bot = self._client(self._bot_token)
        return self._bot

    @property
    def user(self) -> AsyncWebClient | None:
        """The client that acts as the admin who gave a user token, if one did."""
        if self._user is None and self._user_token:
            self._user = self._client(self._user_token)
        return self._user

    @property
    def proxy(self) -> str | None:
        """The HTTP proxy that the environment names, where it applies to Slack's address."""
        return self.bot.proxy

    def reopen(self) -> None:
        """Allow connections again."""
        self._closed = False

    async def close(self) -> None:
        """Close every connection. Idempotent."""
        self._closed = True
        session, self._session, self._bot, self._user = self._session, None, None, None
        if session is not None:
            await session.close()

    def _client(self, token: str) -> AsyncWebClient:
        client = RatedClient(
            self._rates,
            token=token,
            base_url=self.base_url,
            session=self.session,
            retry_handlers=[],
            logger=SDK_LOGGER,
        )
        if not _behind_proxy(self.base_url):
            client.proxy = None  # the SDK reads HTTPS_PROXY, but not NO_PROXY
        return client


def answer(response: AsyncSlackResponse) -> dict[str, Any]:
    """The JSON object that Slack answered."""
    data = response.data
    return data if isinstance(data, dict) else {}


def _behind_proxy(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = host == "localhost"
    return not loopback and not proxy_bypass(host)
