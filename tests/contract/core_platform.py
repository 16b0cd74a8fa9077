"""A platform in memory: it keeps what it is told, and fails as it is told, before or after the work."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from bot.errors import Busy, MessageGone, Refused, Unavailable, Uncertain
from bot.markup.tree import plain_document
from bot.markup.view import plain
from bot.masking.masked import MaskedLine
from bot.model import (
    Attachment,
    ChannelInfo,
    PlatformName,
    Posted,
    Reacted,
    RemoteMessageId,
    RemoteUserId,
    ThreadRef,
)
from bot.ports import Counted, Intake, Page, Sent, SentCard, Stamp
from bot.views import Card, CopyView
from tests.builders import author, channel, thread

_NUMBERS = itertools.count(1)


class Failure(StrEnum):
    """How the next change fails."""

    BUSY = "busy"
    UNAVAILABLE = "unavailable"
    LOST = "uncertain, without effect"
    DONE = "uncertain, with effect"


@dataclass
class Message:
    """What stands in a thread. `stamp` marks one of the bot's."""

    id: RemoteMessageId
    position: int
    text: str
    edited: int = 0
    stamp: str | None = None
    tallies: dict[str, int] = field(default_factory=dict)
    """What a copy shows of the reactions elsewhere."""
    reactions: set[tuple[str, str]] = field(default_factory=set)
    """By people here: who, and with which emoji."""


