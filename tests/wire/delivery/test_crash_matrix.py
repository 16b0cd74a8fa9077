"""A real bot is killed at each commit point in turn, started again, and keeps its promises (docs/delivery.md).

One sandbox, one database and one discussion serve all: each crash has to leave alone what the ones before have left.
"""

from __future__ import annotations

import itertools
import signal
from pathlib import Path

import pytest
import pytest_asyncio

from bot.delivery.crashing import Point
from tests.chaos.people import Comment
from tests.engines import POSTGRESQL
from tests.wire.delivery.forked import QuickStage
from tests.wire.delivery.telling import Telling, cards, until

DOCUMENT = Path(__file__).parents[3] / "docs" / "delivery.md"
pytestmark = pytest.mark.asyncio(loop_scope="module")

SIDES = itertools.cycle(["discord", "slack"])
RECEIVING = (Point.HEARD, Point.KEPT, Point.DECIDED, Point.SETTLED)
COMMENT = (*RECEIVING, Point.BEGUN, Point.SENT, Point.NOTED)
EDIT = (*RECEIVING, Point.EDITED, Point.NOTED)
DELETION = (*RECEIVING, Point.DELETED, Point.NOTED)
REACTION = (*RECEIVING, Point.EDITED, Point.NOTED)
REPOST = (
    (Point.SETTLED, 1),
    (Point.BEGUN, 1),
    (Point.BEGUN, 2),
    (Point.SENT, 1),
    (Point.SENT, 2),
    (Point.CLEARED, 1),
    (Point.NOTED, 1),
    (Point.NOTED, 2),
)
PUBLICATION = (
    *((point, times) for point in (Point.BEGUN, Point.SENT, Point.OPENED) for times in (1, 2)),
    (Point.NOTED, 2),
)
FORUM = (Point.SENT, Point.OPENED)
CATCHING_UP = RECEIVING


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def telling(stage: QuickStage) -> Telling:
    """A discussion with a comment of each side in it."""
    told = Telling(stage, "Crashes")
    await stage.start_bot()
    await stage.bot_ready()
    await told.publish()
    for side in ("discord", "slack"):
        await told.say(side)
    await told.held()
    await stage.kill_bot()
    return told


async def start_to_crash(stage: QuickStage, point: Point, times: int = 1) -> None:
    await stage.start_bot(CRASH_AT=f"{point}:{times}")
    await stage.bot_ready()


async def crashed_and_mended(stage: QuickStage, told: Telling) -> None:
    assert await stage.bot_ended(10) == -signal.SIGKILL
    await stage.start_bot()
    await told.held()
    await stage.kill_bot()


async def a_comment(stage: QuickStage, telling: Telling, side: str, but: int = 0) -> Comment:
    """A comment that stands on both sides: one of an earlier test `but` the latest ones, or a new one."""
    found = [one for one in telling.comments if one.side == side and not one.removed and not one.slipped]
    if len(found) > but:
        return found[-1 - but]
    await stage.start_bot()
    await telling.say(side)
    await telling.held()
    await stage.kill_bot()
    return telling.comments[-1]


@pytest.mark.parametrize(
    ("point", "side"),
    [
        *itertools.product((Point.HEARD, Point.KEPT), ("discord", "slack")),
        *[(point, next(SIDES)) for point in COMMENT[2:]],
    ],
)
async def test_a_comment_survives(stage: QuickStage, telling: Telling, point: Point, side: str) -> None:
    await start_to_crash(stage, point)
    await telling.say(side)
    await crashed_and_mended(stage, telling)


@pytest.mark.parametrize(("side", "point"), [(next(SIDES), point) for point in EDIT])
async def test_an_edit_survives(stage: QuickStage, telling: Telling, point: Point, side: str) -> None:
    comment = await a_comment(stage, telling, side)
    await start_to_crash(stage, point)
    await telling.edit(comment, f"Edited at {point}.")
    await crashed_and_mended(stage, telling)


@pytest.mark.parametrize(("side", "point"), [(next(SIDES), point) for point in DELETION])
async def test_a_deletion_survives(stage: QuickStage, telling: Telling, point: Point, side: str) -> None:
    comment = await a_comment(stage, telling, side)
    await start_to_crash(stage, point)
    await telling.delete(comment)
    await crashed_and_mended(stage, telling)


@pytest.mark.parametrize(("side", "point"), [(next(SIDES), point) for point in REACTION])
async def test_a_reaction_survives(stage: QuickStage, telling: Telling, point: Point, side: str) -> None:
    comment = await a_comment(stage, telling, side)
    await start_to_crash(stage, point)
    await telling.react(comment, "🎉", telling.reactor(comment, "🎉"))
    await crashed_and_mended(stage, telling)


@pytest.mark.parametrize(("side", "point"), [(next(SIDES), point) for point in CATCHING_UP])
async def test_catching_up_survives(stage: QuickStage, telling: Telling, point: Point, side: str) -> None:
    """What was said, changed, deleted and liked while the bot was down is found by a bot that dies over it."""
    changed, doomed = await a_comment(stage, telling, side), await a_comment(stage, telling, side, but=1)
    await telling.say(side)
    await telling.edit(changed, f"Edited before {point}.")
    await telling.delete(doomed)
    await telling.react(changed, "👀", telling.reactor(changed, "👀"))
    await stage.start_bot(CRASH_AT=f"{point}:2")
    await crashed_and_mended(stage, telling)


async def test_a_message_deleted_while_it_was_in_the_inbox_is_removed(stage: QuickStage, telling: Telling) -> None:
    for side in ("discord", "slack"):
        await start_to_crash(stage, Point.KEPT)
        said = await telling.say(side)
        assert await stage.bot_ended(10) == -signal.SIGKILL
        await telling.delete(said)
        await stage.start_bot()
        await telling.held()
        await stage.kill_bot()


