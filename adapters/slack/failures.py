"""Slack's failures, told in the core's words.

Codes are those of the Web API's methods (https://docs.slack.dev/reference/methods, each method's "Errors").
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.errors import Busy, MessageGone, PlaceGone, PlatformError, Refused, SettingsError, Unavailable, Uncertain

DEFAULT_WAIT: Final = 30.0
"""Seconds to wait after a 429 that does not say how long."""

_TOKEN: Final = frozenset(
    {"account_inactive", "invalid_auth", "not_allowed_token_type", "not_authed", "token_expired", "token_revoked"}
)
_RATE: Final = frozenset({"rate_limited", "ratelimited"})
# Slack says of the first two that "some aspect of the operation" may have succeeded.
_MAYBE_DONE: Final = frozenset({"fatal_error", "internal_error", "service_unavailable"})
_KINDS: Final[dict[str, type[PlatformError]]] = {
    "cannot_reply_to_message": PlaceGone,
    "channel_is_archived": PlaceGone,
    "channel_not_found": PlaceGone,
    "is_archived": PlaceGone,
    "not_in_channel": PlaceGone,
    "thread_not_found": PlaceGone,
    "message_not_found": MessageGone,
    "no_such_message": MessageGone,
    "request_timeout": Unavailable,
    "team_added_to_org": Unavailable,
    # Nothing is wrong with what was to be sent: it waits until the operator has mended the token.
    **dict.fromkeys(_TOKEN, Unavailable),
}
_ADVICE: Final = {
    "not_in_channel": "invite the bot there with /invite @Roundtable",
    "is_archived": "the channel is archived",
    **dict.fromkeys(_TOKEN, "check SLACK_BOT_TOKEN"),
}


def translate(error: Exception, method: str, *, writes: bool) -> PlatformError:
    """The core's error for what a call of a Web API method raised.

    `writes` tells that the call changes something, so that an unknown outcome is `Uncertain`; of a call that only
    reads, or that may be repeated without a trace, it is `Unavailable`.
    """
    lost = Uncertain if writes else Unavailable
    match error:
        case SlackApiError():
            return _refusal(error, method, lost)
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError():
            return Unavailable(f"{method}: no connection to Slack")
        case TimeoutError():
            return lost(f"{method}: no answer in time")
        case aiohttp.InvalidURL():
            return Unavailable(f"{method}: SLACK_API_URL is not a URL")
        case _:
            return lost(f"{method}: the connection broke ({type(error).__name__})")


@contextmanager
def translated(method: str, *, writes: bool) -> Iterator[None]:
    """Raise the core's errors in place of the SDK's and aiohttp's inside the block."""
    try:
        yield
    except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
        raise translate(error, method, writes=writes) from None


def refused_setting(error: Exception, setting: str) -> SettingsError | None:
    """The operator's line where Slack refuses the token in `setting` itself; None for any other failure."""
    code = code_of(error)
    if code in {"account_inactive", "token_expired", "token_revoked"}:
        return SettingsError(f"{setting}: Slack says {code}; install the app again and copy its token anew")
    if code in _TOKEN:
        return SettingsError(f"{setting}: Slack refuses this token ({code}); copy it again from the app's page")
    if code == "missing_scope":
        return SettingsError(f"{setting}: missing_scope; {_scope(_data(error))}")
    return None


def code_of(error: Exception) -> str:
    """Slack's own code of a refusal, such as `channel_not_found`; empty where there is none."""
    return str(_data(error).get("error") or "")


def wait_asked_for(error: SlackApiError) -> float | None:
    """The seconds for which Slack wants no such call, where it refused for that."""
    limited = _status(error) == 429 or code_of(error) in _RATE  # noqa: PLR2004 - HTTP's number for too many requests
    return _retry_after(error) if limited else None


def _refusal(error: SlackApiError, method: str, lost: type[Uncertain | Unavailable]) -> PlatformError:
    status = _status(error)
    code = code_of(error)
    wait = wait_asked_for(error)
    if wait is not None:
        return Busy(f"{method}: rate-limited", retry_after=wait)
    if status >= 500 or not code:  # noqa: PLR2004 - HTTP's server errors
        return lost(f"{method}: HTTP {status}")
    kind: type[PlatformError] = lost if code in _MAYBE_DONE else _KINDS.get(code, Refused)
    advice = _scope(_data(error)) if code == "missing_scope" else _ADVICE.get(code)
    return kind(f"{method}: {code}" + (f"; {advice}" if advice else ""))


def _scope(data: dict[str, Any]) -> str:
    return f"add the scope {data.get('needed', '(unnamed)')} to the Slack app and install it again"


def _data(error: Exception) -> dict[str, Any]:
    data = getattr(getattr(error, "response", None), "data", None)
    return data if isinstance(data, dict) else {}


def _status(error: SlackApiError) -> int:
    # The SDK hands over aiohttp's own response where the body was no JSON.
    response: Any = error.response
    return int(getattr(response, "status_code", None) or getattr(response, "status", None) or 0)


def _retry_after(error: SlackApiError) -> float:
    headers: Any = getattr(error.response, "headers", None) or {}
    try:
        return max(0.0, float(headers.get("Retry-After")))
    except (TypeError, ValueError):
        return DEFAULT_WAIT
