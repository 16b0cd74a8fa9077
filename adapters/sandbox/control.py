"""The control API: plays the people of both platforms over HTTP, and tells what they see (design, The sandbox).

Every request and answer is JSON; an error is answered 4xx with `{"error": "one line"}`. Beyond the design:

- `POST /control/channel` {"platform","name","forum"?,"writable"?} -> {"id"}: a further channel; `writable` false keeps
  the bot out, also out of a channel that is there already; true lets it in again
- `POST /control/disconnect` {"platform","resumable"?}: closes the bot's event socket
- `POST /control/clock` {"platform"?,"advance"}: turns the clock of redeliveries and rate limits on by that many seconds
- `POST /control/delivery` {"platform","url"}: where a bot in HTTP mode takes its events; null goes back to its socket
- `POST /control/close` {"platform","user","modal"}: a person closes a modal
- `POST /control/outage` {"platform","seconds"}: takes a platform off the network for so long; 0 brings it back
- `GET /control/events`: server-sent events: `changed` says that what people see has changed, `stage` how the stage is
- `GET /control/stage`: {"outages": {platform: seconds left}}; where a demo is behind it (`adapters.sandbox.show`), also
  `bot`, `web` and `tour`, with `POST /control/bot` {"running"} and `POST /control/tour` {"playing"}
- `GET /`: the page that is a client of all this (`adapters.sandbox.page`), and `GET /articles/bakery.html`, an article

A POST that a browser sends on behalf of another page is refused.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any, Final

from aiohttp import web

from adapters.sandbox.bodies import Body, said_files, with_files
from adapters.sandbox.faults import KINDS, Fault, Faults
from adapters.sandbox.outages import Outages
from adapters.sandbox.page import Page
from adapters.sandbox.show import Show
from adapters.sandbox.side import Json, Refusal, Side
from bot.errors import UserError

LARGEST_BODY: Final = 64 * 1024 * 1024
PULSE: Final = 0.2
"""Seconds between two looks for a change while somebody listens to `/control/events`."""
SHARE: Final = 8
"""A look that takes long is followed by a rest of so many times its length."""
ONLY_REQUESTS: Final = frozenset({"429", "500", "500_after", "timeout_after"})
ONLY_EVENTS: Final = frozenset({"duplicate", "reorder"})

_MESSAGE: Final[dict[str, type]] = {"platform": str, "channel": str, "id": str}
_REACTION: Final = Body({**_MESSAGE, "emoji": str, "user": str})
BODIES: Final[dict[str, Body]] = {
    "say": Body(
        {"platform": str, "channel": str, "user": str, "text": str},
        {"thread": str, "reply_to": str, "files": list, "broadcast": bool},
    ),
    "edit": Body({**_MESSAGE, "text": str}, {"user": str}),
    "delete": Body(_MESSAGE, {"user": str}),
    "react": _REACTION,
    "unreact": _REACTION,
    "command": Body({"platform": str, "channel": str, "user": str, "command": str}, {"options": dict}),
    "click": Body({**_MESSAGE, "user": str, "action": str}, {"values": dict}),
    "submit": Body({"platform": str, "user": str, "modal": str}, {"values": dict}),
    "faults": Body({}, {"platform": str, "route": str, "kind": str, "times": int, "rate": float, "clear": bool}),
    "channel": Body({"platform": str, "name": str}, {"forum": bool, "writable": bool}),
    "disconnect": Body({"platform": str}, {"resumable": bool}),
    "clock": Body({"advance": float}, {"platform": str}),
    "delivery": Body({"platform": str}, {"url": str}),
    "close": Body({"platform": str, "user": str, "modal": str}),
    "outage": Body({"platform": str, "seconds": float}),
}
SHOWN: Final[dict[str, Body]] = {"bot": Body({"running": bool}), "tour": Body({"playing": bool})}
"""What there is beyond, where a demo is behind the sandbox."""


class Control:
    """The control API's server. `url` is known once it has started, which it does after its sides."""

    def __init__(self, sides: Mapping[str, Side], faults: Faults, show: Show | None = None) -> None:
        self._sides = sides
        self._faults = faults
        self._show = show
        self._outages = Outages(sides)
        self._bodies = BODIES if show is None else BODIES | SHOWN
        self._seen = ""
        self._next_look = 0.0
        self._runner: web.AppRunner | None = None
        self._closing = asyncio.Event()
        self.url = ""

    async def start(self, host: str, port: int) -> None:
        """Serve; port 0 takes a free one."""
        page = Page(value for side in self._sides.values() for value in side.settings().values())
        app = web.Application(client_max_size=LARGEST_BODY, middlewares=[_plain_errors, _own_pages])
        app.router.add_get("/", page.index)
        app.router.add_get("/page/{name}", page.file)
        app.router.add_get("/articles/{name}", page.article)
        app.router.add_get("/control/stage", self._stage)
        app.router.add_get("/control/state", self._state)
        app.router.add_get("/control/events", self._events)
        app.router.add_post("/control/{action}", self._act)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        self.url = f"http://{host}:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Stop serving; listeners are let go. Idempotent."""
        self._closing.set()
        await self._outages.stop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _state(self, _: web.Request) -> web.Response:
        return web.json_response({name: side.state() for name, side in self._sides.items()})

    async def _act(self, request: web.Request) -> web.Response:
        action = request.match_info["action"]
        if action not in self._bodies:
            raise web.HTTPNotFound(text=f"no such action: {action}; there are {', '.join(self._bodies)}")
        try:
            given = json.loads(await request.text() or "{}")
        except ValueError:
            raise Refusal("the body is not JSON") from None
        body = self._bodies[action].read(given)
        handlers: dict[str, Callable[[Json], Awaitable[Json]]] = {
            "faults": self._order_fault,
            "clock": self._turn_clock,
            "outage": self._take_down,
        }
        if action in handlers:
            return web.json_response(await handlers[action](body))
        if self._show is not None and action in SHOWN:
            return web.json_response(await _run(self._show, action, body))
        side = self._side(body.pop("platform"))
        return web.json_response(await _play(side, action, body))

    def _side(self, platform: str) -> Side:
        if platform not in self._sides:
            raise Refusal(f"unknown platform {platform!r}; there are {', '.join(self._sides)}")
        return self._sides[platform]

    async def _order_fault(self, body: Json) -> Json:
        platform = body.get("platform")
        if platform is not None:
            self._side(platform)
        if body.get("clear"):
            self._faults.clear(platform)
            if "kind" not in body:
                return {"ok": True}
        if platform is None or "kind" not in body:
            raise Refusal("a fault needs 'platform' and 'kind'; {\"clear\": true} lifts them")
        fault = _fault(body, platform)
        if fault.kind == "disconnect" and not fault.route:
            await self._sides[platform].disconnect()
        else:
            self._faults.add(fault)
        return {"ok": True}

    async def _turn_clock(self, body: Json) -> Json:
        sides = [self._side(body["platform"])] if "platform" in body else list(self._sides.values())
        turned = [getattr(side, "advance", None) for side in sides]
        if not any(turned):
            raise Refusal("this platform has no clock to turn")
        for advance in turned:
            if advance is not None:
                advance(float(body["advance"]))
        return {"ok": True}

    async def _take_down(self, body: Json) -> Json:
        self._side(body["platform"])
        await self._outages.begin(body["platform"], float(body["seconds"]))
        return {"ok": True}

    async def _stage(self, _: web.Request) -> web.Response:
        return web.json_response(self._staged())

    def _staged(self) -> Json:
        staged: Json = {"outages": self._outages.left}
        if self._show is not None:
            staged |= {"bot": self._show.bot, "web": self._show.web, "tour": self._show.tour}
        return staged

    async def _events(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        told: dict[str, str] = {}
        with suppress(ConnectionError):
            while not self._closing.is_set():
                for event, data in (("changed", self._fingerprint()), ("stage", json.dumps(self._staged()))):
                    if told.get(event) != data:
                        told[event] = data
                        await response.write(f"event: {event}\ndata: {data}\n\n".encode())
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._closing.wait(), PULSE)
        return response

    def _fingerprint(self) -> str:
        """What stands for the state; one look serves all listeners, and long looks are rare ones."""
        began = time.monotonic()
        if began >= self._next_look:
            state = repr([side.state() for side in self._sides.values()])
            self._seen = hashlib.sha256(state.encode("utf-8", "surrogatepass")).hexdigest()[:16]
            now = time.monotonic()
            self._next_look = now + max(PULSE * 0.9, SHARE * (now - began))
        return self._seen


