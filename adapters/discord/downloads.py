"""Files on people's messages.

Their addresses are signed and expire within a day; the message tells a fresh one
(https://docs.discord.com/developers/reference#signed-attachment-cdn-urls).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from yarl import URL

from adapters.discord.reading import values
from adapters.discord.rest import Rest
from bot.errors import Refused
from bot.model import Attachment

_ATTACHMENT: Final = 3
"""Where an attachment's id stands in its path: /attachments/CHANNEL/ID/NAME."""


async def download(rest: Rest, attachment: Attachment, limit: int) -> bytes:
    """An attachment's content; raises `Refused` where it is gone or larger than `limit` bytes."""
    if attachment.size > limit:
        raise Refused(f"a file of {attachment.size} bytes is larger than {limit}")
    content = await rest.download(attachment.source, limit)
    if content is None:
        content = await _download_anew(rest, attachment, limit)
    if len(content) > limit:
        raise Refused(f"a file is larger than {limit} bytes, though Discord said {attachment.size}")
    return content


async def _download_anew(rest: Rest, attachment: Attachment, limit: int) -> bytes:
    fresh = next(await _addresses(rest, attachment), None)
    content = None if fresh is None else await rest.download(fresh, limit)
    if content is None:
        raise Refused("a file is gone from its message")
    return content


async def _addresses(rest: Rest, attachment: Attachment) -> Iterator[str]:
    """The attachment's address as its message tells it now, also where the message forwards another."""
    channel, message = URL(attachment.permalink or "").parts[-2:]
    found: dict[str, Any] = await rest.ask(
        "GET", "/channels/{channel_id}/messages/{message_id}", channel_id=channel, message_id=message
    )
    wanted = _id(attachment.source)
    return (url for url in values(found, "url") if _id(url) == wanted)


def _id(url: str) -> str | None:
    parts = URL(url).parts
    return parts[_ATTACHMENT] if len(parts) > _ATTACHMENT and parts[1] == "attachments" else None
