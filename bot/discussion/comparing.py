"""Holds a thread as it stands against what is known of it: each difference becomes the event that was missed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from bot.discussion.inbox import Inbox
from bot.errors import MessageGone
from bot.model import Event, Posted, PostingId, Reacted, RemoteMessageId, RemoteUserId, Removed, ThreadRef, as_edit
from bot.ports import Counted, Platform
from bot.records import Known
from bot.store import Store

Receive: TypeAlias = Callable[[Sequence[Event]], Awaitable[None]]
"""Takes events that were missed; when it returns, they are in the database."""
Mark: TypeAlias = tuple[RemoteMessageId, RemoteUserId, str]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOWHERE = -1
"""A position before every message's."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Reactions in a thread of which it told how many there are alone: other ones than are known, or as many.

    All of the thread's messages are known up to the position `upto`.
    """

    posting: PostingId
    thread: ThreadRef
    differ: tuple[Counted, ...]
    agree: tuple[Counted, ...]
    upto: int


async def compare(
    store: Store,
    inbox: Inbox,
    platform: Platform,
    posting: PostingId,
    thread: ThreadRef,
    receive: Receive,
    now: datetime,
) -> Numbers:
    """Read a thread, and hand over what was missed in it; answers which reactions have to be asked for one by one.

    What was known before the reading (a comment, or a message in the inbox) and is not found by it was deleted, where
    later messages were shown. What is missing behind the last one that was shown is asked for once more: a page that
    failed or came back short must not cost anybody a comment. What arrives meanwhile is neither. A masked message that
    took an original's place is looked for like that original.
    """
    waiting = await inbox.waiting_in(thread)
    known = {
        event.message: Known(event.message, event.edited, standing=event.message)
        for event in waiting
        if isinstance(event, Posted)
    } | {comment.message: comment for comment in await store.known(posting)}
    marks = with_waiting(await store.reactions(posting), waiting)
    seen: set[RemoteMessageId] = set()
    put: dict[Mark, Reacted] = {}
    numbers: dict[tuple[RemoteMessageId, str], Counted] = {}
    shown = _NOWHERE
    async for page in platform.pages(thread):
        await receive(list(_news(page.posted, known)))
        seen |= page.others.union(message.message for message in page.posted)
        put |= {mark_of(one): one for one in page.reactions}
        numbers |= {(one.message, one.emoji): one for one in page.counted}
        shown = max(shown, page.upto)
    missing = [one.standing for one in known.values() if one.standing is not None and one.standing not in seen]
    upto = await _reach(platform, thread, shown, missing)
    gone = [one for one in missing if platform.position(one) <= upto or not await platform.stands(thread, one)]
    await receive([Removed(thread=thread, message=one) for one in gone])

    taken = [
        mark
        for mark in marks - put.keys()
        if (mark[0], mark[2]) not in numbers and (mark[0] in gone or platform.position(mark[0]) <= upto)
    ]
    await receive([*(one for mark, one in put.items() if mark not in marks), *_taken_back(thread, taken, now)])
    before = Counter((message, emoji) for message, _, emoji in marks)
    differ: list[Counted] = []
    agree: list[Counted] = []
    for which, one in numbers.items():
        (agree if one.count == before[which] else differ).append(one)
    return Numbers(posting, thread, tuple(differ), tuple(agree), shown)


async def compare_reactors(
    platform: Platform, thread: ThreadRef, counted: Counted, marks: Collection[Mark], receive: Receive, now: datetime
) -> None:
    """Ask who reacts, and hand over who began to and who ceased to since `marks` were read."""
    try:
        found = await platform.reactors(thread, counted)
    except MessageGone:
        return
    before = {user for message, user, emoji in marks if (message, emoji) == (counted.message, counted.emoji)}
    ceased = [(counted.message, user, counted.emoji) for user in before - {one.user for one in found}]
    await receive([*(one for one in found if one.user not in before), *_taken_back(thread, ceased, now)])


def with_waiting(marks: Collection[Mark], waiting: Iterable[Event]) -> set[Mark]:
    """The reactions that will be known once what waits in the inbox, in this order, is dealt with."""
    known = set(marks)
    for event in waiting:
        if isinstance(event, Reacted):
            (known.add if event.added else known.discard)(mark_of(event))
    return known


def mark_of(reaction: Reacted) -> Mark:
    """What a reaction is known by."""
    return reaction.message, reaction.user, reaction.emoji


async def _reach(platform: Platform, thread: ThreadRef, shown: int, missing: Sequence[RemoteMessageId]) -> int:
    """Up to where the thread is surely known: to the last message shown, or to its end.

    To ask for its end is worth more than to ask for each message there, from the second one on.
    """
    behind = [position for position in map(platform.position, missing) if position > shown]
    if shown == _NOWHERE or len(behind) <= 1:
        return shown
    last = await platform.last(thread)
    return max(behind) if last is not None and last <= shown else shown


def _news(messages: Iterable[Posted], known: Mapping[RemoteMessageId, Known]) -> Iterator[Event]:
    for message in messages:
        before = known.get(message.message)
        if before is None:
            yield message
        elif message.edited > before.edited:
            yield as_edit(message)


def _taken_back(thread: ThreadRef, marks: Iterable[Mark], now: datetime) -> Iterator[Reacted]:
    """As of when the reading began."""
    stamp = (now - _EPOCH) // timedelta(microseconds=1)
    for message, user, emoji in marks:
        yield Reacted(thread, message, user, emoji, added=False, stamp=stamp)
