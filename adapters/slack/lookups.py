"""Finding what is on Slack already: sends whose outcome is unknown, openers of threads, what people wrote meanwhile."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.failures import translated
from adapters.slack.ids import stamp_metadata, stamp_of
from adapters.slack.webapi import WebApi, answer
from bot.errors import Unavailable
from bot.ports import Stamp

PAGE: Final = 200
SLACK_AHEAD: Final = timedelta(minutes=5)
"""How far Slack's clock and ours may disagree. Stamps are unique, so reading too much costs nothing but time."""

Message = Mapping[str, Any]


class Lookups:
    """Reads channels and threads, page by page."""

    def __init__(self, api: WebApi) -> None:
        self._api = api

    async def stamped_reply(self, channel: str, root: str, stamp: Stamp, since: datetime) -> str | None:
        """The `ts` of the reply with this stamp, from `since` on."""
        async for message in self.replies(channel, root, oldest=_oldest(since)):
            if stamp_of(message) == stamp:
                return str(message["ts"])
        return None

    async def stamped_root(self, channel: str, stamp: Stamp, since: datetime) -> str | None:
        """The `ts` of the message in a channel with this stamp, from `since` on."""
        oldest = _oldest(since)
        cursor: str | None = None
        while True:
            with translated("conversations.history", writes=False):
                page = await self._api.bot.conversations_history(
                    channel=channel, oldest=oldest, limit=PAGE, cursor=cursor, include_all_metadata=True
                )
            messages, cursor = _page(page)
            found = next((str(message["ts"]) for message in messages if stamp_of(message) == stamp), None)
            if found or not cursor:
                return found

    async def opener(self, channel: str, root: str) -> str | None:
        """The `ts` of the first reply of ours that opened the thread, if one did."""
        kind = stamp_metadata(Stamp(""), "opener")["event_type"]
        async for message in self.replies(channel, root):
            if (message.get("metadata") or {}).get("event_type") == kind:
                return str(message["ts"])
        return None

    async def message(self, channel: str, root: str, ts: str) -> Message | None:
        """One message of a thread as it stands now."""
        with translated("conversations.replies", writes=False):
            page = await self._api.bot.conversations_replies(
                channel=channel, ts=root, oldest=ts, latest=ts, inclusive=True, limit=2
            )
        return next((one for one in _page(page)[0] if one.get("ts") == ts), None)

    async def last(self, channel: str, root: str) -> str | None:
        """The `ts` of a thread's last message, as its root tells; None where Slack doesn't show the root."""
        with translated("conversations.replies", writes=False):
            page = await self._api.bot.conversations_replies(channel=channel, ts=root, limit=1)
        found = next((one for one in _page(page)[0] if one.get("ts") == root), None)
        return None if found is None else str(found.get("latest_reply") or root)

    async def replies(self, channel: str, root: str, *, oldest: str | None = None) -> AsyncIterator[Message]:
        """A thread's replies, oldest first, later than `oldest`."""
        async for page in self.pages(channel, root, oldest=oldest):
            for message in page:
                if message.get("ts") != root:
                    yield message

    async def pages(self, channel: str, root: str, *, oldest: str | None = None) -> AsyncIterator[list[Message]]:
        """The same, as Slack hands them out: its root, which Slack repeats, is in each or in the first alone."""
        cursor: str | None = None
        while True:
            with translated("conversations.replies", writes=False):
                page = await self._api.bot.conversations_replies(
                    channel=channel, ts=root, oldest=oldest, limit=PAGE, cursor=cursor, include_all_metadata=True
                )
            messages, cursor = _page(page)
            yield messages
            if not cursor and answer(page).get("has_more"):
                raise Unavailable("conversations.replies: Slack has more, but does not say where")
            if not cursor:
                return


def _page(response: AsyncSlackResponse) -> tuple[list[Message], str | None]:
    data = answer(response)
    return data.get("messages") or [], (data.get("response_metadata") or {}).get("next_cursor") or None


def _oldest(since: datetime) -> str:
    return f"{(since - SLACK_AHEAD).timestamp():.6f}"
