"""Slack's failures, told in the core's words.

Codes are those of the Web API's methods (https://docs.slack.dev/reference/methods, each method's "Errors").
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.errors import (
    Busy,
    MessageGone,
    PlaceGone,
    PlatformError,
    Refused,
    SettingsError,
    Unavailable,
    Uncertain,
    explained,
)

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
_ARCHIVED: Final = "The channel is archived: unarchive it."
_NOT_THERE: Final = "The bot is not in the channel: run /invite @Roundtable there."
_MESSAGE_GONE: Final = "The message was deleted on Slack."
_ROOT_GONE: Final = "The card was deleted on Slack, and its thread takes nothing any more."
_ADVICE: Final = {
    "cannot_reply_to_message": _ROOT_GONE,
    "thread_not_found": _ROOT_GONE,
    "message_not_found": _MESSAGE_GONE,
    "no_such_message": _MESSAGE_GONE,
    "channel_is_archived": _ARCHIVED,
    "is_archived": _ARCHIVED,
    "channel_not_found": "The channel is gone, or private and without the bot: run /invite @Roundtable there.",
    "not_in_channel": _NOT_THERE,
    "restricted_action": "The workspace's settings keep the bot from it: an admin can allow it.",
    **dict.fromkeys(_TOKEN, "Slack refuses the token: check SLACK_BOT_TOKEN."),
}
MESSAGE_GONE: Final = explained(_MESSAGE_GONE, "conversations.replies: message_not_found")
ROOT_GONE: Final = explained(_ROOT_GONE, "chat.postMessage: the thread's root is gone")
NO_CONNECTION: Final = "Slack can't be reached now."
NO_ANSWER: Final = "Slack did not answer."
REFUSED: Final = "Slack refuses it."


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
            return Unavailable(explained(NO_CONNECTION, f"{method}: no connection to Slack"))
        case TimeoutError():
            return lost(explained(NO_ANSWER, f"{method}: no answer in time"))
        case aiohttp.InvalidURL():
            return Unavailable(explained(NO_CONNECTION, f"{method}: SLACK_API_URL is not a URL"))
        case _:
            return lost(explained(NO_ANSWER, f"{method}: the connection broke ({type(error).__name__})"))


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
        return SettingsError(f"{setting}: Slack says {code}; install the app again and copy its token anew.")
    if code in _TOKEN:
        return SettingsError(f"{setting}: Slack refuses this token ({code}); copy it again from the app's page.")
    if code == "missing_scope":
        return SettingsError(f"{setting}: a scope is missing (missing_scope). {_scope(_data(error))}")
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
        return Busy(explained("Slack asks to wait.", f"{method}: rate-limited"), retry_after=wait)
    if status >= 500 or not code:  # noqa: PLR2004 - HTTP's server errors
        return lost(explained("Slack has a fault.", f"{method}: HTTP {status}"))
    kind: type[PlatformError] = lost if code in _MAYBE_DONE else _KINDS.get(code, Refused)
    advice = _scope(_data(error)) if code == "missing_scope" else _ADVICE.get(code, REFUSED)
    return kind(explained(advice, f"{method}: {code}"))


def _scope(data: dict[str, Any]) -> str:
    return f"Add the scope {data.get('needed', '(unnamed)')} to the Slack app and install it again."


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
