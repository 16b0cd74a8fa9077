"""One interaction: who asks for what, and the ways to answer.

Interactions are read from their gateway payload and answered with payloads, for the cards' and previews' sake: those
are drawn as payloads (`outbound`), and a button is found by its custom id alone, so that it works after a restart.
Field names are those of https://docs.discord.com/developers/interactions/receiving-and-responding.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

from adapters.discord.failures import ALREADY_ANSWERED, Rejected
from adapters.discord.inbound import author_of
from adapters.discord.markup import line_within
from adapters.discord.places import thread_ref
from adapters.discord.rest import Rest
from bot.errors import Uncertain
from bot.model import DISCORD, ChannelRef, Person, RemoteChannelId, RemoteMessageId, ThreadRef
from bot.model import WorkspaceId as Guild

Json: TypeAlias = dict[str, Any]
Kind: TypeAlias = Literal["command", "menu", "button", "form"]

_COMMAND: Final = 2
_KINDS: Final[Mapping[tuple[int, int | None], Kind]] = {
    (_COMMAND, 1): "command",
    (_COMMAND, 3): "menu",
    (3, None): "button",
    (5, None): "form",
}
"""What the bot offers, by the interaction's type and, for commands, the command's."""
_MESSAGE: Final = 4
_DEFER: Final = 5
_DEFER_UPDATE: Final = 6
_FORM: Final = 9
_SUBCOMMAND: Final = 1
_THREADS: Final = frozenset({10, 11, 12})
_EPHEMERAL: Final = 1 << 6
_COMPONENTS_V2: Final = 1 << 15
_TEXT: Final = 10
_TEXTS: Final = 4000
_LINE: Final = 1000
_ADMINISTRATOR: Final = 1 << 3
_MANAGE_GUILD: Final = 1 << 5


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asked for.

    `name` is the command's name (`publish`, `board join`, `Edit comment`) or the custom id of a button or form.
    `options` are a command's, by name; `fields` a form's texts by custom id; `resolved` is Discord's own table of the
    things that options name. `target` is the message of a message command.
    """

    kind: Kind
    name: str
    person: Person
    channel: ChannelRef
    thread: ThreadRef | None
    options: Mapping[str, Any] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    resolved: Mapping[str, Any] = field(default_factory=dict)
    target: RemoteMessageId | None = None
    on_private: bool = False
    """Whether the button that was pressed stands on a private message, which an answer may replace."""


def read(payload: Json) -> Asked | None:
    """The interaction in a payload; None for kinds that the bot never offers, and outside of servers."""
    data = payload.get("data") or {}
    member = payload.get("member")
    if member is None or "guild_id" not in payload:
        return None
    guild = payload["guild_id"]
    channel, thread = _place(guild, payload)
    kind = _KINDS.get((payload["type"], data.get("type") if payload["type"] == _COMMAND else None))
    if kind is None:
        return None
    name: str = data["name"] if payload["type"] == _COMMAND else data["custom_id"]
    options: list[Json] = data.get("options") or []
    if options and options[0]["type"] == _SUBCOMMAND:
        name, options = f"{name} {options[0]['name']}", options[0].get("options") or []
    target = data.get("target_id")
    return Asked(
        kind=kind,
        name=name,
        person=_person(guild, member),
        channel=channel,
        thread=thread,
        options={option["name"]: option.get("value") for option in options},
        fields=_fields(data.get("components") or []),
        resolved=data.get("resolved") or {},
        target=RemoteMessageId(target) if target else None,
        on_private=bool((payload.get("message") or {}).get("flags", 0) & _EPHEMERAL),
    )


