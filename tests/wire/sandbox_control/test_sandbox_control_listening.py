from __future__ import annotations

import asyncio
import json
import os
import signal
import sys

import aiohttp
import pytest

from tests.wire.sandbox_control.controls import Controls


async def test_a_listener_hears_that_something_changed(controls: Controls) -> None:
    async with controls.session.get(f"{controls.url}/control/events") as response:
        assert response.content_type == "text/event-stream"
        first = await _next_event(response.content, "changed")
        await controls.done("say", platform="slack", channel="news", user="Ken", text="hello")
        second = await _next_event(response.content, "changed")
        await controls.done("outage", platform="slack", seconds=30)
        while (told := json.loads(await _next_event(response.content, "stage"))) == {"outages": {}}:
            pass
    assert first != second
    assert set(told["outages"]) == {"slack"}


async def _next_event(stream: aiohttp.StreamReader, event: str) -> str:
    while True:
        head, _, data = (await asyncio.wait_for(stream.readuntil(b"\n\n"), 5)).decode().partition("\ndata: ")
        if head == f"event: {event}":
            return data.strip()


async def _started(*arguments: str) -> asyncio.subprocess.Process:
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "sandbox", *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment,
    )


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
async def test_the_command_prints_one_line_serves_and_stops(stop: signal.Signals) -> None:
    process = await _started("--json", "--limits", "none")
    assert process.stdout is not None
    line = json.loads(await asyncio.wait_for(process.stdout.readline(), 20))
    assert set(line) == {"control", "settings"}
    async with aiohttp.ClientSession() as session, session.get(f"{line['control']}/control/state") as response:
        assert set(await response.json()) == {"discord", "slack"}
    process.send_signal(stop)
    out, err = await asyncio.wait_for(process.communicate(), 10)
    assert (process.returncode, out, err) == (0, b"", b"")


async def test_the_command_prints_settings_for_a_shell(unused_tcp_port: int) -> None:
    process = await _started("--port", str(unused_tcp_port))
    assert process.stdout is not None
    lines: list[str] = []
    while not lines or not lines[-1].startswith("# In another shell"):
        lines.append((await asyncio.wait_for(process.stdout.readline(), 20)).decode().rstrip("\n"))
    assert f"http://127.0.0.1:{unused_tcp_port}/control/state" in lines[0]
    shell = await asyncio.create_subprocess_exec(
        "sh", "-ec", "\n".join([*lines, 'printf %s "$CHANNELS"']), stdout=asyncio.subprocess.PIPE
    )
    assert (await shell.communicate())[0].startswith(b"discord:")
    taken = await _started("--port", str(unused_tcp_port))
    _, err = await asyncio.wait_for(taken.communicate(), 20)
    assert taken.returncode == 1
    assert err.decode().startswith(
        f"roundtable: The sandbox can't serve on port {unused_tcp_port} (Address already in use)"
    )
    assert err.count(b"\n") == 1
    process.terminate()
    await process.communicate()
    assert process.returncode == 0
