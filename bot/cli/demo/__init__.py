"""`roundtable demo`: the whole product on a local Discord and a local Slack, in a terminal."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import sys
import webbrowser
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated

import typer

from bot.errors import UserError

_PICTURE_WIDTH = 110


def demo(
    once: Annotated[bool, typer.Option("--once", help="End after the scripted conversation.")] = False,
    record: Annotated[
        Path | None, typer.Option("--record", metavar="FILE", help="Write how it goes to an SVG picture, and end.")
    ] = None,
) -> None:
    """Show the main job on a local Discord and Slack: no tokens, no network. Then take part, here or in a browser."""
    with contextlib.suppress(KeyboardInterrupt, asyncio.CancelledError):
        asyncio.run(_until_told(_record(record) if record else _demo(once=once)))


async def _until_told(work: Coroutine[object, object, None]) -> None:
    """Do it until it is done, or until SIGTERM or a closed terminal ends it as Ctrl-C does: leaving nothing behind."""
    task = asyncio.current_task()
    for number in (signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, lambda: task and task.cancel())
    await work


async def _demo(*, once: bool) -> None:
    """Play, then let people take part; where no terminal is there to write in, in the browser until it is ended."""
    from rich.console import Console

    from bot.cli.demo.keyboard import next_line
    from bot.cli.demo.screen import Screen
    from bot.cli.demo.stage import Stage
    from bot.cli.demo.talk import talk

    console = Console(highlight=False)
    try:
        async with Stage() as stage:
            screen = Screen(console)
            screen.place(stage.page)
            if console.is_terminal and _has_display():
                webbrowser.open(stage.page)
            await stage.show.perform(stage, screen)
            if not once and sys.stdin.isatty():
                await talk(stage, screen, next_line)
            elif not once:
                await asyncio.Event().wait()
    except TimeoutError as error:
        raise UserError(f"The demo got stuck: {error}") from error


async def _record(file: Path) -> None:
    from io import StringIO

    from rich.console import Console

    from bot.cli.demo.screen import Screen
    from bot.cli.demo.script import Play
    from bot.cli.demo.stage import Stage

    console = Console(highlight=False, record=True, width=_PICTURE_WIDTH, file=StringIO())
    try:
        async with Stage() as stage:
            await Play(stage, Screen(console, brief=True)).perform()
        # rich's pictures would load their fonts from another host.
        picture = re.sub(r"@font-face \{.*?\}\s*", "", console.export_svg(title="make demo"), flags=re.DOTALL)
        await asyncio.to_thread(file.write_text, picture, "utf-8")
    except TimeoutError as error:
        raise UserError(f"The demo got stuck: {error}") from error
    except OSError as error:
        raise UserError(f"The picture can't be written to {file}: {error.strerror}") from error


def _has_display() -> bool:
    """Whether a browser would open beside this terminal, and not in it."""
    return sys.platform in {"darwin", "win32"} or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
