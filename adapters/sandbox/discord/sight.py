"""What people see: the side's state as the control API tells it (design, The sandbox)."""

from __future__ import annotations

from adapters.sandbox.discord import shapes
from adapters.sandbox.discord.components import actions, texts
from adapters.sandbox.discord.mentions import readable
from adapters.sandbox.discord.permissions import Right, in_guild
from adapters.sandbox.discord.world import COMPONENTS_V2, FORUM, LOADING, Channel, Guild, Message, World
from adapters.sandbox.side import Json

SHOWN_TYPES = frozenset({0, 19, 20, 23})
"""Message types that carry what somebody wrote; the others are notes of the platform."""


class Sight:
    """Reads the world as people do."""

    def __init__(self, world: World) -> None:
        self._world = world

    def state(self) -> Json:
        """Everybody, every channel and private message. A channel may be a `forum`, whose posts have a `title`."""
        guilds = list(self._world.guilds.values())
        return {
            "people": [each for guild in guilds for each in self._people(guild)],
            "channels": [each for guild in guilds for each in self._channels(guild)],
            "private": [self._private(each) for each in self._world.messages.values() if each.is_private],
        }

    @staticmethod
    def _people(guild: Guild) -> list[Json]:
        return [
            {
                "id": str(each.user.id),
                "name": each.shown_name,
                "admin": Right.MANAGE_GUILD in in_guild(guild, each.user.id),
            }
            for each in guild.members.values()
            if not each.user.bot
        ]

    def _channels(self, guild: Guild) -> list[Json]:
        shown: list[Json] = []
        for channel in self._world.channels_of(guild):
            place: Json = {"id": str(channel.id), "name": channel.name}
            if channel.type == FORUM:
                place["forum"] = True
            shown.append(place | {"messages": self._posts(channel) if "forum" in place else self._messages(channel)})
            # A thread whose message is gone, or that never had one, is a place of its own in the list of channels.
            shown += [
                {"id": str(thread.id), "name": thread.name, "messages": self._messages(thread)}
                for thread in self._world.threads_of(channel)
                if thread.id not in self._world.messages
            ]
        return shown

    def _messages(self, channel: Channel, *, starter: bool = True) -> list[Json]:
        return [
            self.message(each)
            for each in channel.messages.values()
            if each.type in SHOWN_TYPES and (starter or each.id != channel.id)
        ]

    def _posts(self, forum: Channel) -> list[Json]:
        posts = [(thread, thread.messages.get(thread.id)) for thread in self._world.threads_of(forum)]
        return [self.message(starter) | {"title": thread.name} for thread, starter in posts if starter]

    def message(self, message: Message) -> Json:
        """A MESSAGE, with the thread that hangs under it."""
        thread = self._world.channels.get(message.id)
        by = "webhook" if message.webhook_id and message.author.user is None else None
        if by is None:
            by = "bot" if message.author.user and message.author.user.bot else "person"
        return {
            "id": str(message.id),
            "author": self._name(message),
            "by": by,
            "text": self.text(message),
            "edited": message.edited_at is not None,
            "reactions": {
                self._emoji(key): [str(who) for who in each.users] for key, each in message.reactions.items()
            },
            "actions": actions(message.components),
            "thread": None if thread is None else self._messages(thread, starter=False),
            "raw": shapes.message(self._world, message),
        }

    def note(self, text: str) -> Json:
        """A note by the platform to one person, which is no message."""
        return {
            "id": "",
            "author": self._world.application.name,
            "by": "bot",
            "text": text,
            "edited": False,
            "reactions": {},
            "actions": [],
            "thread": None,
            "raw": {},
        }

    def _name(self, message: Message) -> str:
        if message.author.user is None:
            return message.author.name
        guild = self._world.guild_of(self._world.channels[message.channel_id])
        member = guild.members.get(message.author.id)
        return member.shown_name if member else message.author.name

    @staticmethod
    def _emoji(key: str) -> str:
        name, colon, _ = key.partition(":")
        return f":{name}:" if colon else key

    def text(self, message: Message) -> str:
        """All that a person reads in a message, as plain text, a line break between its parts."""
        guild = self._world.guild_of(self._world.channels[message.channel_id])
        parts = [message.content]
        if message.flags & LOADING:
            parts.append(f"{self._world.application.name} is thinking...")
        for embed in message.embeds:
            parts += [(embed.get("author") or {}).get("name", ""), embed.get("title", ""), embed.get("description", "")]
            parts += [f"{field['name']}\n{field['value']}" for field in embed.get("fields") or []]
            parts.append((embed.get("footer") or {}).get("text", ""))
        parts += texts(message.components)
        shown = [readable(self._world, guild, part) for part in parts if part]
        if not message.flags & COMPONENTS_V2:
            shown += [file.name for file in message.files]  # verbatim: underscores in a name underline nothing
        return "\n".join(shown)

    def _private(self, message: Message) -> Json:
        shown = self.message(message)
        return {
            "id": shown["id"],
            "user": str(message.seen_by),
            "channel": str(message.channel_id),
            "text": shown["text"],
            "actions": shown["actions"],
            "raw": shown["raw"],
        }
