"""The bot as a process of its own, as an operator would run it: started, killed, started again."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import UserError

if TYPE_CHECKING:
    from asyncio.subprocess import Process

_PATIENCE = 20.0
_LAST_WORDS = 50
_SETTINGS_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "SYSTEMROOT", "TMPDIR")


class BotProcess:
    """A `roundtable run` with the given settings, in a folder that holds its database."""

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        self._folder = folder
        self._settings = settings
        self.web = _web_address()
        self._process: Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._turn = asyncio.Lock()
        self._lines: list[str] = []

    @property
    def state(self) -> str:
        """`running`, `starting` or `stopped`."""
        if self._process is None or self._process.returncode is not None:
            return "stopped"
        return "running" if self._ready.is_set() else "starting"

    async def start(self) -> None:
        """Start it where it does not run, and wait until it is ready; raises `UserError` with its last words."""
        async with self._turn:
            if self.state == "running":
                return
            await self._end()
            try:
                await self._start()
            except UserError:
                # While it was away, something else may have taken its page's port.
                await self._end()
                self.web = _web_address()
                await self._start()

    async def _start(self) -> None:
        kept = {name: os.environ[name] for name in _SETTINGS_KEPT if name in os.environ}
        database = f"sqlite:///{self._folder}/roundtable.sqlite3"
        page = {"WEB_PORT": self.web.rpartition(":")[2]} if self.web else {}
        self._ready.clear()
        self._lines.clear()
        process = self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot.cli.demo.companion",
            cwd=self._folder,
            env=kept | self._settings | page | {"DATABASE_URL": database, "LOG_FORMAT": "json"},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        self._reading = asyncio.create_task(self._read_log(process))
        waits = {asyncio.create_task(self._ready.wait()), asyncio.create_task(process.wait())}
        await asyncio.wait(waits, timeout=_PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        for waiting in waits:
            waiting.cancel()
        if not self._ready.is_set():
            raise UserError(f"The bot did not start: {self._lines[-1] if self._lines else 'it said nothing'}")

    async def kill(self) -> None:
        """End it at once, as a power cut would."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def stop(self) -> None:
        """Ask it to end, and see to it that it does. Idempotent."""
        async with self._turn:
            await self._end()

    async def _end(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            try:
                async with asyncio.timeout(12):
                    await self._process.wait()
            except TimeoutError:
                await self.kill()
        if self._reading is not None:
            await self._reading
            self._reading = None

    async def _read_log(self, process: Process) -> None:
        if process.stderr is None:
            return
        async for raw in process.stderr:
            line = raw.decode(errors="replace").strip()
            self._lines.append(line)
            del self._lines[:-_LAST_WORDS]
            if '"event": "ready"' in line:
                self._ready.set()


def _web_address() -> str | None:
    """A free address for the article pages, where this version of the bot serves any."""
    from bot.config import Settings

    if "web_port" not in Settings.model_fields:
        return None
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"
