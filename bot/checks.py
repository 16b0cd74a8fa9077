"""What an operator is told: what has to be granted and why, and whether what was looked at holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.errors import PlatformError, RoundtableError


@dataclass(frozen=True, slots=True)
class Grant:
    """A scope, permission, intent or event that a platform is asked for, by the platform's own name.

    `essential`: the bot does not start, or can't work in a channel, without it; the others each have one use.
    """

    name: str
    why: str
    essential: bool = True


class Verdict(StrEnum):
    """What a check came to. A warning is nothing that keeps the bot from its work."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


_SIGNS = {Verdict.GOOD: "✓", Verdict.WARNING: "!", Verdict.BAD: "✗"}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: `what`, what was `found`, and how to `mend` it (empty where nothing is to do)."""

    what: str
    verdict: Verdict
    found: str
    mend: str = ""

    @property
    def line(self) -> str:
        """The check as one line: its sign, what, found, and how to mend it."""
        told = f"{_SIGNS[self.verdict]} {self.what}: {self.found}"
        return " ".join((f"{told.rstrip('.')}. {self.mend}" if self.mend else told).split())


def good(what: str, found: str) -> Check:
    """It is as it should be."""
    return Check(what, Verdict.GOOD, found)


def warning(what: str, found: str, mend: str = "") -> Check:
    """It works, but something may surprise."""
    return Check(what, Verdict.WARNING, found, mend)


def bad(what: str, found: str, mend: str = "") -> Check:
    """The bot can't do its work like this."""
    return Check(what, Verdict.BAD, found, mend)


def failed(what: str, error: RoundtableError) -> Check:
    """What a refused question says: an error's text says how to mend it, as far as anybody knows."""
    mend = "Try again in a while; if it stays, look at the network." if isinstance(error, PlatformError) else ""
    return bad(what, str(error), mend)


def all_hold(checks: Iterable[Check]) -> bool:
    """Whether nothing is bad; warnings are allowed."""
    return all(check.verdict is not Verdict.BAD for check in checks)
