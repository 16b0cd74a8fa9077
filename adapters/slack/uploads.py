"""Files on their way to Slack: uploaded privately first, shared by the message that carries them.

https://docs.slack.dev/messaging/working-with-files#upload: an address, the bytes, the completion. A file that is
completed without a channel stays the bot's own until a message shows it.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter, OrderedDict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any, Final

import aiohttp
import structlog

from adapters.slack.failures import translated
from adapters.slack.outbound import UploadedFile
from adapters.slack.webapi import UPLOAD_SECONDS, WebApi, answer
from bot.errors import Refused, Unavailable
from bot.markup.cutting import cut
from bot.views import FileView

KEPT_MESSAGES: Final = 500
LONGEST_ALT: Final = 1_000
SHOWN_TYPES: Final = frozenset({"image/gif", "image/jpeg", "image/png"})
"""What an image block can show (https://docs.slack.dev/reference/block-kit/composition-objects/slack-file-object)."""
READY_TRIES: Final = 12
READY_SECONDS: Final = 0.25

_PERMALINK: Final = re.compile(r"https://[a-z0-9.-]+\.slack(?:-gov)?\.com/files/[A-Z0-9]+/(F[A-Z0-9]+)(?:/|$)")

_log = structlog.get_logger(__name__)


class Uploads:
    """Uploads files, and remembers for the latest messages which of theirs are on Slack already.

    A key is whatever names the message: its stamp before it is sent, its channel and id afterwards. A file that Slack
    will not take is left out, so that the message can carry a link instead.
    """

    def __init__(self, api: WebApi) -> None:
        self._api = api
        self._kept: OrderedDict[Hashable, dict[tuple[str, int], UploadedFile]] = OrderedDict()

    async def carry(self, key: Hashable, files: Sequence[FileView]) -> tuple[UploadedFile, ...]:
        """Have those files on Slack whose content is at hand; uploads none twice for one key.

        Raises `Busy` or `Unavailable`; asking again then goes on where it stopped.
        """
        done = self._kept.get(key, {})
        named = _numbered([str(file.name) for file in files])
        for mark, file in zip(named, files, strict=True):
            # A spoiler is linked to at its origin: on Slack, a file that is shared is shown.
            if mark in done or file.content is None or file.spoiler:
                continue
            try:
                done[mark] = await self._upload(file, file.content)
            except Refused as error:
                _log.warning("slack.file.refused", reason=str(error), size=file.size)
                continue
            self._keep(key, done)
        return tuple(done[mark] for mark in named if mark in done)

    def knows(self, key: Hashable) -> bool:
        """Whether files are remembered for this key."""
        return key in self._kept

    def remember(self, key: Hashable, files: Sequence[UploadedFile]) -> None:
        """A message carries these files."""
        self._keep(key, dict(zip(_numbered([file.name for file in files]), files, strict=True)))

    def rename(self, key: Hashable, to: Hashable) -> None:
        """The message is sent: from now on it goes by another key."""
        if key in self._kept:
            self._keep(to, self._kept.pop(key))

    def _keep(self, key: Hashable, done: dict[tuple[str, int], UploadedFile]) -> None:
        self._kept[key] = done
        self._kept.move_to_end(key)
        while len(self._kept) > KEPT_MESSAGES:
            self._kept.popitem(last=False)

    async def carried(self, message: Mapping[str, Any]) -> tuple[UploadedFile, ...]:
        """The files that a message on Slack carries now: shared with it, shown by its image blocks, or linked to."""
        shared = {str(file.get("id")): file for file in message.get("files") or ()}
        shown, linked = set[str](), set[str]()
        for file_id, is_image in _mentioned(message.get("blocks")):
            (shown if is_image else linked).add(file_id)
        found = []
        for file_id in dict.fromkeys((*shared, *sorted(shown), *sorted(linked))):
            try:
                file = shared.get(file_id) or await self._info(file_id)
            except Refused:
                continue
            found.append(_uploaded(file, is_image=file_id in shown))
        return tuple(found)

    async def _upload(self, file: FileView, content: bytes) -> UploadedFile:
        name = str(file.name)
        # Nobody sees a file before a message shares it, so each step may be repeated after any failure.
        with translated("files.getUploadURLExternal", writes=False):
            given = answer(
                await self._api.bot.files_getUploadURLExternal(
                    filename=name, length=len(content), alt_txt=cut(str(file.alt), LONGEST_ALT) or None
                )
            )
        with translated("files.upload", writes=False):
            timeout = aiohttp.ClientTimeout(total=UPLOAD_SECONDS)
            async with self._api.session.post(
                given["upload_url"], data=content, proxy=self._api.proxy, timeout=timeout
            ) as response:
                if response.status >= 400:  # noqa: PLR2004 - HTTP's errors
                    raise Unavailable(f"files.upload: HTTP {response.status}")
        file_id = str(given["file_id"])
        with translated("files.completeUploadExternal", writes=False):
            completed = answer(await self._api.bot.files_completeUploadExternal(files=[{"id": file_id, "title": name}]))
        about: dict[str, Any] = (completed.get("files") or [{}])[0]
        if file.media_type in SHOWN_TYPES or not about.get("permalink"):
            about = await self._ready(file_id)
        return UploadedFile(
            id=file_id,
            permalink=str(about.get("permalink") or ""),
            name=name,
            alt=str(file.alt),
            is_image=file.media_type in SHOWN_TYPES and about.get("mimetype") in SHOWN_TYPES,
        )

    async def _ready(self, file_id: str) -> dict[str, Any]:
        """The file once Slack has looked at it: before, a message that shows it is refused."""
        about: dict[str, Any] = {}
        for _ in range(READY_TRIES):
            about = await self._info(file_id)
            if about.get("mimetype"):
                break
            await asyncio.sleep(READY_SECONDS)
        return about

    async def _info(self, file_id: str) -> dict[str, Any]:
        with translated("files.info", writes=False):
            return answer(await self._api.bot.files_info(file=file_id)).get("file") or {}


def _numbered(names: Sequence[str]) -> list[tuple[str, int]]:
    """Each name with how often it stood before: pasted screenshots are all called `image.png`."""
    seen: Counter[str] = Counter()
    marks = []
    for name in names:
        marks.append((name, seen[name]))
        seen[name] += 1
    return marks


def _uploaded(file: Mapping[str, Any], *, is_image: bool) -> UploadedFile:
    return UploadedFile(
        id=str(file.get("id")),
        permalink=str(file.get("permalink") or ""),
        name=str(file.get("name") or file.get("title") or ""),
        alt=str(file.get("alt_txt") or ""),
        is_image=is_image,
    )


def _mentioned(value: object) -> Iterator[tuple[str, bool]]:
    """The ids of files in blocks, and whether an image block shows them (else they are linked to)."""
    if isinstance(value, list):
        for one in value:
            yield from _mentioned(one)
    elif isinstance(value, Mapping):
        file, url = value.get("slack_file"), value.get("url")
        if isinstance(file, Mapping) and isinstance(file.get("id"), str):
            yield file["id"], True
        elif value.get("type") == "link" and isinstance(url, str) and (found := _PERMALINK.match(url)):
            yield found[1], False
        yield from _mentioned(list(value.values()))
