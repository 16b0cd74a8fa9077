"""Names inside documents: whom a comment mentions, and what its custom emoji are called.

Masking leaves them alone, as they are not what its author wrote; a copy spells them out, and is the bot's own writing.
"""

from __future__ import annotations

from bot.markup.tree import Document
from bot.markup.view import renamed
from bot.masking.masker import Masker


def with_fit_names(document: Document, masker: Masker) -> Document:
    """The document with those names masked that are unfit to be shown."""
    return renamed(document, lambda name: str(masker.line(_spaced(name))) if is_unfit(name, masker) else name)


def is_unfit(name: str, masker: Masker) -> bool:
    """Whether a name has to be masked; in names `_` stands for a space."""
    return masker.line(_spaced(name)).changed


def _spaced(name: str) -> str:
    return name.replace("_", " ")
