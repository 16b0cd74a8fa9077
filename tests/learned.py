"""Maskers for the bots under test: what every board masks is learned once a process, not by each bot that starts."""

from __future__ import annotations

from bot.masking import Maskers, MaskSettings
from tests.builders import MASKER


class LearnedMaskers(Maskers):
    """Stands in for `bot.app.Maskers`. Bots that are processes of their own learn for themselves."""

    def __init__(self, settings: MaskSettings | None = None) -> None:
        super().__init__(settings, MASKER if settings == MASKER.settings else None)
