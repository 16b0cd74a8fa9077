"""What tests tell people to do in one thread, and the wait until both sides and the database show it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from bot.app import open_office
from bot.commands import Published
from bot.config import Settings
from tests.chaos.people import Comment
from tests.chaos.stage import CHANNEL, SIDES, Json, card
from tests.chaos.verdict import Verdict, compare, compare_database
from tests.engines import rests
from tests.patience import PATIENCE

NAMES = {
    "discord": ("Grace", "Linus", "Margaret", "Dennis", "Donald"),
    "slack": ("Grace", "Ken", "Barbara", "Edsger", "Radia"),
}
"""Some of the people of each side."""


class Place(Protocol):
    """Where people and a bot are: a stage, or a sandbox inside the test's own process."""

    @property
    def database_url(self) -> str: ...
    @property
    def office_settings(self) -> Settings: ...
    async def control(self, verb: str, /, **body: object) -> Json: ...
    async def state(self) -> Json: ...
    async def publish(self, title: str) -> Published: ...


class Telling:
    """People of both sides under one card, and what they wrote."""

    def __init__(self, stage: Place, title: str) -> None:
        self.stage = stage
        self.title = title
        self.comments: list[Comment] = []

    async def publish(self) -> None:
        """Publish the article, and wait until its cards and threads stand."""
        published = await self.stage.publish(self.title)
        assert (published.missing, published.refused) == ((), ()), published

    async def card(self, side: str) -> Json:
        """The card on a side, as people see it."""
        found = card(await self.stage.state(), side, self.title)
        assert found is not None, f"no card of {self.title} on {side}"
        return found

    async def root(self, side: str) -> str:
        return str((await self.card(side))["id"])

    async def say(self, side: str, words: str = "Said.", user: str = "Grace") -> Comment:
        return await self.say_under(await self.root(side), side, words, user)

    async def say_under(self, root: str, side: str, words: str = "Said.", user: str = "Grace") -> Comment:
        number = len(self.comments) + 1
        text = f"#{number}: {words}"
        told = await self.stage.control("say", platform=side, channel=CHANNEL, thread=root, user=user, text=text)
        slipped = "shit" in words
        self.comments.append(Comment(number, self.title, side, user, str(told["id"]), text, slipped=slipped))
        return self.comments[-1]

    async def edit(self, comment: Comment, words: str) -> None:
        comment.text = f"#{comment.number}: {words}"
        comment.slipped = comment.slipped or "shit" in words
        await self.stage.control("edit", platform=comment.side, channel=CHANNEL, id=comment.message, text=comment.text)

    async def delete(self, comment: Comment) -> None:
        comment.removed = True
        await self.stage.control("delete", platform=comment.side, channel=CHANNEL, id=comment.message)

    async def react(self, comment: Comment, emoji: str, user: str) -> None:
        comment.reactions.setdefault(emoji, set()).add((comment.side, user))
        await self.stage.control(
            "react", platform=comment.side, channel=CHANNEL, id=comment.message, emoji=emoji, user=user
        )

    def reactor(self, comment: Comment, emoji: str) -> str:
        """Somebody on the comment's side who has not reacted so yet."""
        before = {name for _, name in comment.reactions.get(emoji, ())}
        return next(name for name in NAMES[comment.side] if name not in before)

    async def unreact(self, comment: Comment, emoji: str, user: str) -> None:
        comment.reactions[emoji].remove((comment.side, user))
        await self.stage.control(
            "unreact", platform=comment.side, channel=CHANNEL, id=comment.message, emoji=emoji, user=user
        )

    async def held(self, seconds: float = PATIENCE) -> None:
        """Return once both sides show exactly what was written, and nothing waits; fails with the differences."""
        verdict = Verdict()

        async def holds() -> bool:
            nonlocal verdict
            # The state is much to tell and to compare: it is asked for when there is hope.
            if not await rests(self.stage.database_url):
                return False
            verdict = compare(await self.stage.state(), [self.title], self.comments)
            return not verdict.lines

        try:
            await until(holds, seconds)
        except TimeoutError:
            verdict = compare(await self.stage.state(), [self.title], self.comments)
            raise AssertionError("\n".join(verdict.lines) or "the database does not come to rest") from None

    async def kept(self) -> None:
        """The database agrees, and nothing in it breaks its rules."""
        verdict = Verdict()
        async with open_office(self.stage.office_settings) as office:
            await compare_database(verdict, office, [self.title], self.comments)
        assert verdict.database == []


async def until(holds: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Return once this holds; raises `TimeoutError`."""
    async with asyncio.timeout(seconds):
        while True:
            answer = holds()
            if await answer if asyncio.iscoroutine(answer) else answer:
                return
            await asyncio.sleep(0.05)


def cards(state: Json, title: str) -> list[Json]:
    """Every card of an article on both sides."""
    return [
        message
        for side in SIDES
        for channel in state[side]["channels"]
        for message in channel["messages"]
        if message["by"] != "person" and title in message["text"]
    ]
