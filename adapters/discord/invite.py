"""The link by which an admin lets the bot into a server.

https://docs.discord.com/developers/topics/oauth2#bot-authorization-flow
"""

from __future__ import annotations

import base64
import binascii
from typing import Final
from urllib.parse import urlencode

import discord

from adapters.discord.grants import OAUTH_SCOPES, PERMISSIONS

_AUTHORIZE: Final = "https://discord.com/oauth2/authorize"


def invite_url(client_id: str) -> str:
    """The page that asks for exactly the scopes and permissions that the bot needs."""
    query = {
        "client_id": client_id,
        "scope": " ".join(grant.name for grant in OAUTH_SCOPES),
        "permissions": str(permission_bits()),
    }
    return f"{_AUTHORIZE}?{urlencode(query)}"


def permission_bits() -> int:
    """The permissions as the number that Discord takes."""
    return discord.Permissions(**{grant.name: True for grant in PERMISSIONS}).value


def client_id_of(token: str) -> str | None:
    """The application's id, which a bot token's first part holds in base64; None where it does not."""
    first = token.partition(".")[0]
    try:
        decoded = base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        return None
    return decoded if decoded.isdecimal() else None
