"""Several bots on one PostgreSQL that can be stopped too: replicas are killed, and paused for a while."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from tests import postgres
from tests.chaos.stage import Running, Stage

_STOP_SECONDS = 15
"""An operator's patience: a replica ends within ten, and what chaos does to the machine is allowed for."""
_LONGEST_PAUSE = 14.0
"""Seconds: well past a lease, so that others have taken over when the paused one wakes."""


class Fleet(Stage):
    """A stage with `size` bots, and a server of its own."""

    def __init__(self, folder: Path, size: int) -> None:
        super().__init__(folder, "postgresql")
        self.size = size
        self.server: postgres.Server | None = None
        self._bots: dict[int, Running] = {}

    def _database(self) -> AbstractAsyncContextManager[str]:
        return self._served()

    @asynccontextmanager
    async def _served(self) -> AsyncIterator[str]:
        with postgres.running(durable=True) as self.server:
            yield self.server.url()

    async def start_bot(self, **extra: str) -> None:
        """Start every bot that is not up."""
        for number in range(self.size):
            if not self.is_up(number):
                await self.start(number, **extra)

    async def start(self, number: int, **extra: str) -> None:
        """Start one bot, whose log goes on."""
        self.lives += 1
        log = self.folder / f"bot-{number}.log"
        with log.open("ab") as file:
            file.write(f"--- life {self.lives}\n".encode())
        self._bots[number] = await self._launch(self.settings | extra, log)

    async def _launch(self, settings: Mapping[str, str], log: Path) -> Running:
        with log.open("ab") as file:
            return await self._start("run", env=settings, stderr=file.fileno())

    def is_up(self, number: int) -> bool:
        return number in self._bots and self._bots[number].returncode is None

    async def kill(self, number: int) -> None:
        """End one at once, also where it is paused."""
        if self.is_up(number):
            self._bots[number].kill()
            await self._bots[number].wait()

    async def terminate(self, number: int) -> int:
        """End one as an operator does; answers its status."""
        self._signal(number, signal.SIGCONT)
        if self.is_up(number):
            self._bots[number].terminate()
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                return await self._bots[number].wait()
        except TimeoutError:
            await self.kill(number)
            raise AssertionError(f"replica {number} did not end within {_STOP_SECONDS} s") from None

    def pid(self, number: int) -> int | None:
        return getattr(self._bots.get(number), "pid", None)

    @property
    def pids(self) -> list[int]:
        """Of those that are up."""
        return [pid for number in range(self.size) if self.is_up(number) and (pid := self.pid(number)) is not None]

    def pause(self, number: int) -> None:
        """Stop one as it stands."""
        self._signal(number, signal.SIGSTOP)

    def wake(self, number: int) -> None:
        """Let a stopped one go on."""
        self._signal(number, signal.SIGCONT)

    async def sleep(self, number: int, seconds: float) -> None:
        """Stop one as it stands, and let it go on after so long."""
        self.pause(number)
        try:
            await asyncio.sleep(seconds)
        finally:
            self.wake(number)

    async def restart_server(self, mode: str, away: float) -> None:
        """Stop the server under all of them, and start it again, also where the troubles end meanwhile."""
        restarting = asyncio.create_task(self._restart_server(mode, away))
        try:
            await asyncio.shield(restarting)
        except asyncio.CancelledError:
            await restarting
            raise

    async def _restart_server(self, mode: str, away: float) -> None:
        assert self.server is not None
        await asyncio.to_thread(self.server.stop, mode)
        await asyncio.sleep(away)
        await asyncio.to_thread(self.server.start)

    async def bot_ready(self) -> None:
        async with asyncio.timeout(60):
            for number in range(self.size):
                while not self.said(number, "ready"):
                    assert self.is_up(number), self._last_life(number).decode()[-2000:]
                    await asyncio.sleep(0.05)

    @property
    def bot_is_up(self) -> bool:
        return all(self.is_up(number) for number in range(self.size))

    async def kill_bot(self) -> None:
        for number in range(self.size):
            await self.kill(number)

    async def stop_bot(self, seconds: float = 10.0) -> int:
        del seconds
        statuses = await asyncio.gather(*(self.terminate(number) for number in range(self.size)))
        return max(statuses, key=abs)

    def said(self, number: int, event: str) -> int:
        """How often a bot has logged this event in its present life."""
        return self._last_life(number).count(f'"event": "{event}"'.encode())

    def _signal(self, number: int, which: signal.Signals) -> None:
        pid = self.pid(number)
        if self.is_up(number) and pid is not None:
            os.kill(pid, which)

    def _last_life(self, number: int) -> bytes:
        return (self.folder / f"bot-{number}.log").read_bytes().rpartition(b"--- life ")[2]


async def troubles(stage: Fleet, dice: random.Random) -> None:
    """Kill, pause and stop replicas, and restart the server under them, for ever; what ended is started again."""
    sleeping: set[asyncio.Task[None]] = set()
    try:
        while True:
            await asyncio.sleep(dice.uniform(1.0, 3.5))
            number = dice.randrange(stage.size)
            match dice.choices(("kill", "pause", "stop", "server"), (35, 45, 10, 10))[0]:
                case "kill":
                    await stage.kill(number)
                    await asyncio.sleep(dice.choice((0.0, 0.0, 3.0)))
                case "pause":
                    task = asyncio.create_task(stage.sleep(number, dice.uniform(1.0, _LONGEST_PAUSE)))
                    sleeping.add(task)
                    task.add_done_callback(sleeping.discard)
                case "stop":
                    await stage.terminate(number)
                case "server":
                    await stage.restart_server(dice.choice(("fast", "immediate")), dice.uniform(0.0, 4.0))
            await stage.start_bot()
    finally:
        for task in sleeping:
            task.cancel()
        await asyncio.gather(*sleeping, return_exceptions=True)
