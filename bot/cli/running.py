"""`roundtable run`, and the commands that speak to a running bot through its database."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import PlatformError, SettingsError

if TYPE_CHECKING:
    from bot.app import Office
    from bot.commands import Published
    from bot.records import BoardRecord

_ENDS_WITHIN = 9.0
"""Seconds after SIGTERM at which the process ends at the latest: whoever sent it kills after ten."""
_WAIT_FOR_CHANNELS = 15.0
_WAIT_FOR_POSTINGS = 30.0
_MEND = "mend that, then run `roundtable parked retry ID` (`roundtable parked` lists the ids)"
_QUEUED = "it stays queued, and `roundtable run` posts it when it runs and the platform can be reached"
_LOOK = 0.25


def run() -> None:
    """Run the bot, from settings in the environment or in roundtable.toml, until SIGINT or SIGTERM."""
    from bot import logs
    from bot.config import load

    settings = load()
    logs.set_up(settings.log_format, settings.log_level)
    try:
        asyncio.run(_run())
    except PlatformError as error:
        raise SettingsError(str(error)) from error


async def _run() -> None:
    from bot.app import run as run_app
    from bot.config import load

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def end() -> None:
        if not stop.is_set():
            stop.set()
            last = threading.Timer(_ENDS_WITHIN, _give_up)
            last.daemon = True
            last.start()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, end)
    await run_app(load(), stop)


def _give_up() -> None:
    """End as it stands, where a database that does not answer holds up everything: what is open is found next time."""
    import structlog

    structlog.get_logger(__name__).warning("ended without waiting any longer", seconds=_ENDS_WITHIN)
    sys.stderr.flush()
    os._exit(0)


def publish(
    source: Annotated[str, typer.Argument(help="A URL, a file, or - for standard input.")],
    board: Annotated[str, typer.Option(help="The board to publish on.")] = "main",
) -> None:
    """Publish an article: queue it for the running bot, wait, and print where it went."""
    published = asyncio.run(_publish(source, board))
    if published.already:
        print(f"{published.title} is on the board {board} already:")
    for link in published.links:
        print(f"{link.label}: {link.url}")
    for line in published.missing:
        print(f"roundtable: not posted yet: {line}; {_QUEUED}", file=sys.stderr)
    for line in published.refused:
        print(f"roundtable: refused: {line}; {_MEND}", file=sys.stderr)
    if published.missing or published.refused:
        raise typer.Exit(1)


async def _publish(source: str, board: str) -> Published:
    from bot.app import open_office
    from bot.cli.sources import given
    from bot.config import load
    from bot.desk import read_given

    async with open_office(load()) as office:
        article = await read_given(given(source), office.fetcher)
        desk = office.desk(lambda: None, wait=_WAIT_FOR_POSTINGS)
        return await desk.post(await _board_with_channels(office, board), article)


async def _board_with_channels(office: Office, name: str) -> BoardRecord:
    """The board, once it has channels: a bot that is just starting joins its channels in a moment."""
    desk = office.desk(lambda: None)
    record = await desk.board_named(name)
    for _ in range(int(_WAIT_FOR_CHANNELS / _LOOK)):
        if record.channels:
            break
        await office.clock.sleep(_LOOK)
        record = await desk.board_named(name)
    return record
