"""However the demo ends, nothing of it stays behind."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from bot.cli.demo.keyboard import next_line
from bot.cli.demo.process import BotProcess
from tests.patience import PATIENCE
from tests.wire.whole.town import Town


def left_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def test_the_bot_ends_with_a_demo_that_is_killed(tmp_path: Path) -> None:
    async with Town(tmp_path) as town:
        bot = BotProcess(tmp_path, town.sandbox.settings)
        await bot.start()
        process = bot._process  # noqa: SLF001 - what a killed demo leaves of it
        assert process is not None
        assert process.stdin is not None
        process.stdin.close()
        async with asyncio.timeout(PATIENCE):
            assert await process.wait() == 0
        await bot.stop()


async def test_whoever_waits_for_a_line_can_be_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal, screen = os.openpty()
    with os.fdopen(screen) as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        os.write(terminal, b"Hello\n")
        assert await next_line() == "Hello\n"
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await next_line()
    os.close(terminal)


async def test_sigterm_ends_a_demo_as_an_interruption_does(tmp_path: Path) -> None:
    demo = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "demo",
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3]), "TMPDIR": str(tmp_path)},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
    )
    assert demo.stdout is not None
    async with asyncio.timeout(PATIENCE):
        await demo.stdout.readuntil(b"presses Publish")
        demo.send_signal(signal.SIGTERM)
        assert await demo.wait() == 0
    assert left_in(tmp_path) == []
