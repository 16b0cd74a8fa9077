"""A masker for each board: what every board masks, and the board's own words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from bot.masking.masker import Masker
from bot.masking.settings import MaskSettings

if TYPE_CHECKING:
    from bot.model import BoardId

WordKind: TypeAlias = Literal["word", "phrase", "exception"]


class BoardWords(NamedTuple):
    """A board's own words, sorted, so that equal lists compare equal."""

    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()


class Maskers:
    """Answers a board's masker at once; `learn` changes boards' words while the old maskers go on masking.

    `common` is the masker of these settings, where there is one: to build it takes a good tenth of a second.
    """

    def __init__(self, settings: MaskSettings | None = None, common: Masker | None = None) -> None:
        self._settings = settings or MaskSettings()
        self._common = common or Masker(self._settings)
        self._known: dict[BoardId, tuple[BoardWords, Masker]] = {}

    @property
    def common(self) -> Masker:
        """The masker of boards without words of their own."""
        return self._common

    def of(self, board: BoardId) -> Masker:
        """The board's masker."""
        known = self._known.get(board)
        return self._common if known is None else known[1]

    async def learn(self, boards: Mapping[BoardId, BoardWords]) -> None:
        """Take these for all boards' words; only maskers whose words changed are built anew, off the event loop."""
        for board in self._known.keys() - boards.keys():
            del self._known[board]
        for board, own in boards.items():
            known = self._known.get(board)
            if known is None or known[0] != own:
                settings = self._settings._replace(
                    words=self._settings.words + own.words,
                    phrases=self._settings.phrases + own.phrases,
                    exceptions=self._settings.exceptions + own.exceptions,
                )
                self._known[board] = (own, await Masker.build(settings))
