"""`roundtable setup`: from nothing to a running bot, step by step."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import SettingsError

if TYPE_CHECKING:
    from bot.config import Settings

_EXAMPLE = """\
discord_token = "…"
slack_bot_token = "xoxb-…"
slack_app_token = "xapp-…"
slack_user_token = "xoxp-…"
channels = "discord:CHANNEL_ID,slack:CHANNEL_ID"
"""


class ByManifest(StrEnum):
    """The platforms whose apps are made from a manifest."""

    SLACK = "slack"


class ByInvitation(StrEnum):
    """The platforms whose bots are let in by a link."""

    DISCORD = "discord"


@dataclass(frozen=True, slots=True)
class Step:
    """A part of the way: its title, whether the settings show that it was done, and what to do, a line each."""

    title: str
    done: bool
    lines: tuple[str, ...]


setup = typer.Typer(help="Guide a new operator from nothing to a running bot.", invoke_without_command=True)


@setup.callback()
def guide(context: typer.Context) -> None:
    """Guide a new operator from nothing to a running bot, a step at a time."""
    if context.invoked_subcommand is None:
        _walk(steps(_settings()), pause=sys.stdin.isatty() and sys.stdout.isatty())


@setup.command("manifest")
def manifest(
    platform: Annotated[ByManifest, typer.Argument(help="slack")],
    request_url: Annotated[
        str | None,
        typer.Option(help="For signed HTTP: where Slack reaches the bot, such as https://HOST/slack/events."),
    ] = None,
) -> None:
    """Print the app manifest to paste at Slack's "Create New App", "From a manifest"."""
    from adapters.slack.manifest import manifest as slack_manifest

    del platform
    print(json.dumps(slack_manifest(request_url), indent=2))


@setup.command("invite")
def invite(
    platform: Annotated[ByInvitation, typer.Argument(help="discord")],
    client_id: Annotated[
        str | None, typer.Option(help="The application's id; without it, DISCORD_TOKEN tells it.")
    ] = None,
) -> None:
    """Print the link that lets the bot into a Discord server, with exactly the permissions that it needs."""
    from adapters.discord.invite import invite_url

    del platform
    known = client_id or _client_id(_settings())
    if known is None:
        raise SettingsError("The application's id is not known: set DISCORD_TOKEN, or give --client-id.")
    if not known.isdecimal():
        raise SettingsError(
            "An application's id is a number: copy it in the portal, General Information, Application ID."
        )
    print(invite_url(known))


def steps(settings: Settings) -> tuple[Step, ...]:
    """All steps, in their order; those that the settings show to be done are marked so."""
    from bot.model import DISCORD, SLACK

    channels = {name for name, _ in settings.channels}
    return (
        _discord(settings, on_board=DISCORD in channels),
        _slack(settings, on_board=SLACK in channels),
        Step(
            "Settings",
            bool(channels),
            (
                "Put what you copied into the environment (DISCORD_TOKEN, …), or into roundtable.toml in the folder",
                "that the bot runs in. Keep that file to yourself: chmod 600 roundtable.toml",
                "",
                *(f"  {line}" for line in _EXAMPLE.splitlines()),
            ),
        ),
        Step("Check", False, ("Run: roundtable doctor", "It says what is missing, and how to mend it.")),
        Step(
            "Start",
            False,
            (
                "Run: roundtable run",
                "Then publish: /publish in one of the channels, or: roundtable publish LINK",
                "More channels: /board join in each.",
            ),
        ),
    )


def _discord(settings: Settings, *, on_board: bool) -> Step:
    from adapters.discord.grants import INTENTS, PERMISSIONS, label
    from adapters.discord.invite import invite_url

    known = _client_id(settings)
    link = "roundtable setup invite discord" if known is None else invite_url(known)
    return Step(
        "Discord (leave it out if you have no server there)",
        settings.discord_token is not None and on_board,
        (
            "1. Open https://discord.com/developers/applications, New Application.",
            "2. Bot, Reset Token: copy it. It is DISCORD_TOKEN.",
            "3. On the same page switch Message Content Intent on. Of the intents, it alone is privileged;",
            f"   the bot asks for {', '.join(label(grant.name) for grant in INTENTS)}.",
            f"4. Let the bot into your server with this link: {link}",
            "   It asks for:",
            *(f"   - {label(grant.name)}: {grant.why}" for grant in PERMISSIONS),
            "5. Settings, Advanced, Developer Mode on; then right-click a channel, Copy Channel ID",
            "   for CHANNELS.",
        ),
    )


def _slack(settings: Settings, *, on_board: bool) -> Step:
    from adapters.slack.grants import APP_SCOPES, USER_SCOPES

    return Step(
        "Slack (leave it out if you have no workspace there)",
        settings.slack_bot_token is not None and on_board,
        (
            "1. Open https://api.slack.com/apps, Create New App, From a manifest, and paste what this prints:",
            "   roundtable setup manifest slack",
            f"2. Basic Information, App-Level Tokens, Generate, with {APP_SCOPES[0].name}: it is SLACK_APP_TOKEN.",
            "3. Install App. Bot User OAuth Token is SLACK_BOT_TOKEN.",
            "4. If you are an admin of the workspace: User OAuth Token is SLACK_USER_TOKEN. With it the bot can",
            f"   {USER_SCOPES[0].why.partition(';')[0]}; without it, the author is told privately.",
            "5. Click a channel's name, About: its Channel ID is at the bottom, and goes into CHANNELS.",
            "   In a private channel, run /invite @Roundtable.",
        ),
    )


def _walk(way: Sequence[Step], *, pause: bool) -> None:
    """Print every step; with `pause`, wait for Enter between them."""
    for number, step in enumerate(way, 1):
        print(f"{number}. {step.title}" + (" (done)" if step.done else ""))
        for line in step.lines:
            print(f"   {line}".rstrip())
        print()
        if pause and number < len(way):
            try:
                input("Enter goes on, Ctrl+C ends. ")
            except (EOFError, KeyboardInterrupt):
                print()
                return


def _settings() -> Settings:
    from bot.config import load

    return load()


def _client_id(settings: Settings) -> str | None:
    from adapters.discord.invite import client_id_of

    token = settings.discord_token
    return None if token is None else client_id_of(token.get_secret_value())
