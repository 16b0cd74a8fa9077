"""Messages that stand in a channel or thread: read in pages, oldest first."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import Any, Final, TypeAlias

from discord.utils import time_snowflake

from adapters.discord.rest import Rest

Json: TypeAlias = dict[str, Any]

_PAGE: Final = 100


async def messages(rest: Rest, channel: str, after: str) -> AsyncIterator[Json]:
    """A channel's messages later than the id `after`, oldest first, also of an archived thread."""
    async for page in pages(rest, channel, after):
        for message in page:
            yield message


async def pages(rest: Rest, channel: str, after: str) -> AsyncIterator[list[Json]]:
    """The same, as Discord hands them out; no page is empty."""
    while True:
        told: list[Json] = await rest.ask(
            "GET", "/channels/{channel_id}/messages", params={"after": after, "limit": _PAGE}, channel_id=channel
        )
        if not told:
            return
        page = sorted(told, key=lambda one: int(one["id"]))
        yield page
        if len(page) < _PAGE:
            return
        after = page[-1]["id"]


async def last_message(rest: Rest, channel: str) -> Json | None:
    """The last message of a channel or thread; None where Discord shows none."""
    told: list[Json] = await rest.ask("GET", "/channels/{channel_id}/messages", params={"limit": 1}, channel_id=channel)
    return told[0] if told else None


def moment(since: datetime) -> str:
    """An id that is older than any message posted at or after `since`."""
    return str(time_snowflake(since))


def values(payload: object, key: str) -> Iterator[str]:
    """Every text that stands under `key` anywhere in a payload, in order."""
    if isinstance(payload, dict):
        for name, value in payload.items():
            if name == key and isinstance(value, str):
                yield value
            else:
                yield from values(value, key)
    elif isinstance(payload, list | tuple):
        for value in payload:
            yield from values(value, key)
