"""The HTTP server of the local Slack: the Web API, uploads and downloads, response URLs, avatars, web sockets."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final, TypeAlias

from aiohttp import web

from adapters.sandbox.faults import Fault, Faults
from adapters.sandbox.side import Json
from adapters.sandbox.slack.avatars import avatar
from adapters.sandbox.slack.connections import Connections
from adapters.sandbox.slack.ratelimits import RateLimits
from adapters.sandbox.slack.responses import respond
from adapters.sandbox.slack.tokens import Token
from adapters.sandbox.slack.web.call import ApiError, Call
from adapters.sandbox.slack.web.methods import METHODS, Method
from adapters.sandbox.slack.world import World

LARGEST_BODY: Final = 256 * 1024 * 1024
HELD_SECONDS: Final = 60.0
"""How long a request whose answer never comes is held before its connection closes."""
RATELIMITED: Final = {"ok": False, "error": "ratelimited"}
ORDERED_WAIT: Final = {"Retry-After": "1"}
LOGIN_PAGE: Final = "<!DOCTYPE html><html><head><title>Sign in | Slack</title></head><body>Sign in</body></html>"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A call of the Web API and its answer, as the wire tests look at them; `response_url` for an answer by one.

    Refusals that were ordered as faults are among them. `at` is when the call came, by the monotonic clock.
    """

    method: str
    token: str
    arguments: Json
    status: int
    answer: Json
    headers: dict[str, str]
    at: float = field(default_factory=time.monotonic)


