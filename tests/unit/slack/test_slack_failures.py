from __future__ import annotations

import re
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.failures import DEFAULT_WAIT, refused_setting, translate, translated
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


def refusal(
    code: str | None = None, *, status: int = 200, headers: dict[str, str] | None = None, **more: object
) -> SlackApiError:
    data: Any = {"ok": False, "error": code, **more} if code else {}
    response = AsyncSlackResponse(
        client=None, http_verb="POST", api_url="", req_args={}, data=data, headers=headers or {}, status_code=status
    )
    return SlackApiError("failed", response)  # type: ignore[no-untyped-call]  # slack_sdk leaves it unannotated


@pytest.mark.parametrize(
    ("error", "writing", "reading"),
    [
        (refusal("channel_not_found"), PlaceGone, PlaceGone),
        (refusal("not_in_channel"), PlaceGone, PlaceGone),
        (refusal("is_archived"), PlaceGone, PlaceGone),
        (refusal("thread_not_found"), PlaceGone, PlaceGone),
        (refusal("message_not_found"), MessageGone, MessageGone),
        (refusal("invalid_blocks"), Refused, Refused),
        (refusal("restricted_action"), Refused, Refused),
        (refusal("ratelimited", status=429), Busy, Busy),
        (refusal("invalid_auth"), Unavailable, Unavailable),
        (refusal("request_timeout"), Unavailable, Unavailable),
        (refusal("internal_error"), Uncertain, Unavailable),
        (refusal("fatal_error"), Uncertain, Unavailable),
        (refusal(status=500), Uncertain, Unavailable),
        (refusal(status=503), Uncertain, Unavailable),
        (TimeoutError(), Uncertain, Unavailable),
        (aiohttp.ServerDisconnectedError(), Uncertain, Unavailable),
        (aiohttp.ClientPayloadError(), Uncertain, Unavailable),
        (aiohttp.SocketTimeoutError(), Uncertain, Unavailable),
        (ConnectionResetError(), Uncertain, Unavailable),
        (aiohttp.ConnectionTimeoutError(), Unavailable, Unavailable),
    ],
)
def test_each_failure_has_one_meaning(
    error: Exception, writing: type[PlatformError], reading: type[PlatformError]
) -> None:
    assert type(translate(error, "chat.postMessage", writes=True)) is writing
    assert type(translate(error, "chat.postMessage", writes=False)) is reading
    line = str(translate(error, "chat.postMessage", writes=True))
    assert detail_of(line).startswith("chat.postMessage: ")
    assert re.fullmatch(r"[A-Z](?:(?![a-z]_[a-z])[^\[\]])*[.?]", sentence_of(line))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({"Retry-After": "7"}, 7.0), ({}, DEFAULT_WAIT), ({"Retry-After": "soon"}, DEFAULT_WAIT)],
)
def test_a_rate_limit_tells_how_long_to_wait(headers: dict[str, str], seconds: float) -> None:
    busy = translate(refusal("ratelimited", status=429, headers=headers), "users.info", writes=False)
    assert isinstance(busy, Busy)
    assert busy.retry_after == seconds
    assert not busy.everywhere


def test_a_missing_scope_is_named() -> None:
    error = refusal("missing_scope", needed="files:write", provided="chat:write")
    refused = translate(error, "files.getUploadURLExternal", writes=False)
    assert type(refused) is Refused
    assert "files:write" in str(refused)
    assert "files:write" in str(refused_setting(error, "SLACK_BOT_TOKEN"))


@pytest.mark.parametrize("code", ["invalid_auth", "not_authed", "account_inactive", "token_revoked"])
def test_a_refused_token_names_its_setting(code: str) -> None:
    line = str(refused_setting(refusal(code), "SLACK_APP_TOKEN"))
    assert line.startswith("SLACK_APP_TOKEN: ")
    assert code in line


def test_other_failures_are_no_matter_of_settings() -> None:
    assert refused_setting(refusal("ratelimited", status=429), "SLACK_BOT_TOKEN") is None
    assert refused_setting(TimeoutError(), "SLACK_BOT_TOKEN") is None


def test_a_translated_error_carries_nothing_of_the_request_along() -> None:
    with pytest.raises(Refused) as caught, translated("chat.postMessage", writes=True):
        raise refusal("invalid_blocks", blocks="what somebody wrote")
    assert "wrote" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
