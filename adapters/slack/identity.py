"""Who the bot is on Slack, and whether an admin lent it a token; asked for once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.failures import refused_setting, translated
from adapters.slack.grants import USER_SCOPES, missing
from adapters.slack.webapi import WebApi, answer
from bot.errors import SettingsError
from bot.model import WorkspaceId

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Identity:
    """The bot as `auth.test` knows it. `url` is the workspace's, with a closing slash.

    `can_replace` tells that the user token may delete other people's messages.
    """

    team: WorkspaceId
    url: str
    bot_user: str
    bot_id: str | None
    enterprise: str | None
    can_replace: bool

    def permalink(self, channel: str, message: str, thread: str | None = None) -> str:
        """The link that opens a message for a person, as `chat.getPermalink` would give it."""
        link = f"{self.url}archives/{channel}/p{message.replace('.', '')}"
        return f"{link}?thread_ts={thread}&cid={channel}" if thread and thread != message else link


class Passport:
    """Asks Slack who the tokens belong to, when somebody first wants to know."""

    def __init__(self, api: WebApi) -> None:
        self._api = api
        self._identity: Identity | None = None
        self._asking = asyncio.Lock()

    async def identity(self) -> Identity:
        """Who the bot is. Raises `SettingsError` where Slack refuses a token, `Unavailable` where it can't be asked."""
        async with self._asking:
            if self._identity is None:
                self._identity = await self._ask()
            return self._identity

    async def _ask(self) -> Identity:
        bot, scopes = await whose(self._api.bot, "SLACK_BOT_TOKEN")
        _check(scopes)
        return Identity(
            team=WorkspaceId(str(bot.get("team_id"))),
            url=str(bot.get("url") or "https://slack.com/").rstrip("/") + "/",
            bot_user=str(bot.get("user_id")),
            bot_id=bot.get("bot_id"),
            enterprise=bot.get("enterprise_id"),
            can_replace=await self._can_replace(),
        )

    async def _can_replace(self) -> bool:
        client = self._api.user
        if client is None:
            return False
        admin, scopes = await whose(client, "SLACK_USER_TOKEN")
        user = str(admin.get("user_id"))
        lacking = [grant.name for grant in USER_SCOPES if scopes and grant.name not in scopes]
        if lacking:
            scopes_named = ", ".join(lacking)
            raise SettingsError(
                f"SLACK_USER_TOKEN lacks the user scope {scopes_named}: add it to the Slack app and install it again."
            )
        allowed = await is_admin(self._api, user)
        if not allowed:
            _log.warning("slack.user_token.not_admin", user=user)
        return allowed


async def is_admin(api: WebApi, user: str) -> bool:
    """Whether a user administers or owns the workspace, and so may delete what others wrote."""
    with translated("users.info", writes=False):
        found = answer(await api.bot.users_info(user=user)).get("user") or {}
    return any(found.get(right) for right in ("is_admin", "is_owner", "is_primary_owner"))


async def whose(client: AsyncWebClient, setting: str) -> tuple[dict[str, Any], frozenset[str]]:
    """Whose token it is, and its scopes; none where a proxy kept their header back.

    Raises `SettingsError` with a line for the operator where Slack refuses the token, which `setting` holds.
    """
    with translated("auth.test", writes=False):
        try:
            response = await client.auth_test()
        except SlackApiError as error:
            raise (refused_setting(error, setting) or error) from None
    scopes = str(response.headers.get("x-oauth-scopes") or "")
    return answer(response), frozenset(scope.strip() for scope in scopes.split(",") if scope.strip())


def _check(scopes: frozenset[str]) -> None:
    lacking = missing(scopes) if scopes else ()
    essential = sorted(grant.name for grant in lacking if grant.essential)
    if essential:
        raise SettingsError(
            f"SLACK_BOT_TOKEN lacks scopes: add {', '.join(essential)} to the Slack app and install it again."
        )
    if lacking:
        _log.warning("slack.scopes.missing", scopes=sorted(grant.name for grant in lacking))
