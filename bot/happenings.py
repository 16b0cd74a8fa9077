"""What happens in the core, told as values to whoever counts it. Nobody has to listen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from bot.model import PlatformName


@dataclass(frozen=True, slots=True)
class Commented:
    """A comment was taken, or changed where it is not `new`. `masked`: something in it was masked."""

    platform: PlatformName
    masked: bool
    new: bool = True


@dataclass(frozen=True, slots=True)
class Copied:
    """A copy of a comment was sent for the first time, so many seconds after it was written at its origin."""

    origin: PlatformName
    platform: PlatformName
    seconds: float


@dataclass(frozen=True, slots=True)
class Limited:
    """A platform asked us to wait (429)."""

    platform: PlatformName


Happening: TypeAlias = Commented | Copied | Limited
Listener: TypeAlias = Callable[[Happening], None]


def unheard(_happening: Happening) -> None:
    """A listener that counts nothing."""
