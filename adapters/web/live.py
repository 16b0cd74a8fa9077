"""Live updates as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html).

However many people read, one task asks the database, once a moment, in one query.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Final

import structlog
from aiohttp import web

from adapters.web.pages import summary_in
from bot.errors import StorageError
from bot.model import DiscussionId
from bot.page.reading import PageReader
from bot.page.records import Pulse

log = structlog.get_logger(__name__)

_LOOK: Final = 1.0
"""Seconds between looks at the database while anybody reads."""
_BEAT: Final = 20.0
"""Seconds after which a silent stream says that it is alive, so that proxies keep it open."""
_RETRY: Final = 5_000
"""Milliseconds after which a browser that lost its stream comes back."""


class Live:
    """Streams of discussions' pulses to at most `most` readers; others are asked to come again later."""

    def __init__(self, reader: PageReader, *, most: int = 2_000, look: float = _LOOK, beat: float = _BEAT) -> None:
        self._reader = reader
        self._most = most
        self._look = look
        self._beat = beat
        self._streams: defaultdict[DiscussionId, set[asyncio.Queue[Pulse | None]]] = defaultdict(set)
        self._last: dict[DiscussionId, Pulse] = {}
        self._wanted = asyncio.Event()
        self._watching: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def readers(self) -> int:
        """How many streams are open."""
        return sum(map(len, self._streams.values()))

    def routes(self) -> list[web.RouteDef]:
        """Where the streams are."""
        return [web.get("/a/{slug}/live", self.stream)]

    def start(self) -> None:
        """Watch the database from now on."""
        self._watching = asyncio.create_task(self._watch(), name="live pages")

    async def close(self) -> None:
        """End every stream. Idempotent."""
        self._closed = True
        for queues in self._streams.values():
            for queue in queues:
                queue.put_nowait(None)
        if self._watching is not None:
            self._watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watching

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """A discussion's pulse now, and whenever it changes."""
        if self._closed or self.readers >= self._most:
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "60"})
        discussion = (await summary_in(request, self._reader)).id
        response = web.StreamResponse(
            headers={
                "Content-Type": "text/event-stream; charset=utf-8",
                "Cache-Control": "no-store",
                "X-Accel-Buffering": "no",
            }
        )
        await response.prepare(request)
        pulse = (await self._reader.pulses([discussion])).get(discussion)
        if pulse is not None:  # newer than what the others heard last, so they hear it too
            self._tell([discussion], {discussion: pulse})
            self._last[discussion] = pulse
        queue: asyncio.Queue[Pulse | None] = asyncio.Queue()
        self._streams[discussion].add(queue)
        self._wanted.set()
        try:
            await response.write(f"retry: {_RETRY}\n\n".encode())
            if pulse is not None:
                await response.write(_event(pulse))
            await self._send(queue, response)
        except (ConnectionError, StorageError):
            return response
        finally:
            self._streams[discussion].discard(queue)
            if not self._streams[discussion]:
                del self._streams[discussion]
                self._last.pop(discussion, None)
        return response

    async def _send(self, queue: asyncio.Queue[Pulse | None], response: web.StreamResponse) -> None:
        while True:
            try:
                async with asyncio.timeout(self._beat):
                    pulse = await queue.get()
            except TimeoutError:
                await response.write(b": still here\n\n")
                continue
            while not queue.empty():  # a slow reader needs the latest alone
                pulse = queue.get_nowait()
            if pulse is None:
                return
            await response.write(_event(pulse))

    async def _watch(self) -> None:
        while True:
            if not self._streams:
                self._wanted.clear()
                await self._wanted.wait()
            asked = tuple(self._streams)
            try:
                self._tell(asked, await self._reader.pulses(asked))
            except StorageError as error:
                log.warning("live pages unreadable", reason=str(error))
            await asyncio.sleep(self._look)

    def _tell(self, asked: Collection[DiscussionId], pulses: Mapping[DiscussionId, Pulse]) -> None:
        """Tell what is new; None, which ends a stream, where a discussion has no page any more."""
        for discussion in asked:
            pulse = pulses.get(discussion)
            if discussion not in self._streams or self._last.get(discussion) == pulse:
                continue
            if pulse is not None:
                self._last[discussion] = pulse
            for queue in self._streams[discussion]:
                queue.put_nowait(pulse)


def _event(pulse: Pulse) -> bytes:
    told = json.dumps({"comments": pulse.comments, "stamp": pulse.stamp})
    return f"id: {pulse.stamp}\nevent: pulse\ndata: {told}\n\n".encode()
