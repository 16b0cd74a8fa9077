"""The demo's play: an article is published, people talk across both sides, and civility is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final, Protocol

from bot import texts
from bot.cli.demo.reading import SIDES, Json, card, people, thread

if TYPE_CHECKING:
    from bot.cli.demo.stage import Stage

STEPS: Final = 10
"""How many captions the play has."""


class Audience(Protocol):
    """Who watches the play: a terminal, a page."""

    @property
    def breath(self) -> float:
        """Seconds that it needs between two scenes."""
        ...

    def title(self) -> None:
        """The play begins."""
        ...

    def tell(self, step: str, line: str) -> None:
        """A line of the story; `step` is its number, or a sign for the last one."""
        ...

    def whisper(self, user: str, reply: Json) -> None:
        """One person alone sees something."""
        ...

    def both(self, state: Json, *, whole: bool = False) -> None:
        """Both sides have come to rest."""
        ...


class Play:
    """The scripted conversation. `perform` plays it once; where its article is published already it goes on there."""

    def __init__(self, stage: Stage, *audiences: Audience) -> None:
        self.stage = stage
        self._audiences = audiences

    async def perform(self) -> None:
        """Play every scene, each shown when both sides have come to rest."""
        self._open()
        state = await self.stage.state()
        admin, *discord = people(state, "discord")
        _, *slack = people(state, "slack")
        grace, linus = discord[0], discord[1]
        ken, barbara = slack[0], slack[1]

        await self._publish(admin)
        roots = {side: str(_card(await self.stage.state(), side)["id"]) for side in SIDES}

        async def say(side: str, user: str, text: str, reply_to: str | None = None) -> str:
            return await self.stage.say(side, roots[side], user, text, reply_to)

        first = ""

        async def grace_speaks() -> None:
            nonlocal first
            first = await say(
                "discord", grace, "I moved back to a **small forum** last year. Slower, and *so* much calmer."
            )

        line = f"{grace} replies in the thread on Discord. Slack has it a moment later."
        await self._scene("3", line, grace_speaks, grace, "so much calmer")

        async def ken_answers() -> None:
            await say(
                "slack", ken, "Same here. Search that _works_ is underrated: `site:` never found our old threads."
            )

        line = f"{ken} answers from Slack; bold, italic and code survive the trip."
        await self._scene("4", line, ken_answers, ken, "is underrated")

        async def linus_replies() -> None:
            await say("discord", linus, "Who pays for the server, though?", first)

        line = f"{linus} answers {grace}: the copy shows whom."
        await self._scene("5", line, linus_replies, linus, "Who pays for the server")

        async def barbara_swears() -> None:
            await say("slack", barbara, "Honestly, the bullshit of the big feeds drove me away.")

        line = f"{barbara} slips. Profanity is auto-masked, on both sides."
        await self._scene("6", line, barbara_swears, barbara, "******** of the big feeds")

        async def grace_edits() -> None:
            text = "I moved back to a **small forum** two years ago. Slower, and *so* much calmer."
            await self.stage.edit("discord", first, text)

        line = f"{grace} edits her reply: the copy follows."
        await self._scene("7", line, grace_edits, grace, "small forum two years ago")

        doomed = ""

        async def ken_regrets() -> None:
            nonlocal doomed
            doomed = await say("slack", ken, "And the ads!")

        await self._scene("8", f"{ken} writes something …", ken_regrets, ken, "And the ads!")

        async def ken_deletes() -> None:
            await self.stage.delete("slack", doomed)

        line = "… and deletes it: it is gone everywhere, and the count with it."
        await self._scene("9", line, ken_deletes, ken, "And the ads!", more=-1)
        await self._end()

    async def _publish(self, admin: str) -> None:
        from bot.article import sample

        state = await self.stage.state()
        if all(thread(state, side) for side in SIDES):
            self._tell("2", "An article is published already: its card stands in both channels, each with a thread.")
            await self._breathe()
            return
        self._tell("1", f"{admin}, an admin on Discord, runs /publish with a text file. Only {admin} sees the preview.")
        file = {"name": "article.txt", "text": sample(), "type": "text/plain"}
        (preview, *_) = await self.stage.command("discord", admin, "/publish", {"file": [file]})
        self._whisper(admin, preview)
        await self._breathe()
        self._tell("2", f"{admin} presses {texts.PUBLISH}: a card with a thread stands in both channels.")
        answers = await self.stage.click("discord", admin, preview["id"], texts.PUBLISH)
        for answer in answers[-1:]:
            self._whisper(admin, answer)
        await self._show("both cards and threads", lambda now: all(thread(now, side) for side in SIDES))

    async def _scene(
        self, step: str, line: str, act: Callable[[], Awaitable[None]], user: str, words: str, *, more: int = 1
    ) -> None:
        """Tell a line and do a deed, and wait until both sides show its words by its user so many times `more`."""
        self._tell(step, line)
        before = await self.stage.state()
        await act()
        wanted = {side: _times(before, side, user, words) + more for side in SIDES}

        def at_rest(now: Json) -> bool:
            return _in_step(now) and all(_times(now, side, user, words) == wanted[side] for side in SIDES)

        await self._show(f"scene {step}", at_rest)

    async def _show(self, what: str, holds: Callable[[Json], bool]) -> None:
        state = await self.stage.until(what, holds)
        for audience in self._audiences:
            audience.both(state)
        await self._breathe()

    def _open(self) -> None:
        for audience in self._audiences:
            audience.title()

    async def _end(self) -> None:
        self._tell("✓", "One discussion, the same on both sides.")
        state = await self.stage.state()
        for audience in self._audiences:
            audience.both(state, whole=True)

    def _tell(self, step: str, line: str) -> None:
        for audience in self._audiences:
            audience.tell(step, line)

    def _whisper(self, user: str, reply: Json) -> None:
        for audience in self._audiences:
            audience.whisper(user, reply)

    async def _breathe(self) -> None:
        # A page is looked at only where somebody is there to look at it, so the first audience sets the pace.
        await asyncio.sleep(self._audiences[0].breath)


def _card(state: Json, side: str) -> Json:
    found = card(state, side)
    if found is None:
        raise TimeoutError(f"there is no card on {side}")
    return found


def _times(state: Json, side: str, user: str, words: str) -> int:
    """In how many of a user's messages in a side's thread the words stand; where others quote them doesn't count."""
    return sum(words in message["text"] and _is_by(user, message) for message in thread(state, side))


def _is_by(user: str, message: Json) -> bool:
    return str(message["author"]).split(" · ", maxsplit=1)[0] == user


def _in_step(state: Json) -> bool:
    """Whether both sides hold as many comments, and the cards count them (a thread begins with the bot's own line)."""
    counts = {len(thread(state, side)) - 1 for side in SIDES}
    return len(counts) == 1 and all(texts.discussion(*counts) in _card(state, side)["text"] for side in SIDES)
