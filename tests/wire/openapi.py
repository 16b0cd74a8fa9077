"""Checks exchanges and events of the local Discord against Discord's own description of its API.

The description is not part of this repository: `available()` tells whether it lies beside it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from adapters.sandbox.discord.http import Exchange

SPEC = Path(__file__).parents[2].parent / "shared" / "specs" / "discord-openapi.json"
_URI = "urn:discord"

_EVENTS = {
    "MESSAGE_CREATE": [("", "MessageResponse")],
    "MESSAGE_UPDATE": [("", "MessageResponse")],
    "MESSAGE_REACTION_ADD": [("member", "GuildMemberResponse"), ("emoji", "MessageReactionEmojiResponse")],
    "MESSAGE_REACTION_REMOVE": [("emoji", "MessageReactionEmojiResponse")],
    "MESSAGE_REACTION_REMOVE_EMOJI": [("emoji", "MessageReactionEmojiResponse")],
    "THREAD_CREATE": [("", "ThreadResponse")],
    "THREAD_UPDATE": [("", "ThreadResponse")],
    "THREAD_MEMBERS_UPDATE": [("added_members.*", "ThreadMemberResponse")],
    "CHANNEL_CREATE": [("", "GuildChannelResponse")],
    "CHANNEL_UPDATE": [("", "GuildChannelResponse")],
    "CHANNEL_DELETE": [("", "GuildChannelResponse")],
    "GUILD_CREATE": [
        ("", "GuildResponse"),
        ("channels.*", "GuildChannelResponse"),
        ("threads.*", "ThreadResponse"),
        ("members.*", "GuildMemberResponse"),
    ],
    "GUILD_EMOJIS_UPDATE": [("emojis.*", "EmojiResponse")],
    "GUILD_MEMBER_REMOVE": [("user", "UserResponse")],
    "GUILD_MEMBERS_CHUNK": [("members.*", "GuildMemberResponse")],
    "INTERACTION_CREATE": [("member", "GuildMemberResponse"), ("message", "MessageResponse")],
    "READY": [("user", "UserPIIResponse")],
}
"""Which parts of an event's data have a schema of their own; `*` stands for each item."""

_SNOWFLAKES = {
    "": ("channel_id",),
    "attachments": ("id",),
    "message_reference": ("message_id", "channel_id", "guild_id"),
}


def available() -> bool:
    """Whether the description is there to check against."""
    return SPEC.is_file()


def check_exchange(exchange: Exchange) -> None:
    """Raise `AssertionError` where the request or the response breaks the description."""
    check_request(exchange)
    check_response(exchange)


def check_request(exchange: Exchange) -> None:
    """Raise `AssertionError` where the request's JSON breaks the description."""
    described = _operation(exchange).get("requestBody")
    if described is None:
        assert exchange.request is None, f"{_named(exchange)} takes no body"
        return
    if exchange.request is None:
        assert not described.get("required"), f"{_named(exchange)} needs a body"
        return
    content = described["content"]
    kind = "application/json" if "application/json" in content else next(iter(content))
    _check(
        _pointer(exchange, "requestBody", "content", kind, "schema"), _as_strings(exchange.request), _named(exchange)
    )


def check_response(exchange: Exchange) -> None:
    """Raise `AssertionError` where the response's status or JSON breaks the description."""
    responses = _operation(exchange)["responses"]
    status = str(exchange.status)
    if status not in responses:
        status = f"{status[0]}XX"
    if status == "5XX":
        return
    assert status in responses, f"{_named(exchange)} never answers {exchange.status}"
    described, pointer = responses[status], _pointer(exchange, "responses", status)
    if "$ref" in described:
        pointer = described["$ref"]
        described = _spec()["components"]["responses"][pointer.rsplit("/", 1)[1]]
    if not described.get("content"):
        assert exchange.response is None, f"{_named(exchange)} answers {exchange.status} without a body"
        return
    _check(f"{pointer}/content/application~1json/schema", _with_numbers(exchange.response), _named(exchange))


