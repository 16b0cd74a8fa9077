"""`roundtable demo`: the whole product on a local Discord and a local Slack, in a terminal."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import webbrowser
from typing import Annotated

import typer

from bot.errors import UserError


def demo(
    once: Annotated[bool, typer.Option("--once", help="End after the scripted conversation.")] = False,
) -> None:
    """Show the main job on a local Discord and Slack: no tokens, no network. Then take part."""
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_demo(once=once or not sys.stdin.isatty()))


async def _demo(*, once: bool) -> None:
    from rich.console import Console

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
            if not once:
                await talk(stage, screen)
    except TimeoutError as error:
        raise UserError(f"the demo got stuck: {error}") from error


def _has_display() -> bool:
    """Whether a browser would open beside this terminal, and not in it."""
    return sys.platform in {"darwin", "win32"} or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
