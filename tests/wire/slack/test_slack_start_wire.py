"""Coming and going, and the places that the bot may write in."""

from __future__ import annotations

import asyncio
import logging

import pytest
from structlog.testing import capture_logs

from adapters.sandbox.slack import Exchange, SlackSide
from adapters.sandbox.slack.tokens import BOT_SCOPES
from adapters.slack.gateway import SlackPlatform
from bot.errors import Refused, SettingsError, Unavailable
from bot.model import SLACK, RemoteUserId, ThreadRef
from bot.ports import Platform, Stamp
from tests.wire.recording import RecordingCommands, RecordingIntake
from tests.wire.slack.fakes import CopyOf, Fail, Say, Start, Until


async def test_it_is_a_platform(platform: SlackPlatform, intake: RecordingIntake) -> None:
    port: Platform = platform
    assert port.name == SLACK
    assert intake.connections == [SLACK]


@pytest.mark.parametrize(
    ("setting", "name"),
    [("bot_token", "SLACK_BOT_TOKEN"), ("app_token", "SLACK_APP_TOKEN"), ("user_token", "SLACK_USER_TOKEN")],
)
async def test_a_wrong_token_names_its_setting(start: Start, setting: str, name: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name}: .*invalid_auth"):
        await start(**{setting: "xoxb-wrong"})


async def test_a_bot_token_in_the_place_of_the_app_token_is_told(start: Start, side: SlackSide) -> None:
    with pytest.raises(SettingsError, match=r"^SLACK_APP_TOKEN: "):
        await start(app_token=side.settings()["SLACK_BOT_TOKEN"])


async def test_socket_mode_asks_for_an_app_token(start: Start) -> None:
    with pytest.raises(SettingsError, match=r"^SLACK_APP_TOKEN: "):
        await start(app_token=None)


async def test_signed_http_asks_for_a_signing_secret(start: Start) -> None:
    with pytest.raises(SettingsError, match=r"^SLACK_SIGNING_SECRET: "):
        await start(http_port=0)


async def test_a_slack_that_cannot_be_reached_is_no_matter_of_settings(
    commands: RecordingCommands, intake: RecordingIntake
) -> None:
    platform = SlackPlatform(bot_token="xoxb", app_token="xapp", api_url="http://127.0.0.1:1/api/", commands=commands)
    with pytest.raises(Unavailable):
        await platform.start(intake)
    assert intake.connections == []


@pytest.mark.parametrize("scopes", [tuple(scope for scope in BOT_SCOPES if scope != "chat:write.customize")])
async def test_a_missing_scope_is_named(start: Start, scopes: tuple[str, ...]) -> None:
    assert "chat:write.customize" not in scopes
    with pytest.raises(SettingsError, match=r"^SLACK_BOT_TOKEN.*chat:write\.customize"):
        await start()


async def test_nothing_is_sent_after_closing(platform: SlackPlatform, thread: ThreadRef, copy_of: CopyOf) -> None:
    await platform.close()
    with pytest.raises(Unavailable, match="closed"):
        await platform.send_copy(thread, copy_of("too late"), Stamp("copy-1"))


async def test_closing_leaves_nothing_behind(start: Start, say: Say, intake: RecordingIntake, until: Until) -> None:
    before = asyncio.all_tasks()
    platform = await start()
    await say("hello")
    await until(lambda: intake.received)
    await platform.close()
    await platform.close()
    # The sandbox lives in this loop too; its end of each connection goes in a moment.
    await until(lambda: asyncio.all_tasks() <= before)


async def test_closing_lets_an_event_that_is_under_way_end(
    platform: SlackPlatform, say: Say, intake: RecordingIntake, until: Until, side: SlackSide
) -> None:
    intake.gate = asyncio.Event()
    ts = await say("the last one")
    await until(lambda: intake.waiting)
    closing = asyncio.create_task(platform.close())
    await say("after that")
    intake.gate.set()
    await closing
    assert [event.message for event in intake.received] == [ts]
    assert side.connections.count == 0


async def test_what_came_while_leaving_is_delivered_again(
    platform: SlackPlatform, start: Start, say: Say, intake: RecordingIntake, until: Until, side: SlackSide
) -> None:
    intake.gate = asyncio.Event()
    first = await say("the last one")
    await until(lambda: intake.waiting)
    closing = asyncio.create_task(platform.close())
    await asyncio.sleep(0)
    second = await say("after that")
    intake.gate.set()
    await closing
    await start()
    for seconds in (3, 60, 300):
        side.advance(seconds)
        await asyncio.sleep(0.05)
    await until(lambda: len({event.message for event in intake.received}) == 2)
    assert {event.message for event in intake.received} == {first, second}


async def test_a_channel_is_described_by_its_name(platform: SlackPlatform, side: SlackSide) -> None:
    info = await platform.describe(side.channels()[0])
    assert (info.name, info.ref.platform, info.forum) == ("news", SLACK, False)


async def test_a_public_channel_is_joined(platform: SlackPlatform, side: SlackSide) -> None:
    channel = side.world.open_channel("open", with_bot=False)
    channel.closed_to_bot = False
    info = await platform.describe(channel.id)
    assert info.name == "open"
    assert "U0ROUNDTABLE" in channel.members


async def test_a_channel_that_is_closed_to_the_bot_says_what_to_do(platform: SlackPlatform, side: SlackSide) -> None:
    closed = await side.open_channel(name="closed", writable=False)
    with pytest.raises(Refused, match=r"#closed.*/invite @Roundtable"):
        await platform.describe(closed)


async def test_an_archived_channel_is_refused(platform: SlackPlatform, side: SlackSide) -> None:
    channel = side.world.open_channel("old")
    channel.is_archived = True
    with pytest.raises(Refused, match="#old on Slack is archived: unarchive it"):
        await platform.describe(channel.id)


async def test_a_channel_that_is_not_there_says_what_to_do(platform: SlackPlatform) -> None:
    with pytest.raises(
        Refused, match=r"C0NOWHERE.*/invite @Roundtable there\. \[conversations\.info: channel_not_found\]$"
    ):
        await platform.describe("C0NOWHERE")


async def test_people_are_asked_for_once(
    say: Say, intake: RecordingIntake, until: Until, exchanges: list[Exchange]
) -> None:
    for number in range(10):
        await say(f"number {number}")
    await until(lambda: len(intake.received) == 10)
    assert sum(exchange.method == "users.info" for exchange in exchanges) == 1


async def test_nothing_that_people_write_is_logged(
    platform: SlackPlatform,
    say: Say,
    intake: RecordingIntake,
    until: Until,
    thread: ThreadRef,
    copy_of: CopyOf,
    fail: Fail,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    intake.refusals = 1
    with capture_logs() as logs:
        await say("a secret from here")
        await until(lambda: intake.refused)
        fail("chat.postMessage", "500_after")
        with pytest.raises(Exception, match=r"chat\.postMessage"):
            await platform.send_copy(thread, copy_of("a secret from elsewhere"), Stamp("copy-1"))
        await platform.whisper(thread, RemoteUserId("U0KEN000000"), "a secret for you")
    assert any(entry["event"] == "slack.listener.failed" for entry in logs)
    assert "secret" not in str(logs)
    assert "secret" not in caplog.text
