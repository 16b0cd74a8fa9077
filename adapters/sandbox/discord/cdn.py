"""The content server: attachments while their message stands, and avatars drawn from their names."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import quote

from aiohttp import web

from adapters.sandbox.discord.world import World

_SIDE = 64


class Cdn:
    """Serves files over GET."""

    def __init__(self, world: World) -> None:
        self._world = world

    def paths(self) -> list[tuple[str, Callable[[web.Request], Awaitable[web.StreamResponse]]]]:
        """What is served here."""
        return [
            ("/attachments/{channel_id}/{file_id}/{name}", self.attachment),
            ("/avatars/{user_id}/{name}", self.picture),
            ("/embed/avatars/{name}", self.picture),
            ("/emojis/{name}", self.picture),
            ("/icons/{guild_id}/{name}", self.picture),
        ]

    async def attachment(self, request: web.Request) -> web.StreamResponse:
        """A file, for whoever has its signed address."""
        number = request.match_info["file_id"]
        file = self._world.files.get(int(number)) if number.isdecimal() else None
        if file is None or quote(file.name) != quote(request.match_info["name"]):
            return web.Response(status=404, text="This content is no longer available.")
        if not self._is_valid(request.query):
            return web.Response(status=404, text="This content is no longer available.")
        return web.Response(body=file.content, headers={"Content-Type": file.media_type})

    def _is_valid(self, query: Mapping[str, str]) -> bool:
        try:
            expires = int(query.get("ex", ""), 16)
        except ValueError:
            return False
        return self._world.clock() < expires and bool(query.get("is")) and bool(query.get("hm"))

    async def picture(self, request: web.Request) -> web.StreamResponse:
        """A square of one colour, which its path decides."""
        digest = hashlib.sha256(request.path.rsplit(".", 1)[0].encode()).digest()
        return web.Response(body=square(digest[0], digest[1], digest[2]), headers={"Content-Type": "image/png"})


def square(red: int, green: int, blue: int) -> bytes:
    """A PNG of one colour (https://www.w3.org/TR/png-3/)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", _SIDE, _SIDE, 8, 2, 0, 0, 0)
    rows = (b"\0" + bytes((red, green, blue)) * _SIDE) * _SIDE
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
