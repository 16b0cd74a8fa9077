"""discord.py's HTTP client, made to ask once and able to be pointed elsewhere.

discord.py keeps the token, the form encoding and the rate-limit buckets. Four things are changed:

- Its `request` sends again, up to five times, after 500, 502, 504 and 524, whatever the method: a POST whose work was
  done would be done twice. Of the ways to stop that, an aiohttp client middleware is the sturdiest: discord.py passes
  unknown keywords on to aiohttp's `request`, and what a middleware raises for an answer never reaches the loop that
  would repeat it. (An `http_trace` hook that raises works too, but runs after aiohttp has handed the connection
  over, and leaves the answer's body unread.) The same middleware hides the lost connections that `request` repeats
  by number, and after which aiohttp itself repeats a DELETE or a PUT: what a repeated DELETE answers would not tell
  whether the first one did it.
- A 429 is never slept out inside discord.py, where it would hold the bucket's other callers: the route is noted as
  closed until then, short waits are waited out here, and longer ones become `Busy` before anything is sent.
- A bucket with room left lets a request through. discord.py's own refuses whatever is asked while its window is longer
  than the timeout: of the 50 threads that Discord allows in five minutes, all but the first.
- `Route.BASE` is a class variable that all of discord.py's calls read, its login included. The URL is therefore
  exchanged on each route as it passes, which touches no state that another client in this process shares.
"""

from __future__ import annotations

import asyncio
import io
import json as jsonlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import aiohttp
import discord
from discord.http import HTTPClient, Ratelimit, Route
from discord.types.user import User
from discord.utils import MISSING
from yarl import URL

from adapters.discord.failures import NO_CONNECTION, WAIT, translate
from adapters.discord.uploads import Upload
from adapters.fencing import FencedConnector
from bot import fence
from bot.errors import Busy, Unavailable, detail_of, explained

