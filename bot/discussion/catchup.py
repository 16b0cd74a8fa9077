"""Reads a thread again and tells what was missed: replies, edits and deletions, oldest first."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.model import Edited, Event, PostingId, Removed, ThreadRef
from bot.ports import Platform
from bot.store import Store


async def catch_up(
    store: Store,
    platform: Platform,
    posting: PostingId,
    thread: ThreadRef,
    receive: Callable[[Event], Awaitable[None]],
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
