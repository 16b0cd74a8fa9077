"""Who the bot is on Slack, and whether an admin lent it a token; asked for once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.failures import refused_setting, translated
from adapters.slack.webapi import WebApi, answer
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
        bot = await _test(self._api.bot, "SLACK_BOT_TOKEN")
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
        user = str((await _test(client, "SLACK_USER_TOKEN")).get("user_id"))
        with translated("users.info", writes=False):
            found = answer(await self._api.bot.users_info(user=user)).get("user") or {}
        allowed = any(found.get(right) for right in ("is_admin", "is_owner", "is_primary_owner"))
        if not allowed:
            _log.warning("slack.user_token.not_admin", user=user)
        return allowed


async def _test(client: AsyncWebClient, setting: str) -> dict[str, Any]:
    with translated("auth.test", writes=False):
        try:
            return answer(await client.auth_test())
        except SlackApiError as error:
            raise (refused_setting(error, setting) or error) from None
