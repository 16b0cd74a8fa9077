"""Masks documents, lines and plain text."""

from __future__ import annotations

import importlib.resources
import re

from bot.markup.tree import Document
from bot.markup.view import rewrite, view
from bot.masking.masked import _SEAL, MaskedLine, MaskedText


class Masker:
    """Masks what people wrote. Once built it is pure, and masking twice changes nothing."""

    def __init__(self) -> None:
        listing = importlib.resources.files("better_profanity").joinpath("profanity_wordlist.txt").read_text("utf-8")
        words = sorted({line.strip() for line in listing.splitlines() if line.strip()}, key=len, reverse=True)
        self._words = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, words)) + r")(?!\w)", re.IGNORECASE)

    def document(self, document: Document) -> MaskedText:
        """The document, masked across its spans; code, links, mentions and emoji stay as they are."""
        seen = view(document)
        texts = [self.text(seen.text[run.start : run.end]) for run in seen.runs if run.kind == "text"]
        masked = rewrite(document, texts)
        return MaskedText(masked, changed=masked != document, seal=_SEAL)

    def line(self, text: str) -> MaskedLine:
        """One line of plain text, masked."""
        masked = self.text(text)
        return MaskedLine(masked, changed=masked != text, seal=_SEAL)

    def text(self, text: str) -> str:
        """Plain text, masked."""
        return self._words.sub(lambda found: "■" * len(found[0]), text)
