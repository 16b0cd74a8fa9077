"""The demo's stage: the sandbox, a real `roundtable run` beside it, and the people, played through the control API."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Self

from bot.cli.demo.process import BotProcess
from bot.cli.demo.reading import CHANNEL, Json
from bot.cli.demo.show import PageShow
from bot.errors import UserError

if TYPE_CHECKING:
    import aiohttp

_PATIENCE = 20.0
_LOOK = 0.05


class Stage:
    """An async context manager. `page` is the address of the page that shows it all, once it is set up."""

    def __init__(self) -> None:
        self._exits = AsyncExitStack()
        self._http: aiohttp.ClientSession | None = None
        self._folder = Path()
        self.show = PageShow()
        self.page = ""

    async def __aenter__(self) -> Self:
        try:
            await self._set_up()
        except BaseException:
            await self._exits.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._exits.aclose()

    async def _set_up(self) -> None:
        import aiohttp

        from adapters.sandbox.sandbox import Sandbox

        self._folder = Path(self._exits.enter_context(tempfile.TemporaryDirectory(prefix="roundtable-demo-")))
        sandbox = await self._exits.enter_async_context(Sandbox(show=self.show))
        self.page = sandbox.control_url
        self._http = await self._exits.enter_async_context(aiohttp.ClientSession(sandbox.control_url))
        # The page offers an article of its own by its link, and people's pictures come from the local platforms.
        self.show.process = BotProcess(self._folder, sandbox.settings | {"FETCH_ALLOW": "127.0.0.1/32"})
        self.show.stage = self
        self._exits.push_async_callback(self.show.process.stop)
        self._exits.push_async_callback(self.show.close)
        await self.show.process.start()

    async def _call(self, verb: str, /, **body: object) -> Json:
        if self._http is None:
            raise RuntimeError("the stage is not set up")
        async with self._http.post(f"/control/{verb}", json=body) as answer:
            told: Json = await answer.json()
        if answer.status != 200:  # noqa: PLR2004 - HTTP's OK
            raise UserError(str(told.get("error", answer.status)))
        return told

    async def state(self) -> Json:
        """What people see now."""
        if self._http is None:
            raise RuntimeError("the stage is not set up")
        async with self._http.get("/control/state") as answer:
            told: Json = await answer.json()
        return told

    async def say(self, side: str, thread: str, user: str, text: str, reply_to: str | None = None) -> str:
        """Somebody writes in a thread; answers the message's id."""
        body = {"platform": side, "channel": CHANNEL, "thread": thread, "user": user, "text": text}
        told = await self._call("say", **body, **({} if reply_to is None else {"reply_to": reply_to}))
        return str(told["id"])

    async def edit(self, side: str, message: str, text: str, user: str | None = None) -> None:
        """A message's author edits it."""
        by = {} if user is None else {"user": user}
        await self._call("edit", platform=side, channel=CHANNEL, id=message, text=text, **by)

    async def delete(self, side: str, message: str, user: str | None = None) -> None:
        """A message's author deletes it."""
        by = {} if user is None else {"user": user}
        await self._call("delete", platform=side, channel=CHANNEL, id=message, **by)

    async def command(self, side: str, user: str, command: str, options: Json) -> list[Json]:
        """Somebody runs a command; answers what they then see."""
        told = await self._call("command", platform=side, channel=CHANNEL, user=user, command=command, options=options)
        return list(told["replies"])

    async def click(self, side: str, user: str, message: str, action: str) -> list[Json]:
        """Somebody presses a button; answers what they then see."""
        told = await self._call("click", platform=side, channel=CHANNEL, user=user, id=message, action=action)
        return list(told["replies"])

    async def submit(self, side: str, user: str, modal: str, values: Json) -> list[Json]:
        """Somebody sends a form; answers what they then see."""
        told = await self._call("submit", platform=side, user=user, modal=modal, values=values)
        return list(told["replies"])

    async def until(self, what: str, holds: Callable[[Json], bool | Awaitable[bool]]) -> Json:
        """The state, once something holds; raises `TimeoutError` that says what didn't."""
        try:
            async with asyncio.timeout(_PATIENCE):
                while True:
                    state = await self.state()
                    if holds(state):
                        return state
                    await asyncio.sleep(_LOOK)
        except TimeoutError:
            raise TimeoutError(f"waited {_PATIENCE:.0f} seconds for {what}") from None
