"""`roundtable demo`: the whole product on a local Discord and a local Slack, in a terminal."""

from __future__ import annotations

import asyncio
import contextlib
import sys
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
    from bot.cli.demo.script import Play
    from bot.cli.demo.stage import Stage
    from bot.cli.demo.talk import talk

    console = Console(highlight=False)
    try:
        async with Stage() as stage:
            screen = Screen(console)
            await Play(stage, screen).perform()
            if not once:
                await talk(stage, screen)
    except TimeoutError as error:
        raise UserError(f"the demo got stuck: {error}") from error
