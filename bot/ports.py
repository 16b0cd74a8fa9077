"""What the core asks of the world outside, and what it offers to it.

Implementations live in `adapters` and `storage`; `bot.app` hands them to the core's constructors.
Errors are those of `bot.errors`; no SDK's exception or type crosses these lines.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import NewType, Protocol, runtime_checkable

from bot.masking.masked import MaskedLine
from bot.model import (
    Attachment,
    ChannelInfo,
    Event,
    PlatformName,
    Posted,
    Reacted,
    RemoteMessageId,
    RemoteUserId,
    ThreadRef,
)
from bot.views import Card, CopyView

Stamp = NewType("Stamp", str)
"""Marks one send, so that its outcome can be looked up: at most 24 characters of `[a-z0-9-]`, unique for ever."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that is on its platform. `url` opens it for a person."""

    message: RemoteMessageId
    url: str


@dataclass(frozen=True, slots=True)
class SentCard:
    """A card that is on its platform, whether its thread is open or not."""

    root: RemoteMessageId
    url: str


@dataclass(frozen=True, slots=True)
class Counted:
    """How many people react alike to a message, where a page doesn't name each: `Platform.reactors` does.

    Bots are counted in as far as their platform doesn't tell them from people; `names` mean something to it alone.
    """

    message: RemoteMessageId
    emoji: str
    count: int
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """The next stretch of a thread: people's messages in it, and the reactions on anybody's, oldest first.

    `others` are all other messages that stand in it: the bot's own, those of other bots and the platform's.
    `upto` is the position of the last message in it, whoever wrote that: what stands no later and is on none of the
    pages is not in the thread. A reaction is among `reactions`, one for each person, or `counted`.
    """

    posted: tuple[Posted, ...]
    others: frozenset[RemoteMessageId]
    upto: int
    reactions: tuple[Reacted, ...] = ()
    counted: tuple[Counted, ...] = ()


class Platform(Protocol):
    """One chat platform. The core calls it from many tasks at once, but has one call at a time under way for a thread.

    Every method may raise `Busy`, `Unavailable`, `Uncertain` or `Refused`. None retries on its own a request that
    may have been carried out. A method that is said to be idempotent may be called again after any outcome.
    """

    @property
    def name(self) -> PlatformName:
        """Which platform this is."""
        ...

    async def start(self, intake: Intake) -> None:
        """Connect, and return once events flow to `intake`.

        `intake.connected` is called after this and each later (re)connection that may have lost events.
        Raises `SettingsError` with a line for the operator where a token or permission is wrong.
        """
        ...

    async def close(self) -> None:
        """Disconnect; events that were handed over stay handled. Idempotent."""
        ...

    async def describe(self, channel: str) -> ChannelInfo:
        """The channel with this id, as a setting gives it; raises `Refused` where the bot can't write in it."""
        ...

    async def post_card(self, channel: ChannelInfo, card: Card, stamp: Stamp) -> SentCard:
        """Post a card. Not idempotent: after `Uncertain`, or a crash, `find_card` comes first."""
        ...

    async def find_card(self, channel: ChannelInfo, card: Card, stamp: Stamp, since: datetime) -> SentCard | None:
        """The card that an earlier `post_card` with this stamp left in the channel at or after `since`, if it did."""
        ...

    async def open_thread(
        self, channel: ChannelInfo, root: RemoteMessageId, title: MaskedLine, stamp: Stamp
    ) -> ThreadRef:
        """Open the thread under a card, the civility line first in it. Idempotent: adopts what is there.

        In a forum the thread is there as soon as the card is, and lacks the line alone.
        """
        ...

    async def redraw_card(self, channel: ChannelInfo, root: RemoteMessageId, card: Card) -> None:
        """Show the card's present state. Idempotent."""
        ...

    async def send_copy(self, thread: ThreadRef, copy: CopyView, stamp: Stamp) -> Sent:
        """Show a comment in a thread, in its author's name. Not idempotent: see `find_copy`."""
        ...

    async def find_copy(
        self, thread: ThreadRef, copy: CopyView, stamp: Stamp, since: datetime, known: Collection[RemoteMessageId]
    ) -> Sent | None:
        """The message that an earlier `send_copy` of this stamp left in the thread at or after `since`, if it did.

        `known` are messages of ours in the thread that are accounted for.
        """
        ...

    async def edit_copy(self, thread: ThreadRef, message: RemoteMessageId, copy: CopyView) -> None:
        """Show the comment's present text and files. Idempotent. Raises `MessageGone` where it was deleted."""
        ...

    async def delete(self, thread: ThreadRef, message: RemoteMessageId) -> bool:
        """Delete a message in a thread, ours or (where `can_replace`) a person's. Idempotent: gone already is well.

        Answers False where the thread is there and the message was gone before this call: the request is never
        repeated behind the scenes, so that it can't have been this very call that deleted it.
        """
        ...

    async def stands(self, thread: ThreadRef, message: RemoteMessageId) -> bool:
        """Whether a message, a person's or ours, is there; raises where that isn't said of that very message."""
        ...

    async def look(self, thread: ThreadRef, message: RemoteMessageId) -> Posted | None:
        """A person's message as it stands; None where it is no comment. Raises `MessageGone` where it is gone."""
        ...

    async def can_replace(self, thread: ThreadRef) -> bool:
        """Whether people's messages in this thread can be deleted, so that a masked one may take their place.

        Raises `Busy` or `Unavailable` where that can't be told now.
        """
        ...

    async def whisper(self, thread: ThreadRef, user: RemoteUserId, text: str) -> None:
        """Tell one person something in a thread that others don't see, where the platform can; else do nothing."""
        ...

    def pages(self, thread: ThreadRef) -> AsyncIterator[Page]:
        """A thread as it stands, from its card on; no page at all where the platform shows none of its messages."""
        ...

    async def last(self, thread: ThreadRef) -> int | None:
        """The position of the last message in a thread, whoever wrote it, asked anew; None where that isn't told."""
        ...

    async def reactors(self, thread: ThreadRef, counted: Counted) -> tuple[Reacted, ...]:
        """The people behind a number, as they react now; raises `MessageGone` where the message is."""
        ...

    def position(self, message: RemoteMessageId) -> int:
        """Where a message stands among its thread's: later ones have higher positions, those of `Posted`."""
        ...

    async def download(self, attachment: Attachment, limit: int) -> bytes:
        """An attachment's content; raises `Refused` where it is gone or larger than `limit` bytes."""
        ...