@dataclass
class MemoryPlatform:
    """Implements `bot.ports.Platform` for one channel and one thread."""

    name: PlatformName
    messages: dict[RemoteMessageId, Message] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    card: Card | None = None
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    crash: Callable[[], None] = lambda: None
    """Called in the middle of each change, before and after its work: where a process may die."""
    shows: int | None = None
    """How many messages its pages show before they come back short; None: all."""
    asked: Counter[str] = field(default_factory=Counter)
    """How often it was asked for single things."""
    _latest: int = 0

    @property
    def thread(self) -> ThreadRef:
        return thread(self.name)

    def in_order(self) -> list[Message]:
        return sorted(self.messages.values(), key=lambda message: message.position)

    def add(self, text: str, stamp: str | None = None) -> Message:
        number = next(_NUMBERS)
        message = Message(RemoteMessageId(f"{self.name}-{number}"), number, text, stamp=stamp)
        self.messages[message.id] = message
        return message

    def edit(self, message: RemoteMessageId, text: str) -> int:
        self.messages[message].text = text
        self.messages[message].edited = next(_NUMBERS)
        return self.messages[message].edited

    def posted(self, message: Message) -> Posted:
        return Posted(
            thread=self.thread,
            message=message.id,
            position=message.position,
            author=author(self.name),
            body=plain_document(message.text),
            at=datetime(2026, 1, 2, tzinfo=UTC),
            permalink=f"https://chat.example/{message.id}",
            edited=message.edited,
        )

    def react(self, message: RemoteMessageId, user: str, emoji: str, *, added: bool) -> Reacted:
        """A person reacts, or takes it back; what the platform then tells."""
        mark = (user, emoji)
        reactions = self.messages[message].reactions
        (reactions.add if added else reactions.discard)(mark)
        return Reacted(self.thread, message, RemoteUserId(user), emoji, added=added, stamp=self.stamp())

    def stamp(self) -> int:
        """A moment of this platform in microseconds, later than all before."""
        self._latest = max(self._latest + 1, int(self.now().timestamp() * 1_000_000))
        return self._latest

    def _change(self, work: Callable[[], None]) -> None:
        self.crash()
        self._fail_or(work)
        self.crash()

    def _fail_or(self, work: Callable[[], None]) -> None:
        failure = self.failures.pop(0) if self.failures else None
        match failure:
            case Failure.BUSY:
                raise Busy("busy", retry_after=1.0)
            case Failure.UNAVAILABLE:
                raise Unavailable("away")
            case Failure.LOST:
                raise Uncertain("no answer")
            case Failure.DONE:
                work()
                raise Uncertain("no answer")
            case None:
                work()

    # -- bot.ports.Platform

    async def start(self, intake: Intake) -> None:
        del intake

    async def close(self) -> None: ...

    async def describe(self, channel: str) -> ChannelInfo:
        raise Refused(channel)

    async def post_card(self, channel: ChannelInfo, card: Card, stamp: Stamp) -> SentCard:
        del channel, stamp
        self._change(lambda: setattr(self, "card", card))
        return SentCard(RemoteMessageId("root"), "https://chat.example/root")

    async def find_card(self, channel: ChannelInfo, card: Card, stamp: Stamp, since: datetime) -> SentCard | None:
        del channel, card, stamp, since
        return None if self.card is None else SentCard(RemoteMessageId("root"), "https://chat.example/root")

    async def open_thread(
        self, channel: ChannelInfo, root: RemoteMessageId, title: MaskedLine, stamp: Stamp
    ) -> ThreadRef:
        del channel, root, title, stamp
        self._change(lambda: None)
        return self.thread

    async def redraw_card(self, channel: ChannelInfo, root: RemoteMessageId, card: Card) -> None:
        del channel, root
        self._change(lambda: setattr(self, "card", card))

    async def send_copy(self, thread: ThreadRef, copy: CopyView, stamp: Stamp) -> Sent:
        del thread

        def add() -> None:
            self.add(_text(copy), stamp).tallies = _tallies(copy)

        self._change(add)
        return self._stamped(stamp)

    async def find_copy(
        self, thread: ThreadRef, copy: CopyView, stamp: Stamp, since: datetime, known: Collection[RemoteMessageId]
    ) -> Sent | None:
        del thread, copy, since, known
        return self._stamped(stamp) if any(one.stamp == stamp for one in self.messages.values()) else None

    async def edit_copy(self, thread: ThreadRef, message: RemoteMessageId, copy: CopyView) -> None:
        del thread
        if message not in self.messages:
            raise MessageGone("gone")

        def edit() -> None:
            self.edit(message, _text(copy))
            self.messages[message].tallies = _tallies(copy)

        self._change(edit)

    async def delete(self, thread: ThreadRef, message: RemoteMessageId) -> bool:
        del thread
        there = message in self.messages
        self._change(lambda: void(self.messages.pop(message, None)))
        return there

    async def stands(self, thread: ThreadRef, message: RemoteMessageId) -> bool:
        del thread
        self.asked["stands"] += 1
        return message in self.messages

    async def look(self, thread: ThreadRef, message: RemoteMessageId) -> Posted | None:
        del thread
        if message not in self.messages:
            raise MessageGone("gone")
        return self.posted(self.messages[message])

    async def can_replace(self, thread: ThreadRef) -> bool:
        del thread
        return True

    async def whisper(self, thread: ThreadRef, user: RemoteUserId, text: str) -> None: ...

    async def pages(self, thread: ThreadRef) -> AsyncIterator[Page]:
        """Three messages at a time; who reacts to the even ones is asked for by `reactors`."""
        del thread
        stamp = self.stamp()
        shown = self.in_order()[: self.shows]
        for start in range(0, len(shown), 3):
            page = shown[start : start + 3]
            marks = [(one, user, emoji) for one in page for user, emoji in sorted(one.reactions)]
            numbers = Counter((one.id, emoji) for one, _, emoji in marks if one.position % 2 == 0)
            yield Page(
                posted=tuple(self.posted(message) for message in page if message.stamp is None),
                others=frozenset(message.id for message in page if message.stamp is not None),
                upto=page[-1].position,
                reactions=tuple(
                    Reacted(self.thread, one.id, RemoteUserId(user), emoji, added=True, stamp=stamp)
                    for one, user, emoji in marks
                    if one.position % 2
                ),
                counted=tuple(Counted(message, emoji, count) for (message, emoji), count in numbers.items()),
            )

    async def last(self, thread: ThreadRef) -> int | None:
        del thread
        self.asked["last"] += 1
        return max((message.position for message in self.messages.values()), default=None)

    async def reactors(self, thread: ThreadRef, counted: Counted) -> tuple[Reacted, ...]:
        del thread
        self.asked["reactors"] += 1
        if counted.message not in self.messages:
            raise MessageGone("gone")
        stamp = self.stamp()
        return tuple(
            Reacted(self.thread, counted.message, RemoteUserId(user), emoji, added=True, stamp=stamp)
            for user, emoji in sorted(self.messages[counted.message].reactions)
            if emoji == counted.emoji
        )

    def position(self, message: RemoteMessageId) -> int:
        number = message.rpartition("-")[2]
        return int(number) if number.isdecimal() else 0

    async def download(self, attachment: Attachment, limit: int) -> bytes:
        del limit
        raise Refused(attachment.name)

    def _stamped(self, stamp: str) -> Sent:
        message = next(one.id for one in self.messages.values() if one.stamp == stamp)
        return Sent(message, f"https://chat.example/{message}")


def void(_: object) -> None:
    """Nothing, of anything."""


def _text(copy: CopyView) -> str:
    return plain(copy.body.document).strip()


def _tallies(copy: CopyView) -> dict[str, int]:
    return {tally.emoji: tally.count for tally in copy.tallies}


def news(platform: PlatformName) -> ChannelInfo:
    """The platform's one channel."""
    return channel(platform)
