"""Looks at what an operator has set up on Slack, over the Web API alone, and says how to mend what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from slack_sdk.errors import SlackClientError

from adapters.slack.failures import refused_setting, translated
from adapters.slack.grants import APP_SCOPES, BOT_SCOPES, USER_SCOPES, missing
from adapters.slack.identity import is_admin, whose
from adapters.slack.webapi import WebApi, answer
from bot.checks import Check, bad, failed, good, warning
from bot.errors import PlatformError, Refused, RoundtableError, SettingsError, detail_of

Json: TypeAlias = dict[str, Any]

_REINSTALL: Final = "Add under OAuth & Permissions, install the app again, and copy its token anew."
_MASKING: Final = "Slack, masking"


@dataclass(frozen=True, slots=True)
class Given:
    """What the settings say of Slack. `http`: events come over signed HTTP, not over Socket Mode."""

    bot_token: str
    app_token: str | None = None
    user_token: str | None = None
    signing_secret: str | None = None
    http: bool = False
    api_url: str | None = None


async def diagnose(given: Given, channels: Sequence[str]) -> tuple[Check, ...]:
    """The checks of the tokens, their scopes, and each channel. Never raises a `RoundtableError`."""
    api = WebApi(bot_token=given.bot_token, user_token=given.user_token, api_url=given.api_url)
    try:
        return tuple(await _look(api, given, channels))
    finally:
        await api.close()


async def _look(api: WebApi, given: Given, channels: Sequence[str]) -> list[Check]:
    try:
        bot, scopes = await whose(api.bot, "SLACK_BOT_TOKEN")
    except SettingsError as error:
        return [failed("Slack bot token", error)]
    except PlatformError as error:
        return [bad("Slack", f"can't be reached ({detail_of(str(error))})", "Check the network and SLACK_API_URL.")]
    checks = [good("Slack bot token", f"the bot is {bot.get('user')} in {bot.get('team')}")]
    checks += _scopes(scopes)
    checks.append(await _events(api, given))
    checks.append(await _masking(api))
    for channel in channels:
        checks.append(await _channel(api, channel, scopes))
    return checks


def _scopes(scopes: frozenset[str]) -> list[Check]:
    what = "Slack scopes"
    if not scopes:
        return [warning(what, "Slack did not tell them (does a proxy keep back the header x-oauth-scopes?)")]
    lacking = missing(scopes)
    if not lacking:
        return [good(what, f"all {len(BOT_SCOPES)} are there")]
    return [
        (bad if grant.essential else warning)(what, f"{grant.name} is missing, to {grant.why}", _REINSTALL)
        for grant in lacking
    ]


async def _events(api: WebApi, given: Given) -> Check:
    if given.http:
        what = "Slack signed HTTP"
        if given.signing_secret:
            return good(what, "the signing secret is set; the first event shows whether it is the right one")
        return bad(what, "SLACK_SIGNING_SECRET is missing", "Copy it from the app's Basic Information.")
    what = "Slack Socket Mode"
    if not given.app_token:
        scope = APP_SCOPES[0].name
        return bad(what, "SLACK_APP_TOKEN is missing", f"Make an app-level token with {scope} in Basic Information.")
    try:
        with translated("apps.connections.open", writes=False):
            try:
                await api.bot.apps_connections_open(app_token=given.app_token)
            except SlackClientError as error:
                raise (refused_setting(error, "SLACK_APP_TOKEN") or error) from None
    except Refused as error:
        return bad(what, detail_of(str(error)), "Switch Socket Mode on in the app's settings.")
    except RoundtableError as error:
        return failed(what, error)
    return good(what, "the app-level token opens connections")


async def _masking(api: WebApi) -> Check:
    told = "copies are masked, and the author is told privately; what was written stays as it is"
    if api.user is None:
        mend = "Set SLACK_USER_TOKEN of an admin to have it replaced by a masked one."
        return warning(_MASKING, told, mend)
    try:
        person, scopes = await whose(api.user, "SLACK_USER_TOKEN")
        admin = await is_admin(api, str(person.get("user_id")))
    except RoundtableError as error:
        return failed(_MASKING, error)
    lacking = [grant for grant in USER_SCOPES if scopes and grant.name not in scopes]
    if lacking:
        return bad(_MASKING, f"SLACK_USER_TOKEN lacks the user scope {lacking[0].name}", _REINSTALL)
    if not admin:
        return warning(
            _MASKING,
            f"SLACK_USER_TOKEN is {person.get('user')}'s, who is no admin: {told}",
            "Let an admin install the app, and copy the user token anew.",
        )
    return good(_MASKING, f"a message that needs it is deleted by {person.get('user')} and posted again, masked")


async def _channel(api: WebApi, channel: str, scopes: frozenset[str]) -> Check:
    what = f"Slack channel {channel}"
    try:
        with translated("conversations.info", writes=False):
            found: Json = answer(await api.bot.conversations_info(channel=channel)).get("channel") or {}
    except Refused as error:
        return bad(
            what,
            f"can't be reached ({detail_of(str(error))})",
            "Check its id; if it is private, run /invite @Roundtable there.",
        )
    except PlatformError as error:
        return failed(what, error)
    return _membership(f"#{found.get('name') or channel} on Slack", found, scopes)


def _membership(what: str, channel: Json, scopes: frozenset[str]) -> Check:
    if channel.get("is_archived"):
        return bad(what, "is archived", "Unarchive it, or choose another.")
    if channel.get("is_member"):
        return good(what, "the bot is in it and can post")
    invite = "Run /invite @Roundtable there."
    if channel.get("is_private"):
        return bad(what, "the bot is not in it", invite)
    if scopes and "channels:join" not in scopes:
        return bad(what, "the bot is not in it, and may not join by itself", invite)
    return good(what, "the bot joins it at the start")
