"""The demo's stage: the sandbox, a real `roundtable run` beside it, and the people, played through the control API."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeAlias

from bot.errors import UserError

if TYPE_CHECKING:
    from asyncio.subprocess import Process

    import aiohttp

Json: TypeAlias = dict[str, Any]
SIDES = ("discord", "slack")
CHANNEL = "news"
_PATIENCE = 20.0
_LOOK = 0.05
_SETTINGS_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "SYSTEMROOT", "TMPDIR")


class Stage:
    """An async context manager. The bot is a process of its own, as an operator would run it."""

    def __init__(self) -> None:
        self._exits = AsyncExitStack()
        self._http: aiohttp.ClientSession | None = None
        self._folder = Path()

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
        sandbox = await self._exits.enter_async_context(Sandbox())
        self._http = await self._exits.enter_async_context(aiohttp.ClientSession(sandbox.control_url))
        await self._start_bot(sandbox.settings)

    async def _start_bot(self, settings: dict[str, str]) -> None:
        kept = {name: os.environ[name] for name in _SETTINGS_KEPT if name in os.environ}
        database = f"sqlite:///{self._folder}/roundtable.sqlite3"
        bot = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            "run",
            cwd=self._folder,
            env=kept | settings | {"DATABASE_URL": database, "LOG_FORMAT": "json"},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        self._exits.push_async_callback(_stop, bot)
        lines: list[str] = []
        ready = asyncio.Event()
        reading = asyncio.create_task(_read_log(bot, lines, ready))
        self._exits.callback(reading.cancel)
        ended = asyncio.create_task(bot.wait())
        self._exits.callback(ended.cancel)
        waiting = asyncio.create_task(ready.wait())
        await asyncio.wait({waiting, ended}, timeout=_PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if not ready.is_set():
            raise UserError(f"the bot did not start: {lines[-1] if lines else 'it said nothing'}")

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


def card(state: Json, side: str) -> Json | None:
    """The newest card in a side's channel."""
    for channel in state[side]["channels"]:
        if channel["name"] == CHANNEL:
            cards = [message for message in channel["messages"] if message["by"] != "person"]
            return cards[-1] if cards else None
    return None


def thread(state: Json, side: str) -> list[Json]:
    """The messages under the newest card of a side."""
    root = card(state, side)
    return [] if root is None else list(root["thread"] or [])


def people(state: Json, side: str) -> list[str]:
    """The names of a side's people, an admin first."""
    return [person["name"] for person in sorted(state[side]["people"], key=lambda person: not person["admin"])]


async def _read_log(bot: Process, lines: list[str], ready: asyncio.Event) -> None:
    if bot.stderr is None:
        return
    async for raw in bot.stderr:
        line = raw.decode(errors="replace").strip()
        lines.append(line)
        del lines[:-50]
        if '"event": "ready"' in line:
            ready.set()


async def _stop(bot: Process) -> None:
    if bot.returncode is None:
        bot.terminate()
        try:
            async with asyncio.timeout(12):
                await bot.wait()
        except TimeoutError:
            bot.kill()
            await bot.wait()