Record: TypeAlias = Callable[[Exchange], None]
Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Server:
    """Serves one workspace to one app."""

    def __init__(
        self,
        world: World,
        connections: Connections,
        tokens: tuple[Token, ...],
        faults: Faults,
        limits: RateLimits,
        record: Record | None,
    ) -> None:
        self._world = world
        self._connections = connections
        self._tokens = {token.value: token for token in tokens}
        self._faults = faults
        self._limits = limits
        self._record = record or (lambda _: None)
        self._runner: web.AppRunner | None = None
        self._stopping = asyncio.Event()

    async def start(self, host: str, port: int) -> str:
        """Serve, and answer the base URL, without a slash at its end. May follow a stop, as after an outage."""
        self._stopping.clear()
        app = web.Application(client_max_size=LARGEST_BODY)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/upload/v1/{ticket}", self._faulty("files.upload", self._upload))
        for path in ("/files-pri/{team}-{file}/{name}", "/files-pri/{team}-{file}/download/{name}"):
            app.router.add_get(path, self._faulty("files.download", self._download))
        app.router.add_get("/signin", _sign_in)
        app.router.add_post("/actions/{team}/{ticket}", self._faulty("response_url", self._respond))
        app.router.add_get("/avatars/{name}", _avatar)
        app.router.add_get("/link/", self._connections.serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        return f"http://{host}:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Stop serving. Idempotent."""
        self._stopping.set()
        await self._connections.disconnect(warn=False)
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    # --- the Web API --------------------------------------------------------------------------------------------

    async def _api(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        arguments = await _arguments(request)
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        given = bearer or str(arguments.pop("token", ""))
        arguments.pop("token", None)

        at = time.monotonic()

        async def work() -> web.Response:
            status, answer, headers = await self._run(name, given, arguments)
            self._record(Exchange(name, given, arguments, status, answer, headers, at))
            return web.json_response(answer, status=status, headers=headers)

        fault = self._faults.take("slack", name)
        if fault is None:
            return await work()
        if fault.kind == "429":
            self._record(Exchange(name, given, arguments, 429, RATELIMITED, ORDERED_WAIT, at))
        return await self._fail(fault, request, work)

    async def _run(self, name: str, given: str, arguments: Json) -> tuple[int, Json, dict[str, str]]:
        headers: dict[str, str] = {}
        try:
            method = _method(name)
            token = self._known(given)
            headers["x-oauth-scopes"] = ",".join(token.scopes)
            headers["x-accepted-oauth-scopes"] = ",".join(method.scopes)
            _allow(method, token)
            wait = self._limits.wait(name, method.tier, str(arguments.get("channel", "")))
            if wait:
                return 429, RATELIMITED, headers | {"Retry-After": str(wait)}
            call = Call(name, token, arguments, self._world, self._connections)
            return 200, {"ok": True, **await method.run(call)}, headers
        except ApiError as error:
            return 200, {"ok": False, "error": error.code, **error.more}, headers

    def _known(self, given: str) -> Token:
        if not given:
            raise ApiError("not_authed")
        if given not in self._tokens:
            raise ApiError("invalid_auth")
        return self._tokens[given]

    # --- the rest -----------------------------------------------------------------------------------------------

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        ticket = request.match_info["ticket"]
        file = next((one for one in self._world.files.values() if one.upload_ticket == ticket), None)
        if file is None or file.completed:
            return web.Response(status=404, text="no such upload")
        content = await _content(request)
        if len(content) != file.length:
            return web.Response(status=400, text=f"{file.length} bytes were announced, {len(content)} came")
        file.content = content
        return web.Response(text=f"OK - {len(content)}")

    async def _download(self, request: web.Request) -> web.StreamResponse:
        """A file's bytes, for who may read files; anyone else is sent to a page to sign in, as Slack does."""
        token = self._tokens.get(request.headers.get("Authorization", "").removeprefix("Bearer ").strip())
        if token is None or "files:read" not in token.scopes:
            raise web.HTTPFound(f"{self._world.base}/signin")
        file = self._world.files.get(request.match_info["file"])
        if file is None or file.content is None:
            return web.Response(status=404, text="file not found")
        return web.Response(body=file.content, content_type=file.media_type)

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        try:
            given = await request.json()
        except ValueError:
            return web.Response(status=400, text="invalid_payload")
        status, text = respond(self._world, request.match_info["ticket"], given)
        self._record(Exchange("response_url", "", given, status, {"ok": status == HTTPStatus.OK, "text": text}, {}))
        return web.Response(status=status, text=text)

    # --- faults -------------------------------------------------------------------------------------------------

    def _faulty(self, route: str, handler: Handler) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            return await self._under_faults(route, request, lambda: handler(request))

        return handle

    async def _under_faults(
        self, route: str, request: web.Request, work: Callable[[], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        fault = self._faults.take("slack", route)
        if fault is None:
            return await work()
        return await self._fail(fault, request, work)

    async def _fail(
        self, fault: Fault, request: web.Request, work: Callable[[], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        match fault.kind:
            case "429":
                return web.json_response(RATELIMITED, status=429, headers=ORDERED_WAIT)
            case "500":
                return web.Response(status=500, text="Internal Server Error")
            case "500_after":
                await work()
                return web.Response(status=500, text="Internal Server Error")
            case "timeout_after":
                await work()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), HELD_SECONDS)
                return _cut(request)
            case "drop":
                return _cut(request)
            case "disconnect":
                await self._connections.disconnect()
        return await work()


def _method(name: str) -> Method:
    if name not in METHODS:
        raise ApiError("unknown_method", req_method=name)
    return METHODS[name]


def _allow(method: Method, token: Token) -> None:
    if token.kind not in method.tokens:
        raise ApiError("not_allowed_token_type")
    if method.scopes and not set(method.scopes) & set(token.scopes):
        raise ApiError("missing_scope", needed=",".join(method.scopes), provided=",".join(token.scopes))


def _cut(request: web.Request) -> web.StreamResponse:
    """Close the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


async def _arguments(request: web.Request) -> Json:
    """A call's arguments: from the query and from a JSON or form body."""
    arguments: Json = dict(request.query)
    if request.content_type == "application/json":
        try:
            given = json.loads(await request.text() or "{}")
        except ValueError:
            given = {}
        if isinstance(given, dict):
            arguments |= given
    elif request.can_read_body:
        arguments |= dict(await request.post())
    return arguments


async def _content(request: web.Request) -> bytes:
    if request.content_type != "multipart/form-data":
        return await request.read()
    form = await request.post()
    for value in form.values():
        if isinstance(value, web.FileField):
            return value.file.read()
    return b""


async def _sign_in(_: web.Request) -> web.StreamResponse:
    return web.Response(text=LOGIN_PAGE, content_type="text/html")


async def _avatar(request: web.Request) -> web.StreamResponse:
    return web.Response(body=avatar(request.match_info["name"]), content_type="image/png")
