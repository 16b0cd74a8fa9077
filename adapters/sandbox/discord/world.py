"""All of the local Discord's state, in one place: plain values and lookups. What changes it is in `deeds`.

Ids are snowflakes: milliseconds since 2015 in the upper 42 bits, so that they sort by time
(https://docs.discord.com/developers/reference#snowflakes).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from adapters.sandbox.side import Json

EPOCH_MS = 1_420_070_400_000
_MOST_INCREMENTS = 0xFFF
TEXT, ANNOUNCEMENT, PUBLIC_THREAD, FORUM = 0, 5, 11, 15
"""Channel types that the sandbox has."""

HAS_THREAD, EPHEMERAL, LOADING, COMPONENTS_V2 = 1 << 5, 1 << 6, 1 << 7, 1 << 15
"""Message flags."""


@dataclass
class User:
    """A person or a bot."""

    id: int
    username: str
    name: str
    bot: bool = False
    avatar: str | None = None


@dataclass
class Role:
    """A set of rights; the role with the guild's own id is @everyone's."""

    id: int
    name: str
    permissions: int
    position: int
    bot_id: int | None = None


@dataclass
class Member:
    """A user in a guild."""

    user: User
    roles: list[int]
    joined_at: datetime
    nick: str | None = None

    @property
    def shown_name(self) -> str:
        """The name that others see here."""
        return self.nick or self.user.name


@dataclass
class Overwrite:
    """A channel's exception for a role (type 0) or a member (type 1)."""

    id: int
    type: int
    allow: int = 0
    deny: int = 0


@dataclass
class Emoji:
    """A guild's own emoji."""

    id: int
    name: str
    animated: bool = False


@dataclass
class ThreadPart:
    """What a thread has beyond a channel. `anchored` tells that it was opened from the message with the same id."""

    parent_id: int
    owner_id: int
    created_at: datetime
    archive_changed_at: datetime
    anchored: bool
    archived: bool = False
    locked: bool = False
    auto_archive_minutes: int = 4320
    total_sent: int = 0
    members: dict[int, datetime] = field(default_factory=dict)
    tags: list[int] = field(default_factory=list)


@dataclass
class Channel:
    """A place for messages: a text or forum channel, or a thread."""

    id: int
    guild_id: int
    type: int
    name: str
    position: int = 0
    topic: str | None = None
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    last_message_id: int | None = None
    slow_mode: int = 0
    thread: ThreadPart | None = None

    @property
    def parent_id(self) -> int:
        """The channel that a thread hangs in; for any other channel, itself."""
        return self.thread.parent_id if self.thread else self.id


@dataclass
class Guild:
    """A Discord server."""

    id: int
    name: str
    owner_id: int
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    emojis: dict[int, Emoji] = field(default_factory=dict)


@dataclass
class File:
    """An attachment, with its bytes."""

    id: int
    channel_id: int
    name: str
    content: bytes
    media_type: str
    description: str | None = None
    ephemeral: bool = False
    size: tuple[int, int] | None = None


@dataclass
class Reaction:
    """Who reacted with one emoji, oldest first. `emoji_id` is None for unicode emoji."""

    name: str
    emoji_id: int | None
    users: list[int] = field(default_factory=list)


@dataclass
class Author:
    """Who a message is from, as it is shown: a user, or a webhook under the name that it gave itself."""

    id: int
    name: str
    avatar: str | None = None
    user: User | None = None


@dataclass
class Message:
    """A message. `seen_by` names the one person who sees an ephemeral message."""

    id: int
    channel_id: int
    author: Author
    at: datetime
    content: str = ""
    type: int = 0
    flags: int = 0
    edited_at: datetime | None = None
    files: list[File] = field(default_factory=list)
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    reference: Json | None = None
    mentions: list[int] = field(default_factory=list)
    mention_roles: list[int] = field(default_factory=list)
    mention_everyone: bool = False
    reactions: dict[str, Reaction] = field(default_factory=dict)
    nonce: str | int | None = None
    webhook_id: int | None = None
    application_id: int | None = None
    interaction: Json | None = None
    position: int | None = None
    seen_by: int | None = None

    @property
    def is_private(self) -> bool:
        """Whether one person alone sees it."""
        return self.seen_by is not None


