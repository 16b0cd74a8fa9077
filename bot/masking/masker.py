"""Masks documents, lines and plain text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Self

from bot.masking.drawing import Pen
from bot.masking.finder import Finder, Finding
from bot.masking.masked import _SEAL, MaskedLine, MaskedText
from bot.masking.matcher import Found
from bot.masking.settings import MaskSettings

if TYPE_CHECKING:
    from bot.markup.tree import Document
    from bot.markup.view import Run


_ROUNDS: Final = 4
"""Masks are new neighbours: where something is glued to one, or was innocent by its neighbours, all is read again."""
_READ: Final = frozenset(("text", "break"))
_FAR: Final = 20
_READABLE: Final = re.compile(r"[^\W_]|[^\x00-\x7f]|[@$+#%&=^<{]")


class Masker:
    """Masks what people wrote. Once built it stays as it is, threads may share it; masking twice changes nothing."""

    def __init__(self, settings: MaskSettings | None = None) -> None:
        self.settings = settings or MaskSettings()
        self._finder = Finder(self.settings)
        self._pen = Pen(self.settings)

    @classmethod
    async def build(cls, settings: MaskSettings | None = None) -> Self:
        """A masker built in a thread, so that the event loop goes on meanwhile."""
        import asyncio  # noqa: PLC0415 - who has no loop need not load one

        return await asyncio.to_thread(cls, settings)

    def findings(self, text: str) -> list[Finding]:
        """What would be masked in raw text, in order and without overlaps, with places in the text."""
        return [Finding(*one) for one in self._finder.find(text)[0]]

    def text(self, text: str) -> str:
        """Raw text, masked. Links, mentions, emoji and code that it spells out stay as they are."""
        return self._settled(text, syntax=True)

    def line(self, text: str) -> MaskedLine:
        """One line of plain text, masked: a name or a title, in which no sign is markup that could protect a word."""
        masked = self._settled(text, syntax=False)
        return MaskedLine(masked, changed=masked != text, seal=_SEAL)

    def _settled(self, text: str, *, syntax: bool) -> str:
        for _ in range(_ROUNDS):
            found, cleared = self._finder.find(text, syntax=syntax)
            if not found:
                break
            masked = self._masked(text, found)
            if masked == text or (not cleared and _stands_apart(text, found)):
                return masked
            text = masked
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
            found, cleared = self._finder.find(text, syntax=False)
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
            if masked == before or (not cleared and _stands_apart(text, found)):
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

    def _masked(self, text: str, found: list[Found]) -> str:
        if len(found) == 1:
            start, end = found[0][:2]
            return text[:start] + self._pen.draw(text[start:end]) + text[end:]
        parts: list[str] = []
        at = 0
        for start, end, *_ in found:
            parts += (text[at:start], self._pen.draw(text[start:end]))
            at = end
        parts.append(text[at:])
        return "".join(parts)


def _stands_apart(text: str, found: list[Found]) -> bool:
    """Whether nothing that is read is glued to a finding, so that its mask changes nothing for what is around."""
    for start, end, *_ in found:
        stop = text.find(" ", end)
        if stop == end and text[start - 1 : start] == " ":
            continue
        around = text[text.rfind(" ", 0, start) + 1 : start] + (text[end:stop] if stop >= 0 else text[end:])
        if around and (len(around) > _FAR or _READABLE.search(around)):
            return False
    return True
