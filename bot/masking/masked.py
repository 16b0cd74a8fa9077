"""What the masker makes, and nobody else can: text that is fit to be shown.

Outbound code takes `MaskedText` and `MaskedLine` for whatever people wrote, so a text that was never masked is a type
error. Both are sealed at run time too: only `bot.masking` holds the key that their constructors ask for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

if TYPE_CHECKING:
    from bot.markup.tree import Document

_SEAL: Final = object()


@final
class MaskedText:
    """A masked document. `changed` tells whether masking replaced anything in it."""

    __slots__ = ("changed", "document")

    def __init__(self, document: Document, *, changed: bool, seal: object) -> None:
        if seal is not _SEAL:
            raise TypeError("only the masker makes a MaskedText")
        self.document = document
        self.changed = changed

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MaskedText) and other.document == self.document

    def __hash__(self) -> int:
        return hash(self.document)

    def __repr__(self) -> str:
        return f"MaskedText({self.document!r})"


@final
class MaskedLine:
    """One masked line of plain text: a title, a name, a file's name, an excerpt. `str()` gives the text."""

    __slots__ = ("changed", "text")

    def __init__(self, text: str, *, changed: bool, seal: object) -> None:
        if seal is not _SEAL:
            raise TypeError("only the masker makes a MaskedLine")
        self.text = text
        self.changed = changed

    def __str__(self) -> str:
        return self.text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MaskedLine) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"MaskedLine({self.text!r})"
