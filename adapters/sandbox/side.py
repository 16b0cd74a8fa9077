"""What the control API asks of each side of the sandbox: to play the people, and to tell what they see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias

Json: TypeAlias = dict[str, Any]
Limits: TypeAlias = Literal["real", "none"]
"""`real` keeps the platform's rate limits; `none` lifts the rates alone: sizes, rights and ownership stay."""


class Refusal(Exception):
    """The control API's caller asked for what can't be done; the text says why."""


@dataclass(frozen=True, slots=True)
class SaidFile:
    """A file that a person attaches."""

    name: str
    content: bytes
    media_type: str = "application/octet-stream"
    alt: str = ""
    spoiler: bool = False


class Side(Protocol):
    """One platform. Ids and names are both taken wherever a person, a channel or an action is named.

    In `state`, `author` is the name that is shown; `reactions` and `private` name people and channels by id.
    A file among a command's `options` or a modal's `values` is a tuple of `SaidFile`, also where it is just one.
    """

    platform: str

    async def start(self, host: str, port: int) -> None:
        """Serve; port 0 takes a free one."""
        ...

    async def stop(self) -> None:
        """Stop serving and close every connection."""
        ...

    def settings(self) -> dict[str, str]:
        """The settings that point a bot here, `CHANNELS` aside."""
        ...

    def channels(self) -> tuple[str, ...]:
        """Ids of the channels that a bot should join, for `CHANNELS`."""
        ...

    def state(self) -> Json:
        """This side as its people see it now: `people`, `channels`, `private` (design, The sandbox)."""
        ...

    async def say(
        self,
        *,
        channel: str,
        user: str,
        text: str,
        thread: str | None = None,
        reply_to: str | None = None,
        files: tuple[SaidFile, ...] = (),
        broadcast: bool = False,
    ) -> str:
        """A person writes; answers the message's id. `text` is in the platform's own dialect, as a person types it."""
        ...

    async def edit(self, *, channel: str, message: str, text: str, user: str | None = None) -> None:
        """A person (its author by default) edits a message."""
        ...

    async def delete(self, *, channel: str, message: str, user: str | None = None) -> None:
        """A person (its author by default, or someone who may) deletes a message."""
        ...

    async def react(self, *, channel: str, message: str, emoji: str, user: str) -> None:
        """A person reacts."""
        ...

    async def unreact(self, *, channel: str, message: str, emoji: str, user: str) -> None:
        """A person takes a reaction back."""
        ...

    async def command(self, *, channel: str, user: str, command: str, options: Json) -> list[Json]:
        """A person runs a slash command (`/publish`) or, by its bare name with the option `message`, a message command.

        Answers what that person then sees: MESSAGEs, or modals as `{"modal","title","fields"}`.
        """
        ...

    async def click(
        self, *, channel: str, message: str, user: str, action: str, values: Json | None = None
    ) -> list[Json]:
        """A person presses a button, or chooses in a menu (`values`)."""
        ...

    async def submit(self, *, user: str, modal: str, values: Json) -> list[Json]:
        """A person sends a modal."""
        ...

    async def disconnect(self, *, resumable: bool = True) -> None:
        """Close the bot's event socket now; `resumable` false loses the session."""
        ...
