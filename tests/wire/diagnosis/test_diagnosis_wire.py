from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from adapters.discord import diagnosis as discord
from adapters.sandbox.discord import DiscordSide
from adapters.sandbox.discord.permissions import Right
from adapters.sandbox.faults import Fault, Faults
from adapters.sandbox.slack import SlackSide
from adapters.slack import diagnosis as slack
from adapters.slack.grants import BOT_SCOPES
from bot.checks import Check, Verdict, all_hold

SCOPES = tuple(grant.name for grant in BOT_SCOPES)


@asynccontextmanager
async def serving(side: DiscordSide | SlackSide) -> AsyncIterator[None]:
    await side.start("127.0.0.1", 0)
    try:
        yield
    finally:
        await side.stop()


async def ask_discord(side: DiscordSide, channels: Sequence[str] = (), token: str | None = None) -> list[Check]:
    settings = side.settings()
    found = await discord.diagnose(
        token=token or settings["DISCORD_TOKEN"], channels=channels, api_url=settings["DISCORD_API_URL"]
    )
    return list(found)


async def ask_slack(
    side: SlackSide, channels: Sequence[str] = (), change: Callable[[slack.Given], slack.Given] = lambda given: given
) -> list[Check]:
    settings = side.settings()
    given = slack.Given(
        bot_token=settings["SLACK_BOT_TOKEN"],
        app_token=settings["SLACK_APP_TOKEN"],
        user_token=settings["SLACK_USER_TOKEN"],
        api_url=settings["SLACK_API_URL"],
    )
    return list(await slack.diagnose(change(given), channels))


def wrong(checks: Sequence[Check]) -> list[str]:
    return [check.line for check in checks if check.verdict is not Verdict.GOOD]


async def test_all_holds_on_a_discord_that_is_set_up() -> None:
    side = DiscordSide(Faults())
    async with serving(side):
        checks = await ask_discord(side, side.channels())
    assert wrong(checks) == []
    assert [check.what for check in checks] == [
        "Discord token",
        "Discord intents",
        "Discord gateway",
        "Discord servers",
        "#news on Discord",
        "#news on Discord, masking",
    ]


@pytest.mark.parametrize("token", ["bad", "MTIz.bad.x", "ba d", "é"])
async def test_a_discord_token_that_is_wrong_is_told_in_one_line(token: str) -> None:
    side = DiscordSide(Faults())
    async with serving(side):
        (line,) = wrong(await ask_discord(side, side.channels(), token))
    assert line.startswith("✗ Discord token: DISCORD_TOKEN is wrong")
    assert "Reset Token" in line


async def test_a_discord_that_cannot_be_reached_is_told() -> None:
    side = DiscordSide(Faults())
    async with serving(side):
        settings = side.settings()
    (check,) = await discord.diagnose(
        token=settings["DISCORD_TOKEN"], channels=["1"], api_url=settings["DISCORD_API_URL"]
    )
    assert check.line.startswith("✗ Discord: can't be reached")
    assert "DISCORD_API_URL" in check.mend


async def test_a_missing_intent_and_a_discord_without_servers_say_where_to_go() -> None:
    side = DiscordSide(Faults(), privileged=frozenset())
    async with serving(side):
        side.kick_bot()
        lines = wrong(await ask_discord(side))
    assert [line.partition(":")[0] for line in lines] == ["✗ Discord intents", "✗ Discord servers"]
    assert "switch on Message Content Intent" in lines[0]
    assert "https://discord.com/oauth2/authorize?client_id=" in lines[1]


async def test_what_the_bot_lacks_in_a_discord_channel_is_named_with_its_reason() -> None:
    side = DiscordSide(Faults())
    async with serving(side):
        (news,) = side.channels()
        side.deny(news, int(Right.MANAGE_WEBHOOKS | Right.MANAGE_MESSAGES))
        lines = wrong(await ask_discord(side, [news]))
        lacking, masking = lines
        assert lacking.startswith("✗ #news on Discord: the bot lacks Manage Webhooks (to show comments from elsewhere")
        assert lacking.endswith("Allow it in the channel's permissions, or invite it anew.")
        assert masking.startswith("! #news on Discord, masking: only the copies elsewhere are masked")
        assert masking.endswith("Allow the bot Manage Messages there to have it replaced.")
        side.deny(news)
        (line,) = wrong(await ask_discord(side, [news]))
        assert line.startswith(("✗ #news on Discord: the bot lacks View Channel", f"✗ Discord channel {news}: the bot"))
        lines = wrong(await ask_discord(side, ["1", "general"]))
        assert [line.partition(":")[0] for line in lines] == ["✗ Discord channel 1", "✗ Discord channel general"]


