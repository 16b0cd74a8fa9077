"""The last looks at the fence (`bot.fence`) before a request is written to a platform."""

from __future__ import annotations

import aiohttp
from aiohttp.client_reqrep import ClientRequest
from aiohttp.connector import Connection
from aiohttp.tracing import Trace

from bot import fence


class FencedConnector(aiohttp.TCPConnector):
    """Hands out no connection once the lease of the task has run out: to find and to reach a host may take long."""

    async def connect(
        self,
        req: ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - aiohttp's own
    ) -> Connection:
        """A connection; raises `Unavailable` where the lease ran out meanwhile."""
        connection = await super().connect(req, traces, timeout)
        try:
            fence.check()
        except BaseException:
            connection.release()
            raise
        return connection


async def fenced(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """An aiohttp middleware that sends nothing once the lease of the task has run out."""
    fence.check()
    return await handler(request)
