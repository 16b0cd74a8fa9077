"""One call of a Web API method: its arguments as either encoding brings them, and the ways that it can fail."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from adapters.sandbox.side import Json
from adapters.sandbox.slack.tokens import Token
from adapters.sandbox.slack.values import Channel, Message
from adapters.sandbox.slack.world import World

if TYPE_CHECKING:
    from adapters.sandbox.slack.connections import Connections


class ApiError(Exception):
    """The method refuses with Slack's error code; `more` are further fields of the answer."""

    def __init__(self, code: str, *messages: str, **more: object) -> None:
        super().__init__(code)
        self.code = code
        self.more: Json = dict(more)
        if messages:
            self.more["response_metadata"] = {"messages": [f"[ERROR] {line}" for line in messages]}


@dataclass(slots=True)
class Call:
    """A call by the holder of `token`."""

    method: str
    token: Token
    arguments: Json
    world: World
    connections: Connections
    warnings: list[str] = field(default_factory=list)

    def text(self, name: str, default: str = "") -> str:
        """A text argument."""
        value = self.arguments.get(name)
        return default if value is None else str(value)

    def need(self, name: str, error: str | None = None) -> str:
        """A text argument that must be there."""
        value = self.text(name)
        if not value:
            if error is not None:
                raise ApiError(error)
            raise ApiError("invalid_arguments", f"missing required field: {name}")
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A truth argument; forms spell it `true` or `1`."""
        value = self.arguments.get(name)
        if value is None:
            return default
        return value if isinstance(value, bool) else str(value).lower() in {"true", "1"}

    def number(self, name: str, default: int, most: int) -> int:
        """A whole number from 1 to `most`."""
        value = self.arguments.get(name)
        if value is None or value == "":
            return default
        try:
            number = int(value)
        except (TypeError, ValueError):
            raise ApiError("invalid_arguments", f"must provide a number [json-pointer:/{name}]") from None
        if number < 1:
            raise ApiError("invalid_limit" if name == "limit" else "invalid_arguments")
        return min(number, most)

    def json(self, name: str, error: str) -> Any:  # noqa: ANN401 - JSON of any shape
        """A structured argument; forms carry it as JSON text."""
        value = self.arguments.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise ApiError(error) from None

    def channel(self, name: str = "channel") -> Channel:
        """The channel that an argument names, where the token's holder can know of it."""
        channel = self.world.channels.get(self.need(name, "channel_not_found"))
        if channel is None or (channel.is_private and self.token.user not in channel.members):
            raise ApiError("channel_not_found")
        return channel

    def member_channel(self, name: str = "channel") -> Channel:
        """The same, where the holder is a member."""
        channel = self.channel(name)
        if self.token.user not in channel.members:
            raise ApiError("not_in_channel")
        return channel

    def message(self, channel: Channel, name: str = "ts") -> Message:
        """The message that an argument names."""
        message = channel.messages.get(self.text(name))
        if message is None or message.tombstone:
            raise ApiError("message_not_found")
        return message


def as_list(value: object) -> list[Json] | None:
    """A list of objects, or None for anything else."""
    if isinstance(value, list) and all(isinstance(one, dict) for one in value):
        return cast("list[Json]", value)
    return None