class Answer:
    """The answer to one interaction: first an acknowledgement within 3 s, then what it leads to. Always private."""

    def __init__(self, rest: Rest, payload: Json) -> None:
        self._rest = rest
        self._id: str = payload["id"]
        self._token: str = payload["token"]
        self._application: str = payload["application_id"]
        self._state: Literal["open", "waiting", "updating", "done"] = "open"

    async def defer(self) -> None:
        """Acknowledge; `show` or `tell` fills the private message that waits."""
        await self._call_back({"type": _DEFER, "data": {"flags": _EPHEMERAL}})
        self._state = "waiting"

    async def defer_update(self) -> None:
        """Acknowledge; `show` replaces the message that was pressed, `tell` adds one beside it."""
        await self._call_back({"type": _DEFER_UPDATE})
        self._state = "updating"

    async def form(self, form: Json) -> None:
        """Open a form. Only as the first answer."""
        await self._call_back({"type": _FORM, "data": form})
        self._state = "done"

    async def show(self, payload: Json) -> None:
        """Put a message's payload where the person looks: the waiting one's place, or the pressed one's."""
        if self._state == "open":
            private = {**payload, "flags": payload.get("flags", 0) | _EPHEMERAL}
            await self._call_back({"type": _MESSAGE, "data": private})
        else:
            # An edit can't make a message private, nor need it: what was deferred is.
            edit = {**payload, "flags": payload.get("flags", 0) & ~_EPHEMERAL}
            await self._repeat("PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/@original", edit)
        self._state = "done"

    async def tell(self, text: str) -> None:
        """Say one thing, without taking a preview or a page away."""
        payload = words(text)
        if self._state in {"open", "waiting"}:
            await self.show(payload)
            return
        private = {**payload, "flags": payload["flags"] | _EPHEMERAL}
        await self._rest.ask(
            "POST",
            "/webhooks/{webhook_id}/{webhook_token}",
            json=private,
            webhook_id=self._application,
            webhook_token=self._token,
        )

    async def _call_back(self, answer: Json) -> None:
        # The id and token stand in a webhook's place so that discord.py keeps a rate-limit bucket for each interaction.
        try:
            await self._repeat(
                "POST",
                "/interactions/{webhook_id}/{webhook_token}/callback",
                answer,
                webhook_id=self._id,
            )
        except Rejected as error:
            if error.code != ALREADY_ANSWERED:
                raise

    async def _repeat(self, method: str, path: str, payload: Json, webhook_id: str = "") -> None:
        """Ask, and once more where the answer was lost: all that comes here is safe to repeat.

        An edit repeats itself, and Discord takes the first answer to an interaction alone.
        """
        for last in (False, True):
            try:
                await self._rest.ask(
                    method,
                    path,
                    json=payload,
                    webhook_id=webhook_id or self._application,
                    webhook_token=self._token,
                )
            except Uncertain:
                if last:
                    raise
            else:
                return


def words(text: str) -> Json:
    """A message's payload of plain text alone, of which only links are read as such; nobody is pinged by it."""
    return {
        "flags": _COMPONENTS_V2,
        "components": [{"type": _TEXT, "content": _content(text)}],
        "allowed_mentions": {"parse": []},
    }


def _content(text: str) -> str:
    lines: list[str] = []
    for line in text.splitlines():
        # A number sign is a heading's only before a space; escaped, `#news` would look odd where it needn't.
        drawn = re.sub(r"^\\#(?=[^#\s])", "#", line_within(line, _LINE))
        if sum(map(len, lines)) + len(lines) + len(drawn) > _TEXTS:
            break
        lines.append(drawn)
    return "\n".join(lines)


def _place(guild: str, payload: Json) -> tuple[ChannelRef, ThreadRef | None]:
    here = payload.get("channel") or {"id": payload["channel_id"]}
    if here.get("type") in _THREADS and here.get("parent_id"):
        thread = thread_ref(guild, here["parent_id"], here["id"])
        return thread.channel, thread
    return ChannelRef(DISCORD, Guild(guild), RemoteChannelId(here["id"])), None


def _person(guild: str, member: Json) -> Person:
    author = author_of(member["user"], member, Guild(guild))
    # Discord states the member's rights in this very channel, as they are now.
    rights = int(member.get("permissions") or 0)
    return Person(author, is_admin=bool(rights & (_ADMINISTRATOR | _MANAGE_GUILD)))


def _fields(components: list[Json]) -> dict[str, str]:
    """The texts of a form, whose inputs stand in labels (`component`) or in rows; of a file, its id in `resolved`."""
    found: dict[str, str] = {}
    for outer in components:
        inputs = [outer["component"]] if "component" in outer else outer.get("components", [])
        found |= {
            one["custom_id"]: one.get("value") or next(iter(one.get("values") or []), "")
            for one in inputs
            if "custom_id" in one
        }
    return found
