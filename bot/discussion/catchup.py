"""Reads a thread again and tells what was missed: replies, edits and deletions, oldest first."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from bot.model import Edited, Event, PostingId, Reacted, Removed, ThreadRef
from bot.ports import Platform
from bot.store import Store

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


async def catch_up(
    store: Store,
    platform: Platform,
    posting: PostingId,
    thread: ThreadRef,
    receive: Callable[[Event], Awaitable[None]],
    now: datetime,
) -> None:
    """Compare a thread with what is known of it, and hand over each difference as the event that was missed.

    What was known before the reading and is not found by it was deleted; a comment that arrives meanwhile is neither.
    """
    known = {comment.message: comment for comment in await store.known(posting)}
    seen = set()
    async for message in platform.history(thread, None):
        seen.add(message.message)
        before = known.get(message.message)
        if before is None:
            await receive(message)
        elif message.edited > before.edited:
            await receive(
                Edited(
                    thread=thread,
                    message=message.message,
                    body=message.body,
                    edited=message.edited,
                    attachments=message.attachments,
                )
            )
    for comment in known.values():
        if comment.message not in seen and not comment.replaced:
            await receive(Removed(thread=thread, message=comment.message))
    await _catch_up_reactions(store, platform, posting, thread, receive, now)


async def _catch_up_reactions(
    store: Store,
    platform: Platform,
    posting: PostingId,
    thread: ThreadRef,
    receive: Callable[[Event], Awaitable[None]],
    now: datetime,
) -> None:
    """Hand over each reaction that was set or taken back meanwhile, as of when the reading began."""
    known = await store.reactions(posting)
    seen = set()
    async for reaction in platform.reactions(thread):
        mark = (reaction.message, reaction.user, reaction.emoji)
        seen.add(mark)
        if mark not in known:
            await receive(reaction)
    stamp = (now - _EPOCH) // timedelta(microseconds=1)
    for message, user, emoji in known - seen:
        await receive(Reacted(thread, message, user, emoji, added=False, stamp=stamp))
