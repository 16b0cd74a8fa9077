from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.sandbox.faults import Fault, FaultKind, Faults
from adapters.sandbox.side import Refusal
from adapters.sandbox.slack import SlackSide
from tests.patience import PATIENCE
from tests.wire.sandbox_slack.listening import Bot

Json = dict[str, Any]


class RawSocket:
    """A Socket Mode client that acknowledges only when told to."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def next(self) -> Json:
        envelope: Json = await self.socket.receive_json(timeout=PATIENCE)
        return envelope

    async def ack(self, envelope: Json, payload: Json | None = None) -> None:
        await self.socket.send_json({"envelope_id": envelope["envelope_id"], "payload": payload or {}})


async def turned_until(side: SlackSide, awaited: Awaitable[Json]) -> Json:
    """What is awaited, with the clock turned on in small steps until it comes."""
    waiting = asyncio.ensure_future(awaited)
    while not waiting.done():
        side.advance(1)
        await asyncio.sleep(0.002)
    return await waiting


@pytest.fixture
async def open_socket(side: SlackSide) -> AsyncIterator[Callable[[], Awaitable[RawSocket]]]:
    settings = side.settings()
    opener = AsyncWebClient(token=settings["SLACK_APP_TOKEN"], base_url=settings["SLACK_API_URL"])
    async with aiohttp.ClientSession() as session:

        async def connect() -> RawSocket:
            url = (await opener.apps_connections_open(app_token=settings["SLACK_APP_TOKEN"]))["url"]
            raw = RawSocket(await session.ws_connect(url))
            assert (await raw.next())["type"] == "hello"
            return raw

        yield connect


async def test_an_event_that_is_not_acknowledged_comes_again(
    side: SlackSide, open_socket: Callable[[], Awaitable[RawSocket]]
) -> None:
    raw = await open_socket()
    await side.say(channel="news", user="Ken", text="hello")
    first = again = await raw.next()
    assert (first["type"], first["retry_attempt"], first["accepts_response_payload"]) == ("events_api", 0, False)
    for attempt, delay in ((1, 3), (2, 63), (3, 303)):
        before = side.timers.now()
        again = await turned_until(side, raw.next())
        assert delay - 1 < side.timers.now() - before < delay + 30
        assert (again["retry_attempt"], again["retry_reason"]) == (attempt, "timeout")
        assert again["payload"]["event_id"] == first["payload"]["event_id"]
        assert again["envelope_id"] != first["envelope_id"]
    await raw.ack(again)


async def test_an_acknowledged_event_comes_once(
    side: SlackSide, open_socket: Callable[[], Awaitable[RawSocket]]
) -> None:
    raw = await open_socket()
    await side.say(channel="news", user="Ken", text="one")
    await raw.ack(await raw.next())
    side.advance(10)
    await side.say(channel="news", user="Ken", text="two")
    assert (await raw.next())["payload"]["event"]["text"] == "two"


async def test_an_envelope_goes_down_one_of_many_sockets(
    side: SlackSide, open_socket: Callable[[], Awaitable[RawSocket]]
) -> None:
    sockets = [await open_socket(), await open_socket()]
    for text in ("one", "two"):
        await side.say(channel="news", user="Ken", text=text)
    texts = []
    for raw in sockets:
        envelope = await raw.next()
        await raw.ack(envelope)
        texts.append(envelope["payload"]["event"]["text"])
    assert sorted(texts) == ["one", "two"]


async def test_what_happens_while_no_app_is_there_comes_a_minute_later(
    side: SlackSide, open_socket: Callable[[], Awaitable[RawSocket]]
) -> None:
    await side.say(channel="news", user="Ken", text="early")
    raw = await open_socket()
    envelope = await turned_until(side, raw.next())
    assert (envelope["retry_attempt"], envelope["payload"]["event"]["text"]) == (2, "early")


async def test_a_ticket_opens_one_socket(side: SlackSide) -> None:
    settings = side.settings()
    opener = AsyncWebClient(token=settings["SLACK_APP_TOKEN"], base_url=settings["SLACK_API_URL"])
    url = (await opener.apps_connections_open(app_token=settings["SLACK_APP_TOKEN"]))["url"]
    async with aiohttp.ClientSession() as session, session.ws_connect(url):
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)


async def test_the_app_connects_again_after_a_disconnect(side: SlackSide, bot: Bot) -> None:
    await side.disconnect()
    async with asyncio.timeout(PATIENCE):
        await side.connections.reached(1)
    await side.say(channel="news", user="Ken", text="back")
    assert (await bot.heard.first(text="back"))["text"] == "back"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("drop", ["two", "three"]), ("duplicate", ["one", "one", "two", "three"]), ("reorder", ["two", "one", "three"])],
)
async def test_faults_of_events(
    side: SlackSide,
    faults: Faults,
    open_socket: Callable[[], Awaitable[RawSocket]],
    kind: FaultKind,
    expected: list[str],
) -> None:
    raw = await open_socket()
    faults.add(Fault("slack", "event:message", kind))
    for text in ("one", "two", "three"):
        await side.say(channel="news", user="Ken", text=text)
    heard = []
    for _ in expected:
        envelope = await raw.next()
        await raw.ack(envelope)
        heard.append(envelope["payload"]["event"]["text"])
    assert heard == expected


@pytest.mark.parametrize(
    ("kind", "done"), [("429", 0), ("500", 0), ("500_after", 1), ("timeout_after", 1), ("drop", 0)]
)
async def test_faults_of_requests(side: SlackSide, faults: Faults, news: str, kind: FaultKind, done: int) -> None:
    settings = side.settings()
    client = AsyncWebClient(
        token=settings["SLACK_BOT_TOKEN"], base_url=settings["SLACK_API_URL"], retry_handlers=[], timeout=1
    )
    faults.add(Fault("slack", "chat.postMessage", kind))
    with pytest.raises((SlackApiError, TimeoutError, aiohttp.ClientError)) as caught:
        await client.chat_postMessage(channel=news, text="once")
    if kind == "429" and isinstance(caught.value, SlackApiError):
        assert (caught.value.response.status_code, caught.value.response.headers["Retry-After"]) == (429, "1")
    assert len(side.state()["channels"][0]["messages"]) == done
    await client.chat_postMessage(channel=news, text="again")


async def test_rates_are_limited_as_slack_does(faults: Faults) -> None:
    side = SlackSide(faults, "real")
    await side.start()
    settings = side.settings()
    client = AsyncWebClient(token=settings["SLACK_BOT_TOKEN"], base_url=settings["SLACK_API_URL"], retry_handlers=[])
    for _ in range(4):
        await client.chat_postMessage(channel=side.channels()[0], text="hello")
    with pytest.raises(SlackApiError, match="ratelimited") as caught:
        await client.chat_postMessage(channel=side.channels()[0], text="hello")
    assert caught.value.response.headers["Retry-After"] == "1"
    side.advance(1)
    await client.chat_postMessage(channel=side.channels()[0], text="hello")
    await side.stop()


async def test_signed_events_reach_a_bolt_app_in_http_mode(side: SlackSide, bot: Bot) -> None:
    @bot.command("/board")
    async def board(ack: AsyncAck, body: Json) -> None:
        await ack(f"You said {body['text']}")

    async def take(request: web.Request) -> web.Response:
        asked = AsyncBoltRequest(body=await request.text(), headers=dict(request.headers), query=request.query_string)
        answered = await bot.app.async_dispatch(asked)
        kind = answered.first_headers().get("content-type", "text/plain").partition(";")[0]
        return web.Response(status=answered.status, text=answered.body, content_type=kind)

    app = web.Application()
    app.router.add_post("/slack/events", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        with pytest.raises(Refusal, match="did not answer the challenge"):
            await side.deliver_to(f"{base}/wrong")
        await side.deliver_to(f"{base}/slack/events")
        await side.say(channel="news", user="Ken", text="over http")
        assert (await bot.heard.first(text="over http"))["type"] == "message"
        (said,) = await side.command(channel="news", user="Ken", command="/board", options={"text": "list all"})
        assert said["text"] == "You said list all"
    finally:
        await runner.cleanup()


async def test_an_http_app_that_fails_is_asked_again_with_its_number(side: SlackSide) -> None:
    requests: asyncio.Queue[tuple[str | None, str | None, str]] = asyncio.Queue()

    async def fail(request: web.Request) -> web.Response:
        body = await request.json()
        if body["type"] == "url_verification":
            return web.Response(text=body["challenge"])
        headers = request.headers
        requests.put_nowait((headers.get("X-Slack-Retry-Num"), headers.get("X-Slack-Retry-Reason"), json.dumps(body)))
        assert abs(time.time() - int(headers["X-Slack-Request-Timestamp"])) < 60
        return web.Response(status=503)

    app = web.Application()
    app.router.add_post("/", fail)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        await side.deliver_to(f"http://127.0.0.1:{runner.addresses[0][1]}/")
        await side.say(channel="news", user="Ken", text="hello")
        first = await asyncio.wait_for(requests.get(), 5)
        again = await asyncio.wait_for(requests.get(), 5)
        assert first[:2] == (None, None)
        assert again[:2] == ("1", "http_error")
        assert first[2] == again[2]
    finally:
        await runner.cleanup()


async def test_a_cut_line_leaves_nothing_acknowledged(
    side: SlackSide, open_socket: Callable[[], Awaitable[RawSocket]]
) -> None:
    raw = await open_socket()
    await side.say(channel="news", user="Ken", text="hello")
    sent = await raw.next()
    await side.disconnect(resumable=False)
    assert (await raw.socket.receive(timeout=PATIENCE)).type in {aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR}
    raw = await open_socket()
    again = await turned_until(side, raw.next())
    assert again["payload"]["event_id"] == sent["payload"]["event_id"]
    assert again["retry_reason"] == "connection_failed"


async def test_a_half_open_socket_swallows_everything(
    side: SlackSide, open_socket: Callable[[], Awaitable[RawSocket]]
) -> None:
    raw = await open_socket()
    side.freeze()
    await raw.socket.ping(b"there?")
    await side.say(channel="news", user="Ken", text="hello")
    with pytest.raises(TimeoutError):
        await raw.socket.receive(timeout=0.1)
    fresh = await open_socket()
    envelope = await turned_until(side, fresh.next())
    assert (envelope["payload"]["event"]["text"], envelope["retry_reason"]) == ("hello", "timeout")