async def test_a_server_error_on_the_way_is_told_and_the_rest_is_looked_at() -> None:
    faults = Faults()
    side = DiscordSide(faults)
    async with serving(side):
        faults.add(Fault(platform="discord", kind="500", route="/gateway/bot", times=1))
        checks = await ask_discord(side, side.channels())
    assert [check.what for check in checks if check.verdict is Verdict.BAD] == ["Discord application"]
    assert checks[-1].what == "#news on Discord, masking"


async def test_all_holds_on_a_slack_that_is_set_up() -> None:
    side = SlackSide(Faults(), scopes=SCOPES)
    async with serving(side):
        checks = await ask_slack(side, side.channels())
    assert wrong(checks) == []
    assert [check.what for check in checks] == [
        "Slack bot token",
        "Slack scopes",
        "Slack Socket Mode",
        "Slack, masking",
        "#news on Slack",
    ]


async def test_each_missing_scope_is_a_line_and_only_some_are_essential() -> None:
    side = SlackSide(Faults(), scopes=tuple(set(SCOPES) - {"chat:write", "reactions:read"}))
    async with serving(side):
        checks = await ask_slack(side)
    lines = wrong(checks)
    assert [line.partition(", to")[0] for line in lines] == [
        "✗ Slack scopes: chat:write is missing",
        "! Slack scopes: reactions:read is missing",
    ]
    assert all("install the app again" in line for line in lines)
    assert not all_hold(checks)


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda given: replace(given, bot_token="xoxb-no"), "✗ Slack bot token: SLACK_BOT_TOKEN: Slack refuses this"),
        (lambda given: replace(given, app_token="xapp-no"), "✗ Slack Socket Mode: SLACK_APP_TOKEN: Slack refuses"),
        (lambda given: replace(given, app_token=None), "✗ Slack Socket Mode: SLACK_APP_TOKEN is missing"),
        (lambda given: replace(given, http=True), "✗ Slack signed HTTP: SLACK_SIGNING_SECRET is missing"),
        (lambda given: replace(given, user_token=None), "! Slack, masking: copies are masked, and the author is told"),
        (lambda given: replace(given, user_token="xoxp-no"), "✗ Slack, masking: SLACK_USER_TOKEN: Slack refuses this"),
        (
            lambda given: replace(given, user_token=given.bot_token),
            "! Slack, masking: SLACK_USER_TOKEN is roundtable's",
        ),
    ],
)
async def test_each_slack_setting_that_is_wrong_is_told(
    change: Callable[[slack.Given], slack.Given], line: str
) -> None:
    side = SlackSide(Faults(), scopes=SCOPES)
    async with serving(side):
        (found,) = wrong(await ask_slack(side, change=change))
    assert found.startswith(line)


async def test_a_user_token_without_its_scope_is_told() -> None:
    side = SlackSide(Faults(), scopes=SCOPES, user_scopes=("users:read",))
    async with serving(side):
        (found,) = wrong(await ask_slack(side))
    assert found.startswith("✗ Slack, masking: SLACK_USER_TOKEN lacks the user scope chat:write")


async def test_slack_channels_say_whether_the_bot_can_write() -> None:
    side = SlackSide(Faults(), scopes=SCOPES)
    async with serving(side):
        joins = await side.open_channel(name="open", writable=False)
        archived = await side.open_channel(name="old")
        side.archive_channel("old")
        checks = await ask_slack(side, [joins, archived, "C0NOWHERE"])
    lines = [check.line for check in checks[-3:]]
    assert lines[1].startswith("✗ #old on Slack: is archived")
    assert lines[2].startswith("✗ Slack channel C0NOWHERE: can't be reached (conversations.info: channel_not_found)")
    assert "#open on Slack" in lines[0]