_TOO_MANY: Final = 429
_SERVER_ERROR: Final = 500
_BAD_REQUEST: Final = 400
_CHUNK: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where Discord is, and how long to wait for it. None means Discord's own addresses; times are in seconds.

    `patience` is the longest rate limit that is waited out in place.
    """

    api_url: str | None = None
    gateway_url: str | None = None
    timeout: float = 6.0
    upload_timeout: float = 120.0
    patience: float = 2.0


class _Bucket(Ratelimit):
    """A bucket that refuses long waits, and those alone."""

    async def acquire(self) -> None:
        """Take one of the requests that are left, or wait for one; raises `discord.RateLimited` for a long wait."""
        if self.remaining <= 0 or self.is_expired():
            await super().acquire()
            return
        self._last_request = self._loop.time()
        self.remaining -= 1
        self.outgoing += 1


class Rest(HTTPClient):
    """Discord's REST API. `ask` is what the rest of the adapter calls; `request` is what discord.py itself calls."""

    def __init__(self, loop: asyncio.AbstractEventLoop, endpoint: Endpoint) -> None:
        super().__init__(loop, max_ratelimit_timeout=30.0)
        self._endpoint = endpoint
        self._base = (endpoint.api_url or Route.BASE).rstrip("/")
        self._gateway = URL(endpoint.gateway_url) if endpoint.gateway_url else None
        self._closed_until: dict[str, float] = {}
        self._is_closed = False

    async def static_login(self, token: str) -> User:
        """As discord.py does it, with connections that are not handed out behind a lease's end."""
        if self.connector is MISSING:
            self.connector = FencedConnector(limit=0)
        return await super().static_login(token)

    def get_ratelimit(self, key: str) -> Ratelimit:
        """The bucket of a route, as discord.py asks for it."""
        if key not in self._buckets:
            self._try_clear_expired_ratelimits()
            self._buckets[key] = _Bucket(self.max_ratelimit_timeout)
        return super().get_ratelimit(key)

    async def ask(
        self,
        method: str,
        path: str,
        *,
        json: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
        uploads: Sequence[Upload] = (),
        params: Mapping[str, str | int] | None = None,
        **parameters: str,
    ) -> Any:  # noqa: ANN401 - JSON, whose shape the caller knows
        """Send one request, once, and answer Discord's JSON (None or text where it sends none).

        `parameters` fill the path's template. Raises `PlatformError`s alone: `Uncertain` for a lost answer to
        anything but a GET; `Unavailable` where nothing was sent or nothing can have changed; `Busy` where the wait
        is longer than the endpoint's patience; `Refused` or a subclass for Discord's refusals.
        """
        call = f"{method} {path}"
        if self._is_closed:
            raise Unavailable(explained(NO_CONNECTION, f"{call}: not sent, the bot is leaving Discord"))
        total = self._endpoint.upload_timeout if uploads else self._endpoint.timeout
        kwargs: dict[str, Any] = {"timeout": aiohttp.ClientTimeout(total=total)}
        if params is not None:
            kwargs["params"] = params
        if json is not None and not uploads:
            kwargs["json"] = json
        left = self._endpoint.patience
        while True:
            route = Route(method, path, **parameters)
            left -= await self._turn(route, call, left)
            if uploads:
                kwargs["form"] = list(_form(json, uploads))
            try:
                return await self.request(route, **kwargs)
            except Busy as busy:
                if busy.retry_after > left:
                    line = explained(WAIT, f"{call}: {detail_of(str(busy))}")
                    raise Busy(line, retry_after=busy.retry_after, everywhere=busy.everywhere) from busy
            except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
                raise translate(error, call, reads=method == "GET") from error

    async def request(
        self,
        route: Route,
        *,
        files: Sequence[discord.File] | None = None,
        form: Iterable[dict[str, Any]] | None = None,
        **kwargs: Any,  # noqa: ANN401 - passed on as discord.py passes them
    ) -> Any:  # noqa: ANN401 - JSON
        """discord.py's own request, at most once on the wire."""
        route.url = self._base + route.url.removeprefix(Route.BASE)
        kwargs.setdefault("timeout", aiohttp.ClientTimeout(total=self._endpoint.timeout))
        kwargs["middlewares"] = (partial(self._once, route),)
        return await super().request(route, files=files, form=form, **kwargs)

    async def ws_connect(self, url: str, *, compress: int = 0) -> aiohttp.ClientWebSocketResponse:
        """Connect to the gateway, also to resume: a proxy that stands before Discord carries every connection."""
        if self._gateway is not None:
            url = str(self._gateway.with_query(URL(url).query))
        return await super().ws_connect(url, compress=compress)

    async def close(self) -> None:
        """Close every connection; whatever is asked from now on is `Unavailable`."""
        self._is_closed = True
        await super().close()

    async def download(self, url: str, limit: int) -> bytes | None:
        """A file's content, cut off after `limit` + 1 bytes; None where its address does not lead to it (any more).

        Sends no token. Raises `Unavailable` where it can't be reached now.
        """
        timeout = aiohttp.ClientTimeout(total=self._endpoint.upload_timeout)
        read = bytearray()
        try:
            async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url) as answer:
                if answer.status >= _SERVER_ERROR or answer.status == _TOO_MANY:
                    raise Unavailable(f"GET a file: HTTP {answer.status}")
                if answer.status >= _BAD_REQUEST:
                    return None
                async for chunk in answer.content.iter_chunked(_CHUNK):
                    read += chunk
                    if len(read) > limit:
                        break
        except (aiohttp.ClientError, OSError) as error:
            raise translate(error, "GET a file", reads=True) from error
        return bytes(read[: limit + 1])

    async def _once(
        self, route: Route, request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        fence.check()
        try:
            answer = await handler(request)
            await answer.read()
        except aiohttp.ClientConnectorError:
            raise
        except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
            # aiohttp sends again what is idempotent after either, discord.py anything after errno 54 and 10054.
            raise aiohttp.ClientConnectionError(str(error)) from error
        if answer.status == _TOO_MANY:
            raise await self._throttled(route, answer)
        if answer.status >= _SERVER_ERROR:
            raise discord.DiscordServerError(answer, await _body(answer))
        return answer

    async def _throttled(self, route: Route, answer: aiohttp.ClientResponse) -> Busy:
        body = await _body(answer)
        stated = body.get("retry_after") if isinstance(body, dict) else answer.headers.get("Retry-After")
        wait = max(float(stated), 0.1) if stated is not None else 60.0
        # What is not JSON comes from the proxy before Discord, which has closed to this address altogether.
        everywhere = not isinstance(body, dict) or bool(body.get("global"))
        self._closed_until["" if everywhere else _key(route)] = asyncio.get_running_loop().time() + wait
        return Busy(f"HTTP 429, wait {wait:.1f} s", retry_after=wait, everywhere=everywhere)

    async def _turn(self, route: Route, call: str, left: float) -> float:
        """Wait until the route is open again; answers the seconds waited. Raises `Busy` where it is not `left`."""
        now = asyncio.get_running_loop().time()
        self._closed_until = {key: until for key, until in self._closed_until.items() if until > now}
        everywhere = self._closed_until.get("", now) - now
        wait = max(everywhere, self._closed_until.get(_key(route), now) - now)
        if wait > left:
            line = explained(WAIT, f"{call}: closed for {wait:.1f} s")
            raise Busy(line, retry_after=wait, everywhere=everywhere >= wait)
        if wait > 0:
            await asyncio.sleep(wait)
        return wait


def _key(route: Route) -> str:
    return f"{route.key}:{route.major_parameters}"


def _form(json: object, uploads: Sequence[Upload]) -> Iterable[dict[str, Any]]:
    yield {"name": "payload_json", "value": jsonlib.dumps(json or {}), "content_type": "application/json"}
    for index, upload in enumerate(uploads):
        yield {
            "name": f"files[{index}]",
            "value": io.BytesIO(upload.content),
            "filename": upload.name,
            "content_type": upload.media_type,
        }


async def _body(answer: aiohttp.ClientResponse) -> dict[str, Any] | str:
    text = await answer.text(encoding="utf-8", errors="replace")
    try:
        parsed = jsonlib.loads(text)
    except ValueError:
        return text
    return parsed if isinstance(parsed, dict) else text
