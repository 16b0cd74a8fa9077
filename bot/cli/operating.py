"""`roundtable doctor`: looks at everything that an operator has set up, and says how to mend what is not right."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Annotated

import typer

from bot.checks import Check, all_hold, bad, failed, good, warning
from bot.errors import SettingsError, StorageError

if TYPE_CHECKING:
    from pydantic import SecretStr

    from bot.config import Settings
    from bot.model import PlatformName

_PARKED = "Parked"
_MOST = 10
"""Parked rows that are named one by one."""


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print the checks as JSON.")] = False,
) -> None:
    """Check settings, database, tokens, scopes, intents and channels; say how to mend what is wrong."""
    checks = asyncio.run(_examine())
    if as_json:
        print(json.dumps({"ok": all_hold(checks), "checks": [_told(check) for check in checks]}, ensure_ascii=False))
    else:
        for check in checks:
            print(check.line)
    if not all_hold(checks):
        raise typer.Exit(1)


async def _examine() -> list[Check]:
    from bot.config import load
    from bot.model import DISCORD, SLACK

    try:
        settings = load()
    except SettingsError as error:
        return [failed("Settings", error)]
    checks = _settings(settings)
    channels: dict[PlatformName, list[str]] = {DISCORD: [], SLACK: []}
    for platform, channel in settings.channels:
        channels[platform].append(channel)
    checks += await _database(settings, channels)
    looks = []
    if settings.discord_token is not None:
        looks.append(_discord(settings, channels[DISCORD]))
    if settings.slack_bot_token is not None:
        looks.append(_slack(settings, channels[SLACK]))
    for found in await asyncio.gather(*looks):
        checks += found
    return checks


def _settings(settings: Settings) -> list[Check]:
    from bot.model import DISCORD, SLACK
    from bot.texts import platform_label

    tokens = {DISCORD: settings.discord_token, SLACK: settings.slack_bot_token}
    there = [name for name, token in tokens.items() if token is not None]
    if not there:
        mend = "Set DISCORD_TOKEN or SLACK_BOT_TOKEN; `roundtable setup` tells how."
        return [bad("Settings", "no platform is set", mend)]
    checks = [good("Settings", f"{' and '.join(platform_label(name) for name in there)}")]
    checks += [
        bad(
            "CHANNELS",
            f"names {platform}:{channel}, but {platform_label(platform)} has no token",
            "Set it, or take the channel out.",
        )
        for platform, channel in settings.channels
        if platform not in there
    ]
    if len(there) == 1:
        mend = "`roundtable setup` tells how to add the other."
        checks.append(warning("Settings", "discussions stay on one platform", mend))
    return checks


async def _database(settings: Settings, channels: dict[PlatformName, list[str]]) -> list[Check]:
    """Checks of the database; channels that are on its boards are added to `channels`."""
    from storage.migrations import refuse_a_newer
    from storage.upkeep import file_of, on_a_server, schema_of, shown, try_writing

    url = settings.database_url
    try:
        file = file_of(url)
        if file is None and not on_a_server(url):
            mend = "Set DATABASE_URL to sqlite:///FILE."
            return [bad("Database", "it lives in memory and is gone with the process", mend)]
        if file is not None and not file.exists():
            return [warning("Database", f"{file} is not there yet; the first start makes it")]
        schema = await schema_of(settings.database_url)
        refuse_a_newer(schema.current)
        await try_writing(settings.database_url)
    except (SettingsError, StorageError) as error:
        return [failed("Database", error)]
    checks = [good("Database", f"{file or shown(url)} can be written to")]
    if not schema.up_to_date:
        found = f"the schema is {schema.current or 'empty'}, and this Roundtable needs {schema.newest}"
        mend = "The next start brings it up to date, as does `roundtable db upgrade`."
        return [*checks, warning("Schema", found, mend)]
    checks.append(good("Schema", f"{schema.current}, up to date"))
    try:
        return [*checks, *await _contents(settings, channels)]
    except StorageError as error:
        return [*checks, failed("Database", error)]


async def _contents(settings: Settings, channels: dict[PlatformName, list[str]]) -> list[Check]:
    from bot.app import open_office
    from bot.texts import MEND_PARKED, place

    async with open_office(settings) as office:
        boards = await office.store.boards(office.community)
        parked = await office.store.parked(office.community)
    for board in boards:
        for record in board.channels:
            ref = record.info.ref
            known = channels.setdefault(ref.platform, [])
            if ref.channel not in known:
                known.append(ref.channel)
    named = [f"{board.name} ({len(board.channels)})" for board in boards]
    checks = [good("Boards", f"{', '.join(named)}")]
    if not any(board.channels for board in boards) and not settings.channels:
        checks = [warning("Boards", "no channel is on a board", "Set CHANNELS, or use /board join in a channel.")]
    if not parked:
        return [*checks, good(_PARKED, "nothing was refused for good")]
    lines = [
        warning(_PARKED, f"{row.kind} {row.id} for {place(row.channel, row.platform)}: {row.reason}")
        for row in parked[:_MOST]
    ]
    count = f"{len(parked)} in all" if len(parked) > 1 else "1"
    return [*checks, *lines, warning(_PARKED, count, MEND_PARKED)]


async def _discord(settings: Settings, channels: list[str]) -> tuple[Check, ...]:
    from adapters.discord.diagnosis import diagnose

    return await diagnose(
        token=_secret(settings.discord_token) or "", channels=channels, api_url=settings.discord_api_url
    )


async def _slack(settings: Settings, channels: list[str]) -> tuple[Check, ...]:
    from adapters.slack.diagnosis import Given, diagnose

    given = Given(
        bot_token=_secret(settings.slack_bot_token) or "",
        app_token=_secret(settings.slack_app_token),
        user_token=_secret(settings.slack_user_token),
        signing_secret=_secret(settings.slack_signing_secret),
        http=settings.slack_http_port is not None,
        api_url=settings.slack_api_url,
    )
    return await diagnose(given, channels)


def _told(check: Check) -> dict[str, str]:
    return {"verdict": check.verdict, "what": check.what, "found": check.found, "mend": check.mend}


def _secret(value: SecretStr | None) -> str | None:
    return None if value is None else value.get_secret_value()
