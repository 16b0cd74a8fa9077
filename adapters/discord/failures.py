"""What went wrong with a call to Discord, in the core's words.

Discord's error codes are those of https://docs.discord.com/developers/topics/opcodes-and-status-codes#json.
Every line begins with a sentence for people and ends, in brackets, with the call, the HTTP status, and Discord's code
and message; calls are named by their path's template, so that no webhook's token reaches a log.
"""

from __future__ import annotations

import traceback
from pathlib import PurePath
from typing import Final

import aiohttp
import discord

from bot.errors import Busy, MessageGone, PlaceGone, PlatformError, Refused, Unavailable, Uncertain, explained

UNKNOWN_CHANNEL: Final = 10003
UNKNOWN_MESSAGE: Final = 10008
UNKNOWN_WEBHOOK: Final = 10015
INVALID_WEBHOOK_TOKEN: Final = 50027
TOO_LARGE: Final = 40005
ALREADY_ANSWERED: Final = 40060
THREAD_ARCHIVED: Final = 50083
THREAD_EXISTS: Final = 160004
NO_ACCESS: Final = 50001
NO_PERMISSION: Final = 50013

_BUSY: Final = {30046: 60.0, 20016: 5.0, 20022: 5.0, 20028: 5.0, 20029: 5.0, 40062: 5.0}
"""Limits that Discord may report as a plain refusal, and how long to wait then.

30046 is the limit on edits of messages older than an hour; 20016 is slow mode; the others are write rates.
"""

_FORBIDDEN_HERE: Final = (
    "The bot may not do this here: give it the permissions that the invitation asks for in this channel."
)
_ADVICE: Final = {
    NO_ACCESS: _FORBIDDEN_HERE,
    NO_PERMISSION: _FORBIDDEN_HERE,
    UNKNOWN_CHANNEL: "The channel or thread is gone from Discord, or the bot can't see it.",
    10004: "The bot is not in that server: invite it there.",
    UNKNOWN_MESSAGE: "The message was deleted on Discord.",
}
REFUSED: Final = "Discord refuses it."
NO_CONNECTION: Final = "Discord can't be reached now."
WAIT: Final = "Discord asks to wait."

_OVERLOADED: Final = 130000
_UNAUTHORIZED: Final = 401
_FORBIDDEN: Final = 403
_TOO_MANY: Final = 429
_SERVER_ERROR: Final = 500


class OutOfReach(PlaceGone):
    """The bot may not look into the place any more: what stood there may stand there still."""


class Rejected(Refused):
    """A refusal with Discord's own `code`, for the few that the adapter itself can mend."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


_GONE: Final = {
    UNKNOWN_MESSAGE: MessageGone,
    UNKNOWN_CHANNEL: PlaceGone,
    10004: OutOfReach,  # an unknown server
    NO_ACCESS: OutOfReach,
}
"""What is not there any more, for the bot at least."""


def translate(error: Exception, call: str, *, reads: bool) -> PlatformError:
    """The core's error for what discord.py or aiohttp raised during `call`.

    `reads` tells that the call changes nothing, so that its loss is never `Uncertain`.
    """
    match error:
        case PlatformError():
            return error
        case discord.RateLimited():
            line = explained(WAIT, f"{call}: rate-limited for {error.retry_after:.1f} s")
            return Busy(line, retry_after=error.retry_after)
        case discord.HTTPException():
            return _answered(error, call, reads=reads)
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError() | aiohttp.InvalidURL():
            return Unavailable(explained(NO_CONNECTION, f"{call}: no connection to Discord ({_kind(error)})"))
        case _:
            line = explained("Discord did not answer.", f"{call}: no answer from Discord ({_kind(error)})")
            return _lost(line, reads=reads)


def _answered(error: discord.HTTPException, call: str, *, reads: bool) -> PlatformError:
    code = error.code
    text = " ".join(error.text.split())[:300]
    detail = f"{call}: HTTP {error.status}, code {code}" + (f": {text}" if text else "")
    if error.status >= _SERVER_ERROR:
        return _lost(explained("Discord has a fault.", detail), reads=reads)
    if code in _BUSY or error.status == _TOO_MANY:
        return Busy(explained(WAIT, detail), retry_after=_BUSY.get(code, 60.0))
    if error.status == _UNAUTHORIZED and code != INVALID_WEBHOOK_TOKEN:
        return Unavailable(explained("Discord refuses the token: has DISCORD_TOKEN been reset?", detail))
    # A 403 without a code comes from the proxy before Discord's API: an address that is blocked for a while.
    if code == _OVERLOADED or (error.status == _FORBIDDEN and not code):
        return Unavailable(explained(NO_CONNECTION, detail))
    line = explained(_ADVICE.get(code, REFUSED), detail)
    gone = _GONE.get(code)
    return Rejected(line, code) if gone is None else gone(line)


def _lost(line: str, *, reads: bool) -> PlatformError:
    return Unavailable(line) if reads else Uncertain(line)


def where(error: BaseException) -> str:
    """An unexpected error by its kind and place alone: its message and its frames' values may hold people's words."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "nowhere"
    return f"{type(error).__name__} at {place}"


def _kind(error: Exception) -> str:
    return type(error).__name__
