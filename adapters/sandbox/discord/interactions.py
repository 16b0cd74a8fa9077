"""The life of an interaction: three seconds for a first answer, fifteen minutes for what follows.

https://docs.discord.com/developers/interactions/receiving-and-responding
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from adapters.sandbox.discord import shapes
from adapters.sandbox.discord.announcing import Happening
from adapters.sandbox.discord.errors import already_acknowledged, invalid_webhook_token, unknown
from adapters.sandbox.discord.forms import Form
from adapters.sandbox.discord.gateway import Gateway
from adapters.sandbox.discord.limits import FILE_BYTES
from adapters.sandbox.discord.permissions import in_channel
from adapters.sandbox.discord.world import Channel, Message, User, World
from adapters.sandbox.side import Json

FIRST_ANSWER: Final = 3.0
FOLLOW_UPS: Final = 900.0
PATIENCE: Final = 20.0
"""How long a person waits for what a deferred answer promised, in seconds."""
NO_ANSWER: Final = "The application did not respond"


class Kind(IntEnum):
    """Interaction types."""

    COMMAND = 2
    COMPONENT = 3
    MODAL = 5


@dataclass
class Interaction:
    """One thing that a person asked of the bot.

    `original` is the message that `@original` names; `promised` tells that a deferred answer is still to come.
    `shown` is what the person got to see; `settled` is set once that is final.
    """

    id: int
    token: str
    kind: Kind
    user: User
    channel: Channel
    data: Json
    began: float
    message: Message | None = None
    cause: Json | None = None
    answered: bool = False
    promised: bool = False
    original: Message | None = None
    shown: list[Message | Form] = field(default_factory=list)
    acknowledged: asyncio.Event = field(default_factory=asyncio.Event)
    settled: asyncio.Event = field(default_factory=asyncio.Event)

    def settle(self, *shown: Message | Form) -> None:
        """The person sees this now, and nothing more is promised."""
        self.shown += shown
        self.promised = False
        self.settled.set()


class Interactions:
    """The interactions under way, and the forms that people have open."""

    def __init__(self, world: World, gateway: Gateway) -> None:
        self._world = world
        self._gateway = gateway
        self._by_token: dict[str, Interaction] = {}
        self.forms: dict[str, Form] = {}

    # --- from a person to the bot -----------------------------------------------------------------------------

    async def ask(
        self,
        kind: Kind,
        user: User,
        channel: Channel,
        data: Json,
        *,
        message: Message | None = None,
        cause: Json | None = None,
    ) -> list[Message | Form] | None:
        """Tell the bot, and wait for what the person then sees; None where no answer came in time."""
        interaction = Interaction(
            id=self._world.snowflake(),
            token=self._world.token(),
            kind=kind,
            user=user,
            channel=channel,
            data=data,
            began=self._world.clock(),
            message=message,
            cause=cause,
        )
        self._by_token[interaction.token] = interaction
        if not self._gateway.announce_once(Happening("INTERACTION_CREATE", self._payload(interaction))):
            return None
        try:
            await asyncio.wait_for(interaction.acknowledged.wait(), FIRST_ANSWER)
        except TimeoutError:
            return None
        try:
            await asyncio.wait_for(interaction.settled.wait(), PATIENCE)
        except TimeoutError:
            return [interaction.original] if interaction.original else []
        return [each for each in interaction.shown if isinstance(each, Form) or each.id in self._world.messages]

    def _payload(self, interaction: Interaction) -> Json:
        world, channel = self._world, interaction.channel
        guild = world.guild_of(channel)
        member = shapes.member(guild.members[interaction.user.id])
        member["permissions"] = str(int(in_channel(world, channel, interaction.user.id)))
        payload: Json = {
            "id": str(interaction.id),
            "application_id": str(world.application.id),
            "type": int(interaction.kind),
            "data": interaction.data,
            "guild": {"id": str(guild.id), "locale": "en-US", "features": []},
            "guild_id": str(guild.id),
            "channel": shapes.channel(world, channel) | {"permissions": member["permissions"]},
            "channel_id": str(channel.id),
            "member": member,
            "token": interaction.token,
            "version": 1,
            "app_permissions": str(int(in_channel(world, channel, world.bot.id))),
            "locale": "en-US",
            "guild_locale": "en-US",
            "entitlements": [],
            "authorizing_integration_owners": {"0": str(guild.id)},
            "context": 0,
            "attachment_size_limit": FILE_BYTES,
        }
        if interaction.message is not None:
            payload["message"] = shapes.message(world, interaction.message)
        return payload

    # --- from the bot to a person -----------------------------------------------------------------------------

    def to_answer(self, interaction_id: int, token: str) -> Interaction:
        """The interaction for its first answer; raises 10062 where it is too late, 40060 where it has one."""
        interaction = self._by_token.get(token)
        late = interaction is None or self._world.clock() - interaction.began > FIRST_ANSWER
        if interaction is None or interaction.id != interaction_id or (late and not interaction.answered):
            raise unknown("interaction")
        if interaction.answered:
            raise already_acknowledged()
        return interaction

    def to_follow(self, token: str) -> Interaction:
        """The interaction for what follows its first answer; raises where its token has run out or it has none yet."""
        interaction = self._by_token.get(token)
        if interaction is None or self._world.clock() - interaction.began > FOLLOW_UPS:
            raise invalid_webhook_token()
        if not interaction.answered:
            raise unknown("Webhook")
        return interaction

    def knows(self, token: str) -> bool:
        """Whether this is an interaction's token."""
        return token in self._by_token

    def acknowledge(self, interaction: Interaction) -> None:
        """Note the first answer."""
        interaction.answered = True
        interaction.acknowledged.set()

    def metadata(self, interaction: Interaction) -> Json:
        """What messages say of the interaction that made them."""
        meta: Json = {
            "id": str(interaction.id),
            "type": int(interaction.kind),
            "user": shapes.user(interaction.user),
            "authorizing_integration_owners": {"0": str(interaction.channel.guild_id)},
        }
        if interaction.kind == Kind.COMPONENT and interaction.message:
            meta["interacted_message_id"] = str(interaction.message.id)
        if interaction.kind == Kind.MODAL:
            meta["triggering_interaction_metadata"] = interaction.cause
        return meta
