"""What a workspace is made of. Mutable: `World` alone changes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from adapters.sandbox.side import Json

TEAM_ID = "T0ROUNDTABLE"
TEAM_NAME = "Roundtable"
TEAM_DOMAIN = "roundtable"
APP_ID = "A0ROUNDTABLE"
BOT_ID = "B0ROUNDTABLE"
BOT_USER = "U0ROUNDTABLE"
BOT_NAME = "roundtable"
SLACKBOT = "USLACKBOT"
TOMBSTONE_TEXT = "This message was deleted."


@dataclass(slots=True)
class User:
    """A person, or the app's bot user."""

    id: str
    name: str
    display_name: str
    color: str
    is_admin: bool = False
    is_owner: bool = False
    is_bot: bool = False


@dataclass(slots=True)
class Message:
    """A message in a channel, on its own or in the thread of `thread_ts`.

    `user` is absent for messages that a bot posted under another name; those have `username` and `icons`.
    """

    ts: str
    channel: str
    text: str
    user: str | None = None
    bot_id: str | None = None
    username: str | None = None
    icons: Json | None = None
    blocks: list[Json] | None = None
    attachments: list[Json] | None = None
    thread_ts: str | None = None
    broadcast: bool = False
    files: list[str] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    edited: Json | None = None
    metadata: Json | None = None
    client_msg_id: str | None = None
    tombstone: bool = False

    @property
    def is_reply(self) -> bool:
        """Whether it stands in a thread under another message."""
        return self.thread_ts is not None and self.thread_ts != self.ts


@dataclass(slots=True)
class Channel:
    """A channel; `threads` holds the `ts` of each root's replies, oldest first."""

    id: str
    name: str
    creator: str
    created: int
    members: list[str] = field(default_factory=list)
    messages: dict[str, Message] = field(default_factory=dict)
    threads: dict[str, list[str]] = field(default_factory=dict)
    is_private: bool = False
    is_archived: bool = False
    closed_to_bot: bool = False
    """The bot is not a member and may not join by itself."""

    @property
    def kind(self) -> Literal["channel", "group"]:
        """What events call its `channel_type`."""
        return "group" if self.is_private else "channel"


@dataclass(slots=True)
class File:
    """A file: waiting for its upload, uploaded, or shared in messages (`shares`: channel and message)."""

    id: str
    name: str
    user: str
    created: int
    length: int
    title: str = ""
    alt: str = ""
    media_type: str = "application/octet-stream"
    content: bytes | None = None
    upload_ticket: str = ""
    completed: bool = False
    by_bot: bool = False
    shares: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Ephemeral:
    """A message that one person sees, until it is deleted."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: list[Json] | None = None
    thread_ts: str | None = None
    by_slack: bool = False


@dataclass(slots=True)
class View:
    """A modal or a home tab, as `views.*` shapes it."""

    id: str
    user: str
    body: Json
    kind: Literal["modal", "home"]
    hash: str
    root: str
    channel: str | None = None
    """Where the person was when it came up."""
    previous: str | None = None
    external_id: str = ""
    response_urls: list[Json] = field(default_factory=list)


@dataclass(slots=True)
class Trigger:
    """What opens a modal: good for one use, within 3 seconds."""

    id: str
    user: str
    expires: float
    channel: str | None = None
    used: bool = False
    view: str | None = None


@dataclass(slots=True)
class ResponseUrl:
    """An answer's way back: five uses within 30 minutes (interactivity docs, Message responses)."""

    ticket: str
    user: str
    channel: str
    expires: float
    message: str | None = None
    thread_ts: str | None = None
    uses: int = 0
