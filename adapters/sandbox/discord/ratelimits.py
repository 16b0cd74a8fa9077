"""How often the bot may ask (https://docs.discord.com/developers/topics/rate-limits).

Discord publishes no table: what stands here are the limits that its headers are known to tell, and the design's.
"""

from __future__ import annotations

import hashlib
import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from adapters.sandbox.discord.errors import ApiError
from adapters.sandbox.side import Json, Limits


@dataclass(frozen=True)
class Rule:
    """So many requests in so many seconds, for each value of the path parameters in `major`."""

    name: str
    limit: int
    seconds: float
    major: tuple[str, ...] = ("channel_id",)
    scope: str = "user"


_WEBHOOK: Final = Rule("webhook", 5, 2.0, ("webhook_channel",), "shared")
_DEFAULT: Final = Rule("default", 50, 1.0, ("channel_id", "guild_id", "webhook_id"))
GLOBAL: Final = Rule("global", 50, 1.0, (), "global")
OLD_EDITS: Final = Rule("old-edits", 3, 20.0, ("channel_id",), "shared")

_RULES: Final[dict[str, Rule]] = {
    "POST /channels/{channel_id}/messages": Rule("send", 5, 5.0),
    "PATCH /channels/{channel_id}/messages/{message_id}": Rule("edit", 5, 5.0),
    "DELETE /channels/{channel_id}/messages/{message_id}": Rule("delete", 5, 1.0),
    "POST /channels/{channel_id}/messages/bulk-delete": Rule("bulk-delete", 1, 1.0),
    "GET /channels/{channel_id}/messages": Rule("read", 50, 1.0),
    "PUT /channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me": Rule("react", 1, 0.25),
    "DELETE /channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me": Rule("react", 1, 0.25),
    "POST /channels/{channel_id}/messages/{message_id}/threads": Rule("threads", 50, 300.0),
    "POST /channels/{channel_id}/threads": Rule("threads", 50, 300.0),
    "PATCH /channels/{channel_id}": Rule("channel", 5, 5.0),
    "POST /webhooks/{webhook_id}/{webhook_token}": _WEBHOOK,
    "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}": Rule(
        "webhook-edit", 5, 2.0, ("webhook_channel",), "shared"
    ),
    "DELETE /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}": Rule(
        "webhook-delete", 5, 2.0, ("webhook_channel",), "shared"
    ),
}


@dataclass
class _Window:
    rule: Rule
    ends: float
    used: int = 0


class RateLimits:
    """The windows in force. `clock` answers seconds; with limits `none` everything passes."""

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self._off = limits == "none"
        self._clock = clock
        self._windows: dict[str, _Window] = {}
        self._recent: deque[float] = deque(maxlen=GLOBAL.limit)

    def pass_through(self, route: str, majors: dict[str, str], *, counts_globally: bool) -> dict[str, str]:
        """Count a request; answers its headers, or raises the 429."""
        if self._off:
            # discord.py sends one request at a time on a route whose answers tell no rate.
            return _headers(_DEFAULT, "open", 1000, 1.0, self._clock(), limit=1000)
        now = self._clock()
        if counts_globally:
            if len(self._recent) == GLOBAL.limit and now - self._recent[0] < GLOBAL.seconds:
                raise refusal(GLOBAL, "", GLOBAL.seconds - (now - self._recent[0]), now)
            self._recent.append(now)
        rule = _RULES.get(route, _DEFAULT)
        key = self._key(rule, route, majors)
        window = self._open(rule, key, now)
        if window.used >= rule.limit:
            raise refusal(rule, key, window.ends - now, now)
        window.used += 1
        return _headers(rule, key, rule.limit - window.used, window.ends - now, now)

    def old_edit(self, channel_id: int) -> None:
        """Count an edit of a message over an hour old; raises 30046 where there were too many."""
        if self._off:
            return
        now, key = self._clock(), f"{OLD_EDITS.name}:{channel_id}"
        window = self._open(OLD_EDITS, key, now)
        if window.used >= OLD_EDITS.limit:
            error = refusal(OLD_EDITS, key, window.ends - now, now)
            error.body |= {"code": 30046, "message": "Maximum number of edits to messages older than 1 hour reached."}
            raise error
        window.used += 1

    def _open(self, rule: Rule, key: str, now: float) -> _Window:
        window = self._windows.get(key)
        if window is None or now >= window.ends:
            window = self._windows[key] = _Window(rule, now + rule.seconds)
        return window

    @staticmethod
    def _key(rule: Rule, route: str, majors: dict[str, str]) -> str:
        name = rule.name if rule is not _DEFAULT else route
        return ":".join([name, *(majors.get(each, "") for each in rule.major)])


def refusal(rule: Rule, key: str, wait: float, now: float) -> ApiError:
    """A 429 as Discord sends it, `Via` included: without that header discord.py takes it for a ban and gives up."""
    # Rounded up, so that a client that waits to the letter is not refused again.
    wait = math.ceil((wait + 1e-6) * 1000) / 1000
    body: Json = {"retry_after": wait, "global": rule.scope == "global"}
    error = ApiError(429, 0, "You are being rate limited.", **body)
    error.headers = {
        "Retry-After": str(math.ceil(wait)),
        "Via": "1.1 google",
        "X-RateLimit-Scope": rule.scope,
    }
    if rule.scope == "global":
        error.headers["X-RateLimit-Global"] = "true"
    else:
        error.headers |= _headers(rule, key, 0, wait, now)
    return error


def _headers(
    rule: Rule, key: str, remaining: int, wait: float, now: float, *, limit: int | None = None
) -> dict[str, str]:
    # The hash names the kind of limit; clients add the major parameters themselves.
    bucket = hashlib.md5(key.split(":", maxsplit=1)[0].encode(), usedforsecurity=False).hexdigest()
    return {
        "X-RateLimit-Limit": str(limit or rule.limit),
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Reset": f"{now + wait:.3f}",
        "X-RateLimit-Reset-After": f"{wait:.3f}",
        "X-RateLimit-Bucket": bucket,
    }
