"""Masks documents, lines and plain text."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, Self

from bot.masking.drawing import Pen
from bot.masking.finder import Finder, Finding, Scanned
from bot.masking.masked import _SEAL, MaskedLine, MaskedText
from bot.masking.matcher import Found
from bot.masking.settings import MaskSettings
from bot.masking.stretches import Stretches

if TYPE_CHECKING:
    from bot.markup.tree import Document
    from bot.markup.view import Run


_ROUNDS: Final = 4
"""Masks are new neighbours: where something is glued to one, or was innocent by its neighbours, all is read again."""
_READ: Final = frozenset(("text", "break"))


class Masker:
    """Masks what people wrote. Once built it stays as it is, threads may share it; masking twice changes nothing."""

    def __init__(self, settings: MaskSettings | None = None) -> None:
        self.settings = settings or MaskSettings()
        self._pen = Pen(self.settings)
        self._finder = Finder(self.settings)
        as_text = partial(self._settled, syntax=True)
        self.text: Final = Stretches(self._finder, self._pen, as_text, syntax=True).mask
        """Raw text, masked. Links, mentions, emoji and code that it spells out stay as they are."""
        as_line = partial(self._settled, syntax=False)
        self._line = Stretches(self._finder, self._pen, as_line, syntax=False).mask

    @classmethod
    async def build(cls, settings: MaskSettings | None = None) -> Self:
        """A masker built in a thread, so that the event loop goes on meanwhile."""
        import asyncio  # noqa: PLC0415 - who has no loop need not load one

        return await asyncio.to_thread(cls._warm, settings)

    @classmethod
    def _warm(cls, settings: MaskSettings | None) -> Self:
        """A masker that has gathered what is only needed once a word turns up."""
        masker = cls(settings)
        masker.text("f**k shit")
        masker.text("х*й")
        return masker

    def findings(self, text: str) -> list[Finding]:
        """What would be masked in raw text, in order and without overlaps, with places in the text."""
        return [Finding(*one) for one in self._finder.find(text)[0]]

    def line(self, text: str) -> MaskedLine:
        """One line of plain text, masked: a name or a title, in which no sign is markup that could protect a word."""
        masked = self._line(text)
        return MaskedLine(masked, changed=masked != text, seal=_SEAL)

    def _settled(self, text: str, scanned: Scanned | None, *, syntax: bool) -> str:
        """The text masked until nothing is left to be read in what its masks are glued to."""
        for _ in range(_ROUNDS):
            found, again = self._finder.find(text, scanned, syntax=syntax)
            if not found:
                break
            masked = self._pen.masked(text, found)
            if masked == text or not again:
                return masked
            text, scanned = masked, None
        return text

    def document(self, document: Document) -> MaskedText:
        """The document, masked across its spans; code, links, mentions and emoji stay as they are."""
        from bot.markup.view import rewrite, view  # noqa: PLC0415 - plain text needs no tree

        masked = document
        for _ in range(_ROUNDS):
            seen = view(masked)
            text = "".join(
                seen.text[run.start : run.end] if run.kind in _READ else "\x00" * (run.end - run.start)
                for run in seen.runs
            )
            found, again = self._finder.find(text, syntax=False)
            if not found:
                break
            texts: list[str] = []
            first = 0
            for run in seen.runs:
                if run.kind != "text":
                    continue
                while first < len(found) and found[first][1] <= run.start:
                    first += 1
                texts.append(self._part(text, run, found, first))
            before, masked = masked, rewrite(masked, texts)
            if masked == before or not again:
                break
        return MaskedText(masked, changed=masked != document, seal=_SEAL)

    def _part(self, text: str, run: Run, found: list[Found], first: int) -> str:
        """One run's text, with its share of every mask that reaches into it."""
        parts: list[str] = []
        at = run.start
        for index in range(first, len(found)):
            begin, beyond = found[index][:2]
            if begin >= run.end:
                break
            start, end = max(begin, run.start), min(beyond, run.end)
            parts += (text[at:start], self._pen.draw(text[start:end], begun=start > begin))
            at = end
        parts.append(text[at : run.end])
        return "".join(parts)