async def _run(show: Show, action: str, body: Json) -> Json:
    match action, body:
        case "bot", {"running": True}:
            await show.start_bot()
        case "bot", _:
            await show.kill_bot()
        case "tour", {"playing": True}:
            show.play()
        case _:
            show.skip()
    return {"ok": True}


async def _play(side: Side, action: str, body: Json) -> Json:
    match action:
        case "say":
            files = said_files(body.pop("files", []))
            return {"id": await side.say(**body, files=files)}
        case "edit" | "delete" | "react" | "unreact":
            body["message"] = body.pop("id")
            await getattr(side, action)(**body)
        case "command":
            options = with_files(body.pop("options", {}))
            return {"replies": await side.command(**body, options=options)}
        case "click":
            body["message"] = body.pop("id")
            return {"replies": await side.click(**body)}
        case "submit":
            return {"replies": await side.submit(**body | {"values": with_files(body.get("values", {}))})}
        case "disconnect":
            await side.disconnect(**body)
        case "channel":
            return {"id": await _extension(side, "open_channel")(**body)}
        case "delivery":
            await _extension(side, "deliver_to")(body.get("url"))
        case "close":
            await _extension(side, "close_modal")(**body)
    return {"ok": True}


def _extension(side: Side, name: str) -> Callable[..., Awaitable[Any]]:
    """What the control API offers where a side has it, beyond what every side must have."""
    found = getattr(side, name, None)
    if found is None:
        raise Refusal(f"the sandbox's {side.platform} can't do that")
    method: Callable[..., Awaitable[Any]] = found
    return method


