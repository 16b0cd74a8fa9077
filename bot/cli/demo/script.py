"""The demo's play: an article is published, people talk across both sides, and civility is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot import texts
from bot.cli.demo.stage import SIDES, Json, card, people, thread

if TYPE_CHECKING:
    from bot.cli.demo.screen import Screen
    from bot.cli.demo.stage import Stage

_BREATH = 1.2
"""Seconds that a person needs to read a step; none where nobody watches."""


@dataclass
class Play:
    """The scripted conversation. `perform` plays it once."""

    stage: Stage
    screen: Screen

    async def perform(self) -> None:
        """Play every scene, each shown when both sides have come to rest."""
        self.screen.title()
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

        await self._scene("3", f"{grace} replies in the thread on Discord. Slack has it a moment later.", grace_speaks)

        async def ken_answers() -> None:
            await say(
                "slack", ken, "Same here. Search that _works_ is underrated: `site:` never found our old threads."
            )

        await self._scene("4", f"{ken} answers from Slack; bold, italic and code survive the trip.", ken_answers)

        async def linus_replies() -> None:
            await say("discord", linus, "Who pays for the server, though?", first)

        await self._scene("5", f"{linus} answers {grace}: the copy shows whom.", linus_replies)

        slip = ""

        async def barbara_swears() -> None:
            nonlocal slip
            slip = await say("slack", barbara, "Honestly, the bullshit of the big feeds drove me away.")

        await self._scene("6", f"{barbara} slips. Profanity is auto-masked, on both sides.", barbara_swears)

        async def grace_edits() -> None:
            text = "I moved back to a **small forum** two years ago. Slower, and *so* much calmer."
            await self.stage.edit("discord", first, text)

        await self._scene("7", f"{grace} edits her reply: the copy follows.", grace_edits, edited="two years ago")

        doomed = ""

        async def ken_regrets() -> None:
            nonlocal doomed
            doomed = await say("slack", ken, "And the ads!")

        await self._scene("8", f"{ken} writes something …", ken_regrets)

        async def ken_deletes() -> None:
            await self.stage.delete("slack", doomed)

        await self._scene(
            "9", "… and deletes it: it is gone everywhere, and the count with it.", ken_deletes, comments=4
        )
        self.screen.tell("✓", "One discussion, the same on both sides:")
        self.screen.both(await self.stage.state(), whole=True)

    async def _publish(self, admin: str) -> None:
        from bot.article import sample

        self.screen.tell(
            "1", f"{admin}, an admin on Discord, runs /publish with a text file. Only {admin} sees the preview."
        )
        file = {"name": "article.txt", "text": sample(), "type": "text/plain"}
        (preview, *_) = await self.stage.command("discord", admin, "/publish", {"file": [file]})
        self.screen.whisper(admin, preview)
        await self._breathe()
        self.screen.tell("2", f"{admin} presses {texts.PUBLISH}: a card with a thread stands in both channels.")
        answers = await self.stage.click("discord", admin, preview["id"], texts.PUBLISH)
        for answer in answers[-1:]:
            self.screen.whisper(admin, answer)
        state = await self.stage.until("both cards and threads", lambda now: all(thread(now, side) for side in SIDES))
        self.screen.both(state)
        await self._breathe()

    async def _scene(
        self,
        step: str,
        line: str,
        act: Callable[[], Awaitable[None]],
        *,
        edited: str | None = None,
        comments: int | None = None,
    ) -> None:
        self.screen.tell(step, line)
        count = _comments(await self.stage.state())
        await act()
        wanted = comments if comments is not None else count if edited else count + 1
        state = await self.stage.until(f"scene {step}", lambda now: _at_rest(now, wanted, edited))
        self.screen.both(state)
        await self._breathe()

    async def _breathe(self) -> None:
        if self.screen.console.is_terminal:
            await asyncio.sleep(_BREATH)


def _card(state: Json, side: str) -> Json:
    found = card(state, side)
    if found is None:
        raise TimeoutError(f"there is no card on {side}")
    return found


def _comments(state: Json) -> int:
    """The comments in the thread, less the civility line."""
    return max(len(thread(state, side)) for side in SIDES) - 1


def _at_rest(state: Json, comments: int, edited: str | None) -> bool:
    """Whether both sides show so many comments, the cards count them, and an edit has arrived."""
    for side in SIDES:
        messages = thread(state, side)
        if len(messages) != comments + 1 or texts.discussion(comments) not in _card(state, side)["text"]:
            return False
        if edited is not None and not any(edited in message["text"] for message in messages):
            return False
    return not any("bullshit" in message["text"] for side in SIDES for message in thread(state, side))
