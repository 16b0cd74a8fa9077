"""Our own messages: posted once, changed, taken away. Nothing here repeats a post by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import structlog

from adapters.slack.failures import MESSAGE_GONE, ROOT_GONE, translated
from adapters.slack.lookups import Lookups
from adapters.slack.markup import fallback, render
from adapters.slack.outbound import (
    UploadedFile,
    card_payload,
    copy_payload,
    edit_payload,
    opener_payload,
    stamp_metadata,
)
from adapters.slack.uploads import Uploads
from adapters.slack.webapi import WebApi, answer
from bot.errors import MessageGone, PlaceGone, Refused
from bot.markup.tree import plain_document
from bot.ports import Stamp
from bot.views import Card, CopyView

_BLOCKS_REFUSED: Final = ("invalid_blocks", "invalid_attachments")
LONGEST_TEXT: Final = 3_900
"""chat.update takes 4,000 characters of `text`."""
_NOT_OURS: Final = ("cant_delete_message",)

Json = dict[str, Any]

_log = structlog.get_logger(__name__)


class Sending:
    """Posts, changes and deletes messages. Ids are Slack's: a channel's id, a message's `ts`."""

    def __init__(self, api: WebApi, uploads: Uploads, lookups: Lookups) -> None:
        self._api = api
        self._uploads = uploads
        self._lookups = lookups

    async def post_card(self, channel: str, card: Card, stamp: Stamp) -> str:
        """Post a card; answers its `ts`."""
        metadata = stamp_metadata(stamp, "card")
        try:
            return await self._post(card_payload(card), channel, metadata)
        except Refused as error:
            if card.image is None or not _says(error, _BLOCKS_REFUSED):
                raise
        # Slack could not fetch the image and refused the whole: nothing was posted.
        _log.warning("slack.card.image_refused", channel=channel)
        return await self._post(card_payload(card, image=False), channel, metadata)

    async def redraw_card(self, channel: str, ts: str, card: Card) -> None:
        """Show a card's present state."""
        try:
            await self._update(card_payload(card), channel, ts)
        except Refused as error:
            if card.image is None or not _says(error, _BLOCKS_REFUSED):
                raise
            await self._update(card_payload(card, image=False), channel, ts)

    async def open_thread(self, channel: str, root: str, stamp: Stamp) -> None:
        """Post the first reply under a card, unless it stands there already."""
        if await self._lookups.opener(channel, root) is None:
            await self._reply(opener_payload(), channel, root, stamp_metadata(stamp, "opener"))

    async def send_copy(self, channel: str, root: str, copy: CopyView, stamp: Stamp) -> str:
        """Post a comment in its author's name, its files first; answers its `ts`."""
        files = await self._uploads.carry(stamp, copy.files)
        metadata = stamp_metadata(stamp)
        try:
            ts = await self._reply(_sharing(copy_payload(copy, files=files), files), channel, root, metadata)
        except Refused as error:
            if not (_shows_images(files) and _says(error, _BLOCKS_REFUSED)):
                raise
            files = _as_links(files)
            ts = await self._reply(_sharing(copy_payload(copy, files=files), files), channel, root, metadata)
        self._uploads.rename(stamp, (channel, ts))
        return ts

    async def edit_copy(self, channel: str, root: str, ts: str, copy: CopyView) -> None:
        """Show a comment's present text and files. Files that it carries already are not uploaded again."""
        files = await self._present_files(channel, root, ts, copy)
        try:
            await self._update(_sharing(edit_payload(copy, files=files), files), channel, ts)
        except Refused as error:
            if not (_shows_images(files) and _says(error, _BLOCKS_REFUSED)):
                raise
            files = _as_links(files)
            await self._update(_sharing(edit_payload(copy, files=files), files), channel, ts)

    async def delete(self, channel: str, ts: str) -> bool:
        """Delete a message: as the bot, and as the admin whose token there is where it is not the bot's.

        Answers False where it was gone before.
        """
        try:
            with translated("chat.delete", writes=True):
                await self._api.bot.chat_delete(channel=channel, ts=ts)
        except MessageGone:
            return False
        except Refused as error:
            if self._api.user is None or not _says(error, _NOT_OURS):
                raise
            return await self._delete_as_admin(channel, ts)
        return True

    async def whisper(self, channel: str, root: str | None, user: str, text: str) -> None:
        """Tell one person something that others don't see; the text is shown as it is."""
        document = plain_document(text)
        with translated("chat.postEphemeral", writes=True):
            await self._api.bot.chat_postEphemeral(
                channel=channel, user=user, thread_ts=root, text=fallback(document), blocks=render(document)
            )

    async def _delete_as_admin(self, channel: str, ts: str) -> bool:
        client = self._api.user
        if client is None:
            return False
        try:
            with translated("chat.delete", writes=True):
                await client.chat_delete(channel=channel, ts=ts)
        except MessageGone:
            return False
        return True

    async def _present_files(self, channel: str, root: str, ts: str, copy: CopyView) -> Sequence[UploadedFile]:
        if not copy.files:
            return ()
        key = (channel, ts)
        if not self._uploads.knows(key):
            # After a restart the message itself is what remembers.
            message = await self._lookups.message(channel, root, ts)
            if message is None:
                raise MessageGone(MESSAGE_GONE)
            self._uploads.remember(key, await self._uploads.carried(message))
        return await self._uploads.carry(key, copy.files)

    async def _reply(self, payload: Json, channel: str, root: str, metadata: Json) -> str:
        message = await self._send(payload, channel=channel, thread_ts=root, metadata=metadata)
        ts = str(message["ts"])
        if "thread_ts" not in message.get("message", {"thread_ts": root}):
            # Slack posts to the channel itself where the thread's root is gone.
            await self.delete(channel, ts)
            raise PlaceGone(ROOT_GONE)
        return ts

    async def _post(self, payload: Json, channel: str, metadata: Json) -> str:
        return str((await self._send(payload, channel=channel, metadata=metadata))["ts"])

    async def _send(self, payload: Json, **where: Any) -> Json:  # noqa: ANN401 - what the method takes
        with translated("chat.postMessage", writes=True):
            return answer(await self._api.bot.chat_postMessage(**payload, **where))

    async def _update(self, payload: Json, channel: str, ts: str) -> None:
        # chat.update knows no unfurl arguments: it keeps what the message was posted with.
        fields = {name: payload[name] for name in ("text", "blocks", "metadata") if name in payload}
        with translated("chat.update", writes=True):
            await self._api.bot.chat_update(channel=channel, ts=ts, **fields)


def _says(error: Refused, codes: Sequence[str]) -> bool:
    return any(code in str(error) for code in codes)


def _sharing(payload: Json, files: Sequence[UploadedFile]) -> Json:
    """The payload with the links of linked files in its `text`: by that alone Slack shares a file with the channel.

    https://github.com/slackapi/python-slack-sdk/issues/1194
    """
    lines = [str(payload["text"])]
    for file in files:
        if not file.is_image and file.permalink and sum(map(len, lines)) + len(file.permalink) < LONGEST_TEXT:
            lines.append(file.permalink)
    return payload | {"text": "\n".join(lines)}


def _shows_images(files: Sequence[UploadedFile]) -> bool:
    return any(file.is_image for file in files)


def _as_links(files: Sequence[UploadedFile]) -> tuple[UploadedFile, ...]:
    return tuple(replace(file, is_image=False) for file in files)
