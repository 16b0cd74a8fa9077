"""Who people are on Slack: names, avatars and rights, asked for once and kept for a while."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

import structlog

from adapters.slack.failures import translated
from adapters.slack.inbound import author_of
from adapters.slack.webapi import WebApi, answer
from bot import fence
from bot.errors import Busy, PlatformError, Refused, Unavailable
from bot.model import Author, Person, WorkspaceId

KEPT_SECONDS: Final = 600.0
KEPT_PEOPLE: Final = 2_000
LOOKUP_SECONDS: Final = 1.2
SHORT_WAIT: Final = 0.2
LONGEST_WAIT: Final = 1.0
UNNAMED_SECONDS: Final = 60.0
"""For how long one who can't be looked up keeps a thread waiting: until Slack delivers the second time or so."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Profile:
    """What `users.info` tells of a user. The author's workspace is empty where Slack names none."""

    author: Author
    is_admin: bool = False


class People:
    """The users that the bot meets. Of each it keeps one answer, for `seconds`, and of `size` users at most.

    A user who is asked for by many tasks at once is looked up once. Where Slack can't be asked, an answer that has
    grown old still serves.
    """

    def __init__(
        self,
        api: WebApi,
        *,
        admins: Collection[str] = (),
        seconds: float = KEPT_SECONDS,
        size: int = KEPT_PEOPLE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._api = api
        self._admins = frozenset(admins)
        self._seconds = seconds
        self._size = size
        self._clock = clock
        self._known: OrderedDict[str, tuple[float, Profile]] = OrderedDict()
        self._asking: dict[str, asyncio.Task[Profile]] = {}
        self._failing: dict[str, tuple[float, float]] = {}

    async def profile(self, user: str) -> Profile:
        """This user's profile; a user whom Slack does not know goes by their id.

        Raises `Busy` or `Unavailable` where Slack can't be asked and nothing is known yet.
        """
        kept = self._known.get(user)
        if kept is not None and self._clock() - kept[0] < self._seconds:
            self._known.move_to_end(user)
            return kept[1]
        asking = self._asking.get(user)
        if asking is None:
            asking = asyncio.create_task(self._ask(user), name=f"slack-user-{user}", context=fence.beyond())
            self._asking[user] = asking
            asking.add_done_callback(lambda _: self._asking.pop(user, None))
        try:
            # One who gives up waiting must not end the question for the others.
            return await asyncio.shield(asking)
        except PlatformError:
            if kept is None:
                raise
            return kept[1]

    async def author(self, user: str, team: str, *, anyhow: bool = False) -> Author:
        """This user as the author of a message; `team` is where they belong if their profile does not say so.

        `anyhow` takes their id for a name where Slack can't be asked, rather than to raise. So it is with one of whom
        Slack has told nothing for `UNNAMED_SECONDS`, in which it was asked again and again, other than to wait.
        """
        try:
            author = (await self.profile(user)).author
        except PlatformError as error:
            given_up = not isinstance(error, Busy) and self._is_given_up(user)
            if not (anyhow or given_up):
                raise
            _log.warning("slack.user.unnamed", user=user, reason=str(error))
            author = author_of({"id": user}, "")
        return author if author.workspace else replace(author, workspace=WorkspaceId(team))

    async def person(self, user: str, team: str) -> Person:
        """This user as one who gives a command."""
        profile = await self.profile(user)
        return Person(await self.author(user, team), is_admin=profile.is_admin or user in self._admins)

    async def names(self, users: Iterable[str]) -> dict[str, str]:
        """The names of those users, by id, as far as they can be had now."""
        wanted = list(dict.fromkeys(users))
        found = await asyncio.gather(*(self.profile(user) for user in wanted), return_exceptions=True)
        return {user: got.author.name for user, got in zip(wanted, found, strict=True) if isinstance(got, Profile)}

    async def close(self) -> None:
        """End the questions that are under way."""
        asking = list(self._asking.values())
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)

    def _is_given_up(self, user: str) -> bool:
        """Note that asking for a user has failed; whether that has gone on for too long."""
        now = self._clock()
        first, last = self._failing.get(user, (now, now))
        if now - last >= UNNAMED_SECONDS:
            first = now
        self._failing[user] = first, now
        return now - first >= UNNAMED_SECONDS

    async def _ask(self, user: str) -> Profile:
        try:
            found = await self._info(user)
        except Refused as error:
            _log.warning("slack.user.unnamed", user=user, reason=str(error))
            found = {}
        except (Busy, Unavailable) as error:
            # An event that waits for this has 3 seconds to be acknowledged in.
            wait = error.retry_after if isinstance(error, Busy) else SHORT_WAIT
            if wait > LONGEST_WAIT:
                raise
            await asyncio.sleep(wait)
            found = await self._info(user)
        profile = read_profile(found.get("user") or {"id": user})
        self._failing.pop(user, None)
        self._known[user] = (self._clock(), profile)
        self._known.move_to_end(user)
        while len(self._known) > self._size:
            self._known.popitem(last=False)
        return profile

    async def _info(self, user: str) -> dict[str, Any]:
        with translated("users.info", writes=False):
            async with asyncio.timeout(LOOKUP_SECONDS):
                return answer(await self._api.bot.users_info(user=user))


def read_profile(user: dict[str, Any]) -> Profile:
    """A profile from the `user` object of `users.info` (https://docs.slack.dev/reference/objects/user-object)."""
    return Profile(
        author_of(user, str(user.get("team_id") or "")),
        is_admin=any(user.get(right) for right in ("is_admin", "is_owner", "is_primary_owner")),
    )
