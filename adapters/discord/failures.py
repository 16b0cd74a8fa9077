"""What went wrong with a call to Discord, in the core's words.

Discord's error codes are those of https://docs.discord.com/developers/topics/opcodes-and-status-codes#json.
Every line names the call, the HTTP status, and Discord's code and message; calls are named by their path's template,
so that no webhook's token reaches a log. Where people can mend it, the line begins with how.
"""

from __future__ import annotations

import traceback
from pathlib import PurePath
from typing import Final

import aiohttp
import discord

from bot.errors import Busy, MessageGone, PlaceGone, PlatformError, Refused, Unavailable, Uncertain

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

_PLACE_GONE: Final = frozenset({UNKNOWN_CHANNEL, 10004, NO_ACCESS})
"""Unknown channel, unknown guild, and no access: the bot is not in it any more."""

_BUSY: Final = {30046: 60.0, 20016: 5.0, 20022: 5.0, 20028: 5.0, 20029: 5.0, 40062: 5.0}
"""Limits that Discord may report as a plain refusal, and how long to wait then.

30046 is the limit on edits of messages older than an hour; 20016 is slow mode; the others are write rates.
"""

_FORBIDDEN_HERE: Final = (
    "the bot may not do this here: give it the permissions that the invitation asks for in this channel"
)

_OVERLOADED: Final = 130000
_UNAUTHORIZED: Final = 401
_FORBIDDEN: Final = 403
_TOO_MANY: Final = 429
_SERVER_ERROR: Final = 500


class Rejected(Refused):
    """A refusal with Discord's own `code`, for the few that the adapter itself can mend."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


def translate(error: Exception, call: str, *, reads: bool) -> PlatformError:
    """The core's error for what discord.py or aiohttp raised during `call`.

    `reads` tells that the call changes nothing, so that its loss is never `Uncertain`.
    """
    match error:
        case PlatformError():
            return error
        case discord.RateLimited():
            return Busy(f"{call}: rate-limited for {error.retry_after:.1f} s", retry_after=error.retry_after)
        case discord.HTTPException():
            return _answered(error, call, reads=reads)
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError() | aiohttp.InvalidURL():
            return Unavailable(f"{call}: no connection to Discord ({_kind(error)})")
        case _:
            return _lost(f"{call}: no answer from Discord ({_kind(error)})", reads=reads)


def _answered(error: discord.HTTPException, call: str, *, reads: bool) -> PlatformError:
    code = error.code
    text = " ".join(error.text.split())[:300]
    line = f"{call}: HTTP {error.status}, code {code}" + (f": {text}" if text else "")
    if code in {NO_ACCESS, NO_PERMISSION}:
        line = f"{_FORBIDDEN_HERE} ({line})"
    if error.status >= _SERVER_ERROR:
        return _lost(line, reads=reads)
    if code in _BUSY or error.status == _TOO_MANY:
        return Busy(line, retry_after=_BUSY.get(code, 60.0))
    if code == UNKNOWN_MESSAGE:
        return MessageGone(line)
    if code in _PLACE_GONE:
        return PlaceGone(line)
    unauthorized = error.status == _UNAUTHORIZED and code != INVALID_WEBHOOK_TOKEN
    if unauthorized:
        line += " (has DISCORD_TOKEN been reset?)"
    # A 403 without a code comes from the proxy before Discord's API: an address that is blocked for a while.
    if unauthorized or code == _OVERLOADED or (error.status == _FORBIDDEN and not code):
        return Unavailable(line)
    return Rejected(line, code)


def _lost(line: str, *, reads: bool) -> PlatformError:
    return Unavailable(line) if reads else Uncertain(line)


def where(error: BaseException) -> str:
    """An unexpected error by its kind and place alone: its message and its frames' values may hold people's words."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "nowhere"
    return f"{type(error).__name__} at {place}"


def _kind(error: Exception) -> str:
    return type(error).__name__