def check_event(name: str, data: object) -> None:
    """Raise `AssertionError` where an event's data, or a part of it, breaks the schema of what it carries."""
    for path, schema in _EVENTS.get(name, ()):
        for part in _parts(data, path):
            _check(f"#/components/schemas/{schema}", part, f"{name} {path}".strip())


def _as_strings(value: object, inside: str = "") -> object:
    """The request with its snowflakes as text: Discord takes numbers too, which its description leaves out."""
    if isinstance(value, list):
        return [
            str(each) if inside == "messages" and isinstance(each, int) else _as_strings(each, inside) for each in value
        ]
    if not isinstance(value, dict):
        return value
    numbers = _SNOWFLAKES.get(inside, ())
    return {
        key: str(each) if key in numbers and isinstance(each, int) else _as_strings(each, key)
        for key, each in value.items()
    }


def _with_numbers(value: object) -> object:
    """The response with the codes inside an `errors` tree as numbers.

    Discord's description calls them integers, Discord sends words, as its reference shows
    (https://docs.discord.com/developers/reference#error-messages).
    """
    if isinstance(value, dict) and isinstance(value.get("errors"), dict):
        return value | {"errors": _numbered(value["errors"])}
    return value


def _numbered(node: dict[str, Any]) -> dict[str, Any]:
    return {
        key: [{"code": 0, "message": each["message"]} for each in inner] if key == "_errors" else _numbered(inner)
        for key, inner in node.items()
    }


def _parts(data: object, path: str) -> Iterator[object]:
    if not path:
        yield data
        return
    key, _, rest = path.partition(".")
    if key == "*" and isinstance(data, list):
        for each in data:
            yield from _parts(each, rest)
    elif isinstance(data, dict) and key in data:
        yield from _parts(data[key], rest)


def _named(exchange: Exchange) -> str:
    return f"{exchange.method} {exchange.template} -> {exchange.status}"


def _operation(exchange: Exchange) -> dict[str, Any]:
    found = _spec()["paths"].get(exchange.template, {}).get(exchange.method.lower())
    assert found is not None, f"Discord serves no {exchange.method} {exchange.template}"
    operation: dict[str, Any] = found
    return operation


def _pointer(exchange: Exchange, *steps: str) -> str:
    path = ("paths", exchange.template, exchange.method.lower(), *steps)
    return "#/" + "/".join(step.replace("~", "~0").replace("/", "~1") for step in path)


def _check(pointer: str, value: object, named: str) -> None:
    errors = sorted(_validator(pointer).iter_errors(value), key=lambda error: list(error.path))
    if errors:
        told = []
        for error in errors[:3]:
            deepest = min([error, *(error.context or [])], key=lambda each: -len(each.path))
            told.append(f"{'.'.join(map(str, deepest.absolute_path))}: {deepest.message[:300]}")
        raise AssertionError(f"{named}: " + "; ".join(told))


@cache
def _spec() -> dict[str, Any]:
    spec: dict[str, Any] = json.loads(SPEC.read_text())
    return spec


@cache
def _registry() -> Registry[Any]:
    resource: Resource[Any] = Resource.from_contents(_spec(), default_specification=DRAFT202012)
    empty: Registry[Any] = Registry()
    registry: Registry[Any] = empty.with_resource(_URI, resource)
    return registry


@cache
def _validator(pointer: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": _URI + _quoted(pointer)}, registry=_registry(), format_checker=_formats())


def _quoted(pointer: str) -> str:
    # A fragment is a URI's: braces of path templates are percent-encoded there.
    return pointer.replace("{", "%7B").replace("}", "%7D")


@cache
def _formats() -> FormatChecker:
    checker = FormatChecker(formats=())

    @checker.checks("date-time", raises=ValueError)
    def _moment(value: object) -> bool:
        return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None

    @checker.checks("uri", raises=ValueError)
    def _uri(value: object) -> bool:
        return not isinstance(value, str) or bool(urlsplit(value).scheme)

    @checker.checks("int32")
    def _int32(value: object) -> bool:
        return not isinstance(value, int) or -(2**31) <= value < 2**31

    return checker
