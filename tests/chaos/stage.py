"""Where chaos happens: the sandbox and the bot, each a process of its own, and the control API between them."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol, Self, TypeAlias

import aiohttp

from bot.app import open_office
from bot.commands import Published
from bot.config import Settings
from bot.model import Source
from tests.builders import article
from tests.engines import database_in, usual

Json: TypeAlias = dict[str, Any]
ROOT = Path(__file__).parents[2]
SIDES = ("discord", "slack")
CHANNEL = "news"
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "SYSTEMROOT", "TMPDIR")
_READY_SECONDS = 60.0


class Refused(Exception):
    """The sandbox says that a person can't do that (any more)."""


class Running(Protocol):
    """A process that runs."""

    @property
    def returncode(self) -> int | None: ...
    def kill(self) -> None: ...
    def terminate(self) -> None: ...
    async def wait(self) -> int: ...


class Stage:
    """An async context manager. `folder` takes the bot's log as `bot.log`, and the database on SQLite."""

    def __init__(self, folder: Path, engine: str | None = None) -> None:
        self.folder = folder
        self.engine = engine or usual()
        self.lives = 0
        self._exits = AsyncExitStack()
        self._bot: Running | None = None
        self._seen = 0

    async def __aenter__(self) -> Self:
        try:
            self._database_url = await self._exits.enter_async_context(self._database())
            sandbox = await self._start("sandbox", "--json", "--limits", "none", stdout=PIPE)
            self._exits.push_async_callback(_end, sandbox)
            assert sandbox.stdout is not None
            told = json.loads(await sandbox.stdout.readline())
            self._given: dict[str, str] = told["settings"]
            self.sandbox_pid = sandbox.pid
            self._http = await self._exits.enter_async_context(aiohttp.ClientSession(told["control"]))
            self._exits.push_async_callback(self.kill_bot)
        except BaseException:
            await self._exits.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._exits.aclose()

    @property
    def database_url(self) -> str:
        return self._database_url

    def _database(self) -> AbstractAsyncContextManager[str]:
        return database_in(self.folder, self.engine)

    # -- the bot

    @property
    def settings(self) -> dict[str, str]:
        """The bot's, as its environment has them."""
        return self._given | {"DATABASE_URL": self._database_url, "LOG_FORMAT": "json"}

    @property
    def log(self) -> Path:
        return self.folder / "bot.log"

    async def start_bot(self, **extra: str) -> None:
        """Start the bot as an operator would; does not wait until it is ready."""
        self.lives += 1
        with self.log.open("ab") as log:
            log.write(f"--- life {self.lives}\n".encode())
            self._seen = log.tell()
        self._bot = await self._start_bot(self.settings | extra)

    async def _start_bot(self, settings: Mapping[str, str]) -> Running:
        with self.log.open("ab") as log:
            return await self._start("run", env=settings, stderr=log.fileno())

    async def bot_ready(self) -> None:
        """Return once the bot is ready; raises `AssertionError` where it ends before."""
        async with asyncio.timeout(_READY_SECONDS):
            while b'"event": "ready"' not in self._said():
                assert self.bot_is_up, self._said().decode()[-2000:]
                await asyncio.sleep(0.05)

    @property
    def bot_is_up(self) -> bool:
        return self._bot is not None and self._bot.returncode is None

    async def bot_ended(self, seconds: float = 30.0) -> int:
        """The bot's exit status, once it has ended by itself."""
        assert self._bot is not None
        async with asyncio.timeout(seconds):
            return await self._bot.wait()

    async def kill_bot(self) -> None:
        """End the bot at once."""
        if self._bot is not None and self._bot.returncode is None:
            self._bot.kill()
            await self._bot.wait()

    async def stop_bot(self, seconds: float = 10.0) -> int:
        """End the bot as an operator does; answers its exit status."""
        assert self._bot is not None
        if self._bot.returncode is None:
            self._bot.terminate()
        return await self.bot_ended(seconds)

    def _said(self) -> bytes:
        with self.log.open("rb") as log:
            log.seek(self._seen)
            return log.read()

    # -- people

    async def control(self, verb: str, /, **body: object) -> Json:
        async with self._http.post(f"/control/{verb}", json=body) as answer:
            told: Json = await answer.json()
        if answer.status != 200:
            raise Refused(str(told.get("error")))
        return told

    async def state(self) -> Json:
        async with self._http.get("/control/state") as answer:
            told: Json = await answer.json()
        return told

    async def publish(self, title: str, wait: float = 30.0, board: str = "main") -> Published:
        """What `roundtable publish` does, beside the bot, which may be down."""
        async with open_office(self.office_settings) as office:
            desk = office.desk(lambda: None, wait=wait)
            told = replace(article(title), tldr=f"{title}, in short.", source=Source(), sections=())
            return await desk.post(await desk.board_named(board), told)

    @property
    def office_settings(self) -> Settings:
        return Settings(**{name.lower(): value for name, value in self.settings.items()})  # type: ignore[arg-type]

    async def _start(
        self, *arguments: str, env: Mapping[str, str] | None = None, stdout: int = DEVNULL, stderr: int = DEVNULL
    ) -> Process:
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            *arguments,
            cwd=self.folder,
            env=kept | {"PYTHONPATH": str(ROOT)} | dict(env or {}),
            stdin=DEVNULL,
            stdout=stdout,
            stderr=stderr,
        )


async def _end(process: Process) -> None:
    if process.returncode is None:
        process.terminate()
        try:
            async with asyncio.timeout(5):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


def card(state: Json, side: str, title: str) -> Json | None:
    """An article's card on a side."""
    for channel in state[side]["channels"]:
        for message in channel["messages"]:
            if message["by"] != "person" and title in message["text"]:
                found: Json = message
                return found
    return None