@pytest.mark.parametrize(("side", "point", "times"), [(next(SIDES), *each) for each in REPOST])
async def test_a_masked_repost_survives(
    stage: QuickStage, telling: Telling, point: Point, times: int, side: str
) -> None:
    await start_to_crash(stage, point, times)
    await telling.say(side, "This is bullshit.")
    await crashed_and_mended(stage, telling)


@pytest.mark.parametrize(("point", "times"), PUBLICATION)
async def test_a_publication_survives(stage: QuickStage, point: Point, times: int) -> None:
    title = f"Published at {point} {times}"
    await start_to_crash(stage, point, times)
    await stage.publish(title, wait=0.0)
    assert await stage.bot_ended(10) == -signal.SIGKILL
    await stage.start_bot()

    async def stand() -> bool:
        threads = [card["thread"] for card in cards(await stage.state(), title)]
        return len(threads) == 2 and all(thread and len(thread) == 1 for thread in threads)

    await until(stand)
    told = Telling(stage, title)
    await told.say("discord")
    await told.held()
    await stage.kill_bot()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def forum(stage: QuickStage) -> str:
    """A board with nothing on it but a forum on Discord."""
    await stage.start_bot()
    await stage.bot_ready()
    await stage.control("channel", platform="discord", name="posts", forum=True)
    join = {"channel": "posts", "board": "forum"}
    await stage.control("command", platform="discord", channel="news", user="Ada", command="/board join", options=join)
    await stage.kill_bot()
    return "forum"


@pytest.mark.parametrize("point", FORUM)
async def test_a_publication_in_a_forum_survives(stage: QuickStage, forum: str, point: Point) -> None:
    """Discord takes no nonce with a post, which is a thread as soon as it is there."""
    title = f"Posted at {point}"
    await start_to_crash(stage, point)
    await stage.publish(title, wait=0.0, board=forum)
    assert await stage.bot_ended(10) == -signal.SIGKILL
    await stage.start_bot()

    async def stands() -> bool:
        posts = cards(await stage.state(), title)
        return len(posts) == 1 and bool(posts[0]["thread"]) and len(posts[0]["thread"]) == 1

    await until(stands)
    (post,) = cards(await stage.state(), title)
    await stage.control("say", platform="discord", channel="posts", thread=post["id"], user="Grace", text="In it.")

    async def counts() -> bool:
        posts = cards(await stage.state(), title)
        return len(posts) == 1 and "Discussion (1)" in posts[0]["text"] and len(posts[0]["thread"]) == 2

    await until(counts)
    await stage.kill_bot()


async def test_sigterm_leaves_the_rest_in_the_outbox(stage: QuickStage, telling: Telling) -> None:
    """It ends well within ten seconds, though Discord never answers and Slack wants no requests for now."""
    await stage.start_bot()
    await stage.bot_ready()
    await stage.control("faults", platform="discord", kind="timeout_after", route="POST /webhooks/", times=2)
    await stage.control("faults", platform="slack", kind="429", route="chat.postMessage", times=3)
    for side in ("discord", "slack", "discord", "slack"):
        await telling.say(side)
    assert await stage.stop_bot(10.0) == 0
    await stage.control("faults", clear=True)
    await stage.start_bot()
    await telling.held()
    await telling.kept()
    await stage.kill_bot()


ONCE = {
    Point.HEARD: "say",
    Point.KEPT: "say",
    Point.DECIDED: "say",
    Point.SETTLED: "say",
    Point.BEGUN: "say",
    Point.SENT: "say",
    Point.NOTED: "say",
    Point.EDITED: "edit",
    Point.DELETED: "delete",
    Point.CLEARED: "mask",
    Point.OPENED: "publish",
}


@pytest.mark.engines(POSTGRESQL)
@pytest.mark.timeout(240)
async def test_each_point_once_on_the_other_engine(stage: QuickStage, telling: Telling) -> None:
    """All in one test, so that it needs one stage; `ENGINE=postgres` runs the whole matrix there."""
    assert ONCE.keys() == set(Point)
    for (point, act), side in zip(ONCE.items(), SIDES, strict=False):
        comment = await a_comment(stage, telling, side)
        await start_to_crash(stage, point)
        match act:
            case "edit":
                await telling.edit(comment, f"Edited at {point}.")
            case "delete":
                await telling.delete(comment)
            case "publish":
                await stage.publish(f"Published at {point}, once", wait=0.0)
            case _:
                await telling.say(side, "This is bullshit." if act == "mask" else f"Said at {point}.")
        await crashed_and_mended(stage, telling)
    await telling.kept()


async def test_every_point_is_in_the_matrix_and_the_matrix_in_the_documents() -> None:
    tried = {
        "comment": set(COMMENT),
        "edit": set(EDIT),
        "deletion": set(DELETION),
        "reaction": set(REACTION),
        "masked repost": {point for point, _ in REPOST},
        "publication": {point for point, _ in PUBLICATION},
        "publication in a forum": set(FORUM),
        "catching up": set(CATCHING_UP),
    }
    assert set().union(*tried.values()) == set(Point)
    lines = DOCUMENT.read_text("utf-8").partition("## The crash matrix")[2].splitlines()
    head, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    told: dict[str, set[Point]] = {name: set() for name in head[1:]}
    for point, *cells in rows:
        for name, cell in zip(head[1:], cells, strict=True):
            if cell:
                told[name].add(Point(point.split("`")[1]))
    assert told == tried
