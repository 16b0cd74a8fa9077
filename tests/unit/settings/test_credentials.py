from __future__ import annotations

import pytest

from bot.credentials import mistaken

DISCORD = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GaBcDe.abcdefghijklmnopqrstuvwxyz0123456789ab"


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("discord_token", DISCORD),
        ("slack_bot_token", "xoxb-1-2-abc"),
        ("slack_bot_token", "xoxe.xoxb-1-abc"),
        ("slack_app_token", "xapp-1-A0-1-abc"),
        ("slack_user_token", "xoxp-1-2-abc"),
        ("slack_signing_secret", "0123456789abcdef0123456789abcdef"),
        ("discord_token", "handed-out-by-a-proxy"),
        ("slack_bot_token", "handed-out-by-a-proxy"),
    ],
)
def test_what_may_be_right_is_left_alone(setting: str, value: str) -> None:
    assert mistaken(setting, value) is None


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        ("slack_bot_token", "xapp-1-A0-1-abc", "belongs in SLACK_APP_TOKEN; what belongs here begins with xoxb-"),
        ("slack_bot_token", "xoxp-1-2-abc", "user token, which belongs in SLACK_USER_TOKEN"),
        ("slack_app_token", "xoxb-1-2-abc", "belongs in SLACK_BOT_TOKEN; what belongs here begins with xapp-"),
        ("slack_user_token", "xoxe.xoxb-1-abc", "belongs in SLACK_BOT_TOKEN; what belongs here begins with xoxp-"),
        ("slack_signing_secret", "xoxb-1-2-abc", "Basic Information"),
        ("discord_token", "xoxb-1-2-abc", "belongs in SLACK_BOT_TOKEN"),
        ("discord_token", f"Bot {DISCORD}", "Leave out the word before the token"),
        ("discord_token", f" bearer {DISCORD}", "Leave out the word before the token"),
        ("discord_token", "a" * 31 + "_", "client secret"),
        ("discord_token", "0123456789abcdef" * 4, "public key"),
        ("discord_token", "123456789012345678", "application's id"),
    ],
)  # fmt: skip
def test_what_belongs_elsewhere_is_named_with_its_place(setting: str, value: str, told: str) -> None:
    line = mistaken(setting, value)
    assert line is not None
    assert told in line
    assert line[0].isupper()
    assert value.strip() not in line
