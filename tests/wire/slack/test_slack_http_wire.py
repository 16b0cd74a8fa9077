"""Signed HTTP in place of Socket Mode."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeAlias

import aiohttp
import pytest

from adapters.sandbox.slack import SlackSide
from adapters.slack.gateway import SlackPlatform
from adapters.slack.http import PATH
from bot.errors import SettingsError
from bot.model import SLACK
from tests.wire.recording import RecordingCommands, RecordingIntake
from tests.wire.slack.fakes import Json, Start, Until

SECRET = "a signing secret of the test's own"
Post: TypeAlias = Callable[..., Awaitable[int]]


def reply(ts: str = "2.000000") -> Json:
    event = {
        "type": "message",
        "channel": "C0000000001",
        "user": "U0KEN000000",
        "text": "hello",
        "ts": ts,
        "thread_ts": "1.000000",
        "event_ts": ts,
    }
    return {"type": "event_callback", "team_id": "T0ROUNDTABLE", "event_id": "Ev1", "event": event}


@pytest.fixture
async def server(start: Start) -> SlackPlatform:
    return await start(app_token=None, signing_secret=SECRET, http_port=0)


@pytest.fixture
async def post(server: SlackPlatform) -> AsyncIterator[Post]:
    assert server.http_address is not None
    host, port = server.http_address

    async with aiohttp.ClientSession() as session:

        async def send(payload: Json, *, secret: str = SECRET, age: float = 0, **headers: str) -> int:
            body = json.dumps(payload)
            stamp = str(int(time.time() - age))
            digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
            signed = {
                "Content-Type": "application/json",
                "X-Slack-Request-Timestamp": stamp,
                "X-Slack-Signature": f"v0={digest}",
            }
            url = f"http://{host}:{port}{PATH}"
            async with session.post(url, data=body, headers=signed | headers) as response:
                return response.status

        yield send


async def test_a_signed_event_reaches_the_intake(post: Post, intake: RecordingIntake) -> None:
    assert intake.connections == [SLACK]
    assert await post(reply()) == 200
    assert [event.message for event in intake.received] == ["2.000000"]


async def test_a_wrong_signature_is_refused(post: Post, intake: RecordingIntake) -> None:
    assert await post(reply(), secret="somebody else's") == 401
    assert intake.received == []


async def test_an_old_signature_is_refused(post: Post, intake: RecordingIntake) -> None:
    assert await post(reply(), age=600) == 401
    assert intake.received == []


async def test_the_answer_waits_for_the_commit(post: Post, intake: RecordingIntake, until: Until) -> None:
    intake.gate = asyncio.Event()
    posting = asyncio.ensure_future(post(reply()))
    await until(lambda: intake.waiting)
    assert not posting.done()
    intake.gate.set()
    assert await posting == 200


async def test_an_event_that_could_not_be_kept_is_not_acknowledged(post: Post, intake: RecordingIntake) -> None:
    intake.refusals = 1
    assert await post(reply()) == 500
    assert await post(reply(), **{"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_error"}) == 200
    assert [event.message for event in intake.received] == ["2.000000"]


async def test_a_retry_is_never_dropped_by_its_header(post: Post, intake: RecordingIntake) -> None:
    assert await post(reply(), **{"X-Slack-Retry-Num": "3"}) == 200
    assert len(intake.received) == 1


async def test_a_whole_workspace_speaks_over_http(
    start: Start, side: SlackSide, intake: RecordingIntake, commands: RecordingCommands, until: Until
) -> None:
    secret = side.settings()["SLACK_SIGNING_SECRET"]
    platform = await start(app_token=None, signing_secret=secret, http_port=0)
    assert platform.http_address is not None
    host, port = platform.http_address
    await side.deliver_to(f"http://{host}:{port}{PATH}")
    channel = side.channels()[0]
    root = await side.say(channel=channel, user="Mary", text="a root")
    ts = await side.say(channel=channel, user="Ken", text="hello", thread=root)
    await until(lambda: intake.received)
    assert intake.received[0].message == ts
    options = {"url": "https://example.org/engine"}
    (preview,) = await side.command(channel=channel, user="Mary", command="/publish", options=options)
    assert "A quiet engine" in preview["text"]
    assert [name for name, _ in commands.asked] == ["draft"]


async def test_a_port_that_is_taken_names_the_setting(start: Start, server: SlackPlatform) -> None:
    assert server.http_address is not None
    with pytest.raises(SettingsError, match=r"^SLACK_HTTP_PORT: "):
        await start(app_token=None, signing_secret=SECRET, http_port=server.http_address[1])
