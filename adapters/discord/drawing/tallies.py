"""Reactions from elsewhere, in words: a reaction would look like the bot's own vote."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from adapters.discord.markup import line_within
from bot.views import Tally

_MOST: Final = 20
_EMOJI: Final = 60


def tally_line(tallies: Sequence[Tally]) -> str:
    """A small line with how often each emoji was given elsewhere; empty where none was."""
    counted = [f"{line_within(tally.emoji, _EMOJI)} {tally.count}" for tally in tallies if tally.count > 0]
    return f"-# {'   '.join(counted[:_MOST])}" if counted else ""
