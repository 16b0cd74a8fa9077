"""The last look at the fence (`bot.fence`) before a request is written to a platform."""

from __future__ import annotations

import aiohttp

from bot import fence


async def fenced(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """An aiohttp middleware that sends nothing once the lease of the task has run out."""
    fence.check()
    return await handler(request)
