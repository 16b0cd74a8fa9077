"""Leaving the gateway while it is being joined: the order to leave must not get lost."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from adapters.discord.connection import Connection, Session
from adapters.discord.rest import Endpoint
from tests.patience import PATIENCE


class Socket:
    """A connection on which nothing comes."""

    session_id = None
    open = False

    async def poll_event(self) -> None:
        await asyncio.Event().wait()


@pytest.mark.parametrize("turns", range(5))
async def test_a_session_that_was_just_taken_up_is_left(monkeypatch: pytest.MonkeyPatch, turns: int) -> None:
    """Whatever turn of the loop it is told in, after the socket is there."""
    made = asyncio.Event()

    async def from_client(*_given: Any, **_named: Any) -> Socket:  # noqa: ANN401 - as discord.py calls it
        await made.wait()
        return Socket()

    monkeypatch.setattr("adapters.discord.connection.DiscordWebSocket.from_client", from_client)
    connection = Connection(
        Endpoint(), heard=lambda *_: None, lost=lambda: None, identify_pause=0.0, away=5.0, silence=5.0
    )
    connection._listening = asyncio.create_task(connection._listen(Session("session", 1, "ws://gateway")))  # noqa: SLF001
    for _ in range(5):
        await asyncio.sleep(0)
    made.set()
    for _ in range(turns):
        await asyncio.sleep(0)
    async with asyncio.timeout(PATIENCE / 20):
        await connection.hang_up(resumable=True)
    assert connection._listening.done()  # noqa: SLF001 - what is tested
    await connection.close()
