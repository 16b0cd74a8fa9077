"""Rate limits: storms of 429 that are obeyed to the letter, and the platforms' own, shared by a channel's threads.

`house` lifts the limits and is told to refuse; `limited` keeps those of the real platforms.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass

import pytest
import pytest_asyncio

from tests.wire.delivery.in_house import InHouse
from tests.wire.delivery.telling import Telling, until

pytestmark = pytest.mark.asyncio(loop_scope="module")
OTHER = {"discord": "slack", "slack": "discord"}
IN_FLIGHT = 0.25
"""Seconds after a refusal in which a call may still come that left before it was heard."""
EARLY = 0.005
"""Seconds by which a wait's end may be told differently by those who count it."""


@dataclass(frozen=True)
class Call:
    """A request as its platform saw it. `key` is what its rate is counted by, `wait` what a refusal asked for."""

    at: float
    key: str
    everywhere: bool
    wait: float | None


def calls(house: InHouse, side: str, begun: int) -> list[Call]:
    if side == "discord":
        return [
            Call(
                one.at,
                f"{one.method} {one.path}",
                bool(one.status == 429 and one.response.get("global")),
                one.response["retry_after"] if one.status == 429 else None,
            )
            for one in house.town.discord_exchanges[begun:]
        ]
    return [
        Call(
            one.at,
            f"{one.method} {one.arguments.get('channel')}" if one.method == "chat.postMessage" else one.method,
            everywhere=False,
            wait=float(one.headers["Retry-After"]) if one.status == 429 else None,
        )
        for one in house.town.slack_exchanges[begun:]
    ]


def too_early(seen: Iterable[Call]) -> list[tuple[Call, Call]]:
    """Calls that came while one before had said that they would be refused."""
    known = list(seen)
    return [
        (refusal, call)
        for refusal in known
        if refusal.wait is not None
        for call in known
        if refusal.at + IN_FLIGHT < call.at < refusal.at + refusal.wait - EARLY
        and (refusal.everywhere or call.key == refusal.key)
    ]


@pytest.mark.parametrize(
    ("side", "route"),
    [
        ("discord", ""),
        ("discord", "POST /webhooks/"),
        ("discord", "PATCH"),
        ("slack", "chat.update"),
        ("slack", "chat.postMessage"),
    ],
    ids=["Discord, global", "Discord, per webhook", "Discord, edits", "Slack, edits", "Slack, per channel"],
)
async def test_a_storm_of_429_is_obeyed_to_the_letter_and_costs_nothing(
    house: InHouse, told: Telling, side: str, route: str
) -> None:
    first = await told.say(OTHER[side])
    await told.held()
    begun = len(house.town.discord_exchanges if side == "discord" else house.town.slack_exchanges)
    await house.fault(side, "429", route, times=2)
    for _ in range(2):
        await told.say(OTHER[side])
    await told.edit(first, "Edited in the storm.")
    await told.held()
    seen = calls(house, side, begun)
    assert any(call.wait is not None for call in seen)
    assert too_early(seen) == []


# -- the platforms' own limits


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def limited(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[InHouse]:
    async with InHouse(tmp_path_factory.mktemp("limited"), limits="real") as opened:
        await opened.town.start_bot()
        yield opened


def sent_to(house: InHouse, side: str, root: str) -> list[float]:
    """When the copies in a thread were sent."""
    if side == "discord":
        return [
            one.at
            for one in house.town.discord_exchanges
            if one.method == "POST" and one.query.get("thread_id") == root and one.status == 200
        ]
    return [
        one.at
        for one in house.town.slack_exchanges
        if one.method == "chat.postMessage" and one.arguments.get("thread_ts") == root and one.status == 200
    ]


@pytest.mark.parametrize("side", ["discord", "slack"])
async def test_a_busy_thread_starves_no_other_of_its_channel(limited: InHouse, side: str) -> None:
    """A thread with a long backlog shares the channel's rate with one that has little to say."""
    busy, calm = Telling(limited, f"Busy on {side}."), Telling(limited, f"Calm on {side}.")
    for each in (busy, calm):
        await each.publish()
    roots = {each.title: await each.root(side) for each in (busy, calm)}
    begun = len(limited.town.discord_exchanges if side == "discord" else limited.town.slack_exchanges)
    for _ in range(9):
        await busy.say(OTHER[side])
    await until(lambda: sent_to(limited, side, roots[busy.title])[1:])
    for _ in range(2):
        await calm.say(OTHER[side])
    await busy.held(30)
    await calm.held(30)
    theirs = sent_to(limited, side, roots[busy.title])
    ours = sent_to(limited, side, roots[calm.title])[-2:]
    assert sum(at > ours[-1] for at in theirs) >= 3, "the calm thread had to wait for the busy one"
    assert too_early(calls(limited, side, begun)) == []
