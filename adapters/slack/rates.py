"""Which of Slack's methods want no calls for now: what is known to be refused is not asked.

Slack counts calls by method and workspace; messages to a channel are counted apart, at about one a second
(https://docs.slack.dev/apis/web-api/rate-limits).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.failures import wait_asked_for
from bot.errors import Busy

POST: Final = "chat.postMessage"
BETWEEN_POSTS: Final = 1.0
"""Seconds between two messages to a channel that Slack lets through for long; more of them pass in a short burst."""
AFTER_A_BURST: Final = 10.0
"""Seconds for which a channel is paced like that, once it has refused one."""

Key: TypeAlias = tuple[str, str]


class Rates:
    """What is closed until when, and the pace in channels that have refused a message lately."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._closed: dict[Key, float] = {}
        self._paced: dict[Key, float] = {}

    def enter(self, key: Key) -> None:
        """Ask to call; raises `Busy` where the call is known to be refused now."""
        now = self._clock()
        self._closed = {each: until for each, until in self._closed.items() if until > now}
        wait = self._closed.get(key, now) - now
        if wait > 0:
            raise Busy(f"{key[0]}: closed for {wait:.1f} s", retry_after=wait)
        if self._paced.get(key, now) > now:
            self._closed[key] = now + BETWEEN_POSTS

    def refused(self, key: Key, seconds: float) -> None:
        """Slack wants no such call for so long."""
        now = self._clock()
        self._closed[key] = now + seconds
        self._paced = {each: until for each, until in self._paced.items() if until > now}
        if key[0] == POST:
            self._paced[key] = now + seconds + AFTER_A_BURST


class RatedClient(AsyncWebClient):
    """slack_sdk's client, which calls nothing that is known to be refused: it raises `Busy` instead."""

    def __init__(self, rates: Rates, **settings: Any) -> None:  # noqa: ANN401 - the SDK's own
        super().__init__(**settings)
        self._rates = rates

    async def api_call(self, api_method: str, **options: Any) -> AsyncSlackResponse:  # noqa: ANN401 - the same, by name
        """Call a method of the Web API."""
        key = (api_method, _channel(options) if api_method == POST else "")
        self._rates.enter(key)
        try:
            return await super().api_call(api_method, **options)
        except SlackApiError as error:
            seconds = wait_asked_for(error)
            if seconds is not None:
                self._rates.refused(key, seconds)
            raise


def _channel(options: dict[str, Any]) -> str:
    given = options.get("json") or options.get("params") or {}
    return str(given.get("channel", ""))
