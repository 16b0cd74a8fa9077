"""The page that the control server shows, and the switches that it offers."""

from __future__ import annotations

import aiohttp
import pytest

from adapters.sandbox.page import FOLDER, TYPES
from adapters.sandbox.sandbox import Sandbox
from tests.wire.sandbox_control.controls import Controls


async def test_every_file_of_the_page_is_served_under_a_strict_policy(controls: Controls, sandbox: Sandbox) -> None:
    names = [path.name for path in FOLDER.iterdir() if path.suffix in TYPES and path.name != "index.html"]
    assert "main.js" in names
    slack = sandbox.settings["SLACK_API_URL"].removesuffix("/api/")
    for path in ("/", *(f"/page/{name}" for name in names)):
        async with controls.session.get(controls.url + path) as answer:
            assert answer.status == 200
            policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
        assert slack in policy
        assert "unsafe" not in policy


@pytest.mark.parametrize("name", ["__init__.py", "..%2Fcontrol.py", "%2Fetc%2Fpasswd", "none.js"])
async def test_nothing_else_is_served(controls: Controls, name: str) -> None:
    async with controls.session.get(f"{controls.url}/page/{name}") as answer:
        assert answer.status == 404


async def test_other_pages_cant_play_the_people(controls: Controls) -> None:
    body = {"platform": "slack", "channel": "news", "user": "Ken", "text": "hello"}
    for origin, status in (("http://evil.example", 403), ("null", 403), (controls.url, 200)):
        async with controls.session.post(
            f"{controls.url}/control/say", json=body, headers={"Origin": origin}
        ) as answer:
            assert answer.status == status


@pytest.mark.parametrize("platform", ["discord", "slack"])
async def test_a_platform_is_down_until_it_is_brought_back(controls: Controls, sandbox: Sandbox, platform: str) -> None:
    address = sandbox.settings[f"{platform.upper()}_API_URL"]
    await controls.done("outage", platform=platform, seconds=60)
    with pytest.raises(aiohttp.ClientConnectionError):
        await controls.session.get(address)
    person = "Grace"
    said = await controls.done("say", platform=platform, channel="news", user=person, text="still here")
    await controls.done("outage", platform=platform, seconds=0)
    async with controls.session.get(f"{controls.url}/control/events") as events:
        async for line in events.content:
            if line == b'data: {"outages": {}}\n':
                break
    async with controls.session.get(address) as answer:
        assert answer.status < 500
    state = await controls.state()
    assert said["id"] in {message["id"] for message in state[platform]["channels"][0]["messages"]}


async def test_a_sandbox_without_a_demo_has_no_bot_and_no_play(controls: Controls) -> None:
    for action in ("bot", "tour"):
        status, answer = await controls.post(action, running=True)
        assert status == 404
        assert "no such action" in answer["error"]
    status, _ = await controls.post("outage", platform="slack", seconds=1e9)
    assert status == 400
