"""What tests of a `SlackPlatform` are given to work with, by its shape."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeAlias

from adapters.sandbox.faults import FaultKind
from adapters.sandbox.side import SaidFile
from adapters.slack.gateway import SlackPlatform
from bot.views import CopyView, FileView

Json: TypeAlias = dict[str, Any]
Until: TypeAlias = Callable[[Callable[[], object]], Awaitable[None]]
Replies: TypeAlias = Callable[[], list[Json]]


class Start(Protocol):
    def __call__(self, **settings: object) -> Awaitable[SlackPlatform]: ...


class Fail(Protocol):
    def __call__(self, route: str, kind: FaultKind, times: int = 1) -> None: ...


class Say(Protocol):
    def __call__(
        self, text: str, user: str = "Ken", *, files: tuple[SaidFile, ...] = (), broadcast: bool = False
    ) -> Awaitable[str]: ...


class CopyOf(Protocol):
    def __call__(self, text: str, *files: FileView, author: str = "Ada") -> CopyView: ...
