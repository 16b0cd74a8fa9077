"""The bot as a real process that starts in a moment: forked from a server that has imported everything."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import sys
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from unittest.mock import patch

from tests.chaos.fleet import Fleet
from tests.chaos.stage import Stage
from tests.engines import database_in, leases_end

_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload(
    [
        "bot.app",
        "bot.cli",
        "adapters.fetching",
        "adapters.discord.gateway",
        "adapters.slack.gateway",
        "storage.store",
        "tests.learned",
    ]
)


def _run_bot(settings: Mapping[str, str], log: Path) -> None:
    """What `python -m bot run` does, with nothing in the environment but these settings."""
    output = os.open(log, os.O_WRONLY | os.O_APPEND)
    os.dup2(output, sys.stderr.fileno())
    os.chdir(log.parent)
    for name in [name for name in os.environ if name not in {"PATH", "HOME", "LANG", "TMPDIR"}]:
        del os.environ[name]
    os.environ |= settings
    sys.argv = ["roundtable", "run"]
    from bot.cli import main  # noqa: PLC0415 - the settings come first
    from tests.learned import LearnedMaskers  # noqa: PLC0415 - the same

    with patch("bot.app.Maskers", LearnedMaskers):  # the server has learned that already
        main()


class Forked:
    """As much of asyncio's `Process` as a stage needs."""

    def __init__(self, process: ForkServerProcess) -> None:
        self._process = process

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    @property
    def pid(self) -> int | None:
        return self._process.pid

    def kill(self) -> None:
        self._process.kill()

    def terminate(self) -> None:
        self._process.terminate()

    async def wait(self) -> int:
        while (code := self._process.exitcode) is None:  # noqa: ASYNC110 - a process sets no event
            await asyncio.sleep(0.01)
        return code


async def fork(settings: Mapping[str, str], log: Path) -> Forked:
    """A bot with these settings, whose log goes on in that file."""
    process = _SERVER.Process(target=_run_bot, args=(dict(settings), log), daemon=True)
    await asyncio.to_thread(process.start)
    return Forked(process)


class QuickStage(Stage):
    """A stage whose bot starts in a moment, when nobody waits any longer for the one that was killed."""

    async def _start_bot(self, settings: Mapping[str, str]) -> Forked:
        if self.lives > 1:
            # One that is to die over an event that is told next must not die over one that is told again.
            await leases_end(self.database_url, forgotten="CRASH_AT" in settings)
        return await fork(settings, self.log)


class QuickFleet(Fleet):
    """A fleet whose bots start in a moment, on a database of the test run's server."""

    def _database(self) -> AbstractAsyncContextManager[str]:
        return database_in(self.folder, self.engine)

    async def _launch(self, settings: Mapping[str, str], log: Path) -> Forked:
        return await fork(settings, log)