@runtime_checkable
class Connected(Protocol):
    """What a platform may offer beside: whether it is connected at this moment, for whoever watches the process."""

    @property
    def connected(self) -> bool:
        """Whether events flow now."""
        ...


@runtime_checkable
class Sharded(Protocol):
    """What a platform offers beside whose events come over a connection that one process at a time may own.

    In place of `start`, a replica calls `stand_by`, then `listen` and `hush` as it gains and loses the ownership.
    """

    async def stand_by(self, intake: Intake) -> None:
        """Be ready for everything but events. Raises as `Platform.start` does."""
        ...

    async def listen(self, session: str | None) -> None:
        """Connect, and return once events flow: those since `session` was noted, where the platform still has them.

        Else `intake.connected` is called. Raises as `Platform.start` does.
        """
        ...

    async def refresh(self) -> None:
        """Learn by asking what whoever listens is told; does nothing while this process does. Idempotent."""
        ...

    async def hush(self) -> None:
        """Leave the connection, so that another process may take its session up. Idempotent."""
        ...

    @property
    def session(self) -> str | None:
        """What another process needs to take the session up behind the last event that is surely kept, if anything."""
        ...

    @property
    def listens(self) -> bool:
        """Whether the connection is open now."""
        ...


@runtime_checkable
class Spread(Protocol):
    """What a platform offers beside that spreads its events over all processes which are connected."""

    async def heard_all(self) -> bool:
        """Return once what the platform has sent here up to now was handed over, within seconds; False: who knows."""
        ...


class Intake(Protocol):
    """Where platforms hand over what people did."""

    async def receive(self, event: Event) -> None:
        """Take an event; when this returns, it is in the database. A repeat is recognised and changes nothing.

        Threads that are not ours are passed over. Raises `StorageError` where it could not be kept: don't
        acknowledge it then.
        """
        ...

    async def connected(self, platform: PlatformName) -> None:
        """Events may have been missed until now; they flow from now on. Starts catching up and returns at once."""
        ...

    async def missed(self, thread: ThreadRef) -> None:
        """An event of this thread has come and can't be taken now. What comes behind it rests until the thread is read.

        To be called before anything later of the thread is handed over. Threads that are not ours are passed over.
        """
        ...


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page that was fetched: its bytes, decoded from their transfer coding, and the URL that they came from."""

    url: str
    content: bytes
    media_type: str
    charset: str | None = None


class Fetcher(Protocol):
    """Fetches URLs that people give; guards the network that the bot stands in."""

    async def fetch(self, url: str) -> Fetched:
        """The page behind a URL; raises `SourceError` with one line that says what was wrong."""
        ...


class Clock(Protocol):
    """The time, so that tests may turn it."""

    def now(self) -> datetime:
        """This moment, aware, in UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return after that long."""
        ...
