from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import aiohttp

Json = dict[str, Any]


@dataclass
class Controls:
    """A client of the control API."""

    session: aiohttp.ClientSession
    url: str

    async def state(self) -> Json:
        async with self.session.get(f"{self.url}/control/state") as response:
            found: Json = await response.json()
            return found

    async def post(self, action: str, **body: object) -> tuple[int, Json]:
        async with self.session.post(f"{self.url}/control/{action}", json=body) as response:
            return response.status, await response.json()

    async def done(self, action: str, **body: object) -> Json:
        status, answer = await self.post(action, **body)
        assert status == 200, answer
        return answer
