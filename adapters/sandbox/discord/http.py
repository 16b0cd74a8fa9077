"""One REST request as the handlers get it, and what they answer."""

from __future__ import annotations

import json
import mimetypes
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from aiohttp import BodyPartReader, web

from adapters.sandbox.discord.errors import ApiError, invalid_form
from adapters.sandbox.discord.limits import FILE_BYTES
from adapters.sandbox.side import Json


@dataclass(frozen=True)
class Upload:
    """A file of a multipart body."""

    name: str
    content: bytes
    media_type: str


@dataclass(frozen=True)
class Call:
    """A request: its path's parameters, its query, its JSON body (or `payload_json`), and its files by number."""

    params: Mapping[str, str]
    query: Mapping[str, str]
    body: Any = None
    uploads: Mapping[int, Upload] = field(default_factory=dict)

    def id(self, name: str) -> int:
        """A snowflake in the path."""
        return snowflake(self.params[name], name)

    @property
    def fields(self) -> Json:
        """The body, which must be an object."""
        if self.body is None:
            return {}
        if not isinstance(self.body, dict):
            raise invalid_form({"_errors": [{"code": "MODEL_TYPE_CONVERT", "message": "Must be an object."}]})
        return self.body

    def flag(self, name: str) -> bool:
        """A yes or no in the query."""
        return self.query.get(name, "").lower() in {"1", "true"}

    def cursor(self, name: str) -> int | None:
        """A snowflake in the query."""
        return snowflake(self.query[name], name) if name in self.query else None

    def count(self, name: str, default: int, most: int) -> int:
        """A number from 1 to `most` in the query."""
        given = self.query.get(name, str(default))
        if not given.isdecimal() or not 1 <= int(given) <= most:
            message = f"int value should be between 1 and {most}."
            raise invalid_form({name: {"_errors": [{"code": "NUMBER_TYPE_RANGE", "message": message}]}})
        return int(given)


@dataclass(frozen=True)
class Reply:
    """An answer; no body for 204."""

    status: int = 200
    body: Any = None


DONE = Reply(204)
_DIGITS = 20

Handler: TypeAlias = Callable[[Call], Reply]


@dataclass(frozen=True)
class Route:
    """A method and path template of the API, and who serves it. `open` needs no bot token: the path holds one."""

    method: str
    template: str
    handler: Handler
    open: bool = False


@dataclass(frozen=True)
class Exchange:
    """One request and its answer, for whoever checks them; also an answer that was ordered as a fault.

    `multipart` tells that `request` came as `payload_json`. `at` is when the request came, by the monotonic clock.
    """

    method: str
    template: str
    path: str
    query: Mapping[str, str]
    request: Any
    multipart: bool
    status: int
    response: Any
    at: float = field(default_factory=time.monotonic)


def snowflake(value: object, name: str) -> int:
    """An id as a number; raises 50035 for anything else."""
    if isinstance(value, int) or (isinstance(value, str) and value.isdecimal() and len(value) <= _DIGITS):
        return int(value)
    message = f'Value "{value}" is not snowflake.'
    raise invalid_form({name: {"_errors": [{"code": "NUMBER_TYPE_COERCE", "message": message}]}})


async def read_call(request: web.Request) -> tuple[Call, bool]:
    """The request as a call, and whether it was multipart. The body is read to its end in any case."""
    if request.content_type == "multipart/form-data":
        body, uploads = await _read_multipart(request)
        return Call(request.match_info, request.query, body, uploads), True
    raw = await request.read()
    return Call(request.match_info, request.query, _parse(raw) if raw else None), False


async def _read_multipart(request: web.Request) -> tuple[Any, dict[int, Upload]]:
    body: Any = None
    uploads: dict[int, Upload] = {}
    too_large = False
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        content = bytes(await part.read())
        name = part.name or ""
        if name == "payload_json":
            body = _parse(content)
        elif name.startswith("files[") and name[6:-1].isdecimal():
            too_large = too_large or len(content) > FILE_BYTES
            filename = part.filename or "unknown"
            guessed = mimetypes.guess_type(filename)[0] or "application/octet-stream"
            uploads[int(name[6:-1])] = Upload(filename, content, guessed)
    if too_large:
        raise ApiError(413, 40005, "Request entity too large")
    return body, uploads


def _parse(raw: bytes) -> Any:  # noqa: ANN401 - JSON
    try:
        return json.loads(raw)
    except ValueError:
        raise ApiError(400, 50109, "The request body contains invalid JSON.") from None