@dataclass
class Webhook:
    """An incoming webhook."""

    id: int
    guild_id: int
    channel_id: int
    name: str
    token: str
    application_id: int | None
    user_id: int
    avatar: str | None = None


@dataclass
class Command:
    """A registered application command; `body` is what the application sent."""

    id: int
    version: int
    guild_id: int | None
    body: Json

    @property
    def key(self) -> tuple[int, str]:
        """Its type and name, which are unique among a guild's or the global commands."""
        return self.body.get("type", 1), self.body["name"]


@dataclass
class Application:
    """The bot's application, as its portal page sets it up."""

    id: int
    name: str
    bot: User
    token: str
    owner: User
    privileged: frozenset[str]


@dataclass
class World:
    """The state. `clock` answers seconds since 1970; tests may turn it."""

    clock: Callable[[], float]
    application: Application = field(init=False)
    guilds: dict[int, Guild] = field(default_factory=dict)
    users: dict[int, User] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    files: dict[int, File] = field(default_factory=dict)
    webhooks: dict[int, Webhook] = field(default_factory=dict)
    commands: dict[int, Command] = field(default_factory=dict)
    cdn: str = ""
    _last_ms: int = 0
    _increment: int = 0

    def now(self) -> datetime:
        """This moment."""
        return datetime.fromtimestamp(self.clock(), UTC)

    def snowflake(self) -> int:
        """A new id, larger than every earlier one."""
        ms = max(int(self.clock() * 1000), self._last_ms)
        self._increment = self._increment + 1 if ms == self._last_ms else 0
        if self._increment > _MOST_INCREMENTS:
            ms, self._increment = ms + 1, 0
        self._last_ms = ms
        return (ms - EPOCH_MS) << 22 | 1 << 17 | self._increment

    @staticmethod
    def token() -> str:
        """A new secret."""
        return secrets.token_urlsafe(48)

    @property
    def bot(self) -> User:
        """The bot's user."""
        return self.application.bot

    def guild_of(self, channel: Channel) -> Guild:
        """The guild that a channel is in."""
        return self.guilds[channel.guild_id]

    def parent_of(self, channel: Channel) -> Channel:
        """The channel that a thread hangs in; any other channel itself."""
        return self.channels[channel.parent_id]

    def member(self, guild: Guild, user_id: int) -> Member | None:
        """A user as a member of a guild, where they are one."""
        return guild.members.get(user_id)

    def bot_guilds(self) -> list[Guild]:
        """The guilds that the bot is in."""
        return [guild for guild in self.guilds.values() if self.bot.id in guild.members]

    def keep_files(self, message: Message) -> None:
        """Let the CDN serve a message's files."""
        for file in message.files:
            self.files[file.id] = file

    def drop_files(self, message: Message) -> None:
        """End that."""
        for file in message.files:
            self.files.pop(file.id, None)

    def forget(self, message: Message) -> None:
        """Take a message and its files out of the world."""
        self.messages.pop(message.id, None)
        self.channels[message.channel_id].messages.pop(message.id, None)
        self.drop_files(message)

    def threads_of(self, channel: Channel) -> Iterator[Channel]:
        """A channel's threads, oldest first."""
        for other in self.channels.values():
            if other.thread and other.thread.parent_id == channel.id:
                yield other

    def channels_of(self, guild: Guild) -> list[Channel]:
        """A guild's channels, threads aside, in their order."""
        found = [each for each in self.channels.values() if each.guild_id == guild.id and not each.thread]
        return sorted(found, key=lambda each: (each.position, each.id))


def moment(snowflake: int) -> datetime:
    """When an id was made."""
    return datetime.fromtimestamp(((snowflake >> 22) + EPOCH_MS) / 1000, UTC)
