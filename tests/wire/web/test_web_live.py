from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import aiohttp
import pytest

from adapters.web.live import Live
from bot.page.records import Pulse
from tests.patience import PATIENCE
from tests.wire.web.conftest import Site


async def pulses(answer: aiohttp.ClientResponse) -> AsyncIterator[int]:
    """The numbers of comments that a stream tells."""
    async for line in answer.content:
        if line.startswith(b"data: "):
            yield json.loads(line.removeprefix(b"data: "))["comments"]


async def test_readers_hear_of_new_comments_within_moments(site: Site) -> None:
    number = await site.life.publish("One")
    async with site.session.get(f"/a/{number}/live") as first, site.session.get(f"/a/{number}/live") as second:
        assert first.headers["Content-Type"].startswith("text/event-stream")
        heard = [pulses(first), pulses(second)]
        assert [await anext(stream) for stream in heard] == [0, 0]
        await site.life.say(number, "1")
        async with asyncio.timeout(PATIENCE):
            assert [await anext(stream) for stream in heard] == [1, 1]
        assert "roundtable_live_readers 2.0" in await site.get("/metrics")


async def test_a_closing_site_ends_its_streams(site: Site) -> None:
    number = await site.life.publish("One")
    async with site.session.get(f"/a/{number}/live") as answer:
        stream = pulses(answer)
        await anext(stream)
        async with asyncio.timeout(PATIENCE):
            await site.web.close()
            assert [pulse async for pulse in stream] == []


async def test_a_reader_who_comes_back_hears_at_once_what_was_missed(site: Site) -> None:
    number = await site.life.publish("One")
    async with site.session.get(f"/a/{number}/live") as answer:
        stream = pulses(answer)
        assert await anext(stream) == 0
        seen = await last_id(site, number)
    for message in ("1", "2", "3"):
        await site.life.say(number, message)
    async with asyncio.timeout(5), site.session.get(f"/a/{number}/live", headers={"Last-Event-ID": seen}) as answer:
        assert await anext(pulses(answer)) == 3
    assert await last_id(site, number) != seen


async def last_id(site: Site, number: int) -> str:
    """What a browser would name as the last event that it saw."""
    async with asyncio.timeout(5), site.session.get(f"/a/{number}/live") as answer:
        async for line in answer.content:
            if line.startswith(b"id: "):
                return line.removeprefix(b"id: ").strip().decode()
    raise AssertionError("no event has an id")


async def test_a_board_that_is_taken_off_the_web_ends_its_streams(site: Site) -> None:
    number = await site.life.publish("One")
    (board,) = await site.life.store.boards(site.life.community)
    async with asyncio.timeout(5), site.session.get(f"/a/{number}/live") as answer:
        stream = pulses(answer)
        assert await anext(stream) == 0
        await site.life.store.show_on_web(board.id, on_web=False)
        await site.life.say(number, "1")
        assert [pulse async for pulse in stream] == []
    assert (await site.ask(f"/a/{number}/live")).status == 404


async def test_the_database_is_asked_once_for_all_readers_and_not_at_all_for_none(site: Site) -> None:
    number = await site.life.publish("One")
    reader = site.web._reader  # noqa: SLF001 - the page has no other
    asked: list[tuple[int, ...]] = []

    class Counted:
        def __getattr__(self, name: str) -> object:
            return getattr(reader, name)

        async def pulses(self, discussions: tuple[int, ...]) -> object:
            asked.append(tuple(discussions))
            return {number: Pulse(len(asked), len(asked))}

    live = Live(Counted(), look=0.01)  # type: ignore[arg-type]
    live.start()
    await asyncio.sleep(0)
    assert asked == []
    queues: list[asyncio.Queue[Pulse | None]] = [asyncio.Queue() for _ in range(50)]
    live._streams[number].update(queues)  # noqa: SLF001 - fifty sockets would show no more
    live._wanted.set()  # noqa: SLF001
    async with asyncio.timeout(PATIENCE):
        first = [await queue.get() for queue in queues]
    assert len(set(first)) == 1
    assert set(asked) == {(number,)}
    await live.close()


@pytest.mark.parametrize("path", ["/a/none-99/live", "/a/words/live"])
async def test_there_is_no_stream_of_what_is_not_there(site: Site, path: str) -> None:
    assert (await site.ask(path)).status == 404
