"""Lines from the terminal, read so that an interruption ends the wait for one."""

from __future__ import annotations

import asyncio
import sys


async def next_line() -> str:
    """The next line of standard input, with its end; empty at the end of input. Standard input is a terminal.

    A terminal becomes readable when a whole line is there. A thread that reads would keep the process from ending until
    somebody presses Enter.
    """
    loop = asyncio.get_running_loop()
    readable = asyncio.Event()
    loop.add_reader(sys.stdin, readable.set)
    try:
        await readable.wait()
    finally:
        loop.remove_reader(sys.stdin)
    return sys.stdin.readline()
