"""What Discord's answers mean to the core."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import cast

import aiohttp
import discord
import pytest

from adapters.discord.failures import OutOfReach, Rejected, translate, where
from bot.errors import (
    Busy,
    MessageGone,
    PlaceGone,
    PlatformError,
    Refused,
    Unavailable,
    Uncertain,
    detail_of,
    sentence_of,
)

CALL = "POST /channels/{channel_id}/messages"


@dataclass
class Response:
    """As much of an answer as discord.py's errors look at."""

    status: int
    reason: str = "because"


def answered(status: int, code: int = 0, message: str = "no") -> discord.HTTPException:
    return discord.HTTPException(cast("aiohttp.ClientResponse", Response(status)), {"code": code, "message": message})


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (answered(404, 10008), MessageGone),
        (answered(404, 10003), PlaceGone),
        (answered(404, 10004), OutOfReach),
        (answered(403, 50001), OutOfReach),
        (answered(403, 50013), Rejected),
        (answered(400, 50035), Rejected),
        (answered(400, 50083), Rejected),
        (answered(413, 40005), Rejected),
        (answered(404, 10015), Rejected),
        (answered(401, 50027), Rejected),
        (answered(401), Unavailable),
        (answered(403), Unavailable),
        (answered(400, 130000), Unavailable),
        (answered(400, 30046), Busy),
        (answered(429), Busy),
        (answered(400, 20016), Busy),
        (answered(500), Uncertain),
        (answered(502), Uncertain),
        (answered(503), Uncertain),
        (discord.RateLimited(42.0), Busy),
        (aiohttp.ConnectionTimeoutError("slow"), Unavailable),
        (aiohttp.ServerDisconnectedError("gone"), Uncertain),
        (aiohttp.ClientPayloadError("half"), Uncertain),
        (TimeoutError(), Uncertain),
        (ConnectionResetError(104, "reset"), Uncertain),
        (Busy("as it is", retry_after=3.0), Busy),
    ],
)
def test_what_was_written_and_failed(error: Exception, expected: type[PlatformError]) -> None:
    told = translate(error, CALL, reads=False)
    assert type(told) is expected
    if told is not error:
        assert detail_of(str(told)).startswith(f"{CALL}: ")
        assert re.fullmatch(r"[A-Z][^\[\]{}]*[.?]", sentence_of(str(told)))


@pytest.mark.parametrize(
    "error",
    [answered(500), TimeoutError(), aiohttp.ServerDisconnectedError("gone"), aiohttp.ClientPayloadError("half")],
)
def test_what_was_only_read_can_be_read_again(error: Exception) -> None:
    assert type(translate(error, CALL, reads=True)) is Unavailable


def test_the_operators_line_names_call_status_code_and_message() -> None:
    told = translate(answered(400, 50035, "Invalid\nForm Body"), CALL, reads=False)
    assert str(told) == f"Discord refuses it. [{CALL}: HTTP 400, code 50035: Invalid Form Body]"
    assert isinstance(told, Rejected)
    assert isinstance(told, Refused)
    assert told.code == 50035


@pytest.mark.parametrize("code", [50001, 50013])
def test_a_lack_of_permissions_is_told_in_words_for_people_first(code: int) -> None:
    told = str(translate(answered(403, code, "Missing"), CALL, reads=False))
    advice = "The bot may not do this here: give it the permissions that the invitation asks for in this channel."
    assert told == f"{advice} [{CALL}: HTTP 403, code {code}: Missing]"


def test_waits_are_told() -> None:
    busy = translate(discord.RateLimited(42.0), CALL, reads=False)
    assert isinstance(busy, Busy)
    assert busy.retry_after == 42.0


def test_a_token_that_was_reset_is_named() -> None:
    assert "DISCORD_TOKEN" in str(translate(answered(401), CALL, reads=False))


def test_an_unexpected_error_is_told_by_its_place_and_not_by_its_words() -> None:
    with pytest.raises(ValueError, match="somebody") as caught:
        int("what somebody wrote")
    told = where(caught.value)
    assert told.startswith("ValueError at test_discord_failures.py:")
    assert "somebody" not in told
