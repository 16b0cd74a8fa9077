"""Measures what two replicas carry next to one, where each call to a platform takes its time: `make bench-replicas`.

Articles are published on a board with a Discord and a Slack channel, all at one instant; each card is posted and its
thread opened, two calls of which each takes SECONDS longer than the stand-in needs. What bounds a replica then is how
many lanes it works on at once, not the processor that it shares with the stand-ins here; their own cost is printed.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from bot.app import open_office
from tests.builders import article
from tests.chaos.fleet import Fleet
from tests.engines import rests
from tests.postgres import connect

LEAST = 1.6


class SlowFleet(Fleet):
    """A fleet whose calls to the platforms take longer."""

    ways: Mapping[str, str] = {}

    @property
    def settings(self) -> dict[str, str]:
        return super().settings | dict(self.ways)


@asynccontextmanager
async def slow_way(url: str, seconds: float) -> AsyncIterator[str]:
    """An address that leads to the same, so much later."""
    parts = urlsplit(url)
    carrying: set[asyncio.Task[None]] = set()

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        carrying.add(task)
        task.add_done_callback(carrying.discard)
        there, back = await asyncio.open_connection(parts.hostname, parts.port)
        try:
            await asyncio.gather(one_way(reader, back, seconds), one_way(there, writer, 0.0))
        finally:
            for end in (back, writer):
                end.close()

    async def one_way(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, wait: float) -> None:
        try:
            while data := await reader.read(1 << 16):
                await asyncio.sleep(wait)
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(carry, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    yield parts._replace(netloc=f"127.0.0.1:{port}").geturl()
    server.close()
    # The bots are gone by now: each connection comes to its end.
    await asyncio.gather(*carrying)


async def carried(size: int, articles: int, seconds: float) -> float:
    """How many cards a second so many replicas post, with their threads."""
    with tempfile.TemporaryDirectory() as folder:
        async with SlowFleet(Path(folder), size) as fleet:
            given = fleet.settings
            async with (
                slow_way(given["DISCORD_API_URL"], seconds) as discord,
                slow_way(given["SLACK_API_URL"], seconds) as slack,
            ):
                fleet.ways = {"DISCORD_API_URL": discord, "SLACK_API_URL": slack}
                await fleet.start_bot()
                await fleet.bot_ready()
                loop = asyncio.get_running_loop()
                async with open_office(fleet.office_settings) as office:
                    (board,) = await office.store.boards(office.community)
                    later = office.clock.now() + timedelta(hours=1)
                    for number in range(articles):
                        one = replace(article(f"Article {number}"), sections=())
                        await office.store.publish(board.id, one, [f"bench:{number}"], one.title, later)
                connection = await connect(fleet.database_url)
                await connection.execute("UPDATE outbox SET not_before = 0")
                await connection.close()
                due_at = loop.time()
                cost, own = cpu_of(fleet.sandbox_pid), [cpu_of(pid) for pid in fleet.pids]
                while not await rests(fleet.database_url):  # noqa: ASYNC110 - a database sets no event
                    await asyncio.sleep(0.2)
                took = loop.time() - due_at
                cost = cpu_of(fleet.sandbox_pid) - cost
                own = [cpu_of(pid) - before for pid, before in zip(fleet.pids, own, strict=True)]
                await fleet.kill_bot()
    cards = 2 * articles
    print(  # noqa: T201
        f"{size} replica{'s' if size > 1 else ''}: {cards} cards with their threads in {took:.1f} s, "
        f"{cards / took:.1f} a second; of one core the stand-ins took {cost / took:.0%}, "
        f"and each replica {' and '.join(f'{each / took:.0%}' for each in own)}",
        flush=True,
    )
    return cards / took


def cpu_of(pid: int) -> float:
    """Seconds of processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> int:
    arguments = argparse.ArgumentParser(prog="python -m tests.bench.replicas.run", description=__doc__)
    arguments.add_argument("--articles", type=int, default=320)
    arguments.add_argument("--seconds", type=float, default=2.0, help="what each call to a platform takes longer")
    given = arguments.parse_args()
    one, two = (asyncio.run(carried(size, given.articles, given.seconds)) for size in (1, 2))
    print(f"two carry {two / one:.2f} times what one does (at least {LEAST})")  # noqa: T201
    return 0 if two / one >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
