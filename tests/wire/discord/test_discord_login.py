"""Logging in: what the operator hears where it fails, and that nothing is left behind."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable

import pytest
from discord.http import Route

from adapters.discord.gateway import DiscordPlatform
from adapters.sandbox.discord import DiscordSide
from adapters.sandbox.faults import Faults
from bot.errors import SettingsError
from bot.model import DISCORD
from tests.wire.discord.conftest import Fail, Start
from tests.wire.recording import RecordingIntake

Until = Callable[[Callable[[], object]], Awaitable[None]]


def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


async def test_it_connects_and_says_so(start: Start, intake: RecordingIntake, side: DiscordSide, until: Until) -> None:
    platform = await start()
    assert side.connections == 1
    await until(lambda: intake.connections)
    assert intake.connections == [DISCORD]
    assert platform.name == DISCORD


async def test_a_wrong_token_is_named(start: Start) -> None:
    with pytest.raises(SettingsError, match="DISCORD_TOKEN is wrong"):
        await start(token="made.up.token")


async def test_a_token_that_no_header_can_carry_is_wrong_too(start: Start) -> None:
    with pytest.raises(SettingsError, match="DISCORD_TOKEN is wrong"):
        await start(token="two\nlines")


async def test_an_api_that_is_not_there_is_one_line(start: Start) -> None:
    with pytest.raises(SettingsError, match="DISCORD_API_URL") as caught:
        await start(api_url=f"http://127.0.0.1:{closed_port()}/api/v10")
    assert "\n" not in str(caught.value)


async def test_an_api_that_fails_is_one_line(start: Start, fail: Fail) -> None:
    fail("GET /users/@me", "500")
    with pytest.raises(SettingsError, match="HTTP 500"):
        await start()


async def test_a_gateway_that_is_not_there_is_one_line(start: Start) -> None:
    with pytest.raises(SettingsError, match="DISCORD_GATEWAY_URL") as caught:
        await start(gateway_url=f"ws://127.0.0.1:{closed_port()}/")
    assert "\n" not in str(caught.value)


async def test_a_missing_intent_is_named(intake: RecordingIntake) -> None:
    side = DiscordSide(Faults(), "none", privileged=frozenset())
    await side.start("127.0.0.1", 0)
    given = side.settings()
    platform = DiscordPlatform(
        token=given["DISCORD_TOKEN"],
        api_url=given["DISCORD_API_URL"],
        gateway_url=given["DISCORD_GATEWAY_URL"],
        commands=None,  # type: ignore[arg-type] # nobody gets to ask for anything
    )
    try:
        with pytest.raises(SettingsError, match="Message Content Intent"):
            await platform.start(intake)
    finally:
        await platform.close()
        await side.stop()


async def test_closing_leaves_no_task_behind_and_may_be_repeated(start: Start) -> None:
    before = asyncio.all_tasks()
    platform = await start()
    await platform.close()
    await platform.close()
    await asyncio.sleep(0)
    left = {task for task in asyncio.all_tasks() - before if "discord" in task.get_name()}
    assert not left


async def test_another_address_is_this_platforms_alone(start: Start) -> None:
    await start()
    assert Route.BASE == "https://discord.com/api/v10"
