"""What the demo lends to its page beyond the platforms: the bot's process, and a play that runs by itself."""

from __future__ import annotations

from typing import Protocol

from adapters.sandbox.side import Json


class Show(Protocol):
    """The demo behind the page. A sandbox without one has people and platforms, and no bot of its own."""

    @property
    def bot(self) -> str:
        """How the bot is: `running`, `starting` or `stopped`."""
        ...

    @property
    def web(self) -> str | None:
        """Where the bot serves the article pages (`http://HOST:PORT`), or None where it does not."""
        ...

    @property
    def tour(self) -> Json:
        """How the play is: `playing`, and what is told now: `step`, `steps`, `line`."""
        ...

    async def kill_bot(self) -> None:
        """End the bot's process at once, without a word to it."""
        ...

    async def start_bot(self) -> None:
        """Start the bot where it does not run; returns once it is ready, or raises a `UserError` that says why not."""
        ...

    def play(self) -> None:
        """Start the play where it is not on."""
        ...

    def skip(self) -> None:
        """End the play where it stands."""
        ...
