"""Tokens and secrets that were put in each other's places, known by their shapes.

Only shapes that belong elsewhere are refused: a proxy may give out tokens of its own. Slack's prefixes are those of
https://docs.slack.dev/authentication/tokens; what a Discord application has besides its bot's token (which has two
full stops) is its id, a number, its public key, 64 hexadecimal digits, and its client secret, 32 characters.
"""

from __future__ import annotations

import re
from typing import Final

_SLACK: Final = (
    (re.compile(r"(?:xoxe\.)?xoxb-"), "slack_bot_token", "the Slack bot's token"),
    (re.compile(r"xapp-"), "slack_app_token", "a Slack app-level token"),
    (re.compile(r"(?:xoxe\.)?xoxp-"), "slack_user_token", "a Slack user token"),
)
_PREFIXES: Final = {"slack_bot_token": "xoxb-", "slack_app_token": "xapp-", "slack_user_token": "xoxp-"}
_DISCORD: Final = (
    (re.compile(r"\d{15,21}"), "the application's id"),
    (re.compile(r"[0-9a-f]{64}", re.IGNORECASE), "the application's public key"),
    (re.compile(r"[\w-]{32}", re.ASCII), "an application's client secret"),
)
_BOT_PAGE: Final = "the bot's token is on the application's page Bot, under Reset Token"


def mistaken(setting: str, value: str) -> str | None:
    """What a setting holds instead of what belongs there, and where that is found; None where it may be right."""
    value = value.strip()
    for prefix, place, what in _SLACK:
        if prefix.match(value) and place != setting:
            right = _PREFIXES.get(setting)
            hint = f"what belongs here begins with {right}" if right else _elsewhere(setting)
            return f"This is {what}, which belongs in {place.upper()}; {hint}."
    if setting == "discord_token":
        if value.lower().startswith(("bot ", "bearer ")):
            return "Leave out the word before the token: it is added by itself."
        for shape, what in _DISCORD:
            if shape.fullmatch(value):
                return f"This looks like {what}; {_BOT_PAGE}."
    return None


def _elsewhere(setting: str) -> str:
    return _BOT_PAGE if setting == "discord_token" else "the signing secret is on the app's page Basic Information"
