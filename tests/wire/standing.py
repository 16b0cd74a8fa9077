"""What a platform shows of a thread, as one list."""

from __future__ import annotations

from bot.model import Posted, Reacted, RemoteMessageId, ThreadRef
from bot.ports import Platform


async def posted(platform: Platform, thread: ThreadRef) -> list[Posted]:
    """People's messages in it, oldest first."""
    return [one async for page in platform.pages(thread) for one in page.posted]


async def others(platform: Platform, thread: ThreadRef) -> set[RemoteMessageId]:
    """What stands in it beside people's messages."""
    return {one async for page in platform.pages(thread) for one in page.others}


async def reactions(platform: Platform, thread: ThreadRef) -> list[Reacted]:
    """Everybody's reactions in it and on its card: those that its pages name, then those behind numbers."""
    pages = [page async for page in platform.pages(thread)]
    named = [one for page in pages for one in page.reactions]
    return named + [
        one for page in pages for counted in page.counted for one in await platform.reactors(thread, counted)
    ]
