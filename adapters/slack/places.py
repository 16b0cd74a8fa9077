"""The channels of a workspace: whether the bot can write there, and what they are called."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any, Final

import structlog

from adapters.slack.failures import translated
from adapters.slack.identity import Passport
from adapters.slack.markup import Mentioned, Names
from adapters.slack.people import People
from adapters.slack.webapi import WebApi, answer
from bot.errors import PlatformError, Refused, detail_of, explained
from bot.model import SLACK, ChannelInfo, ChannelRef, RemoteChannelId

KEPT_SECONDS: Final = 600.0
KEPT_NAMES: Final = 500
UNSEEN: Final = (
    "The bot can't see the Slack channel {channel}: check its id; if it is private, run /invite @Roundtable there."
)

_log = structlog.get_logger(__name__)


class Places:
    """Channels by id. Names are kept for a while, since people mention the same ones again and again."""

    def __init__(self, api: WebApi, passport: Passport, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._api = api
        self._passport = passport
        self._clock = clock
        self._names: OrderedDict[str, tuple[float, str]] = OrderedDict()
        self._groups: tuple[float, dict[str, str]] | None = None

    async def describe(self, channel: str) -> ChannelInfo:
        """The channel with this id; joins it where it is public. Raises `Refused` where the bot can't write in it."""
        identity = await self._passport.identity()
        try:
            found = await self._info(channel)
        except Refused as error:
            raise Refused(explained(UNSEEN.format(channel=channel), detail_of(str(error)))) from None
        name = str(found.get("name") or channel)
        if found.get("is_archived"):
            raise Refused(f"#{name} on Slack is archived: unarchive it, or choose another channel.")
        if not found.get("is_member"):
            await self._join(channel, name, private=bool(found.get("is_private")))
        return ChannelInfo(ChannelRef(SLACK, identity.team, RemoteChannelId(str(found.get("id") or channel))), name)

    async def names(self, channels: Iterable[str]) -> dict[str, str]:
        """The names of those channels, by id, as far as they can be had now."""
        names = {}
        for channel in channels:
            kept = self._names.get(channel)
            if kept is None or self._clock() - kept[0] >= KEPT_SECONDS:
                try:
                    await self._info(channel)
                except PlatformError as error:
                    _log.info("slack.channel.unnamed", channel=channel, reason=str(error))
                    self._keep(channel, kept[1] if kept else "")
            name = self._names[channel][1]
            if name:
                names[channel] = name
        return names

    async def groups(self) -> dict[str, str]:
        """The handles of the workspace's user groups, by id; none where the bot may not read them."""
        if self._groups is None or self._clock() - self._groups[0] >= KEPT_SECONDS:
            try:
                with translated("usergroups.list", writes=False):
                    listed = answer(await self._api.bot.usergroups_list(include_disabled=True))
            except PlatformError as error:
                _log.info("slack.usergroups.unnamed", reason=str(error))
                listed = {}
            groups = {str(one.get("id")): str(one.get("handle")) for one in listed.get("usergroups") or ()}
            self._groups = (self._clock(), groups)
        return self._groups[1]

    async def _info(self, channel: str) -> dict[str, Any]:
        with translated("conversations.info", writes=False):
            found: dict[str, Any] = answer(await self._api.bot.conversations_info(channel=channel)).get("channel") or {}
        self._keep(channel, str(found.get("name") or ""))
        return found

    async def _join(self, channel: str, name: str, *, private: bool) -> None:
        advice = f"The bot is not in #{name} on Slack: run /invite @Roundtable there."
        if private:
            raise Refused(advice)
        try:
            with translated("conversations.join", writes=False):
                await self._api.bot.conversations_join(channel=channel)
        except Refused as error:
            raise Refused(explained(advice, detail_of(str(error)))) from None

    def _keep(self, channel: str, name: str) -> None:
        self._names[channel] = (self._clock(), name)
        self._names.move_to_end(channel)
        while len(self._names) > KEPT_NAMES:
            self._names.popitem(last=False)


async def names_in(found: Mentioned, people: People, places: Places) -> Names:
    """The names behind what a message mentions, as far as they can be had now."""
    return Names(
        users=await people.names(found.users) if found.users else {},
        channels=await places.names(found.channels) if found.channels else {},
        usergroups=await places.groups() if found.usergroups else {},
    )
