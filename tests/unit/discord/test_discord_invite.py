from __future__ import annotations

import base64
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.discord.connection import intents
from adapters.discord.diagnosis import permissions_of
from adapters.discord.grants import INTENTS, PERMISSIONS
from adapters.discord.invite import client_id_of, invite_url, permission_bits

VIEW, SEND, MANAGE, ADMIN = 1 << 10, 1 << 11, 1 << 13, 1 << 3


def test_the_link_asks_for_the_scopes_and_exactly_the_listed_permissions() -> None:
    asked = parse_qs(urlsplit(invite_url("123")).query)
    assert asked["client_id"] == ["123"]
    assert asked["scope"] == ["bot applications.commands"]
    # View, send, manage messages, attach, history, webhooks, public threads, send in threads: Discord's own numbers.
    bits = [1 << shift for shift in (10, 11, 13, 15, 16, 29, 35, 38)]
    assert asked["permissions"] == [str(sum(bits))]
    assert permission_bits().bit_count() == len(PERMISSIONS)


def test_the_declared_intents_are_those_that_are_asked_for() -> None:
    assert {name for name, on in intents() if on and name in {grant.name for grant in INTENTS}} == {
        grant.name for grant in INTENTS
    }
    # Guilds, guild messages, guild reactions, message content.
    assert intents().value == (1 << 0) | (1 << 9) | (1 << 10) | (1 << 15)


@pytest.mark.parametrize(
    ("token", "known"),
    [
        (base64.b64encode(b"1234567890123456").decode() + ".x.y", "1234567890123456"),
        (base64.b64encode(b"12345678901234567").decode().rstrip("=") + ".x.y", "12345678901234567"),
        ("nonsense", None),
        ("", None),
        (base64.b64encode(b"letters").decode() + ".x.y", None),
        ("é.x.y", None),
    ],
)
def test_a_token_tells_its_application(token: str, known: str | None) -> None:
    assert client_id_of(token) == known


def _server(**roles: int) -> dict[str, object]:
    listed = [{"id": name, "permissions": str(bits)} for name, bits in roles.items()]
    return {"id": "everyone", "owner_id": "owner", "roles": listed, "mine": ["bots"]}


def _overwrite(of: str, *, allow: int = 0, deny: int = 0) -> dict[str, object]:
    return {"id": of, "type": 0, "allow": str(allow), "deny": str(deny)}


@pytest.mark.parametrize(
    ("overwrites", "expected"),
    [
        ([], VIEW | SEND),
        ([_overwrite("everyone", deny=SEND)], VIEW),
        ([_overwrite("everyone", deny=SEND), _overwrite("bots", allow=SEND)], VIEW | SEND),
        ([_overwrite("bots", allow=MANAGE), _overwrite("me", deny=MANAGE)], VIEW | SEND),
        ([_overwrite("others", deny=SEND)], VIEW | SEND),
        ([_overwrite("me", deny=VIEW)], 0),
    ],
)
def test_what_a_channels_exceptions_leave(overwrites: list[dict[str, object]], expected: int) -> None:
    server = _server(everyone=VIEW, bots=SEND, others=MANAGE)
    assert permissions_of(server, {"permission_overwrites": overwrites}, "me").value == expected


def test_administrators_and_the_owner_may_do_all() -> None:
    closed = {"permission_overwrites": [_overwrite("everyone", deny=VIEW)]}
    assert permissions_of(_server(everyone=0, bots=ADMIN), closed, "me").manage_messages
    assert permissions_of(_server(everyone=0), closed, "owner").manage_messages
