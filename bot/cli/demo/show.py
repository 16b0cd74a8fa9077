"""What the demo lends to its page: the switch of the bot, and the play with its captions."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from bot.cli.demo.script import STEPS, Play
from bot.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from bot.cli.demo.process import BotProcess
    from bot.cli.demo.reading import Json
    from bot.cli.demo.script import Audience
    from bot.cli.demo.stage import Stage

_BREATH = 3.2
"""Seconds that a visitor needs to read a caption and to look at both sides."""


class PageShow:
    """Implements `adapters.sandbox.show.Show`, and hears the play on behalf of the page (`script.Audience`)."""

    breath = _BREATH

    def __init__(self) -> None:
        self.process: BotProcess | None = None
        self.stage: Stage | None = None
        self._playing: asyncio.Task[None] | None = None
        self._step = 0
        self._line = ""

    # --- what the page asks for -----------------------------------------------------------------------------------

    @property
    def bot(self) -> str:
        """How the bot is."""
        return "starting" if self.process is None else self.process.state

    @property
    def web(self) -> str | None:
        """Where the article pages are."""
        return None if self.process is None else self.process.web

    @property
    def tour(self) -> Json:
        """What is told now."""
        playing = self._playing is not None and not self._playing.done()
        return {"playing": playing, "step": self._step, "steps": STEPS, "line": self._line}

    async def kill_bot(self) -> None:
        """End the bot's process at once."""
        if self.process is not None:
            await self.process.kill()

    async def start_bot(self) -> None:
        """Start the bot where it does not run."""
        if self.process is not None:
            await self.process.start()

    def play(self) -> None:
        """Start the play, for the page alone."""
        if self.stage is not None and not self.tour["playing"]:
            self._begin(self._play_alone(self.stage))

    def skip(self) -> None:
        """End the play."""
        if self._playing is not None:
            self._playing.cancel()

    # --- the play -------------------------------------------------------------------------------------------------

    async def perform(self, stage: Stage, screen: Audience) -> None:
        """Play before the terminal and the page at once; a visitor may skip it."""
        playing = self._begin(Play(stage, screen, self).perform())
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.shield(playing)
        if not playing.done():  # it is this caller that is cancelled, not the play
            playing.cancel()
            raise asyncio.CancelledError

    async def close(self) -> None:
        """End what is played. Idempotent."""
        if self._playing is not None:
            self._playing.cancel()
            await asyncio.gather(self._playing, return_exceptions=True)

    def _begin(self, play: Coroutine[object, object, None]) -> asyncio.Task[None]:
        self._step, self._line = 0, ""
        self._playing = asyncio.create_task(play)
        return self._playing

    async def _play_alone(self, stage: Stage) -> None:
        try:
            await self.start_bot()
            await Play(stage, self).perform()
        except (TimeoutError, UserError) as error:
            self._line = f"The tour got stuck: {error}."

    # --- what the play tells --------------------------------------------------------------------------------------

    def title(self) -> None:
        """The page has a title of its own."""

    def tell(self, step: str, line: str) -> None:
        """A caption."""
        self._step = int(step) if step.isdecimal() else STEPS
        self._line = line

    def whisper(self, user: str, reply: Json) -> None:
        """The page draws private messages itself."""

    def both(self, state: Json, *, whole: bool = False) -> None:
        """The page draws the sides itself."""
