"""The workspace's state, and the one place that changes it. Every change is told to whoever listens."""

from __future__ import annotations

import secrets
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

from adapters.sandbox.side import Json
from adapters.sandbox.slack.shapes import message_shape
from adapters.sandbox.slack.timers import Timers
from adapters.sandbox.slack.values import (
    BOT_ID,
    BOT_NAME,
    BOT_USER,
    TEAM_ID,
    Channel,
    Ephemeral,
    File,
    Message,
    ResponseUrl,
    Trigger,
    User,
    View,
)

TRIGGER_SECONDS = 3.0
RESPONSE_URL_SECONDS = 1800.0
PEOPLE = (("Mary", True), ("Ken", False), ("Barbara", False), ("Edsger", False), ("Radia", False), ("Grace", False))
COLORS = ("9f69e7", "4bbe2e", "e7392d", "3c989f", "674b1b", "e96699", "2b6836")


@dataclass(frozen=True, slots=True)
class Sighting:
    """Something that came up on a screen.

    A `message` is in a channel for all and `user` is its author; everything else is for `user` alone.
    """

    kind: Literal["ephemeral", "view", "gone", "message"]
    id: str
    user: str
    channel: str | None = None


@dataclass(slots=True)
class World:
    """A workspace with its people, channels, messages, files and open views.

    `happened` takes each event of the Events API with its channel; `seen` takes what comes up on screens.
    """

    timers: Timers
    base: str = ""
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    ephemerals: dict[str, Ephemeral] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    stacks: dict[str, list[str]] = field(default_factory=dict)
    homes: dict[str, str] = field(default_factory=dict)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    response_urls: dict[str, ResponseUrl] = field(default_factory=dict)
    happened: Callable[[Json, Channel], None] = lambda _event, _channel: None
    seen: Callable[[Sighting], None] = lambda _sighting: None
    _last_ts: int = 0
    _made: int = 0

    # --- names and stamps ---------------------------------------------------------------------------------------

    def stamp(self) -> str:
        """A `ts`: seconds and microseconds, later than every one before."""
        self._last_ts = max(self._last_ts + 1, time.time_ns() // 1000)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def new_id(self, prefix: str) -> str:
        """A fresh id in Slack's manner: a letter for its kind, then capitals and digits."""
        self._made += 1
        return f"{prefix}0{self._made:09X}"

    def found_user(self, given: str) -> User | None:
        """The user with this id, handle or name."""
        lowered = given.removeprefix("@").lower()
        for user in self.users.values():
            if user.id == given or lowered in {user.name, user.display_name.lower()}:
                return user
        return None

    def found_channel(self, given: str) -> Channel | None:
        """The channel with this id or name."""
        name = given.removeprefix("#").lower()
        return self.channels.get(given) or next((one for one in self.channels.values() if one.name == name), None)

    # --- channels -----------------------------------------------------------------------------------------------

    def open_channel(self, name: str, *, with_bot: bool = True, private: bool = False) -> Channel:
        """A new channel with everybody in it."""
        people = [user.id for user in self.users.values() if not user.is_bot]
        channel = Channel(
            id=self.new_id("C"),
            name=name,
            creator=people[0],
            created=int(time.time()),
            members=people,
            is_private=private,
            closed_to_bot=not with_bot,
        )
        self.channels[channel.id] = channel
        if with_bot:
            self.join(channel, BOT_USER)
        return channel

    def join(self, channel: Channel, user: str) -> None:
        """Somebody becomes a member."""
        if user in channel.members:
            return
        channel.members.append(user)
        self._tell_membership("member_joined_channel", channel, user)

    def leave(self, channel: Channel, user: str) -> None:
        """Somebody is a member no more; a bot that was removed hears of it as `channel_left`."""
        if user not in channel.members:
            return
        if user == BOT_USER:
            kind = "group_left" if channel.is_private else "channel_left"
            self.happened({"type": kind, "channel": channel.id, "event_ts": self.stamp()}, channel)
        else:
            self._tell_membership("member_left_channel", channel, user)
        channel.members.remove(user)

    def archive(self, channel: Channel, by: str, *, archived: bool) -> None:
        """Close a channel for good, or open it again."""
        channel.is_archived = archived
        kind = f"{channel.kind}_{'archive' if archived else 'unarchive'}"
        self.happened({"type": kind, "channel": channel.id, "user": by, "event_ts": self.stamp()}, channel)

    def _tell_membership(self, kind: str, channel: Channel, user: str) -> None:
        letter = "G" if channel.is_private else "C"
        event: Json = {"type": kind, "user": user, "channel": channel.id, "channel_type": letter, "team": TEAM_ID}
        self.happened(event | {"event_ts": self.stamp()}, channel)

    # --- messages -----------------------------------------------------------------------------------------------

    def shape(self, message: Message, *, metadata: bool = False, counts: bool = True) -> Json:
        """A message as JSON; see `message_shape`."""
        channel = self.channels[message.channel]
        shape = message_shape(message, channel, self.files, self.channels, self.base, metadata=metadata, counts=counts)
        if message.broadcast and message.thread_ts in channel.messages:
            root = channel.messages[message.thread_ts]
            shape["root"] = message_shape(root, channel, self.files, self.channels, self.base)
        return shape

    def post(self, message: Message) -> Message:
        """Put a message up. Its thread's root shows one reply more, which Slack tells as a change of that root."""
        channel = self.channels[message.channel]
        root = channel.messages.get(message.thread_ts) if message.is_reply and message.thread_ts else None
        before = self.shape(root) if root is not None else None
        channel.messages[message.ts] = message
        if root is not None:
            channel.threads.setdefault(root.ts, []).append(message.ts)
        for file in message.files:
            self.files[file].shares.append((channel.id, message.ts))
        event = self.shape(message, metadata=True, counts=False)
        self._tell_message(event | {"event_ts": message.ts}, channel)
        if root is not None and before is not None:
            self._tell_change(root, before)
        self._tell_app_mention(message, event, channel)
        self.seen(_on_screen(message))
        return message

    def change(self, message: Message, by: str, **fields: object) -> None:
        """Give a message new content; it counts as edited, which Slack stamps in whole seconds."""
        before = self.shape(message)
        for name, value in fields.items():
            setattr(message, name, value)
        message.edited = {"user": by, "ts": f"{self.stamp().partition('.')[0]}.000000"}
        self._tell_change(message, before)
        self.seen(_on_screen(message))

    def unfurl(self, message: Message, links: list[str]) -> None:
        """Show previews of a message's links, which Slack tells as a change although nobody has edited."""
        before = self.shape(message)
        message.attachments = [
            {
                "id": number,
                "from_url": link,
                "original_url": link,
                "service_name": link.split("/")[2],
                "title": link.split("/")[2],
                "title_link": link,
                "fallback": link,
            }
            for number, link in enumerate(links[:5], 1)
        ]
        self._tell_change(message, before)

    def remove(self, message: Message) -> None:
        """Take a message down. A root with replies leaves a tombstone, which goes with the last reply."""
        channel = self.channels[message.channel]
        before = self.shape(message)
        for file in message.files:
            self.files[file].shares = [share for share in self.files[file].shares if share[1] != message.ts]
        if channel.threads.get(message.ts):
            message.tombstone = True
            message.reactions = {}
            self._tell_change(message, before)
        else:
            self._drop(message, before, channel)
        self.seen(_on_screen(message))

    def _drop(self, message: Message, before: Json, channel: Channel) -> None:
        root = channel.messages.get(message.thread_ts) if message.is_reply and message.thread_ts else None
        root_before = self.shape(root) if root is not None else None
        del channel.messages[message.ts]
        channel.threads.pop(message.ts, None)
        self._tell_message(
            {"type": "message", "subtype": "message_deleted", "previous_message": before}
            | self._about(channel, deleted_ts=message.ts),
            channel,
        )
        if root is None or root_before is None:
            return
        channel.threads[root.ts].remove(message.ts)
        self._tell_change(root, root_before)
        if root.tombstone and not channel.threads[root.ts]:
            self._drop(root, self.shape(root), channel)

    def _about(self, channel: Channel, **more: str) -> Json:
        stamp = self.stamp()
        return {"channel": channel.id, "hidden": True, "ts": stamp, "event_ts": stamp} | more

    def _tell_change(self, message: Message, before: Json) -> None:
        channel = self.channels[message.channel]
        event: Json = {"type": "message", "subtype": "message_changed", "previous_message": before}
        event["message"] = self.shape(message, metadata=True)
        self._tell_message(event | self._about(channel), channel)

    def _tell_message(self, event: Json, channel: Channel) -> None:
        self.happened({**event, "channel": channel.id, "channel_type": channel.kind}, channel)

    def _tell_app_mention(self, message: Message, event: Json, channel: Channel) -> None:
        if message.bot_id is None and f"<@{BOT_USER}>" in message.text:
            kept = {name: value for name, value in event.items() if name not in {"subtype", "parent_user_id"}}
            self.happened({**kept, "type": "app_mention", "channel": channel.id, "event_ts": message.ts}, channel)

    # --- reactions ----------------------------------------------------------------------------------------------

    def react(self, message: Message, name: str, user: str) -> bool:
        """Somebody reacts; False where they had."""
        users = message.reactions.setdefault(name, [])
        if user in users:
            return False
        users.append(user)
        self._tell_reaction("reaction_added", message, name, user)
        return True

    def unreact(self, message: Message, name: str, user: str) -> bool:
        """Somebody takes a reaction back; False where there was none."""
        users = message.reactions.get(name, [])
        if user not in users:
            return False
        users.remove(user)
        if not users:
            del message.reactions[name]
        self._tell_reaction("reaction_removed", message, name, user)
        return True

    def _tell_reaction(self, kind: str, message: Message, name: str, user: str) -> None:
        item = {"type": "message", "channel": message.channel, "ts": message.ts}
        event: Json = {"type": kind, "user": user, "reaction": name, "item": item}
        if message.user is not None:
            event["item_user"] = message.user
        self.happened(event | {"event_ts": self.stamp()}, self.channels[message.channel])

    # --- what one person sees -----------------------------------------------------------------------------------

    def whisper(self, ephemeral: Ephemeral) -> Ephemeral:
        """Show something to one person alone, or show it anew."""
        self.ephemerals[ephemeral.ts] = ephemeral
        self.seen(Sighting("ephemeral", ephemeral.ts, ephemeral.user, ephemeral.channel))
        return ephemeral

    def hush(self, ephemeral: Ephemeral) -> None:
        """Take a private message away."""
        self.ephemerals.pop(ephemeral.ts, None)
        self.seen(Sighting("gone", ephemeral.ts, ephemeral.user, ephemeral.channel))

    def new_trigger(self, user: str, channel: str | None, view: str | None = None) -> Trigger:
        """A fresh `trigger_id`, caused in `channel`; `view` is the modal that it came out of."""
        trigger = Trigger(
            id=f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}",
            user=user,
            expires=self.timers.now() + TRIGGER_SECONDS,
            channel=channel,
            view=view,
        )
        self.triggers[trigger.id] = trigger
        return trigger

    def new_response_url(self, user: str, channel: str, message: Message | Ephemeral | None = None) -> str:
        """A fresh `response_url` for what that person did."""
        url = ResponseUrl(
            ticket=secrets.token_urlsafe(18),
            user=user,
            channel=channel,
            expires=self.timers.now() + RESPONSE_URL_SECONDS,
            message=message.ts if message is not None else None,
            thread_ts=message.thread_ts if message is not None else None,
        )
        self.response_urls[url.ticket] = url
        return f"{self.base}/actions/{TEAM_ID}/{url.ticket}"


def _on_screen(message: Message) -> Sighting:
    return Sighting("message", message.ts, BOT_USER if message.bot_id else message.user or "", message.channel)


def new_world(timers: Timers) -> World:
    """A workspace with its people and the channel `news`, the bot in it."""
    world = World(timers)
    world.users = {user.id: user for user in _people()}
    world.open_channel("news")
    return world


def _people() -> Iterable[User]:
    for (name, admin), color in zip(PEOPLE, COLORS, strict=False):
        handle = name.lower()
        yield User(f"U0{name.upper():0<9}", handle, name, color, is_admin=admin, is_owner=admin)
    yield User(BOT_USER, BOT_NAME, BOT_NAME, COLORS[-1], is_bot=True)


def spoken(channel: Channel, user: str, ts: str, text: str, blocks: list[Json] | None) -> Message:
    """A message as a person's client sends it."""
    return Message(ts, channel.id, text, user=user, blocks=blocks, client_msg_id=str(uuid.uuid4()))


def by_bot(channel: Channel, ts: str, text: str) -> Message:
    """A message of the app's own."""
    return Message(ts, channel.id, text, user=BOT_USER, bot_id=BOT_ID)
