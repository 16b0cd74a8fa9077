"""Mentions and custom emoji in a message's text: whom they reach, and how a person reads them.

Formats: https://docs.discord.com/developers/reference#message-formatting
Allowed mentions: https://docs.discord.com/developers/resources/message#allowed-mentions-object
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from adapters.sandbox.discord.drawn import as_drawn
from adapters.sandbox.discord.errors import Problems
from adapters.sandbox.discord.world import Guild, World
from adapters.sandbox.side import Json

_MOST = 100
_USER = re.compile(r"<@!?(\d{1,20})>")
_ROLE = re.compile(r"<@&(\d{1,20})>")
_CHANNEL = re.compile(r"<#(\d{1,20})>")
_EMOJI = re.compile(r"<a?:(\w{2,32}):\d{1,20}>")
_EVERYONE = re.compile(r"@(?:everyone|here)\b")
_COMMAND = re.compile(r"<(/[^:<>]{1,100}):\d{1,20}>")


@dataclass(frozen=True)
class Mentioned:
    """Whom a message notifies."""

    users: list[int] = field(default_factory=list)
    roles: list[int] = field(default_factory=list)
    everyone: bool = False


def check_allowed(allowed: Json | None, problems: Problems) -> None:
    """Note where an allowed-mentions object breaks its rules."""
    if allowed is None:
        return
    parse = allowed.get("parse") or []
    for index, each in enumerate(parse):
        if each not in {"users", "roles", "everyone"}:
            problems.choice(("allowed_mentions", "parse", index), each, ("everyone", "roles", "users"))
    for kind in ("users", "roles"):
        if allowed.get(kind) and kind in parse:
            problems.add(
                ("allowed_mentions",),
                "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                f"parse:[{kind!r}] and {kind}: [ids...] are mutually exclusive.",
            )
        if len(allowed.get(kind) or []) > _MOST:
            problems.too_long(("allowed_mentions", kind), _MOST)


def mentioned(world: World, guild: Guild, text: str, allowed: Json | None, *, may_reach_all: bool) -> Mentioned:
    """Whom a text notifies. Without allowed mentions every one is parsed, also on edits."""
    users = [int(each) for each in dict.fromkeys(_USER.findall(text)) if int(each) in world.users]
    roles = [int(each) for each in dict.fromkeys(_ROLE.findall(text)) if int(each) in guild.roles]
    everyone = may_reach_all and _EVERYONE.search(text) is not None
    if allowed is None:
        return Mentioned(users, roles, everyone)
    parse = allowed.get("parse") or []
    if "users" not in parse:
        users = [each for each in users if str(each) in map(str, allowed.get("users") or [])]
    if "roles" not in parse:
        roles = [each for each in roles if str(each) in map(str, allowed.get("roles") or [])]
    return Mentioned(users, roles, everyone and "everyone" in parse)


def readable(world: World, guild: Guild, text: str) -> str:
    """The text as a person reads it: mentions and emoji by their names, other markup as it is drawn."""

    def person(match: re.Match[str]) -> str:
        number = int(match[1])
        if member := guild.members.get(number):
            return "@" + member.shown_name
        return "@" + world.users[number].name if number in world.users else "@unknown-user"

    def role(match: re.Match[str]) -> str:
        found = guild.roles.get(int(match[1]))
        return "@" + found.name if found else "@deleted-role"

    def channel(match: re.Match[str]) -> str:
        found = world.channels.get(int(match[1]))
        return "#" + found.name if found else "#unknown"

    text = _USER.sub(person, text)
    text = _ROLE.sub(role, text)
    text = _CHANNEL.sub(channel, text)
    text = _COMMAND.sub(r"\1", text)
    return as_drawn(_EMOJI.sub(r":\1:", text))