def _fault(body: Json, platform: str) -> Fault:
    kind, route, times = body["kind"], body.get("route", ""), body.get("times", 1)
    rate = float(body.get("rate", 1.0))
    if kind not in KINDS:
        raise Refusal(f"unknown kind of fault {kind!r}; there are {', '.join(sorted(KINDS))}")
    if times < 1:
        raise Refusal("'times' must be 1 or more")
    if not 0 < rate <= 1:
        raise Refusal("'rate' is a chance: above 0 and at most 1")
    try:
        re.compile(route)
    except re.error as error:
        raise Refusal(f"'route' is not a regular expression: {error}") from None
    of_events = route.startswith("event:")
    if of_events and kind in ONLY_REQUESTS:
        raise Refusal(f"an event can't fail with {kind}: only requests can")
    if not of_events and kind in ONLY_EVENTS:
        raise Refusal(f"{kind} is for events: give a route such as event:message")
    return Fault(platform, route, kind, times, rate)


@web.middleware
async def _plain_errors(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    try:
        return await handler(request)
    except (Refusal, UserError) as refusal:
        return web.json_response({"error": str(refusal)}, status=400)
    except web.HTTPClientError as error:
        line = (error.text or error.reason).splitlines()[0]
        return web.json_response({"error": line}, status=error.status)


@web.middleware
async def _own_pages(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Let no other page, open in the same browser, play the people: browsers name the page that a POST comes from."""
    origin = request.headers.get("Origin")
    if request.method == "POST" and origin is not None and origin != f"http://{request.host}":
        raise web.HTTPForbidden(text="this comes from another page")
    return await handler(request)
